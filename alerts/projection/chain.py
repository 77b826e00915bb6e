"""The birth–death chains of many queues laid end to end, each on the states that it can reach.

A queue's states are the contacts present, from `low` to `high`; both ends reflect, and the mass found there says
whether they were far enough away. Between queues the rates are 0, so that one tridiagonal system holds them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alerts.projection.course import Course
from alerts.projection.decay import Floats

Ints = NDArray[np.int64]

_TERMS = (
    (4.827494174589331 + 1.1939879377104055j, -11.799390212497665 - 46.411666208966075j),
    (4.206124927741714 + 3.590920590671856j, 18.785993226832232 + 20.237296074451336j),
    (2.9178692532280994 + 6.017345628910197j, -8.238262251388578 - 2.7961909956773723j),
    (0.8517077580007295 + 8.503832410634207j, 1.3194123250154575 - 0.1835242067565156j),
    (-2.235967649889935 + 11.109295737049763j, -0.06857151701095635 + 0.038419138734357476j),
    (-6.998687356009195 + 13.995916098140277j, 0.0008184336486244357 - 0.0005813543348256734j),
)
"""Pole and residue; the conjugate of each is the other half of the sum."""


@dataclass(frozen=True)
class States:
    """The states of all queues: `low` and `high` (both included), (queues,)."""

    low: Ints
    high: Ints

    @cached_property
    def sizes(self) -> Ints:
        """How many states each queue has."""
        return self.high - self.low + 1

    @cached_property
    def first(self) -> Ints:
        """Where each queue's states begin."""
        return np.concatenate([[0], np.cumsum(self.sizes)[:-1]])

    @cached_property
    def last(self) -> Ints:
        """Each queue's last state."""
        return self.first + self.sizes - 1

    @cached_property
    def queue(self) -> Ints:
        """The queue of each state."""
        return np.repeat(np.arange(len(self.low)), self.sizes)

    @cached_property
    def present(self) -> Floats:
        """Contacts present in each state."""
        return (np.arange(int(self.sizes.sum())) - (self.first - self.low)[self.queue]).astype(np.float64)

    def sums(self, values: Floats) -> Floats:
        """`values` (…, states) added up by queue, (…, queues)."""
        return np.add.reduceat(values, self.first, axis=-1)


MOST_BIAS = 6.0
"""Longest step of the propagator, as a multiple of what `bias` says."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Contacts that come and that leave a second, in each state; none comes in the last, none leaves the first."""

    birth: Floats
    death: Floats


def rates(course: Course, step: int, states: States) -> Rates:
    """The rates during a step of the course."""
    queue = states.queue
    birth = course.arrivals[step][queue]
    birth[states.last] = 0.0
    death = leaving(course, step, states.present, queue)
    death[states.first] = 0.0
    return Rates(birth, death)


def bias(course: Course, states: States) -> Floats:
    """(births - deaths)² / the greater of the two, a second: the most in any state and step, (queues,).

    It bounds how far from normal, in the sense of matrices, a queue's chain is.
    """
    queues = np.arange(course.queues)
    most = np.zeros(course.queues)
    for step in range(course.steps):
        came = course.arrivals[step]
        for end in (states.low, states.high):
            left = leaving(course, step, end.astype(np.float64), queues)
            greater = np.maximum(np.maximum(came, left), 1e-300)
            most = np.maximum(most, (came - left) ** 2 / greater)
    return most


def leaving(course: Course, step: int, present: Floats, queue: Ints) -> Floats:
    """Contacts that leave a second, served or tired of waiting, with so many present in these queues."""
    serving = course.serving[step]
    capacity = serving * course.slots
    waiting = np.maximum(present - capacity[queue], 0.0)
    if len(course.pace) == 2:
        return np.asarray((present - waiting) * course.pace[1][queue] + waiting * course.impatience[queue], np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        held = np.where(serving > 0, 1.0 / serving, 0.0)[queue] * (present - waiting)
    lower = np.minimum(held.astype(np.int64), len(course.pace) - 2)
    pace = course.pace[lower, queue]
    pace = pace + (course.pace[lower + 1, queue] - pace) * (held - lower)
    return np.asarray(serving[queue] * pace + waiting * course.impatience[queue], np.float64)


class Propagator:
    """p(t + length) = p(t)·exp(length·Q), as exact for a minute as for a second, while the rates stay.

    exp(z) ≈ Σ residue / (z - pole), the best such sum of twelve terms for z ≤ 0 (Carathéodory–Fejér; Trefethen,
    Weideman and Schmelzer 2006): off by at most 4e-12 there, and a birth–death chain has no other eigenvalues.
    Conjugate pairs make that six complex tridiagonal solves a step. Unlike Crank–Nicolson it damps what a start from a
    single state stirs up. A chain that drifts is not normal, which magnifies the error: in steps of at most
    `MOST_BIAS / bias` the law stays right to 1e-5, even where contacts only leave.
    """

    def __init__(self, rates: Rates, length: float) -> None:
        from scipy.linalg import lapack

        lower, upper = length * rates.birth[:-1] + 0j, length * rates.death[1:] + 0j
        diagonal = -length * (rates.birth + rates.death)
        self._solve = lapack.zgttrs
        self._factors = []
        for pole, _ in _TERMS:
            *factors, info = lapack.zgttrf(lower, diagonal - pole, upper)
            if info:
                raise ArithmeticError(f"the step's equations have no solution ({info})")
            self._factors.append(factors)

    def step(self, law: Floats) -> Floats:
        """The law a step later."""
        right, out = law.astype(np.complex128), np.zeros_like(law)
        for factors, (_, residue) in zip(self._factors, _TERMS, strict=True):
            out += (residue * self._solve(*factors, right)[0]).real
        return 2.0 * out


def start_law(states: States, mean: Floats, variance: Floats) -> Floats:
    """The law at the start: a single state where the variance is 0 (shared by two if between), else normal, cut off."""
    from scipy.special import ndtr

    centre, spread = mean[states.queue], np.sqrt(np.maximum(variance, 1e-300))[states.queue]
    single = np.maximum(1.0 - np.abs(states.present - centre), 0.0)
    normal = ndtr((states.present - centre + 0.5) / spread) - ndtr((states.present - centre - 0.5) / spread)
    law = np.where((variance > 0)[states.queue], normal, single)
    return law / states.sums(law)[states.queue]
