"""One local day of a clock: when it is assessed, how much of it has gone, and how much is left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from feeds.clocks import MINUTES, ClockDefinition
from feeds.columns import Floats


@dataclass(frozen=True, slots=True)
class ClockDay:
    """A day from midnight to midnight in the clock's time zone; all times in seconds since the epoch."""

    start: float
    end: float
    assessed: tuple[tuple[float, float], ...]
    """The assessed stretches of the day, in order; ends are excluded."""

    def assesses(self, at: float) -> bool:
        """Whether `at` lies in the assessed hours."""
        return any(begin <= at < end for begin, end in self.assessed)

    def seconds(self, begin: float, end: float) -> float:
        """Assessed seconds of this day between two moments."""
        return math.fsum(max(0.0, min(end, until) - max(begin, since)) for since, until in self.assessed)

    def after(self, at: float, seconds: Floats) -> Floats:
        """When so many seconds of assessed time have passed since `at`; NaN where the day ends before."""
        begins = np.array([max(at, since) for since, until in self.assessed if until > at])
        lengths = np.array([until - max(at, since) for since, until in self.assessed if until > at])
        if not lengths.size:
            return np.full(len(seconds), np.nan)
        ends = np.cumsum(lengths)
        piece = np.minimum(np.searchsorted(ends, seconds), len(ends) - 1)
        found: Floats = begins[piece] + seconds - (ends - lengths)[piece]
        return np.where(seconds <= ends[-1], found, np.nan)


@lru_cache(maxsize=512)
def clock_day(clock: ClockDefinition, day: date) -> ClockDay:
    """The day `day` of a clock."""
    zone = ZoneInfo(clock.tz)
    pieces: list[tuple[float, float]] = []
    for stretch in clock.stretches():
        if stretch.promotion and not clock.promotes(day):
            continue
        around = stretch.until < stretch.begin
        minutes = ((0, stretch.until), (stretch.begin, MINUTES)) if around else ((stretch.begin, stretch.until),)
        pieces += [(_at(day, begin, zone), _at(day, end, zone)) for begin, end in minutes if begin < end]
    return ClockDay(_at(day, 0, zone), _at(day, MINUTES, zone), tuple(sorted(pieces)))


def day_at(clock: ClockDefinition, at: float) -> ClockDay:
    """The day of a clock in which `at` lies."""
    return clock_day(clock, datetime.fromtimestamp(math.floor(at), ZoneInfo(clock.tz)).date())


def next_assessed(clock: ClockDefinition, at: float, days: int = 7) -> float:
    """When the next assessed stretch begins after `at`; NaN where none does within so many days."""
    day = day_at(clock, at)
    for _ in range(days):
        found = next((begin for begin, _end in day.assessed if begin > at), None)
        if found is not None:
            return found
        day = day_at(clock, day.end)
    return math.nan


def _at(day: date, minute: int, zone: ZoneInfo) -> float:
    if minute == MINUTES:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(minute // 60, minute % 60), zone).timestamp()
