"""Mean and variance of the number of contacts in each queue over time, as if it were normal.

m' = λ - E d(N), v' = λ + E d(N) - 2 Cov(N, d(N)) for N normal with mean m and variance v (Gaussian variance
approximation, Massey and Pender 2013). d is piecewise linear, so that the expectations are sums over its kinks. Steps
are exponential in the local slope: stable however short patience is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerts.projection.course import Course
from alerts.projection.decay import Floats

_ROOT_2PI = float(np.sqrt(2 * np.pi))
LEAST_VARIANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and variance of the contacts present, waiting or served, (times, queues)."""

    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class Kinks:
    """A piecewise linear death rate: slope·n + Σ bend·(n - at)⁺, (kinks, queues)."""

    slope: Floats
    at: Floats
    bend: Floats


def kinks(course: Course) -> Kinks:
    """The rate at which contacts leave, as a function of how many there are; `at` for one agent who serves."""
    slopes = np.diff(course.pace, axis=0)
    held = np.minimum(np.arange(1, len(slopes) + 1)[:, None], course.slots)
    inner = np.diff(slopes, axis=0)
    beyond = np.arange(2, len(slopes) + 1)[:, None] > course.slots
    last = np.take_along_axis(slopes, (course.slots - 1)[None, :], axis=0)
    bend = np.concatenate([np.where(beyond, 0.0, inner), course.impatience - last])
    return Kinks(slopes[0], held, bend)


def moments(course: Course, mean: Floats, variance: Floats, substeps: int = 1) -> Moments:
    """Mean and variance at the start and at the end of each substep, (steps * substeps + 1, queues)."""
    from scipy.special import ndtr

    length = course.step_s / substeps
    m, v = np.array(mean, np.float64), np.maximum(variance, LEAST_VARIANCE)
    means, variances = [m], [v]
    bends = kinks(course)
    rates = np.empty((2, len(m)))
    for step in range(course.steps):
        at, arrivals = bends.at * course.serving[step], course.arrivals[step]
        for _ in range(substeps):
            # In place where it can be: on blocks of this size a new array costs as much as what is put into it.
            sigma = np.sqrt(v)
            z = m - at
            z /= sigma
            above = ndtr(z)
            density = z * -0.5
            density *= z
            np.exp(density, out=density)
            density /= _ROOT_2PI
            z *= above
            z += density
            z *= bends.bend
            leaving = np.add.reduce(z, axis=0)
            leaving *= sigma
            leaving += bends.slope * m
            above *= bends.bend
            np.add(bends.slope, np.add.reduce(above, axis=0), out=rates[0])
            np.multiply(rates[0], 2.0, out=rates[1])
            share, spread = _shares(rates, length)
            m = np.maximum(m + (arrivals - leaving) * share, 0.0)
            v = np.maximum(v + (arrivals + leaving - rates[1] * v) * spread, LEAST_VARIANCE)
            means.append(m)
            variances.append(v)
    return Moments(np.stack(means), np.stack(variances))


def _shares(rates: Floats, length: float) -> Floats:
    """∫ exp(-rate·t) dt over `length`; the length itself where nothing pulls back."""
    held = np.maximum(rates, 1e-12)
    out = held * -length
    np.expm1(out, out=out)
    np.negative(out, out=out)
    out /= held
    return out
