"""The half-month wave: how many days it is since the promotion, and what such a day usually brings."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from simulators.after_sale import contacts

PROMOTIONS: tuple[tuple[int, int], ...] = ((6, 18), (11, 11), (12, 12))
"""(month, day) of the promotions that are taken where a desk is not told of its own peak."""

FIRST_DAY, LAST_DAY, OVER_DAY = -1, 15, 20


@dataclass(frozen=True, slots=True)
class Wave:
    """`promotion` and the days since it began, midnight being 0; `stated`: the desk's own peak, not the calendar's."""

    promotion: date
    day: float
    stated: bool

    @property
    def over(self) -> bool:
        """Whether it has run out."""
        return self.day > OVER_DAY

    @property
    def expected(self) -> float:
        """After-sale contacts of this day over those of a normal one."""
        return contacts(self.day)


def wave_of(now: float, zone: tzinfo, peak: float = math.nan) -> Wave:
    """The wave of the last promotion before `now`: the desk's peak (epoch seconds), else the calendar's."""
    local = datetime.fromtimestamp(now, zone)
    stated = math.isfinite(peak) and peak <= now
    began = datetime.fromtimestamp(peak, zone).date() if stated else _last(local.date())
    found = _last(local.date())
    if stated and found > began:  # another promotion has come since
        began, stated = found, False
    midnight = datetime(began.year, began.month, began.day, tzinfo=zone)
    return Wave(began, (local - midnight) / timedelta(days=1), stated)


def _last(today: date) -> date:
    """The last promotion of the calendar that has begun."""
    days = (date(year, month, day) for year in (today.year - 1, today.year) for month, day in PROMOTIONS)
    return max(day for day in days if day <= today)


def course() -> list[float]:
    """What each day of the wave usually brings, from the day before the promotion on."""
    return [contacts(float(day)) for day in range(FIRST_DAY, LAST_DAY + 1)]
