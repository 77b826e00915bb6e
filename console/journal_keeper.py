"""The desk's hold on its journal: writes what it can, and says loudly when it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from console.view import JournalView
from feeds.errors import JournalError
from feeds.journal import Entry, Journal, StateChange
from feeds.journal_seal import JournalSeal


class JournalKeeper:
    """Appends entries. While the journal cannot be written, `error` says why and `lost` counts what was not written.

    The first entry that can be written again is preceded by one of kind `journal.gap` with that count, so that the
    hole can be seen in the journal itself. With `keeps_state` the journal also holds where the desk stands, and a desk
    that begins on it goes on from there. With a `seal` its head is signed as it goes on.
    """

    def __init__(self, journal: Journal, *, keeps_state: bool = False, seal: JournalSeal | None = None) -> None:
        self.journal, self.keeps_state, self._seal = journal, keeps_state, seal
        self._unsigned = ""
        self._unwritten: dict[tuple[str, str], Mapping[str, Any] | None] = {}
        self.error = ""
        self.lost = self.lost_ever = 0
        self.heard: Callable[[Sequence[tuple[float, str, str, Mapping[str, Any]]]], None] | None = None
        """Whoever wants to know what is written: hears it, also where it could not be."""
        self.undone: list[tuple[int, int]] = []
        """Numbers of entries that a coach took back, as ranges with both ends."""

    @property
    def writable(self) -> bool:
        """Whether the last entry was written."""
        return not self.error

    def append(
        self, now: float, kind: str, actor: str, body: Mapping[str, Any], state: Sequence[StateChange] = ()
    ) -> bool:
        """Write one entry and what it changes; False when it could not be made durable."""
        return self.append_all([(now, kind, actor, body)], state=state)

    def append_all(
        self,
        news: Sequence[tuple[float, str, str, Mapping[str, Any]]],
        *,
        synced: bool = True,
        state: Sequence[StateChange] = (),
    ) -> bool:
        """Write several entries (time, kind, actor, body) and what they change, all or none.

        False when they could not be made durable. A change of state that could not be written goes with the next
        entry that can, so that the state is never older than the journal.
        """
        if self.heard is not None and news:
            self.heard(news)
        if self.keeps_state:
            self._unwritten.update({(part, key): body for part, key, body in state})
        rows = [(round(now * 1e9), kind, actor, dict(body)) for now, kind, actor, body in news]
        gap = [(rows[0][0], "journal.gap", "desk", {"lost": self.lost})] if self.lost and rows else []
        try:
            changes = [(part, key, body) for (part, key), body in self._unwritten.items()]
            self.journal.append_all([*gap, *rows], synced=synced, state=changes)
        except JournalError as error:
            self.error = str(error)
            self.lost += len(rows)
            self.lost_ever += len(rows)
            return False
        self.error, self.lost = "", 0 if rows else self.lost
        self._unwritten.clear()
        self.advance(rows[-1][0] if rows else 0)
        return True

    def advance(self, now_ns: int) -> None:
        """Sign the journal's head where that is due; why it cannot be is an entry of its own, once."""
        if self._seal is None or not now_ns:
            return
        self._seal.advance(now_ns)
        if self._seal.error != self._unsigned:
            self._unsigned = self._seal.error
            if self._unsigned:
                self.append(now_ns / 1e9, "journal.unsigned", "desk", {"why": self._unsigned})

    def state(self, part: str) -> dict[str, dict[str, Any]]:
        """What was kept of one part of the state, by key; nothing where this desk keeps none."""
        return self.journal.state(part) if self.keeps_state else {}

    def newest(self, kind: str, most: int) -> Iterator[Entry]:
        """The last entries of one kind that stand, newest first."""
        for entry in self.journal.newest(kind, most):
            if not any(first <= entry.number <= last for first, last in self.undone):
                yield entry

    def of_run(self, run: str) -> Iterator[Entry]:
        """What the journal has of a run of a playbook, oldest first."""
        for entry in self.journal.naming("playbook.", run):
            if entry.body.get("run") == run and not any(f <= entry.number <= last for f, last in self.undone):
                yield entry

    def view(self) -> JournalView:
        """How the journal stands, for the screen."""
        return JournalView(self.journal.path, self.journal.number, self.error)
