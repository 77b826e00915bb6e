"""Mean handle time from the counters of a stretch at whose end many contacts are still open.

The mean of those that ended is that of the short ones where contacts grow, and work over ended contacts misses that few
end early. So the mean m is the one for which as many are expected to have ended as did:
Σ answered(t) F(V(T) - V(t)) + c₀ Fe(V(T)) = ended, F the lognormal law of handle time with mean m, Fe the law of what
is left of a contact found open at the start, (1/m) ∫ (1 - F), and V the work done on each contact since the start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulators.recorded.load import Floats

SHORTEST_S, LONGEST_S = 2.0, 86_400.0
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Ended:
    """One queue: contacts answered in each interval, ended ones, and the work that was done on each contact."""

    answered: Floats
    left_s: Floats
    """Work that each interval's contacts could have got until the end."""
    whole_s: float
    open_at_start: float
    ended: float


def mean_handle(queues: list[Ended], cv: float) -> float:
    """The mean in seconds of the lognormal law with this cv; within `SHORTEST_S` and `LONGEST_S`."""
    low, high = math.log(SHORTEST_S), math.log(LONGEST_S)
    ended = sum(one.ended for one in queues)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if sum(_expected(one, math.exp(middle), cv) for one in queues) > ended:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)


def _expected(one: Ended, mean: float, cv: float) -> float:
    from scipy.special import ndtr

    sigma = math.sqrt(math.log1p(cv * cv))
    mu = math.log(mean) - sigma * sigma / 2
    z = (np.log(np.maximum(one.left_s, 1e-9)) - mu) / sigma
    fresh = float((one.answered * ndtr(z)).sum())
    end = (math.log(max(one.whole_s, 1e-9)) - mu) / sigma
    residual = float(ndtr(end - sigma)) + one.whole_s / mean * (1 - float(ndtr(end)))
    return fresh + one.open_at_start * residual
