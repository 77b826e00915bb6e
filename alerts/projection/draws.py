"""What replications draw: when contacts come, how long they are served, how long they would wait.

Each queue has streams of its own for each purpose, and contact k of a replication has the k-th number of each: a change
of staffing or of arrivals leaves the rest as it was, so that a difference between two runs is not noise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, SeedSequence

from alerts.projection.course import Course
from alerts.projection.decay import Floats

Draw = Callable[[Generator, tuple[int, int]], Floats]
"""Numbers of mean 1, in this shape."""


def exponential(rng: Generator, shape: tuple[int, int]) -> Floats:
    """Memoryless times of mean 1."""
    return rng.standard_exponential(shape)


def lognormal(cv: float) -> Draw:
    """Lognormal times of mean 1 whose standard deviation is `cv`."""
    sigma = float(np.sqrt(np.log1p(cv * cv)))

    def draw(rng: Generator, shape: tuple[int, int]) -> Floats:
        return np.exp(sigma * rng.standard_normal(shape) - sigma * sigma / 2)

    return draw


def lognormal_residual(cv: float) -> Draw:
    """What is left of such a time, in mean times, of a contact that was met in service: (1 + cv²) / 2 on average."""
    sigma = float(np.sqrt(np.log1p(cv * cv)))

    def draw(rng: Generator, shape: tuple[int, int]) -> Floats:
        # Long services are met more often: lognormal again, its mean shifted by the variance of the logarithm.
        whole = np.exp(sigma * rng.standard_normal(shape) + sigma * sigma / 2)
        return whole * rng.random(shape)

    return draw


@dataclass(frozen=True, slots=True)
class Laws:
    """The laws of service, of what is left of services under way, and of patience."""

    service: Draw = exponential
    residual: Draw = exponential
    patience: Draw = exponential


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of one queue in all replications, (contacts, replications), as they come; inf is no contact."""

    arrivals: Floats
    service: Floats
    patience: Floats
    backlog: int
    """So many of the first waited already at time 0."""
    residual: Floats
    """Left of the services under way at time 0, (busy agents, replications)."""


def contacts_of(
    course: Course, queue: int, present: int, replications: int, laws: Laws, seed: SeedSequence
) -> Contacts:
    """Draw the contacts of a queue from its own seed: a stream for each purpose."""
    arrivals, service, patience = (np.random.default_rng(one) for one in seed.spawn(3))
    handle, patience_s = float(course.handle_s[0, queue]), float(course.patience_s[queue])
    busy = min(present, round(float(course.agents[0, queue])))
    backlog = present - busy
    times = np.concatenate(
        [np.zeros((backlog, replications)), arrival_times(course, queue, replications, arrivals)], axis=0
    )
    shape = (len(times), replications)
    willing = laws.patience(patience, shape) * patience_s if np.isfinite(patience_s) else np.full(shape, np.inf)
    left = np.empty((0, replications))
    if busy:  # making a generator takes longer than a small queue's numbers
        left = laws.residual(np.random.default_rng(*seed.spawn(1)), (busy, replications)) * handle
    return Contacts(times, laws.service(service, shape) * handle, willing, backlog, left)


def arrival_times(course: Course, queue: int, replications: int, rng: Generator) -> Floats:
    """Poisson arrivals at the course's rates, (contacts, replications), inf past the end.

    A Poisson process of rate 1 on the expected number of arrivals, read backwards: no sorting.
    """
    edges = np.arange(course.steps + 1) * course.step_s
    expected = np.concatenate([[0.0], np.cumsum(course.arrivals[:, queue] * course.step_s)])
    total = float(expected[-1])
    if total <= 0:
        return np.empty((0, replications))
    most = int(total + 7 * np.sqrt(total) + 10)
    reached = np.cumsum(rng.standard_exponential((most, replications)), axis=0)
    while reached[-1].min() < total:
        more = np.cumsum(rng.standard_exponential((16, replications)), axis=0)
        reached = np.concatenate([reached, reached[-1] + more])
    grows = np.diff(expected) > 0
    rising = np.concatenate([[True], grows])
    # Where nobody comes, time passes between two arrivals: the number belongs to the end of the stretch.
    times = np.interp(reached, expected[rising], edges[rising])
    starts = edges[:-1][grows]
    step = np.searchsorted(expected[1:][grows], reached)
    times = np.maximum(times, starts[np.minimum(step, len(starts) - 1)])
    there = reached < total
    last = int(there.sum(axis=0).max())
    return np.where(there, times, np.inf)[:last]
