"""What the counts of one site's clocks did over the last minutes, the last hour and the day.

Fed with the board's columns as they land. A counter that falls is taken as the highest so far, so that a repeated,
late or wrong batch never makes a growth negative; a day begins at the clock's own midnight, whoever resets counters
when.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np

from alerts.clock_day import day_at
from alerts.clock_reader import ClockReader, reader_of
from alerts.clock_still import WINDOWS_S, BegunDay, Counts, DayCounts, Grown, Ints, StillCourse
from feeds.clocks import ClockDefinition
from feeds.columns import Columns, Floats

_STEPS = ((30.0, WINDOWS_S["15m"]), (300.0, WINDOWS_S["1h"]))
"""Samples are kept at these distances for as long."""

_BRIDGED_S = 60.0
"""Over midnight, what came in a silence longer than this belongs to neither day."""


class ClockCourse:
    """The clocks of one site. With `coarse`, only its own row has windows: for boards so large that memory matters."""

    def __init__(self, clocks: Sequence[ClockDefinition], *, coarse: bool = False) -> None:
        self._known = {clock.id: clock for clock in clocks}
        self._coarse = coarse
        self._reader: ClockReader | None = None
        self._fed: Mapping[str, bool] = {}
        self._rows: tuple[str, ...] = ()
        self._told: Sequence[str] = ()
        self._kept: Ints = np.empty(0, np.int64)
        self._last: Counts | None = None
        self._samples: tuple[deque[Counts], ...] = tuple(deque() for _ in _STEPS)
        self._days: dict[str, BegunDay] = {}
        self._still: StillCourse | None = None
        self._starts: dict[str, Counts | None] = {}
        self._day_from, self._day_until = math.inf, -math.inf
        """Until when no clock's day ends."""

    @property
    def fed(self) -> tuple[str, ...]:
        """The clocks that the site feeds."""
        return tuple(self._fed)

    def take(self, now: float, columns: Columns, rows: Sequence[str], site_row: int, counting_since: float) -> None:
        """The site's figures as they landed at `now`, of rows with these ids; `site_row` is the site's own, or -1.

        `counting_since` is when its counters were zero, in seconds since the epoch; 0 where it does not say.
        """
        now = max(now, self._last.at) if self._last is not None else now
        self._still = None
        if self._reader is None or not self._reader.reads(columns):
            self._reader = reader_of(self._known, columns)
        fed, read = self._reader.fed, self._reader.read(now, columns)
        if rows is not self._told or fed is not self._fed:
            self._told = rows
            if (fed, tuple(rows)) != (self._fed, self._rows):
                self._lay_out(fed, tuple(rows), site_row, read)
        before = self._last
        if before is not None:
            read = Counts(now, np.fmax(read.first, before.first), np.fmax(read.missed, before.missed), read.overdue)
        if not self._day_from <= now < self._day_until:
            for place, clock in enumerate(fed):
                self._begin_day(self._known[clock], place, before, read, counting_since)
            self._day_from = max((begun.day.start for begun in self._days.values()), default=-math.inf)
            self._day_until = min((begun.day.end for begun in self._days.values()), default=math.inf)
        self._last = read
        for (step, span), kept in zip(_STEPS, self._samples, strict=True):
            while kept and now - kept[0].at > span:
                kept.popleft()
            if not kept or now - kept[-1].at >= step:
                kept.append(read.rows(self._kept))

    def still(self) -> StillCourse:
        """The clocks as they stand now, for good. Copies nothing: arrays are replaced here, never written into."""
        if self._still is None:
            kept = None if len(self._kept) == len(self._rows) else self._kept
            starts = self._starts_of(self._last) if self._last is not None else {}
            self._still = StillCourse(self._fed, kept, self._last, starts, self._days)
        return self._still

    def _starts_of(self, last: Counts) -> Mapping[str, Counts | None]:
        """Where each window begins: at the first sample that is not older; it stays so until it is."""
        for window, start in self._starts.items():
            if start is None or last.at - start.at > WINDOWS_S[window]:
                break
        else:
            if self._starts:
                return self._starts
        self._starts = {window: self._start(last, window) for window in WINDOWS_S}
        return self._starts

    def day(self, clock: str) -> DayCounts | None:
        """As `StillCourse.day`, now."""
        return self.still().day(clock)

    def grown(self, clock: str, window: str) -> Grown | None:
        """As `StillCourse.grown`, now."""
        return self.still().grown(clock, window)

    def _start(self, last: Counts, window: str) -> Counts | None:
        samples = self._samples[WINDOWS_S[window] > _STEPS[0][1]]
        return next((one for one in samples if last.at - one.at <= WINDOWS_S[window]), None)

    def _begin_day(
        self, clock: ClockDefinition, place: int, before: Counts | None, read: Counts, counting_since: float
    ) -> None:
        """Where the clock's day is a new one, what its counters stood at when it began."""
        known = self._days.get(clock.id)
        if known is not None and known.day.start <= read.at < known.day.end:
            return
        day, self._days = day_at(clock, read.at), dict(self._days)  # the one before may be in a `StillCourse`
        if known is None and day.start <= counting_since <= read.at:
            zero = np.zeros(len(self._rows))
            self._days[clock.id] = BegunDay(day, zero, zero, counting_since)
        elif known is not None and before is not None and read.at - before.at <= _BRIDGED_S:
            self._days[clock.id] = BegunDay(day, before.first[:, place], before.missed[:, place], day.start)
        else:
            self._days[clock.id] = BegunDay(day, read.first[:, place], read.missed[:, place], read.at)

    def _lay_out(self, fed: Mapping[str, bool], rows: tuple[str, ...], site_row: int, read: Counts) -> None:
        """Other rows or clocks than before: what stays is kept, what is new begins with what was `read`."""
        row_at = np.array([self._rows.index(row) if row in self._rows else -1 for row in rows], np.int64)
        clock_at = np.array([list(self._fed).index(clock) if clock in self._fed else -1 for clock in fed], np.int64)
        kept_before = self._kept
        all_rows = not self._coarse or site_row < 0
        self._kept = np.arange(len(rows)) if all_rows else np.array([site_row], np.int64)
        self._fed, self._rows, self._starts = fed, rows, {}
        self._day_from, self._day_until = math.inf, -math.inf
        if self._last is None:
            return
        self._last = _moved(self._last, row_at, clock_at, read)
        at = {int(row): i for i, row in enumerate(kept_before)}
        kept_at = np.array([at.get(int(row_at[row]), -1) for row in self._kept], np.int64)
        now = read.rows(self._kept)
        self._samples = tuple(deque(_moved(one, kept_at, clock_at, now) for one in kept) for kept in self._samples)
        self._days = {
            clock: BegunDay(
                begun.day,
                _laid(begun.first[:, None], row_at, np.zeros(1, np.int64), read.first[:, [place]])[:, 0],
                _laid(begun.missed[:, None], row_at, np.zeros(1, np.int64), read.missed[:, [place]])[:, 0],
                begun.since,
            )
            for place, clock in enumerate(fed)
            if (begun := self._days.get(clock)) is not None
        }


def _moved(counts: Counts, row_at: Ints, clock_at: Ints, new: Counts) -> Counts:
    return Counts(
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
