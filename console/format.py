"""Values as people read them: fixed, narrow, and `–` for what is not known."""

from __future__ import annotations

import math
from datetime import UTC, datetime, tzinfo

from feeds.catalog import METRICS
from feeds.metric import Unit

UNKNOWN = "–"
"""A value that is not known: never 0, never blank."""

_SCALES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def count(value: float, most: float = 99_999) -> str:
    """A number of things: `1,204`; past `most` shortened, `123k`."""
    if not math.isfinite(value):
        return UNKNOWN
    if abs(value) <= most:
        return f"{value:,.0f}"
    size, letter = next(scale for scale in _SCALES if abs(value) >= scale[0])
    short = value / size
    return f"{short:.1f}{letter}" if abs(short) < 9.95 else f"{short:.0f}{letter}"


def rate(value: float) -> str:
    """Something per second: `41.2`, from 100 on without a fraction."""
    return UNKNOWN if not math.isfinite(value) else f"{value:.1f}" if abs(value) < 99.95 else count(value)


def ratio(value: float) -> str:
    """A quotient: `1.31`."""
    return UNKNOWN if not math.isfinite(value) else f"{value:.2f}" if abs(value) < 99.995 else count(value)


def percent(share: float) -> str:
    """A share of 1 in per cent, the sign left to the heading: `96.2`, and `100` only for all of it.

    A share just under 1 shows as 99.9: rounding must not turn a miss into a hit.
    """
    if not math.isfinite(share):
        return UNKNOWN
    if share >= 1.0:
        return f"{share * 100:.0f}"
    return f"{min(share * 100, 99.9):.1f}"


def money(value: float) -> str:
    """An amount in CNY."""
    return UNKNOWN if not math.isfinite(value) else f"{value:,.2f}" if abs(value) < 999.995 else count(value)


def duration(seconds: float) -> str:
    """A length of time in at most six cells: `9s`, `48s`, `2m41`, `1h05`, `3d04h`.

    Whole seconds are cut off, not rounded: 59.9 s is still under a minute.
    """
    if not math.isfinite(seconds):
        return UNKNOWN
    sign, whole = ("-" if seconds <= -1 else ""), int(abs(seconds))
    if whole < 60:
        return f"{sign}{whole}s"
    if whole < 3600:
        return f"{sign}{whole // 60}m{whole % 60:02d}"
    if whole < 86_400:
        return f"{sign}{whole // 3600}h{whole % 3600 // 60:02d}"
    return f"{sign}{whole // 86_400}d{whole % 86_400 // 3600:02d}h"


def countdown(seconds: float) -> str:
    """Time until something, as on a clock: `3:55` (minutes:seconds) or `1:03:55`."""
    if not math.isfinite(seconds):
        return UNKNOWN
    whole = max(0, math.ceil(seconds))
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def clock(at: float, zone: tzinfo | None = None) -> str:
    """The time of day of `at` (epoch seconds) in `zone` (UTC without one): `20:04:31`."""
    if not math.isfinite(at):
        return UNKNOWN
    try:
        return datetime.fromtimestamp(at, zone or UTC).strftime("%H:%M:%S")
    except (ValueError, OverflowError, OSError):  # a site's clock may say anything
        return UNKNOWN


def clock_minutes(at: float, zone: tzinfo | None = None) -> str:
    """The time of day without seconds: `20:04`."""
    text = clock(at, zone)
    return text if text == UNKNOWN else text[:5]


_WRITE = {
    Unit.SECONDS: duration,
    Unit.SHARE: percent,
    Unit.PER_SECOND: rate,
    Unit.RATIO: ratio,
    Unit.CNY: money,
    Unit.HOURS: rate,
    Unit.COUNT: count,
    Unit.AGENTS: count,
}
_SIGN = {Unit.SHARE: "%", Unit.PER_SECOND: "/s", Unit.CNY: " CNY", Unit.HOURS: " h"}


def metric_value(name: str, value: float) -> str:
    """`value` of the catalogue's metric `name` as its unit is written, without the unit."""
    return _WRITE[METRICS[name].unit](value)


def metric_with_unit(name: str, value: float) -> str:
    """`value` with its unit, for a place where no heading says it: `96.2%`, `41.2/s`, `2m41`."""
    text = metric_value(name, value)
    return text if text == UNKNOWN else text + unit_sign(name)


def unit_sign(name: str) -> str:
    """What stands behind a value of the metric `name`: `%`, `/s`; nothing behind a count or a duration."""
    return _SIGN.get(METRICS[name].unit, "")
