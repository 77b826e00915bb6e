"""When a source is late, and when it cannot be believed any more: pure functions of ages and expected intervals."""

from __future__ import annotations

from typing import Literal

from feeds.contract import LATE_AFTER_BEATS, UNKNOWN_AFTER_BEATS

Freshness = Literal["live", "late", "unknown"]

_ORDER: tuple[Freshness, ...] = ("live", "late", "unknown")


def is_late(age_s: float, expected_s: float) -> bool:
    """Whether a source of this age is late, or cannot be believed any more."""
    return age_s >= LATE_AFTER_BEATS * expected_s


def freshness(age_s: float, expected_s: float) -> Freshness:
    """What a source of this age is worth: late from 2 expected intervals on, unknown from 3 on."""
    if age_s >= UNKNOWN_AFTER_BEATS * expected_s:
        return "unknown"
    return "late" if is_late(age_s, expected_s) else "live"


def worst(*states: Freshness) -> Freshness:
    """The least believable of several."""
    return max(states, key=_ORDER.index)


def next_change(since: float, expected_s: float, now: float) -> float | None:
    """When something last heard of at `since` next changes its freshness; None when it is unknown already."""
    at = since + LATE_AFTER_BEATS * expected_s
    if at > now:
        return at
    at = since + UNKNOWN_AFTER_BEATS * expected_s
    return at if at > now else None
