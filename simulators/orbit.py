"""What is due later: contacts that are with the bot, and customers who will come back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Orbit:
    """Entries of two whole numbers each that come out again at their tick, in the order in which they went in."""

    def __init__(self) -> None:
        self.due: Ints = np.zeros(0, dtype=np.int64)
        self.first: Ints = np.zeros(0, dtype=np.int64)
        self.second: Ints = np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.due)

    def put(self, due: Ints, first: Ints, second: Ints) -> None:
        """Adds entries that come out at the ticks `due`."""
        if len(due):
            self.due = np.concatenate((self.due, due))
            self.first = np.concatenate((self.first, first))
            self.second = np.concatenate((self.second, second))

    def take(self, tick: int) -> tuple[Ints, Ints]:
        """The entries due at or before `tick`."""
        now = self.due <= tick
        if not now.any():
            empty = np.zeros(0, dtype=np.int64)
            return empty, empty
        first, second, later = self.first[now], self.second[now], ~now
        self.due, self.first, self.second = self.due[later], self.first[later], self.second[later]
        return first, second
