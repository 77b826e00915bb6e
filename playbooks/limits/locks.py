"""Locks that people take on what playbooks change: `agents:hefei:apparel` for half an hour, because of a phone call.

A run holds what it changes while it is in force; a person's lock holds the same keys against every run but those of
the person who took it. It ends by itself. Nothing that goes back is stopped by a lock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from feeds.durations import format_duration
from feeds.errors import RefusedError
from feeds.text import clean
from playbooks.actions import ACTIONS
from playbooks.facts import Facts
from playbooks.people_names import same_person
from playbooks.run import Resource, Run
from playbooks.words import Words

HEADS: frozenset[str] = frozenset({"agents", "bot", "weights", "pool", "rest"}) | frozenset(ACTIONS)
"""What a key may begin with; the rest of it is a site, or a category, and what of it."""

LONGEST_NOTE = 120


@dataclass(frozen=True, slots=True)
class PersonLock:
    """Something that a person holds, in epoch seconds."""

    key: str
    who: str
    since: float
    until: float
    note: str = ""

    def dump(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def lock_of(data: Mapping[str, Any]) -> PersonLock:
    """A lock from plain data. Raises KeyError, TypeError or ValueError for what is none."""
    return PersonLock(str(data["key"]), str(data["who"]), float(data["since"]), float(data["until"]), str(data["note"]))


def take(
    locks: Mapping[str, PersonLock], wanted: PersonLock, runs: Iterable[Run], facts: Facts, longest: float
) -> PersonLock:
    """The lock, where nobody else and no run holds it. Raises RefusedError; taking one's own again moves its end."""
    key = check_key(wanted.key, facts)
    seconds = wanted.until - wanted.since
    if not 0 < seconds <= longest:
        raise RefusedError("LIMIT", f"a lock is for more than 0s and at most {format_duration(longest)}")
    held = locks.get(key)
    if held is not None and held.until > wanted.since and not same_person(held.who, wanted.who):
        raise RefusedError("LOCKED", said(held, wanted.since).en, said(held, wanted.since).zh)
    for run in runs:
        if any(resource.key == key for resource in run.resources):
            raise RefusedError("LOCKED", f"{key} is held by run {run.id} ({run.playbook}) of {run.who}")
    return PersonLock(key, wanted.who, wanted.since, wanted.until, clean(wanted.note, LONGEST_NOTE))


def check_key(key: str, facts: Facts) -> str:
    """The key, where it names something that a playbook could change. Raises RefusedError with what is expected."""
    head, _, rest = key.partition(":")
    first, _, second = rest.partition(":")
    if head not in HEADS or not first:
        raise RefusedError(
            "UNKNOWN_LOCK", f"{clean(key, 60)!r} names nothing to lock; such as agents:SITE:CATEGORY, bot:SITE"
        )
    if head == "weights":
        return key
    site = second.partition(":")[0] if head == "pool" else first
    if site not in facts.sites():
        raise RefusedError("UNKNOWN_LOCK", f"there is no site {clean(site, 40)!r}")
    if head == "agents" and second not in facts.categories(site) and not facts.unknown(site):
        raise RefusedError("UNKNOWN_LOCK", f"{site} has no category {clean(second, 40)!r}")
    return key


def locked(resources: Iterable[Resource], locks: Mapping[str, PersonLock], who: str, now: float) -> list[Words]:
    """What of these resources other people hold."""
    held = (locks.get(resource.key) for resource in resources)
    return [said(lock, now) for lock in held if lock and lock.until > now and not same_person(lock.who, who)]


def said(lock: PersonLock, now: float) -> Words:
    """Who holds it, why, and for how much longer."""
    left = format_duration(math.ceil(max(0.0, lock.until - now)))
    note = f" ({lock.note})" if lock.note else ""
    return Words(
        f"{lock.key} 已被 {lock.who} 锁定{note},还有 {left}", f"{lock.key} is locked by {lock.who}{note} for {left}"
    )
