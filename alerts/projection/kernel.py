"""Replications of many queues: what can happen, where the equations give only how likely it is.

For bands, for laws of service and patience other than the exponential, and as a check of the equations. Voice only:
agents hold one contact at a time. Contacts that wait at the start are taken to have their patience before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.draws import Contacts, Laws, contacts_of
from alerts.projection.lanes import Lanes, staffing

_AT_ONCE = 1_500_000
"""Contacts held at a time, over all lanes."""


@dataclass(frozen=True, slots=True)
class Replications:
    """What happened in each replication. Intervals lie between two times; a contact counts where it came."""

    times: Floats
    waiting: Floats
    """Contacts waiting at each time, (times, queues, replications)."""
    offered_wait_s: Floats
    """Wait of one who came then and would not give up, (times, queues, replications)."""
    offered: Floats
    """Contacts that came, (intervals, queues, replications)."""
    abandoned: Floats
    waited_s: Floats
    """Seconds waited by all who came, those who gave up included."""
    in_time: Floats
    """Answered within each limit, (intervals, queues, replications, limits)."""


def replicate(
    course: Course,
    present: NDArray[np.int64],
    limits_s: Floats,
    times: Floats,
    *,
    rng: Generator,
    replications: int,
    laws: Laws | None = None,
) -> Replications:
    """Play the course so many times from `present` contacts in each queue, (queues,).

    `limits_s` is (limits, queues); `times` rise from 0 on, at most to the end of the course. The same generator state
    gives the same numbers, and a queue's do not depend on the other queues. Raises ValueError for chat.
    """
    if (course.slots != 1).any():
        raise ValueError("replications are for agents who hold one contact at a time")
    seeds = rng.bit_generator.seed_seq.spawn(course.queues)  # type: ignore[attr-defined]
    flat = (course.queues, replications)
    spans = len(times) - 1
    out = Replications(
        times,
        np.full((len(times), *flat), np.nan),
        np.full((len(times), *flat), np.nan),
        np.full((spans, *flat), np.nan),
        np.full((spans, *flat), np.nan),
        np.full((spans, *flat), np.nan),
        np.full((spans, *flat, len(limits_s)), np.nan),
    )
    for group in _groups(course, replications):
        drawn = [contacts_of(course, q, int(present[q]), replications, laws or Laws(), seeds[q]) for q in group]
        _Run(course, group, drawn, replications, times).into(out, limits_s)
    return out


def _groups(course: Course, replications: int) -> Iterator[list[int]]:
    """Known queues of like size together: their lanes have about as many agents and contacts."""
    size = course.agents.max(axis=0)
    expected = course.arrivals.sum(axis=0) * course.step_s
    group: list[int] = []
    held = 0.0
    for queue in np.lexsort((np.arange(course.queues), size)).tolist():
        if not course.known[queue]:
            continue
        if group and (held + expected[queue] * replications > _AT_ONCE or size[queue] > 2 * size[group[0]] + 4):
            yield group
            group, held = [], 0.0
        group.append(queue)
        held += expected[queue] * replications
    if group:
        yield group


class _Run:
    """One group of queues, played through."""

    def __init__(
        self, course: Course, group: list[int], drawn: list[Contacts], replications: int, times: Floats
    ) -> None:
        self._group, self._drawn, self._replications, self._times = group, drawn, replications, times
        self._lanes = Lanes(
            [staffing(course.agents[:, q], course.step_s) for q in group], [c.residual for c in drawn], replications
        )
        longest = max(len(c.arrivals) for c in drawn)
        self._arrivals = _padded([c.arrivals for c in drawn], longest)
        self._service = _padded([c.service for c in drawn], longest)
        self._patience = _padded([c.patience for c in drawn], longest)
        lanes = len(group) * replications
        self._offered = np.full((longest, lanes), np.nan)
        self._probes = np.full((len(times), lanes), np.nan)
        self._probed = np.zeros(lanes, np.int64)
        self._play()

    def _play(self) -> None:
        """Contact by contact, all lanes that have another one; those with most come first."""
        counts = np.isfinite(self._arrivals).sum(axis=0)
        order = np.argsort(-counts, kind="stable")
        back = np.argsort(order, kind="stable")
        lanes, arrivals = self._lanes, self._arrivals[:, order]
        service, patience = self._service[:, order], self._patience[:, order]
        lanes.reorder(order)
        offered, busy = self._offered, -counts[order]
        every = np.arange(len(order))
        for i in range(len(arrivals)):
            active = every[: np.searchsorted(busy, -i, side="left")]
            came = arrivals[i, : len(active)]
            self._probe(active, came)
            agent, start = lanes.first_free(active, came)
            wait = start - came
            served = patience[i, : len(active)] > wait
            lanes.free[active[served], agent[served]] = start[served] + service[i, : len(active)][served]
            offered[i, : len(active)] = wait
        self._probe(every, np.full(len(every), np.inf))
        self._offered, self._probes = offered[:, back], self._probes[:, back]

    def _probe(self, lanes: NDArray[np.int64], before: Floats) -> None:
        """Note the offered wait at every time asked for that lies before these lanes' next contacts."""
        padded = np.append(self._times, np.inf)
        due = lanes[padded[self._probed[lanes]] < before]
        while len(due):
            at = self._times[self._probed[due]]
            self._probes[self._probed[due], due] = self._lanes.first_free(due, at)[1] - at
            self._probed[due] += 1
            due = due[padded[self._probed[due]] < before[due]]

    def into(self, out: Replications, limits_s: Floats) -> None:
        """Count what happened, and put it where it belongs."""
        shape = (-1, len(self._group), self._replications)
        came, wait = self._arrivals, np.minimum(self._offered, self._patience)
        there = np.isfinite(came)
        fresh = there & ~self._backlog()
        served = self._patience > self._offered
        first = np.searchsorted(self._times, came, side="left")
        gone = np.searchsorted(self._times, came + np.where(there, wait, 0.0), side="left")
        out.offered_wait_s[:, self._group] = self._probes.reshape(shape)
        out.waiting[:, self._group] = (self._before(first, there) - self._before(gone, there)).reshape(shape)
        span = np.searchsorted(self._times, came, side="right") - 1
        out.offered[:, self._group] = self._within(span, fresh).reshape(shape)
        out.abandoned[:, self._group] = self._within(span, fresh & ~served).reshape(shape)
        out.waited_s[:, self._group] = self._within(span, fresh, wait).reshape(shape)
        for k, limit in enumerate(limits_s):
            soon = self._offered <= np.repeat(limit[self._group], self._replications)
            out.in_time[..., k][:, self._group] = self._within(span, fresh & served & soon).reshape(shape)

    def _backlog(self) -> NDArray[np.bool_]:
        each = np.repeat([c.backlog for c in self._drawn], self._replications)
        return np.arange(len(self._arrivals))[:, None] < each

    def _before(self, index: NDArray[np.intp], which: NDArray[np.bool_]) -> Floats:
        """How many of `which` have happened by each time, (times, lanes)."""
        return np.cumsum(self._count(index, which, len(self._times) + 1), axis=0)[:-1]

    def _within(self, span: NDArray[np.intp], which: NDArray[np.bool_], weight: Floats | None = None) -> Floats:
        """How many of `which` fall into each interval, or their weights, (intervals, lanes)."""
        inside = which & (span >= 0) & (span < len(self._times) - 1)
        return self._count(span, inside, len(self._times) - 1, weight)

    def _count(
        self, index: NDArray[np.intp], which: NDArray[np.bool_], bins: int, weight: Floats | None = None
    ) -> Floats:
        lanes = self._arrivals.shape[1]
        at = (index * lanes + np.arange(lanes))[which]
        weights = None if weight is None else weight[which]
        return np.bincount(at, weights, minlength=bins * lanes).reshape(bins, lanes).astype(np.float64)


def _padded(parts: list[Floats], longest: int) -> Floats:
    """Side by side, each filled up with inf to the longest."""
    width = parts[0].shape[1]
    out = np.full((longest, len(parts) * width), np.inf)
    for place, part in enumerate(parts):
        out[: len(part), place * width : (place + 1) * width] = part
    return out
