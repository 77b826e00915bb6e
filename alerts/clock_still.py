"""The clocks of one site as they stood at one moment: the day so far, and growth over the last minutes.

What a `StillCourse` holds is never written into, so a screen may read it in its own thread while the desk goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.clock_day import ClockDay
from feeds.columns import Floats

WINDOWS_S = {"5m": 300.0, "15m": 900.0, "1h": 3600.0}
"""The windows over which growth is known."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grown:
    """Growth over a window, by row: what was met, what became late (waiting or not), and late ones per second."""

    met: Floats
    late: Floats
    late_per_s: Floats


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One clock of one site by row: `day` so far since `since` (seconds since the epoch), and what still waits late.

    `overdue` is NaN where the site does not say.
    """

    day: ClockDay
    met: Floats
    missed: Floats
    overdue: Floats
    since: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Counters and the gauge of all clocks fed at one moment, rows × clocks. `first` is met, or persons counted."""

    at: float
    first: Floats
    missed: Floats
    overdue: Floats

    def rows(self, chosen: Ints) -> Counts:
        """Those of some rows."""
        return Counts(self.at, self.first[chosen], self.missed[chosen], self.overdue[chosen])


@dataclass(frozen=True, slots=True)
class BegunDay:
    """The day of a clock: what its counters stood at when it began, and since when they are counted."""

    day: ClockDay
    first: Floats
    missed: Floats
    since: float


@dataclass(frozen=True, slots=True)
class StillCourse:
    """The clocks of one site as they stood when figures landed last. Never changes: any thread may read it."""

    persons: Mapping[str, bool]
    """Clock that the site feeds → whether it counts persons: how many in all, and how many late."""
    kept: Ints | None
    """The rows that have windows; None where all have."""
    last: Counts | None
    starts: Mapping[str, Counts | None]
    days: Mapping[str, BegunDay]

    @property
    def fed(self) -> tuple[str, ...]:
        """The clocks that the site feeds."""
        return tuple(self.persons)

    def day(self, clock: str) -> DayCounts | None:
        """The day of a clock so far; None where the site does not feed it."""
        if clock not in self.persons or self.last is None:
            return None
        place, last, begun = self.fed.index(clock), self.last, self.days[clock]
        missed = np.maximum(last.missed[:, place] - begun.missed, 0.0)
        met = self._met(clock, np.maximum(last.first[:, place] - begun.first, 0.0), missed)
        return DayCounts(begun.day, met, missed, last.overdue[:, place], begun.since)

    def grown(self, clock: str, window: str) -> Grown | None:
        """Growth over a window of `WINDOWS_S`, as far as it has filled; None where nothing is known yet."""
        start, last = self.starts.get(window), self.last
        if clock not in self.persons or last is None or start is None or last.at <= start.at:
            return None
        place = self.fed.index(clock)
        first, late, overdue = (self._kept(block[:, place]) for block in (last.first, last.missed, last.overdue))
        missed = np.maximum(late - start.missed[:, place], 0.0)
        met = self._met(clock, np.maximum(first - start.first[:, place], 0.0), missed)
        # Who went past the limit and still waits is late now; who was so at the start became late before.
        late = np.maximum(missed + (known_or_zero(overdue) - known_or_zero(start.overdue[:, place])), 0.0)
        return Grown(*(self._all_rows(part) for part in (met, late, late / (last.at - start.at))))

    def _met(self, clock: str, first: Floats, missed: Floats) -> Floats:
        return np.maximum(first - missed, 0.0) if self.persons[clock] else first

    def _kept(self, column: Floats) -> Floats:
        return column if self.kept is None else column[self.kept]

    def _all_rows(self, kept: Floats) -> Floats:
        if self.kept is None or self.last is None:
            return kept
        whole = np.full(len(self.last.first), np.nan)
        whole[self.kept] = kept
        return whole


NOTHING_YET = StillCourse({}, None, None, {}, {})
"""Of a site that has said nothing yet."""


def known_or_zero(values: Floats) -> Floats:
    """The values, 0 where nothing is known; a quarter of the cost of `nan_to_num` on blocks of this size."""
    return np.where(values == values, values, 0.0)
