"""The exact transient law of M(t)/M/s(t)+M, for voice and chat, of many queues at once.

The forward equations of the number present, all queues in one tridiagonal system. Arrivals and staffing are constant
within a step of the course, and the law passes from one time to the next by the exponential of the rates (`chain`).
States that no queue can reach are left out; where the mass at an end of the rest exceeds `TOLERANCE`, that queue is
done again on more of them.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from alerts.projection.chain import Propagator, Rates, States, rates, start_law
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
    substeps = max(1, int(np.ceil(course.step_s / longest_step_s - 1e-9)))
    out = _unknown(course, substeps, len(limits), len(quantiles))
    low, high = _reach(course, present, spread, known)
    for _ in range(_MOST_TRIES):
        if not len(known):
            break
        states = States(low, high)
        some = course.only(known)
        law = start_law(states, present[known], spread[known])
        part, edges = _follow(some, states, law, limits[:, known], quantiles, substeps)
        short_low, short_high = edges[0] > TOLERANCE, edges[1] > TOLERANCE
        done = ~(short_low & (low > 0)) & ~short_high
        for name in fields_of(out):
            getattr(out, name)[:, known[done]] = getattr(part, name)[:, done]
        width = high - low + 16
        low = np.where(short_low, np.maximum(low - width // 2, 0), low)[~done]
        high = np.where(short_high, high + width, high)[~done]
        known = known[~done]
    return out


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
    length = course.step_s / substeps
    seen: list[Projection] = []
    edges = np.zeros((2, course.queues))
    weigh: Weights | None = None
    stepper: Propagator | None = None
    before: Rates | None = None
    for step in range(course.steps):
        now = rates(course, step, states)
        if stepper is None or before is None or not _same(now, before):
            stepper, before = Propagator(now, length), now
        weigh = weights(course, step, states, limits, weigh)
        laws = np.empty((substeps, len(law)))
        for i in range(substeps):
            laws[i] = law
            law = stepper.step(law)
        at = np.asarray(step * course.step_s + length * np.arange(substeps), np.float64)
        seen.append(figures_of(laws, at, states, weigh, quantiles))
        edges = np.maximum(edges, np.abs([laws[:, states.first], laws[:, states.last]]).max(axis=1))
    if weigh is not None:
        seen.append(figures_of(law[None, :], np.array([course.steps * course.step_s]), states, weigh, quantiles))
    edges = np.maximum(edges, np.abs([law[states.first], law[states.last]]))
    joined = {f.name: np.concatenate([getattr(part, f.name) for part in seen]) for f in fields(Projection)}
    return Projection(**joined), edges


def _same(now: Rates, before: Rates) -> bool:
    return np.array_equal(now.birth, before.birth) and np.array_equal(now.death, before.death)


def _unknown(course: Course, substeps: int, limits: int, quantiles: int) -> Projection:
    """A projection of which nothing is known yet."""
    times = np.arange(course.steps * substeps + 1) * (course.step_s / substeps)
    flat = (len(times), course.queues)
    shapes = {"answered_within": (*flat, limits), "late": (*flat, limits), "waiting_band": (*flat, quantiles)}
    named = {f.name: np.full(shapes.get(f.name, flat), np.nan) for f in fields(Projection) if f.name != "times"}
    return Projection(times=np.asarray(times, np.float64), **named)


def seen_every(projection: Projection, stride: int) -> Projection:
    """Every `stride`-th time of a projection, the first included."""
    return replace(projection, **{f.name: getattr(projection, f.name)[::stride] for f in fields(Projection)})
