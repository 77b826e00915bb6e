"""People on shift, which a log of contacts does not tell: as many as make the abandonment that was seen.

For each interval of the day the agents s solve Σ λB·P(abandon | s, λB) / Σ λB = share that gave up, in Erlang A, with
B over the quantiles of the day's busyness (a mean over days is not the figure of a mean day). Contacts and abandonments
of an interval count with those of its neighbours, because one interval of a few weeks gives a handful.
A day's attendance is the factor on all of its agents that makes its own abandonments; how far the factors of the days
lie apart, less what chance makes of abandonments, is the spread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from alerts.projection.erlang import erlang_a
from simulators.fitting.contact_log import Floats

NODES = 7
_STEPS = 13
"""Halvings: agents to a hundredth, attendance to a thousandth."""
_LEAST_SHARE = 0.5
"""Abandonments taken to have been seen where there were none: half a contact."""
_FACTOR_LOW, _FACTOR_HIGH = 0.3, 3.0
_CHANCE = 7.5
"""Variance over mean of the abandonments of a day whose load and people are known: they come in clusters. Found from
simulated days without any spread; docs/calibration.md."""


@dataclass(frozen=True, slots=True)
class Load:
    """What the agents of an interval meet: columns over the intervals of the day."""

    offered: Floats
    """Contacts of all days together."""
    abandoned: Floats
    rate: Floats
    """Mean contacts per second."""
    handle_s: float
    patience_s: float
    """Mean of the exponential patience of greatest likelihood."""
    variance: float
    """Of the factors on the rate, day's and interval's together."""


def agents_by_interval(load: Load) -> Floats:
    """Mean agents on shift in each interval; 0 where nobody comes, else at least 1."""
    offered, abandoned = _with_neighbours(load.offered), _with_neighbours(load.abandoned)
    open_ = load.offered > 0
    target = np.maximum(abandoned, _LEAST_SHARE) / np.maximum(offered, 1.0)
    factors = _quantiles(load.variance)
    rate = np.maximum(load.rate, 1e-6)[:, None] * factors
    low, high = np.ones(len(target)), 3 * load.rate * load.handle_s + 10
    for _ in range(_STEPS):
        middle = (low + high) / 2
        share = (rate * _abandoned(middle[:, None], rate, load)).sum(axis=1) / rate.sum(axis=1)
        enough = share <= target
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(open_, np.maximum(high, 1.0), 0.0)


def attendance_spread(counts: Floats, abandoned: Floats, agents: Floats, load: Load) -> float:
    """Standard deviation of a day's attendance over the plan.

    `counts` are contacts, (days, intervals); `abandoned` those who gave up, one a day.
    """
    if len(counts) < 3:
        return 0.0
    counts, agents = _by_hour(counts, agents)
    rate = np.maximum(counts / 3600, 1e-6)
    busy = agents > 0

    def expected(factor: Floats) -> Floats:
        on_shift = np.maximum(factor[:, None] * agents[busy], 1.0)
        gone: Floats = (counts[:, busy] * _abandoned(on_shift, rate[:, busy], load)).sum(axis=1)
        return gone

    seen = np.maximum(abandoned, _LEAST_SHARE)
    low, high = np.full(len(counts), _FACTOR_LOW), np.full(len(counts), _FACTOR_HIGH)
    for _ in range(_STEPS):
        middle = np.sqrt(low * high)
        fewer = expected(middle) <= seen
        low, high = np.where(fewer, low, middle), np.where(fewer, middle, high)
    factor = np.sqrt(low * high)
    slope = (expected(factor * 0.98) - expected(factor * 1.02)) / 0.04
    chance = _CHANCE * seen / np.maximum(slope, 1.0) ** 2
    # Where busy days have more people, their factors vary with the load and take variance out of the abandonments. The
    # simulator draws both apart, so only what is left may vary.
    busyness = np.log(np.maximum(counts.sum(axis=1), 1.0))
    followed = 2 * float(np.cov(busyness, np.log(factor), ddof=1)[0, 1])
    variance = float(np.log(factor).var(ddof=1)) - max(followed, 0.0) - float(np.median(chance))
    return math.sqrt(max(variance, 0.0))


def _by_hour(counts: Floats, agents: Floats) -> tuple[Floats, Floats]:
    """Contacts of each hour, and mean agents of its intervals that are open."""
    per_hour = max(1, counts.shape[1] // 24)
    grouped = agents.reshape(-1, per_hour)
    open_ = np.maximum((grouped > 0).sum(axis=1), 1)
    return counts.reshape(len(counts), -1, per_hour).sum(axis=2), np.asarray(grouped.sum(axis=1) / open_, np.float64)


def _abandoned(agents: Floats, rate: Floats, load: Load) -> Floats:
    """Erlang A's share that gives up, of any shape."""
    agents, rate = np.broadcast_arrays(agents, rate)
    impatience = np.array([load.handle_s / load.patience_s])
    steady = erlang_a(agents.ravel(), rate.ravel() * load.handle_s, impatience, np.zeros(1))
    out: Floats = steady.p_abandon.reshape(agents.shape)
    return out


def _quantiles(variance: float) -> Floats:
    """Equally likely values of a lognormal factor with mean 1."""
    sigma = math.sqrt(math.log1p(variance))
    normal = np.array([NormalDist().inv_cdf((node + 0.5) / NODES) for node in range(NODES)])
    values: Floats = np.exp(sigma * normal)
    return np.asarray(values / values.mean(), np.float64)


def _with_neighbours(counts: Floats) -> Floats:
    """Means of three intervals along the last axis, the middle one twice, over those that are open."""
    out = np.zeros_like(counts)
    for shift, weight in ((-1, 0.25), (0, 0.5), (1, 0.25)):
        moved = np.roll(counts, shift, axis=-1)
        out += weight * moved
    return out
