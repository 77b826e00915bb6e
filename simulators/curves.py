"""Arrival curves: how the contacts of a day fall on its seconds. Pure functions.

A level is the rate over the day's mean rate: 1 is the mean, 3.2 the mean of the first hour of a promotion that starts
at midnight. Between hours the rate runs without jumps: the running total is a monotone cubic (Fritsch and Carlson,
1980, with the harmonic mean of both sides as slope at the full hour), so each hour keeps exactly its share.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

HOUR_S = 3_600.0
DAY_S = 86_400.0

NORMAL: tuple[float, ...] = (
    2.0, 1.2, 0.7, 0.5, 0.4, 0.5, 0.9, 1.7, 3.2, 5.2, 6.3, 6.0,
    4.9, 5.2, 5.8, 5.9, 5.7, 5.2, 4.9, 5.8, 7.6, 8.4, 7.4, 4.6,
)  # fmt: skip
MIDNIGHT: tuple[float, ...] = (
    13.5, 8.0, 3.6, 1.7, 1.0, 0.8, 1.1, 2.0, 3.6, 4.8, 5.2, 4.6,
    3.8, 3.8, 3.9, 3.8, 3.6, 3.3, 3.2, 4.0, 5.1, 5.6, 5.6, 4.4,
)  # fmt: skip
EIGHT_PM: tuple[float, ...] = (
    4.2, 2.0, 1.0, 0.6, 0.4, 0.4, 0.8, 1.6, 2.8, 4.0, 4.6, 4.2,
    3.7, 3.7, 3.9, 4.1, 4.3, 4.6, 5.6, 8.4, 14.6, 9.8, 6.6, 4.1,
)  # fmt: skip
"""Per cent of a day's contacts in each hour: proposals, flatter than sales because most orders ask nothing."""

BURST_PEAK = 4.0
"""Mean rate of the two minutes after a start, over the mean rate of that hour."""
BURST_HALF_LIFE_S = 360.0
"""Half-life of the part that decays; with the part that stays, the whole rate halves in about 8 minutes. A longer one
and the hour's total would leave nothing for its second half."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A day in hourly shares, which may add up to anything, with a decaying burst at the start of hour `burst_hour`.

    Where `points` are given they count instead: levels at seconds since the scenario's start, joined by straight lines.
    """

    shares: tuple[float, ...] = (1.0,) * 24
    burst_hour: int | None = None
    points: tuple[tuple[float, float], ...] = ()
    daily: bool = False
    """Whether the points' seconds are since local midnight instead."""


NAMED: dict[str, Curve] = {
    "normal": Curve(NORMAL),
    "midnight": Curve(MIDNIGHT, burst_hour=0),
    "eight-pm": Curve(EIGHT_PM, burst_hour=20),
}
"""The curves that a scenario can name."""


def level(curve: Curve, day_s: float, elapsed_s: float = 0.0) -> float:
    """The level at `day_s` seconds after local midnight, `elapsed_s` seconds after the scenario's start."""
    if curve.points:
        return _between(curve.points, day_s % DAY_S if curve.daily else elapsed_s)
    shares, height = _without_burst(curve)
    day_s %= DAY_S
    found = _smooth(shares, day_s)
    if curve.burst_hour is not None:
        found += height * _decay(day_s - curve.burst_hour * HOUR_S)
    return found


def _between(points: Sequence[tuple[float, float]], at: float) -> float:
    if at <= points[0][0]:
        return points[0][1]
    after = bisect_right(points, at, key=lambda point: point[0])
    if after == len(points):
        return points[-1][1]
    (left, low), (right, high) = points[after - 1 : after + 1]
    return low + (high - low) * (at - left) / (right - left)


def _smooth(shares: Sequence[float], day_s: float) -> float:
    """The derivative of the cubic through the running total, as a level; `shares` have mean 1."""
    hour, x = int(day_s // HOUR_S), (day_s % HOUR_S) / HOUR_S
    before, here, after = shares[hour - 1], shares[hour], shares[(hour + 1) % 24]
    left, right = _harmonic(before, here), _harmonic(here, after)
    return left * (1 - 4 * x + 3 * x * x) + here * (6 * x - 6 * x * x) + right * (3 * x * x - 2 * x)


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a > 0 and b > 0 else 0.0


def _decay(since_s: float) -> float:
    """From 1 at the start to 0 an hour later."""
    if not 0 <= since_s < HOUR_S:
        return 0.0
    end = 2 ** (-HOUR_S / BURST_HALF_LIFE_S)
    return float((2 ** (-since_s / BURST_HALF_LIFE_S) - end) / (1 - end))


def _mean_decay(until_s: float) -> float:
    """Mean of `_decay` over the first `until_s` seconds."""
    end = 2 ** (-HOUR_S / BURST_HALF_LIFE_S)
    area = BURST_HALF_LIFE_S / math.log(2) * (1 - 2 ** (-until_s / BURST_HALF_LIFE_S))
    return float((area / until_s - end) / (1 - end))


@lru_cache(maxsize=32)
def _without_burst(curve: Curve) -> tuple[tuple[float, ...], float]:
    """The shares with mean 1 and the burst taken out of its hour, and the burst's height, found by bisection."""
    mean = sum(curve.shares) / 24
    shares = tuple(share / mean for share in curve.shares)
    if curve.burst_hour is None:
        return shares, 0.0
    hour, whole = curve.burst_hour, shares[curve.burst_hour]
    low, high = 0.0, whole / _mean_decay(HOUR_S)
    for _ in range(60):
        height = (low + high) / 2
        rest = list(shares)
        rest[hour] = whole - height * _mean_decay(HOUR_S)
        start = sum(_smooth(rest, hour * HOUR_S + second) for second in range(5, 120, 10)) / 12
        if start + height * _mean_decay(120.0) < BURST_PEAK * whole:
            low = height
        else:
            high = height
    return tuple(rest), height
