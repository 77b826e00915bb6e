"""One queue, contact by contact in continuous time: a heap of events and plain lists.

Written for the tests and sharing nothing with the simulator under test: no ticks, no rounding, no arrays. First come,
first served; arrivals by thinning; any law of service and patience; agents who are to leave go when they become free.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

Draw = Callable[[Random], float]

_ARRIVES, _ENDS, _GIVES_UP, _STAFF, _LOOKS = range(5)


@dataclass(frozen=True, slots=True)
class Case:
    """What is simulated, in seconds. `staffing` are agents from a time on, the first at 0."""

    rate: Callable[[float], float]
    most_rate: float
    staffing: Sequence[tuple[float, int]]
    service: Draw
    patience: Draw
    limit: float
    looks: Sequence[float]
    """When the number waiting is noted; also the ends of the intervals in which events are counted."""


@dataclass(slots=True)
class Seen:
    """One replication: the number waiting at each look, and counts of events in the interval that ends there."""

    waiting: list[int] = field(default_factory=list)
    offered: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    in_time: list[int] = field(default_factory=list)
    abandoned: list[int] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    """Seconds waited by those who were answered or gave up."""


def simulate(case: Case, rng: Random) -> Seen:
    """One replication, from an empty queue to the last look."""
    return _Run(case, rng).seen


class _Run:
    def __init__(self, case: Case, rng: Random) -> None:
        self.case, self.rng = case, rng
        zeros = [0] * len(case.looks)
        self.seen = Seen([], list(zeros), list(zeros), list(zeros), list(zeros), [0.0] * len(zeros))
        self.line: deque[int] = deque()
        self.came: dict[int, float] = {}
        """Contact → when it came, of those who wait."""
        self.agents = self.busy = 0
        self.number = 0
        self.events: list[tuple[float, int, int, int]] = []
        for at, agents in case.staffing:
            self.plan(at, _STAFF, agents)
        for at in case.looks:
            self.plan(at, _LOOKS, 0)
        self.next_arrival(0.0)
        handlers = (self.arrives, self.ends, self.gives_up, self.staff, self.looks)
        end = case.looks[-1]
        while self.events and self.events[0][0] <= end:
            at, _, kind, what = heapq.heappop(self.events)
            handlers[kind](at, what)

    def plan(self, at: float, kind: int, what: int) -> None:
        self.number += 1
        heapq.heappush(self.events, (at, self.number, kind, what))

    def next_arrival(self, now: float) -> None:
        while True:
            now += self.rng.expovariate(self.case.most_rate)
            if now > self.case.looks[-1]:
                return None
            if self.rng.random() * self.case.most_rate < self.case.rate(now):
                return self.plan(now, _ARRIVES, 0)

    def span(self, at: float) -> int:
        return bisect_left(self.case.looks, at)

    def arrives(self, at: float, _: int) -> None:
        self.next_arrival(at)
        contact = self.number
        self.seen.offered[self.span(at)] += 1
        self.came[contact] = at
        self.line.append(contact)
        self.plan(at + self.case.patience(self.rng), _GIVES_UP, contact)
        self.take(at)

    def ends(self, at: float, _: int) -> None:
        self.busy -= 1
        self.take(at)

    def gives_up(self, at: float, contact: int) -> None:
        came = self.came.pop(contact, None)
        if came is not None:
            self.line.remove(contact)
            self.seen.abandoned[self.span(at)] += 1
            self.seen.waited[self.span(at)] += at - came

    def staff(self, at: float, agents: int) -> None:
        self.agents = agents
        self.take(at)

    def looks(self, _at: float, _: int) -> None:
        self.seen.waiting.append(len(self.line))

    def take(self, at: float) -> None:
        while self.line and self.busy < self.agents:
            came = self.came.pop(self.line.popleft())
            self.busy += 1
            span = self.span(at)
            self.seen.answered[span] += 1
            self.seen.in_time[span] += at - came <= self.case.limit
            self.seen.waited[span] += at - came
            self.plan(at + self.case.service(self.rng), _ENDS, 0)
