"""The counts of a response clock by row, which add up over rows, shops, sites and the network.

The rates do not add up, so `alerts.clock_state` works them out last (`feeds.rollup` does the same for the catalogue).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from alerts.clock_day import ClockDay
from alerts.clock_rest import Coming
from alerts.clock_still import DayCounts, Grown, StillCourse
from feeds.columns import Floats

MOST_SCALING = 8.0
"""Without a forecast, a day is never expected to be more than this many times what has come so far."""


class ClockCount:
    """One clock by row, as counts that add up. NaN where nothing is known.

    `expected` is how many will have been assessed by the end of the day; `coming` those of them that a forecast says
    are still to come, None without one. Growth is worked out when it is asked for.
    """

    def __init__(
        self,
        met: Floats,
        missed: Floats,
        overdue: Floats,
        expected: Floats,
        grown: Callable[[str], Grown | None],
        coming: Coming | None = None,
    ) -> None:
        self.met, self.missed, self.overdue, self.expected = met, missed, overdue, expected
        self.coming = coming
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
    course: StillCourse, clock: str, day: ClockDay, now: float, coming: Coming | None = None
) -> ClockCount | None:
    """The counts of one clock of one site at `now`; None where the site does not feed it.

    `coming` is what the forecast still has for each row after `now`, NaN where it says nothing of one.
    """
    counts = course.day(clock)
    if counts is None:
        return None
    if counts.day != day:  # midnight has passed, and nothing has come since
        nothing = np.zeros(len(counts.met))
        counts = DayCounts(day, nothing, nothing, counts.overdue, day.start)
    counted = counts.met + counts.missed + np.where(np.isnan(counts.overdue), 0.0, counts.overdue)
    expected = expected_of_day(counted, day, counts.since, now)
    if coming is not None:
        rest = coming.total
        expected = np.where(np.isnan(rest), expected, counted + rest)
    return ClockCount(
        counts.met, counts.missed, counts.overdue, expected, lambda window: course.grown(clock, window), coming
    )


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
        _add_up_coming(parts, keys, size),
    )


def _add_up_coming(parts: Sequence[ClockCount], keys: Sequence[NDArray[np.int64]], size: int) -> Coming | None:
    """What is coming, added up; unknown where the forecast says nothing of a row in which something was counted."""
    edges = next((part.coming.edges for part in parts if part.coming is not None), None)
    if edges is None:
        return None
    out, unknown = np.zeros((size, len(edges) - 1)), np.zeros(size, np.bool_)
    known = np.zeros(size, np.bool_)
    for part, key in zip(parts, keys, strict=True):
        fed = (key >= 0) & (part.met + part.missed > 0)
        if part.coming is None:
            unknown[key[fed]] = True
            continue
        told = (key >= 0) & ~np.isnan(part.coming.contacts).any(axis=1)
        np.add.at(out, key[told], part.coming.contacts[told])
        known[key[told]] = True
        unknown[key[fed & ~told]] = True
    out[unknown | ~known] = np.nan
    return Coming(edges, out)


def side_by_side(parts: Sequence[ClockCount]) -> ClockCount:
    """The rows of all parts, one part below the other."""

    def grown(window: str) -> Grown:
        found = [part.grown(window) for part in parts]
        return Grown(*(np.concatenate([getattr(one, name) for one in found]) for name in ("met", "late", "late_per_s")))

    def joined(name: str) -> Floats:
        return np.concatenate([getattr(part, name) for part in parts])

    return ClockCount(
        joined("met"), joined("missed"), joined("overdue"), joined("expected"), grown, _joined_coming(parts)
    )


def _joined_coming(parts: Sequence[ClockCount]) -> Coming | None:
    edges = next((part.coming.edges for part in parts if part.coming is not None), None)
    if edges is None:
        return None
    unknown = [np.full((len(part.met), len(edges) - 1), np.nan) for part in parts]
    told = [part.coming.contacts if part.coming is not None else no for part, no in zip(parts, unknown, strict=True)]
    return Coming(edges, np.concatenate(told))
