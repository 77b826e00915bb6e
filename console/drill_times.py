"""Where a coach wants to go back to: a time ago, a time of day, or a named moment."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from feeds.durations import parse_duration
from feeds.errors import InputError
from feeds.text import clean
from simulators.kept_moments import KeptMoments, Moment, T

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
WHERE = ":seek"
_EXPECTED = "-5m, a time of day such as 20:10, start, or the name of a moment"


def wanted_moment(text: str, now: float, started: float, zone: tzinfo, kept: KeptMoments[T]) -> Moment[T]:
    """The kept moment that a coach means, `now` seconds after `started` (epoch seconds). Raises InputError."""
    typed = text.strip()
    named = kept.named(typed)
    if named is not None:
        return named
    at = _elapsed(typed, now, started, zone)
    if at > now:
        raise InputError(
            WHERE, f"{clean(typed, 20)}: a drill cannot go forward", "a time that is over, or a faster pace"
        )
    found = kept.at_or_before(at)
    if found is None:
        first = next(iter(kept), None)
        expected = "a moment later" if first is None else f"start, or at most -{round(now - first.at)}s"
        raise InputError(WHERE, f"{clean(typed, 20)}: it is before the drill began", expected)
    return found


def _elapsed(typed: str, now: float, started: float, zone: tzinfo) -> float:
    clock = _CLOCK.fullmatch(typed)
    if clock is not None:
        return _of_day(clock, now, started, zone)
    if typed.startswith("-"):
        try:
            return now - parse_duration(typed[1:])
        except InputError:
            pass
    raise InputError(WHERE, f"{clean(typed, 20)!r} is no moment of this drill", _EXPECTED)


def _of_day(clock: re.Match[str], now: float, started: float, zone: tzinfo) -> float:
    """The last time that the clock showed this, or, where that was before the start, the next."""
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise InputError(WHERE, f"{clock[0]} is no time of day", "00:00 to 23:59")
    here = datetime.fromtimestamp(started + now, zone)
    at = here.replace(hour=hour, minute=minute, second=second, microsecond=0)
    if at > here and (at - timedelta(days=1)).timestamp() >= started:
        at -= timedelta(days=1)
    return at.timestamp() - started
