"""Erlang C and A to 30 digits, summed over states: no integral, nothing shared with the code under test."""

from __future__ import annotations

from typing import Any

import mpmath as mp

Precise = tuple[Any, Any, Any, Any]
"""P(wait), P(abandon), mean wait in handle times, service level."""


def precise(agents: int, load: Any, impatience: Any, within: Any) -> Precise:
    """The steady state; impatience 0 is Erlang C."""
    with mp.workdps(40):
        a, r, limit = mp.mpf(load), mp.mpf(impatience), mp.mpf(within)
        idle = mp.mpf(1)
        for k in range(1, agents):
            idle = 1 + mp.mpf(k) / a * idle
        if r == 0:
            waits = 1 / (1 + (agents - a) / a * idle)
            return waits, mp.mpf(0), waits / (agents - a), 1 - waits * mp.exp(-(agents - a) * limit)
        return _impatient(agents, a, r, limit, idle)


def _impatient(agents: int, a: Any, r: Any, limit: Any, idle: Any) -> Precise:
    """Served within the limit with j ahead: the upper tail of a negative binomial law, term by term."""
    x, stays = agents / r, mp.exp(-r * limit)
    waiting, wait, in_time, weight = mp.mpf(0), mp.mpf(0), mp.mpf(0), a / agents
    term = stays ** (x + 1)
    tail, j = term, 0
    while j < 10 or weight > mp.mpf(10) ** -36 * waiting or a > agents + j * r:
        waiting += weight
        wait += weight * (j + 1) / (agents + (j + 1) * r)
        in_time += weight * x / (x + j + 1) * (1 - tail)
        j += 1
        weight *= a / (agents + j * r)
        term *= (x + j) * (1 - stays) / j
        tail += term
    whole = idle + waiting
    return waiting / whole, r * wait / whole, wait / whole, (idle + in_time) / whole
