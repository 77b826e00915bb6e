"""What people hold against playbooks: taken and given back by intent, over by time, kept in the journal's state."""

from __future__ import annotations

from console.intents import LockIntent, TakeLock
from console.journal_keeper import JournalKeeper
from feeds.errors import RefusedError
from playbooks.facts import Facts
from playbooks.limits.locks import PersonLock, lock_of, said, take
from playbooks.people_names import same_person
from playbooks.runner import PlaybookRunner

LOCK = "lock"
"""The part of the journal's state that keeps locks, by what they hold."""


class LockDesk:
    """The locks of one desk. The runner looks at the same mapping."""

    def __init__(self, runner: PlaybookRunner, journal: JournalKeeper) -> None:
        self._runner, self._journal = runner, journal
        self._locks: dict[str, PersonLock] = {}
        runner.bounds.locks = self._locks

    @property
    def held(self) -> tuple[PersonLock, ...]:
        """Every lock, the next to end first."""
        return tuple(sorted(self._locks.values(), key=lambda lock: (lock.until, lock.key)))

    def begin(self, now: float) -> str:
        """Take up the locks that still hold; says what could not be read."""
        problem = ""
        for key, plain in self._journal.state(LOCK).items():
            try:
                lock = lock_of(plain)
            except (KeyError, TypeError, ValueError) as error:
                problem = f"a lock in the journal cannot be read: {type(error).__name__}"
                continue
            if lock.until > now:
                self._locks[key] = lock
        return problem

    def next_deadline(self) -> float | None:
        """When the next lock ends."""
        return min((lock.until for lock in self._locks.values()), default=None) if self._locks else None

    def expire(self, now: float) -> None:
        """Locks whose time is over end."""
        for lock in [lock for lock in self._locks.values() if lock.until <= now]:
            del self._locks[lock.key]
            self._journal.append(now, "lock.over", "desk", {"key": lock.key, "by": lock.who}, ((LOCK, lock.key, None),))

    def carry_out(self, intent: LockIntent, who: str, facts: Facts, now: float) -> None:
        """Take or give back a lock. Raises RefusedError with who holds it otherwise."""
        if isinstance(intent, TakeLock):
            wanted = PersonLock(intent.key, who, now, now + intent.seconds, intent.note)
            longest = self._runner.bounds.limits.lock
            lock = take(self._locks, wanted, self._runner.holding(), facts, longest)
            self._locks[lock.key] = lock
            self._journal.append(now, "lock.taken", who, lock.dump(), ((LOCK, lock.key, lock.dump()),))
            return
        held = self._locks.get(intent.key)
        if held is None:
            raise RefusedError("NOT_LOCKED", f"nobody holds {intent.key!r}")
        if not same_person(held.who, who):
            raise RefusedError("LOCKED", said(held, now).en, said(held, now).zh)
        del self._locks[held.key]
        self._journal.append(now, "lock.released", who, {"key": held.key}, ((LOCK, held.key, None),))
