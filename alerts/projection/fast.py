"""The projection for all queues every few seconds: the normal approximation, closed figures for each time.

Mean and variance come from `moments`. A contact that arrives waits no longer than T if, with nobody else arriving,
fewer than the slots would be taken T later; that number is again taken to be normal. How far off this is, against the
exact law, stands in docs/projection.md; near a line, ask `transient.project`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.moments import LEAST_VARIANCE, Moments, moments

LONGEST_STEP_S = 60.0
"""Default distance of the times at which figures are given."""
_ROOT_2PI = float(np.sqrt(2 * np.pi))


@dataclass(frozen=True, slots=True)
class FastProjection:
    """Figures as of `alerts.projection.figures.Projection`, (times, queues) or (times, queues, limits)."""

    times: Floats
    present: Floats
    waiting: Floats
    p_wait: Floats
    mean_wait_s: Floats
    p_abandon: Floats
    abandon_rate: Floats
    answered_within: Floats
    waiting_band: Floats
    """10th and 90th percentile of the contacts waiting, (times, queues, 2)."""


def project_fast(
    course: Course,
    present: Floats,
    limits_s: Floats,
    *,
    variance: Floats | None = None,
    longest_step_s: float = LONGEST_STEP_S,
) -> FastProjection:
    """Follow every queue from so many contacts `present` now, (queues,); `limits_s` is (limits, queues).

    Figures are NaN for queues of which something is not known.
    """
    fine = course.refined(max(1, int(np.ceil(course.step_s / longest_step_s - 1e-9))))
    spread = np.zeros(course.queues) if variance is None else np.asarray(variance, np.float64)
    good = course.known & np.isfinite(present + spread) & (present >= 0) & (spread >= 0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        heading = moments(fine, np.where(good, present, np.nan), spread)
        return _figures(fine, heading, np.asarray(limits_s, np.float64))


@dataclass(frozen=True, slots=True)
class _Staffing:
    """What the steps' staffing means at each time, (times, queues)."""

    room: Floats
    capacity: Floats
    base: Floats
    """Contacts served a second while all are busy."""
    r: Floats
    """Contacts that give up, per one waiting and second."""


def _staffing(course: Course) -> _Staffing:
    def at_times(steps: Floats) -> Floats:
        return np.concatenate([steps, steps[-1:]])

    serving = at_times(course.serving_at)
    room = at_times(course.agents * course.slots)
    return _Staffing(room, serving * course.slots, serving * course.full_pace, course.impatience)


def _figures(course: Course, heading: Moments, limits: Floats) -> FastProjection:
    from scipy.special import ndtr

    staff = _staffing(course)
    mean, sigma = heading.mean, np.sqrt(heading.variance)
    z = (mean - staff.room) / sigma
    density = np.exp(-0.5 * z * z) / _ROOT_2PI
    beyond = sigma * (density + z * ndtr(z))
    # An arrival waits where the slots are taken; half a contact makes up for counting in whole ones.
    p_wait = ndtr(z + 0.5 / sigma)
    mean_wait = _mean_wait(staff, heading, z, density, beyond, p_wait)
    # Contacts in the hands of agents who are about to leave do not wait, though nobody takes the next in their place.
    held = (mean - staff.capacity) / sigma
    leaving = staff.capacity > staff.room
    waiting = np.where(leaving, sigma * (np.exp(-0.5 * held * held) / _ROOT_2PI + held * ndtr(held)), beyond)
    answered = np.stack([_answered(staff, heading, p_wait, limit) for limit in limits], axis=-1)
    band = np.stack([np.maximum(mean + k * sigma - staff.capacity, 0.0) for k in (-1.2816, 1.2816)], axis=-1)
    return FastProjection(
        times=np.asarray(np.arange(course.steps + 1) * course.step_s, np.float64),
        present=mean,
        waiting=waiting,
        p_wait=p_wait,
        mean_wait_s=mean_wait,
        p_abandon=staff.r * mean_wait,
        abandon_rate=staff.r * waiting,
        answered_within=answered,
        waiting_band=band,
    )


def _mean_wait(
    staff: _Staffing, heading: Moments, z: Floats, density: Floats, beyond: Floats, p_wait: Floats
) -> Floats:
    """E[(j + 1) / (base + (j + 1)r)] over those who wait, to second order in how j varies among them."""
    from scipy.special import ndtr

    some = np.maximum(p_wait, 1e-12)
    typical = beyond / some + 1.0
    squares = heading.variance * ((1 + z * z) * ndtr(z) + z * density)
    varied = np.maximum(squares / some - (beyond / some) ** 2, 0.0)
    pace = staff.base + typical * staff.r
    bent = varied * staff.base * staff.r / pace**3
    return np.asarray(p_wait * np.maximum(typical / pace - bent, typical / pace / 2), np.float64)


def _answered(staff: _Staffing, heading: Moments, p_wait: Floats, limit: Floats) -> Floats:
    """Share answered within the limit: E[exp(-θ·wait); wait ≤ T], by parts and Simpson's rule."""
    at_once, half, whole = (_reached(staff, heading, p_wait, share * limit) for share in (0.0, 0.5, 1.0))
    middle, last = np.exp(-staff.r * limit / 2), np.exp(-staff.r * limit)
    stayed = (at_once + 4 * half * middle + whole * last) * limit / 6
    return np.asarray(whole * last + staff.r * stayed, np.float64)


def _reached(staff: _Staffing, heading: Moments, p_wait: Floats, limit: Floats) -> Floats:
    """Share of arrivals whose turn comes within the limit if they stay."""
    from scipy.special import ndtr

    if not limit.any():
        return 1.0 - p_wait
    keep = np.exp(-staff.r * limit)
    served = staff.base * np.where(staff.r > 0, -np.expm1(-staff.r * limit) / np.maximum(staff.r, 1e-300), limit)
    queue = heading.mean - staff.room + 0.5
    left = queue * keep - served
    noise = served + np.maximum(queue, 0.0) * keep * (1 - keep)
    soon = ndtr(-left / np.sqrt(heading.variance * keep * keep + np.maximum(noise, LEAST_VARIANCE)))
    return np.asarray(np.maximum(soon, 1.0 - p_wait), np.float64)
