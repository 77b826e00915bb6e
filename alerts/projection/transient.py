"""The exact transient law of M(t)/M/s(t)+M, for voice and chat, of many queues at once.

The forward equations of the number present, all queues in one tridiagonal system. Arrivals and staffing are constant
within a step of the course, and the law passes from one time to the next by the exponential of the rates (`chain`).
States that no queue can reach are left out; where the mass at an end of the rest exceeds `TOLERANCE`, that queue is
done again on more of them.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from alerts.projection.chain import MOST_BIAS, Propagator, States, bias, rates, start_law
from alerts.projection.changing import allow_for_changes
from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.figures import Projection, Weights, fields_of, figures_of, weights
from alerts.projection.moments import moments

TOLERANCE = 1e-9
"""Most probability at an end of the states kept."""
LONGEST_STEP_S = 10.0
"""Default distance of the times at which figures are given."""
_REACH = 6.0
"""Standard deviations to each side of the mean that are kept at first."""
_MOST_TRIES = 12


def project(
    course: Course,
    present: Floats,
    limits_s: Floats,
    *,
    variance: Floats | None = None,
    quantiles: tuple[float, ...] = (0.1, 0.9),
    longest_step_s: float = LONGEST_STEP_S,
) -> Projection:
    """Follow every queue from so many contacts `present` now, (queues,), through the course.

    `limits_s` are the clocks' limits, (limits, queues). `variance` is that of `present` where it is a guess and not a
    count. Figures are given at most `longest_step_s` apart; how far has no bearing on how right they are.
    """
    spread = np.zeros(course.queues) if variance is None else np.asarray(variance, np.float64)
    known = np.flatnonzero(course.known & np.isfinite(present + spread) & (present >= 0) & (spread >= 0))
    limits = np.broadcast_to(np.asarray(limits_s, np.float64), (len(limits_s), course.queues))
    fine = course.refined(max(1, int(np.ceil(course.step_s / longest_step_s - 1e-9))))
    out = _unknown(fine, len(limits), len(quantiles))
    low, high = _reach(course, present, spread, known)
    for _ in range(_MOST_TRIES):
        if not len(known):
            break
        enough_low, enough_high = np.ones(len(known), np.bool_), np.ones(len(known), np.bool_)
        for substeps, group in _alike(fine.only(known), States(low, high)):
            at = known[group]
            states = States(low[group], high[group])
            law = start_law(states, present[at], spread[at])
            part, edges = _follow(fine.only(at), states, law, limits[:, at], quantiles, substeps)
            enough_low[group] = (edges[0] <= TOLERANCE) | (low[group] == 0)
            enough_high[group] = edges[1] <= TOLERANCE
            done = enough_low[group] & enough_high[group]
            for name in fields_of(out):
                getattr(out, name)[:, at[done]] = getattr(part, name)[:, done]
        again = ~(enough_low & enough_high)
        width = high - low + 16
        low = np.where(enough_low, low, np.maximum(low - width // 2, 0))[again]
        high = np.where(enough_high, high, high + width)[again]
        known = known[again]
    return out


def _alike(course: Course, states: States) -> list[tuple[int, NDArray[np.intp]]]:
    """Queues that need the same number of steps of the propagator in a step of the course: (number, queues)."""
    needed = np.maximum(bias(course, states) * course.step_s / MOST_BIAS, 1.0)
    doublings = np.ceil(np.log2(needed) - 1e-9).astype(np.int64)
    return [(2**n, np.flatnonzero(doublings == n)) for n in np.unique(doublings).tolist()]


def _reach(course: Course, present: Floats, spread: Floats, known: NDArray[np.intp]) -> tuple[NDArray[np.int64], ...]:
    """The states of the known queues that are likely to be enough, from the normal approximation."""
    some = course.only(known)
    near = moments(some, present[known], spread[known], max(1, int(course.step_s // 60)))
    far = _REACH * np.sqrt(near.variance)
    low = np.floor((near.mean - far).min(axis=0)) - 10
    high = np.ceil((near.mean + far).max(axis=0)) + 14
    return np.maximum(low, 0).astype(np.int64), high.astype(np.int64)


def _follow(
    course: Course, states: States, law: Floats, limits: Floats, quantiles: tuple[float, ...], substeps: int
) -> tuple[Projection, Floats]:
    """The projection on these states, and the most mass seen at each end, (2, queues)."""
    seen: list[Projection] = []
    laws: list[Floats] = []
    every: list[Floats] = []
    weigh: Weights | None = None
    stepper: Propagator | None = None

    def look(until: int) -> None:
        if weigh is not None and laws:
            times = np.arange(until - len(laws), until) * course.step_s
            seen.append(figures_of(np.stack(laws), np.asarray(times, np.float64), states, weigh, quantiles))
            every.extend(laws)
            laws.clear()

    edges = np.zeros((2, course.queues))
    for step in range(course.steps):
        if stepper is None or not _same(course, step):
            stepper = Propagator(rates(course, step, states), course.step_s / substeps)
        current = weights(course, step, states, limits, weigh)
        if current is not weigh:
            look(step)
            weigh = current
        laws.append(law)
        for _ in range(substeps):
            law = stepper.step(law)
        edges = np.maximum(edges, np.abs([law[states.first], law[states.last]]))
    laws.append(law)
    look(course.steps + 1)
    joined = {f.name: np.concatenate([getattr(part, f.name) for part in seen]) for f in fields(Projection)}
    out = Projection(**joined)
    allow_for_changes(out, np.stack(every), course, states, limits)
    return out, edges


def _same(course: Course, step: int) -> bool:
    """Whether a step's rates are those of the one before."""
    return all(np.array_equal(rows[step], rows[step - 1]) for rows in (course.arrivals, course.serving))


def _unknown(course: Course, limits: int, quantiles: int) -> Projection:
    """A projection of which nothing is known yet."""
    times = np.arange(course.steps + 1) * course.step_s
    flat = (len(times), course.queues)
    shapes = {"answered_within": (*flat, limits), "late": (*flat, limits), "waiting_band": (*flat, quantiles)}
    named = {f.name: np.full(shapes.get(f.name, flat), np.nan) for f in fields(Projection) if f.name != "times"}
    return Projection(times=np.asarray(times, np.float64), **named)
