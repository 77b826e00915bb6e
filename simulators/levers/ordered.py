"""A figure that is ordered at once and holds in full only after a lead time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Ordered:
    """One figure for each of some targets (queues, groups, sites …), at `usual` until it is ordered otherwise.

    An order begins to show `begin_s` seconds after it, grows evenly, and holds in full after `full_s` seconds; so
    does the order that takes it back. While `used` is false everything is as usual and nothing needs to be looked at.
    """

    def __init__(self, size: int, usual: float, begin_s: float = 0.0, full_s: float = 0.0) -> None:
        self.ordered: Floats = np.full(size, usual)
        self.value: Floats = np.full(size, usual)
        """What holds at the tick of the last `step`."""
        self.used = False
        self._usual, self._begin, self._full = usual, begin_s, full_s
        self._from: Floats = self.value.copy()
        self._since: Floats = np.full(size, -np.inf)

    def order(self, number: int, value: float, tick: int) -> float:
        """Orders a value for one target; returns the one that was ordered before. The same value again is no order."""
        before = float(self.ordered[number])
        if value != before:
            self._from[number], self._since[number] = self.value[number], tick
            self.ordered[number] = value
            self.used = True
            self._settle(tick)
        return before

    def widen(self, rows: int) -> None:
        """The targets are `rows` rows of a table; each gets one more at its end, at the usual figure."""
        for name, filler in (
            ("ordered", self._usual),
            ("value", self._usual),
            ("_from", self._usual),
            ("_since", -np.inf),
        ):
            table = getattr(self, name).reshape(rows, -1)
            setattr(self, name, np.column_stack((table, np.full(rows, filler))).reshape(-1))

    def step(self, tick: int) -> None:
        """Brings `value` up to date."""
        if self.used:
            self._settle(tick)
            self.used = bool((self.value != self._usual).any() or (self.ordered != self._usual).any())

    def _settle(self, tick: int) -> None:
        length = max(self._full - self._begin, 1.0)
        done = np.clip((tick - self._since - self._begin) / length, 0.0, 1.0) if self._full else 1.0
        self.value = np.where(done == 1.0, self.ordered, self._from + (self.ordered - self._from) * done)
