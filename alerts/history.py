"""What rules remember of figures: their course over the last minutes, for all rows of a site at once.

A figure is a step function: each value holds until the next. So what is worked out over a window depends on what was
true when, and not on how often it was looked at. Time before the first value is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_SHORTEST = 64


@dataclass(frozen=True, slots=True)
class Window:
    """The values in force from `begin` to `now`: moments × rows, the last one that of now."""

    begin: float
    now: float
    times: Floats
    values: Floats

    @property
    def span(self) -> float:
        """Its length in seconds."""
        return self.now - self.begin

    def weights(self) -> Floats:
        """For how many of its seconds each value was in force, as a column."""
        edges = np.append(np.maximum(self.times, self.begin), self.now)
        return np.diff(edges)[:, None]

    def usable(self) -> Bools:
        """The rows that are known now, and for at least half of the window."""
        known = ~np.isnan(self.values)
        seconds = np.where(known, self.weights(), 0.0).sum(axis=0)
        usable: Bools = known[-1] & (2.0 * seconds >= self.span - 1e-6)
        return usable


class History:
    """The course of one figure over the rows of a site, as far back as `span` seconds."""

    def __init__(self, rows: int, span: float) -> None:
        self.span = span
        self._times = np.empty(_SHORTEST)
        self._values = np.empty((_SHORTEST, rows))
        self._first = self._end = 0

    def add(self, now: float, values: Floats | float) -> None:
        """The figures from `now` on; times never go back, and a second value of one moment replaces the first."""
        if self._end > self._first and self._times[self._end - 1] == now:
            self._values[self._end - 1] = values
            return
        oldest = round(now - self.span, 6)
        while self._end - self._first > 1 and self._times[self._first + 1] <= oldest:
            self._first += 1
        if self._end == len(self._times):
            self._make_room()
        self._times[self._end] = now
        self._values[self._end] = values
        self._end += 1

    @property
    def empty(self) -> bool:
        """Whether nothing has been added yet."""
        return self._end == self._first

    def window(self, span: float) -> Window:
        """The last `span` seconds up to the newest value."""
        times = self._times[self._first : self._end]
        now = float(times[-1])
        begin = round(now - span, 6)
        start = max(int(np.searchsorted(times, begin, side="right")) - 1, 0)
        return Window(begin, now, times[start:], self._values[self._first + start : self._end])

    def taken_over(self, before: History, columns: Sequence[int]) -> None:
        """Go on from another history; `columns` says which of its rows each row was, -1 for none."""
        chosen = np.asarray(columns, dtype=np.intp)
        taken = before._values[before._first : before._end, chosen]
        taken[:, chosen < 0] = np.nan
        self._times = before._times[before._first : before._end].copy()
        self._values = taken
        self._first, self._end = 0, len(taken)

    def _make_room(self) -> None:
        kept = self._end - self._first
        size = max(_SHORTEST, 2 * kept)
        times, values = np.empty(size), np.empty((size, self._values.shape[1]))
        times[:kept] = self._times[self._first : self._end]
        values[:kept] = self._values[self._first : self._end]
        self._times, self._values = times, values
        self._first, self._end = 0, kept


class Hold:
    """For how long a condition has been true, for all rows of a site.

    The unknown neither ends nor interrupts it, as in the life of an alert. While a condition has never been seen
    otherwise, nobody knows how long it has been true, and what has not lasted long enough is unknown and not false.
    """

    def __init__(self, rows: int) -> None:
        self._since = np.full(rows, np.nan)
        self._was_false = np.zeros(rows, dtype=np.bool_)
        self._truth = np.full(rows, np.nan)
        self._now = 0.0

    def add(self, now: float, truth: Floats | float) -> None:
        """The condition from `now` on: 1.0, 0.0 or NaN."""
        self._truth = np.broadcast_to(np.asarray(truth, dtype=np.float64), self._since.shape)
        false = self._truth == 0.0
        self._since[false] = np.nan
        self._was_false |= false
        self._since[(self._truth == 1.0) & np.isnan(self._since)] = now
        self._now = now

    def since(self, row: int) -> float:
        """Since when it has been true in a row; NaN where it is not."""
        return float(self._since[row])

    def lasted(self, span: float) -> Floats:
        """Whether it is true and has been for `span` seconds: 1.0, 0.0 or NaN."""
        long = self._now - self._since >= span - 1e-6
        short = np.where(self._was_false, 0.0, np.nan)
        return np.where(self._truth == 1.0, np.where(long, 1.0, short), self._truth)

    def taken_over(self, before: Hold, columns: Sequence[int]) -> None:
        """Go on from another one; `columns` says which of its rows each row was, -1 for none."""
        for row, column in enumerate(columns):
            if column >= 0:
                self._since[row], self._was_false[row] = before._since[column], before._was_false[column]


def average(window: Window) -> Floats:
    """The mean over the known time, each value weighted by how long it was in force."""
    now = window.values[-1]
    weights = np.where(np.isnan(window.values), 0.0, window.weights())
    # Measured from the value now, so that the mean of a figure that stands still is that figure to the last bit.
    ahead = np.where(weights > 0.0, window.values - now, 0.0)
    return np.where(window.usable(), now + (ahead * weights).sum(axis=0) / weights.sum(axis=0), np.nan)


def greatest(window: Window) -> Floats:
    """The greatest known value."""
    return np.where(window.usable(), np.fmax.reduce(window.values, axis=0), np.nan)


def least(window: Window) -> Floats:
    """The least known value."""
    return np.where(window.usable(), np.fmin.reduce(window.values, axis=0), np.nan)


def change(window: Window) -> Floats:
    """The value now less the value at the window's beginning, unknown where that one is."""
    reaches = window.times[0] <= window.begin
    return np.where(window.usable() & reaches, window.values[-1] - window.values[0], np.nan)


def rate(window: Window) -> Floats:
    """How much a counter rises per second: the sum of its steps up, over the time since its first known value.

    A step down adds nothing: neither a counter that starts anew nor one that is corrected may give an absurd rate.
    """
    known = ~np.isnan(window.values)
    rows = np.arange(window.values.shape[1])
    places = np.maximum.accumulate(np.where(known, np.arange(len(known))[:, None], -1), axis=0)
    filled = np.where(places >= 0, window.values[places, rows], np.nan)
    risen = np.fmax(np.diff(filled, axis=0), 0.0).sum(axis=0)
    since = np.maximum(window.times[known.argmax(axis=0)], window.begin)
    return np.where(window.usable(), risen / (window.now - since), np.nan)
