"""The time that somebody means who wants to look back: `20:03`, `20:03:10`, `-5m`, `now`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from feeds.durations import parse_duration
from feeds.errors import InputError
from feeds.text import clean

_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?")
_NOW = ("now", "现在")


def time_meant(text: str, now: float, zone: tzinfo | None) -> float:
    """Epoch seconds: a time of day as it was last, so long ago, or now. Raises InputError for what is none of these."""
    typed = text.strip().lower()
    if typed in _NOW:
        return now
    if typed.startswith("-"):
        try:
            return now - parse_duration(typed[1:])
        except InputError:
            pass
    clock = _CLOCK.fullmatch(typed)
    if clock is None:
        raise InputError(":at", f"{clean(text, 20)!r} is no time", "20:03, 20:03:10, -5m or now")
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise InputError(":at", f"{clock[0]} is no time of day", "00:00 to 23:59:59")
    here = datetime.fromtimestamp(now, zone)
    at = here.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return (at if at <= here else at - timedelta(days=1)).timestamp()
