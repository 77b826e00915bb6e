"""What falls due when: a heap whose entries may have gone out of date, because what they are about has moved on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush

Entry = tuple[float, int, str]
"""When, and the cell (index of the rule, key of the row) that it is about."""


class Agenda:
    """Entries in order of time, then rule, then row. `still` says whether one is to be met yet."""

    def __init__(self, still: Callable[[Entry], bool]) -> None:
        self._still = still
        self._entries: list[Entry] = []

    def add(self, at: float, cell: tuple[int, str]) -> None:
        """Something falls due at `at`."""
        heappush(self._entries, (at, *cell))

    def begin_anew(self, entries: Iterable[Entry]) -> None:
        """These instead of all others."""
        self._entries = list(entries)
        heapify(self._entries)

    def first(self) -> float:
        """When the next entry that is still to be met falls due; infinite when there is none."""
        while self._entries and not self._still(self._entries[0]):
            heappop(self._entries)
        return self._entries[0][0] if self._entries else math.inf

    def take(self) -> Entry:
        """Remove the first entry; to be asked for after `first`."""
        return heappop(self._entries)

    def tidy(self, alerts: int) -> None:
        """Drop what is out of date once it is most of it, where there are so many alerts."""
        if len(self._entries) > 64 + 4 * alerts:
            self._entries = [entry for entry in self._entries if self._still(entry)]
            heapify(self._entries)
