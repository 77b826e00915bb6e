"""The window of the leader board, as people write it: `2h`, `20:00`, `20:00-22:00`, `today`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from feeds.durations import parse_duration
from feeds.errors import InputError

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?:-(\d{1,2}):(\d{2}))?", re.ASCII)
_EXPECTED = "2h, 20:00, 20:00-22:00 or today"
_DAY_S = 86_400.0

READY: tuple[str, ...] = ("today", "1h", "2h", "4h", "15m")
"""The windows that a key goes through."""


@dataclass(frozen=True, slots=True)
class LeaderWindow:
    """What was asked for. `end` None: up to now."""

    text: str
    begin: float
    end: float | None = None


def read_window(text: str, now: float, zone: tzinfo) -> LeaderWindow:
    """The window as of `now`; hours are those of `zone`, the last that have begun. Raises InputError."""
    text = text.strip().lower()
    local = datetime.fromtimestamp(now, zone)
    if text in ("", "today", "今天", "今日"):
        return LeaderWindow("today", local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    if (found := _CLOCK.fullmatch(text)) is not None:
        begin = _last(local, int(found[1]), int(found[2]))
        if found[3] is None:
            return LeaderWindow(text, begin)
        _last(local, int(found[3]), int(found[4]))  # which refuses what is no time of day
        end = begin + (_minutes(found[3], found[4]) - _minutes(found[1], found[2])) % 1_440 * 60.0
        if end == begin:
            raise InputError("window", f"{text} is empty", _EXPECTED)
        return LeaderWindow(text, begin, end if end < now else None)
    seconds = parse_duration(text, "window")
    if not 0 < seconds <= _DAY_S:
        raise InputError("window", f"{text} is no window of the last day", _EXPECTED)
    return LeaderWindow(text, now - seconds)


def _minutes(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes)


def _last(local: datetime, hour: int, minute: int) -> float:
    """When it was this hour last."""
    if hour > 23 or minute > 59:
        raise InputError("window", f"{hour}:{minute:02d} is no time of day", _EXPECTED)
    found = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (found if found <= local else found - timedelta(days=1)).timestamp()
