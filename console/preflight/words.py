"""Times and numbers in the sentences of a preflight."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.clock import TIME_ZONE
from console.format import UNKNOWN, duration
from playbooks.words import Words


def moment(at: float, pattern: str = "%m-%d %H:%M") -> str:
    """`11-11 00:00`, in the desk's time zone; on a machine without it, in UTC and saying so."""
    try:
        return datetime.fromtimestamp(at, ZoneInfo(TIME_ZONE)).strftime(pattern)
    except ZoneInfoNotFoundError:
        return datetime.fromtimestamp(at, UTC).strftime(f"{pattern}Z")
    except (ValueError, OverflowError, OSError):
        return UNKNOWN


def day(at: float) -> str:
    """`2026-11-12 02:00`, for what may be a year away."""
    return moment(at, "%Y-%m-%d %H:%M")


def age(seconds: float) -> str:
    """A length of time; under a second with its tenth."""
    if not math.isfinite(seconds):
        return UNKNOWN
    return f"{seconds:.1f}s" if abs(seconds) < 10 else duration(round(seconds))


def size(octets: float) -> str:
    """Room on a disk."""
    if not math.isfinite(octets):
        return UNKNOWN
    return f"{octets / 2**30:.1f} GiB" if octets >= 2**30 else f"{octets / 2**20:.0f} MiB"


def both(text: str) -> Words:
    """A text that is the same in both languages: a path, an error of the machine."""
    return Words(text, text)
