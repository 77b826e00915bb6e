"""The counts of a response clock by row, which add up over rows, shops, sites and the network.

The rates do not add up, so `alerts.clock_state` works them out last (`feeds.rollup` does the same for the catalogue).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from alerts.clock_day import ClockDay
from alerts.clock_still import DayCounts, Grown, StillCourse
from feeds.columns import Floats

MOST_SCALING = 8.0
"""Without a forecast, a day is never expected to be more than this many times what has come so far."""


class ClockCount:
    """One clock by row, as counts that add up. NaN where nothing is known.

    `expected` is how many will have been assessed by the end of the day. Growth is worked out when it is asked for.
    """

    def __init__(
        self, met: Floats, missed: Floats, overdue: Floats, expected: Floats, grown: Callable[[str], Grown | None]
    ) -> None:
        self.met, self.missed, self.overdue, self.expected = met, missed, overdue, expected
        self._grown, self._kept = grown, dict[str, Grown]()

    def grown(self, window: str) -> Grown:
        """Growth over a window of `WINDOWS_S`."""
        kept = self._kept.get(window)
        if kept is None:
            unknown = np.full(len(self.met), np.nan)
            kept = self._kept[window] = self._grown(window) or Grown(unknown, unknown, unknown)
        return kept


def no_count(rows: int) -> ClockCount:
    """The counts of so many rows of which nothing is known."""
    unknown = np.full(rows, np.nan)
    return ClockCount(unknown, unknown, unknown, unknown, lambda _window: None)


def expected_of_day(counted: Floats, day: ClockDay, since: float, now: float) -> Floats:
    """How many of a day that is counted `since` will be assessed in all, where there is no forecast.

    What came so far, scaled by the assessed time from `since` to the day's end over that until `now`, at most
    `MOST_SCALING` times: a burst in the first minutes must not promise a budget that never comes.
    """
    return counted * day_factor(day, since, now)


def day_factor(day: ClockDay, since: float, now: float) -> float:
    """How many times what came between `since` and `now` the whole day is expected to be, where nothing is forecast."""
    gone = day.seconds(since, now)
    return min((gone + day.seconds(now, day.end)) / gone, MOST_SCALING) if gone > 0.0 else 1.0


def count_of(
    course: StillCourse, clock: str, day: ClockDay, now: float, forecast: Floats | None = None
) -> ClockCount | None:
    """The counts of one clock of one site at `now`; None where the site does not feed it.

    `forecast` is how many of the day are expected by row, NaN where there is no forecast; never below what has come.
    """
    counts = course.day(clock)
    if counts is None:
        return None
    if counts.day != day:  # midnight has passed, and nothing has come since
        nothing = np.zeros(len(counts.met))
        counts = DayCounts(day, nothing, nothing, counts.overdue, day.start)
    counted = counts.met + counts.missed + np.where(np.isnan(counts.overdue), 0.0, counts.overdue)
    expected = expected_of_day(counted, day, counts.since, now)
    if forecast is not None:
        expected = np.where(np.isnan(forecast), expected, np.maximum(forecast, counted))
    return ClockCount(counts.met, counts.missed, counts.overdue, expected, lambda window: course.grown(clock, window))


def add_up(parts: Sequence[ClockCount], keys: Sequence[NDArray[np.int64]], size: int) -> ClockCount:
    """Rows added up: row `i` of part `p` goes to row `keys[p][i]`, or nowhere where that is -1.

    A sum of nothing known is NaN, not zero.
    """
    key = np.concatenate([np.empty(0, np.int64), *keys])
    placed = key >= 0

    def total(blocks: Sequence[Floats]) -> Floats:
        block = np.concatenate([np.empty(0), *blocks])
        here = placed & (block == block)
        known = np.bincount(key[here], minlength=size) > 0
        return np.where(known, np.bincount(key[here], block[here], size), np.nan)

    def grown(window: str) -> Grown:
        found = [part.grown(window) for part in parts]
        return Grown(
            total([one.met for one in found]),
            total([one.late for one in found]),
            total([one.late_per_s for one in found]),
        )

    return ClockCount(
        total([part.met for part in parts]),
        total([part.missed for part in parts]),
        total([part.overdue for part in parts]),
        total([part.expected for part in parts]),
        grown,
    )


def side_by_side(parts: Sequence[ClockCount]) -> ClockCount:
    """The rows of all parts, one part below the other."""

    def grown(window: str) -> Grown:
        found = [part.grown(window) for part in parts]
        return Grown(*(np.concatenate([getattr(one, name) for one in found]) for name in ("met", "late", "late_per_s")))

    def joined(name: str) -> Floats:
        return np.concatenate([getattr(part, name) for part in parts])

    return ClockCount(joined("met"), joined("missed"), joined("overdue"), joined("expected"), grown)
