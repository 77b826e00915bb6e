"""Which days of a log are alike: by weekday, less those that the log does not hold whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from feeds.errors import InputError
from feeds.text import clean
from simulators.fitting.contact_log import ContactLog, Floats, changes_clock

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMED = {"weekday": (0, 1, 2, 3, 4), "weekend": (5, 6), "all": (0, 1, 2, 3, 4, 5, 6)}
EXPECTED = f"{', '.join(NAMED)}, or weekdays such as mon-fri or sun,mon,tue"

_FEWEST_EXPECTED = 16.0
"""Where so many come on the other days and nobody on this one, the log has a hole: by Poisson once in 9 million."""


def weekdays(text: str, where: str = "--days") -> tuple[int, ...]:
    """The weekdays, Monday 0, that `weekday`, `mon-thu,sun` and the like stand for. Raises InputError."""
    if text in NAMED:
        return NAMED[text]
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = (name.strip().lower() for name in part.partition("-"))
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            raise InputError(where, f"{clean(part, 40)!r} names no weekdays", EXPECTED)
        begin = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - begin) % 7 + 1 if last else 1
        found |= {(begin + step) % 7 for step in range(length)}
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class ChosenDays:
    """Days of a log as their numbers in it, and each day that was left out with the reason."""

    days: tuple[int, ...]
    left_out: tuple[str, ...]


def choose_days(log: ContactLog, wanted: Sequence[int], tz: ZoneInfo, every_s: float = 900.0) -> ChosenDays:
    """The days of these weekdays that the log holds whole.

    Left out: days of a clock change, days inside the log on which nobody came, and days with an interval in which
    nobody came though on the other days of the kind at least `_FEWEST_EXPECTED` did (by the median).
    """
    left_out = []
    days = []
    for number, day in enumerate(log.days):
        if day.weekday() not in wanted:
            continue
        if changes_clock(day, tz):
            left_out.append(f"{day}: the clock changes")
        else:
            days.append(number)
    left_out += [f"{day}: nobody came" for day in _missing(log.days, wanted)]
    counts = counts_by_day(log, every_s)[days]
    usual = np.median(counts, axis=0) if len(days) else np.zeros(0)
    whole = []
    for place, number in enumerate(days):
        holes = np.flatnonzero((counts[place] == 0) & (usual >= _FEWEST_EXPECTED))
        if len(holes) and len(days) > 2:
            at = int(holes[0] * every_s)
            hole = f"nobody came at {at // 3600:02d}:{at % 3600 // 60:02d}, where {usual[holes[0]]:.0f} are usual"
            left_out.append(f"{log.days[number]}: {hole}")
        else:
            whole.append(number)
    return ChosenDays(tuple(whole), tuple(left_out))


def counts_by_day(log: ContactLog, every_s: float) -> Floats:
    """Contacts that joined, (days of the log, intervals of the day)."""
    intervals = round(86_400 / every_s)
    cell = log.day * intervals + (log.second // every_s).astype(np.int64)
    counted = np.bincount(cell, minlength=len(log.days) * intervals)
    return counted.reshape(len(log.days), intervals).astype(np.float64)


def _missing(days: Sequence[date], wanted: Sequence[int]) -> list[date]:
    if not days:
        return []
    inside = [days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days)]
    there = set(days)
    return [day for day in inside if day.weekday() in wanted and day not in there]
