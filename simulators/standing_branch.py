"""Which entries of a drill's journal stand, after its coach went back: nothing is deleted, the undone is marked.

An entry `drill.seek` says `{"to": …, "undone": [first, last]}`: the entries of those numbers happened, and were taken
back. What stands is what was written before them and after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from feeds.journal import Entry

SEEK, REVEAL, INJECT, MARK, PANEL = "drill.seek", "drill.reveal", "drill.inject", "drill.mark", "drill.panel"
"""Kinds of the entries that a coach's deeds leave."""

OF_THE_COACH = frozenset({SEEK, REVEAL, PANEL})
"""What going back does not undo: people do not forget."""


def undone(entries: Iterable[Entry]) -> list[tuple[int, int]]:
    """The numbers that do not stand, as ranges with both ends."""
    found = []
    for entry in entries:
        if entry.kind == SEEK:
            first, last = entry.body["undone"]
            if first <= last:
                found.append((int(first), int(last)))
    return found


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that stand, in order; what the coach did that cannot be undone is among them."""
    every = list(entries)
    ranges = undone(every)
    return [
        entry
        for entry in every
        if entry.kind in OF_THE_COACH or not any(first <= entry.number <= last for first, last in ranges)
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """From when on the people at the desk knew the truth, in seconds since the scenario's start: by whom, which entry.

    After a seek behind the reveal they know it from there on.
    """

    at: float
    who: str
    entry: int


def known_from(entries: Iterable[Entry], started: float) -> Known | None:
    """When the truth was revealed, on the branch that stands; None while it was not."""
    found: Known | None = None
    for entry in entries:
        if entry.kind == REVEAL:
            at = entry.at_ns / 1e9 - started
            found = found or Known(at, entry.actor, entry.number)
        elif entry.kind == SEEK and found is not None:
            to = float(entry.body["to_s"])
            found = Known(min(found.at, to), found.who, found.entry)
    return found
