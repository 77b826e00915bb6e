"""What the counts of one site's clocks did over the last minutes, the last hour and the day.

Fed with the board's columns as they land. A counter that falls is taken as the highest so far, so that a repeated,
late or wrong batch never makes a growth negative; a day begins at the clock's own midnight, whoever resets counters
when.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.clock_day import ClockDay, day_at
from feeds.clock_columns import Part, clock_column
from feeds.clocks import ClockDefinition
from feeds.columns import Columns, Floats

WINDOWS_S = {"5m": 300.0, "15m": 900.0, "1h": 3600.0}
"""The windows over which growth is known."""

_STEPS = ((30.0, WINDOWS_S["15m"]), (300.0, WINDOWS_S["1h"]))
"""Samples are kept at these distances for as long."""

_BRIDGED_S = 60.0
"""Over midnight, what came in a silence longer than this belongs to neither day."""

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
class _Counts:
    """Counters and the gauge of all clocks fed at one moment, rows × clocks. `first` is met, or persons counted."""

    at: float
    first: Floats
    missed: Floats
    overdue: Floats

    def rows(self, chosen: Ints) -> _Counts:
        return _Counts(self.at, self.first[chosen], self.missed[chosen], self.overdue[chosen])


@dataclass(frozen=True, slots=True)
class _Day:
    """The day of a clock: what its counters stood at when it began, and since when they are counted."""

    day: ClockDay
    first: Floats
    missed: Floats
    since: float


class ClockCourse:
    """The clocks of one site. With `coarse`, only its own row has windows: for boards so large that memory matters."""

    def __init__(self, clocks: Sequence[ClockDefinition], *, coarse: bool = False) -> None:
        self._known = {clock.id: clock for clock in clocks}
        self._coarse = coarse
        self._fed: dict[str, bool] = {}
        """Clock → whether it counts persons: how many in all, and how many late."""
        self._rows: tuple[str, ...] = ()
        self._kept: Ints = np.empty(0, np.int64)
        self._last: _Counts | None = None
        self._samples: tuple[deque[_Counts], ...] = tuple(deque() for _ in _STEPS)
        self._days: dict[str, _Day] = {}

    @property
    def fed(self) -> tuple[str, ...]:
        """The clocks that the site feeds."""
        return tuple(self._fed)

    def take(self, now: float, columns: Columns, rows: Sequence[str], site_row: int, counting_since: float) -> None:
        """The site's figures as they landed at `now`, of rows with these ids; `site_row` is the site's own, or -1.

        `counting_since` is when its counters were zero, in seconds since the epoch; 0 where it does not say.
        """
        now = max(now, self._last.at) if self._last is not None else now
        fed = {clock: counted for clock in self._known if (counted := _counts_persons(clock, columns)) is not None}
        read = _read(now, columns, fed)
        if (fed, tuple(rows)) != (self._fed, self._rows):
            self._lay_out(fed, tuple(rows), site_row, read)
        before = self._last
        if before is not None:
            read = _Counts(now, np.fmax(read.first, before.first), np.fmax(read.missed, before.missed), read.overdue)
        for place, clock in enumerate(fed):
            self._begin_day(self._known[clock], place, before, read, counting_since)
        self._last = read
        for (step, span), kept in zip(_STEPS, self._samples, strict=True):
            while kept and now - kept[0].at > span:
                kept.popleft()
            if not kept or now - kept[-1].at >= step:
                kept.append(read.rows(self._kept))

    def day(self, clock: str) -> DayCounts | None:
        """The day of a clock so far; None where the site does not feed it."""
        if clock not in self._fed or self._last is None:
            return None
        place, last, begun = self.fed.index(clock), self._last, self._days[clock]
        missed = np.maximum(last.missed[:, place] - begun.missed, 0.0)
        met = self._met(clock, np.maximum(last.first[:, place] - begun.first, 0.0), missed)
        return DayCounts(begun.day, met, missed, last.overdue[:, place], begun.since)

    def grown(self, clock: str, window: str) -> Grown | None:
        """Growth over a window of `WINDOWS_S`, as far as it has filled; None where nothing is known yet."""
        if clock not in self._fed or self._last is None:
            return None
        samples = self._samples[WINDOWS_S[window] > _STEPS[0][1]]
        start = next((one for one in samples if self._last.at - one.at <= WINDOWS_S[window]), None)
        if start is None or self._last.at <= start.at:
            return None
        place, last = self.fed.index(clock), self._last.rows(self._kept)
        missed = np.maximum(last.missed[:, place] - start.missed[:, place], 0.0)
        met = self._met(clock, np.maximum(last.first[:, place] - start.first[:, place], 0.0), missed)
        # Who went past the limit and still waits is late now; who was so at the start became late before.
        waiting = _known(last.overdue[:, place]) - _known(start.overdue[:, place])
        late = np.maximum(missed + waiting, 0.0)
        return Grown(*(self._all_rows(part) for part in (met, late, late / (last.at - start.at))))

    def _met(self, clock: str, first: Floats, missed: Floats) -> Floats:
        return np.maximum(first - missed, 0.0) if self._fed[clock] else first

    def _all_rows(self, kept: Floats) -> Floats:
        if len(kept) == len(self._rows):
            return kept
        whole = np.full(len(self._rows), np.nan)
        whole[self._kept] = kept
        return whole

    def _begin_day(
        self, clock: ClockDefinition, place: int, before: _Counts | None, read: _Counts, counting_since: float
    ) -> None:
        """Where the clock's day is a new one, what its counters stood at when it began."""
        known = self._days.get(clock.id)
        if known is not None and known.day.start <= read.at < known.day.end:
            return
        day = day_at(clock, read.at)
        if known is None and day.start <= counting_since <= read.at:
            zero = np.zeros(len(self._rows))
            self._days[clock.id] = _Day(day, zero, zero, counting_since)
        elif known is not None and before is not None and read.at - before.at <= _BRIDGED_S:
            self._days[clock.id] = _Day(day, before.first[:, place], before.missed[:, place], day.start)
        else:
            self._days[clock.id] = _Day(day, read.first[:, place], read.missed[:, place], read.at)

    def _lay_out(self, fed: dict[str, bool], rows: tuple[str, ...], site_row: int, read: _Counts) -> None:
        """Other rows or clocks than before: what stays is kept, what is new begins with what was `read`."""
        row_at = np.array([self._rows.index(row) if row in self._rows else -1 for row in rows], np.int64)
        clock_at = np.array([self.fed.index(clock) if clock in self._fed else -1 for clock in fed], np.int64)
        kept_before = self._kept
        all_rows = not self._coarse or site_row < 0
        self._kept = np.arange(len(rows)) if all_rows else np.array([site_row], np.int64)
        self._fed, self._rows = fed, rows
        if self._last is None:
            return
        self._last = _moved(self._last, row_at, clock_at, read)
        at = {int(row): i for i, row in enumerate(kept_before)}
        kept_at = np.array([at.get(int(row_at[row]), -1) for row in self._kept], np.int64)
        now = read.rows(self._kept)
        self._samples = tuple(deque(_moved(one, kept_at, clock_at, now) for one in kept) for kept in self._samples)
        self._days = {
            clock: _Day(
                begun.day,
                _laid(begun.first[:, None], row_at, np.zeros(1, np.int64), read.first[:, [place]])[:, 0],
                _laid(begun.missed[:, None], row_at, np.zeros(1, np.int64), read.missed[:, [place]])[:, 0],
                begun.since,
            )
            for place, clock in enumerate(fed)
            if (begun := self._days.get(clock)) is not None
        }


def _known(values: Floats) -> Floats:
    """The values, 0 where nothing is known; a quarter of the cost of `nan_to_num` on blocks of this size."""
    return np.where(values == values, values, 0.0)


def _counts_persons(clock: str, columns: Columns) -> bool | None:
    """Whether a site counts this clock by persons; None where it does not feed it."""
    if clock_column(clock, "missed") not in columns:
        return None
    if clock_column(clock, "met") in columns:
        return False
    return True if clock_column(clock, "counted") in columns else None


def _read(now: float, columns: Columns, fed: dict[str, bool]) -> _Counts:
    def block(names: list[str]) -> Floats:
        found = [columns[name] if name in columns else np.full(columns.size, np.nan) for name in names]
        return np.stack(found, axis=1) if found else np.empty((columns.size, 0))

    firsts: list[Part] = ["counted" if persons else "met" for persons in fed.values()]
    return _Counts(
        now,
        block([clock_column(clock, part) for clock, part in zip(fed, firsts, strict=True)]),
        block([clock_column(clock, "missed") for clock in fed]),
        np.maximum(block([clock_column(clock, "overdue") for clock in fed]), 0.0),
    )


def _moved(counts: _Counts, row_at: Ints, clock_at: Ints, new: _Counts) -> _Counts:
    return _Counts(
        counts.at,
        _laid(counts.first, row_at, clock_at, new.first),
        _laid(counts.missed, row_at, clock_at, new.missed),
        _laid(counts.overdue, row_at, clock_at, new.overdue),
    )


def _laid(block: Floats, row_at: Ints, clock_at: Ints, new: Floats) -> Floats:
    """The cells of `block` at these places; where one is -1, the cell of `new`."""
    if not block.size:
        return new
    here = (row_at[:, None] >= 0) & (clock_at[None, :] >= 0)
    return np.where(here, block[np.ix_(np.maximum(row_at, 0), np.maximum(clock_at, 0))], new)
