"""Agents that a target asks for, by inverting the closed forms; the load that an interval really brings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from alerts.projection.decay import Floats
from alerts.projection.erlang import Steady, erlang_a

MOST_AGENTS = 10_000_000.0
"""Where more would be needed, the answer is NaN."""

Enough = Callable[[Floats, NDArray[np.intp]], NDArray[np.bool_]]
"""Whether so many agents are enough, for the rows of these numbers."""


def required_agents(
    load: Floats,
    impatience: Floats,
    within: Floats,
    service_level: Floats | float | None = None,
    abandonment: Floats | float | None = None,
) -> Floats:
    """The fewest agents with at least `service_level` answered within the limit and at most `abandonment` giving up.

    Arrays over rows, in the units of `alerts.projection.erlang`; either target may be left out. A load of 0 needs
    nobody. NaN where an input is not known or more than `MOST_AGENTS` would be needed.
    """
    given = (load, impatience, within, *(_target(x) for x in (service_level, abandonment)))
    rows = [np.array(x, np.float64) for x in np.broadcast_arrays(*(np.atleast_1d(np.asarray(x)) for x in given))]
    shape = rows[0].shape
    load, impatience, within, level, lost = (row.ravel() for row in rows)
    known = ~np.isnan(load + impatience + within)
    busy = known & (load > 0)
    some = np.flatnonzero(busy)

    def enough(agents: Floats, which: NDArray[np.intp]) -> NDArray[np.bool_]:
        at = some[which]
        steady = erlang_a(agents, load[at], impatience[at], within[at])
        return meets(steady, level[at], lost[at])

    out = np.where(known, 0.0, np.nan)
    out[some] = fewest(enough, np.maximum(np.ceil(load[some]), 1.0))
    return out.reshape(shape)


def meets(steady: Steady, service_level: Floats, abandonment: Floats) -> NDArray[np.bool_]:
    """Whether each row keeps both targets; NaN is a target that was not set."""
    answered = np.isnan(service_level) | (steady.service_level >= service_level)
    return steady.stable & answered & (np.isnan(abandonment) | (steady.p_abandon <= abandonment))


def fewest(enough: Enough, guess: Floats) -> Floats:
    """The least whole number ≥ 1 for which `enough` holds, a row each; `enough` must not fail again further up.

    Steps away from the guess double until the answer lies between two numbers, which then close in.
    """
    rows = np.arange(len(guess))
    few, many = np.zeros_like(guess), guess.copy()
    step = np.ceil(np.sqrt(guess))
    open_ = rows
    while len(open_):
        done = enough(many[open_], open_) | (many[open_] >= MOST_AGENTS)
        open_ = open_[~done]
        few[open_] = many[open_]
        many[open_] = np.minimum(many[open_] + step[open_], MOST_AGENTS)
        step[open_] *= 2
    at_most = rows[many >= MOST_AGENTS]
    beyond = at_most[~enough(many[at_most], at_most)] if len(at_most) else at_most
    open_ = rows[many - few > 1]
    while len(open_):
        middle = np.floor((few[open_] + many[open_]) / 2)
        done = enough(middle, open_)
        many[open_[done]], few[open_[~done]] = middle[done], middle[~done]
        open_ = open_[many[open_] - few[open_] > 1]
    many[beyond] = np.nan
    return many


def modified_load(arrivals: Floats, handle_s: Floats, interval_s: float, start: Floats | None = None) -> Floats:
    """The mean offered load of each interval, (intervals, queues): m' = λ - m / handle time.

    Work in hand carries over an interval's edge, so that a peak's load comes later than its arrivals (the modified
    offered load of Jennings, Mandelbaum, Massey and Whitt 1996). `arrivals` per second, (intervals, queues); `start` is
    the load before the first interval, by default that of its arrivals for ever.
    """
    share = -np.expm1(-interval_s / handle_s)
    ends = arrivals[0] * handle_s if start is None else np.asarray(start, np.float64)
    out = np.empty_like(arrivals, np.float64)
    for i, rate in enumerate(arrivals):
        goal = rate * handle_s
        out[i] = goal + (ends - goal) * share * handle_s / interval_s
        ends = goal + (ends - goal) * (1.0 - share)
    return out


def surplus(rostered: Floats, required: Floats) -> Floats:
    """Agents over (positive) or short (negative); NaN where either is not known."""
    return np.asarray(rostered - required, np.float64)


def _target(given: Floats | float | None) -> Floats:
    return np.asarray(np.nan if given is None else given, np.float64)
