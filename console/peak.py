"""The peak that a desk gets ready for: from when until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.clock import TIME_ZONE
from feeds.errors import InputError

USUAL_S = 7_200.0
"""A peak whose end nobody states lasts two hours: merchants contract for 0 to 2 h on promotion days."""


@dataclass(frozen=True, slots=True)
class Peak:
    """From `begins` until `ends`, epoch seconds; `stated` by a person, or assumed to be the next midnight."""

    begins: float
    ends: float
    stated: bool

    def overlaps(self, begin: float, end: float) -> bool:
        """Whether a stretch of time and the peak share a moment."""
        return begin < self.ends and self.begins < end


def local_moment(text: str) -> datetime:
    """A moment as people write it; without an offset it is the desk's local time. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if len(text) <= 10:
        raise ValueError(f"{text!r} is a day")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(TIME_ZONE))


def next_midnight(now: float) -> Peak:
    """Local midnight and the two hours after it: those that go on at `now`, else the next ones."""
    local = datetime.fromtimestamp(now, ZoneInfo(TIME_ZONE))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if now >= midnight.timestamp() + USUAL_S:
        midnight += timedelta(days=1)
    return Peak(midnight.timestamp(), midnight.timestamp() + USUAL_S, stated=False)


def peak_of(option: str, peak: datetime | None, peak_ends: datetime | None, now: float) -> Peak:
    """The peak that is meant: the option's (`MOMENT` or `MOMENT/MOMENT`), else the configured one, else midnight.

    Raises InputError for an option that is no moment, or an end that is not after its beginning.
    """
    if option:
        return _typed(option)
    if peak is None:
        return next_midnight(now)
    begins = peak.timestamp()
    return Peak(begins, peak_ends.timestamp() if peak_ends is not None else begins + USUAL_S, stated=True)


def _typed(option: str) -> Peak:
    first, _, last = option.partition("/")
    expected = "a moment such as 2026-11-11T00:00+08:00, or from/until with a slash between"
    try:
        begins = local_moment(first.strip()).timestamp()
        ends = local_moment(last.strip()).timestamp() if last else begins + USUAL_S
    except (ValueError, OverflowError):
        raise InputError("--peak", f"{option!r} is no time", expected) from None
    if ends <= begins:
        raise InputError("--peak", f"{option!r} ends before it begins", expected)
    return Peak(begins, ends, stated=True)
