"""First come, first served with a clock for each agent, in many lanes at once (Kiefer and Wolfowitz 1955).

A lane is one replication of one queue. It holds when each of its agents will be free; the contact that comes next gets
the one who is free first, unless it gives up before. Exact in continuous time for any law of service and patience.

Staffing that rises adds agents who are free from then on. Where it falls, whoever is free first leaves: the fall is
applied when a contact's turn comes at or after it, which is right because turns come in order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.projection.decay import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Staffing:
    """The agents of one queue: how many at the start, when more come, and when how many leave."""

    at_start: int
    joins: Floats
    """When each further agent comes."""
    falls: list[tuple[float, int]]


def staffing(agents: Floats, step_s: float) -> Staffing:
    """The staffing of a queue from its agents in each step, taken as whole numbers."""
    whole = np.rint(agents).astype(np.int64)
    change = np.diff(whole)
    if not change.any():
        return Staffing(int(whole[0]), np.empty(0), [])
    times = np.arange(1, len(whole)) * step_s
    joins = np.repeat(times, np.maximum(change, 0))
    falls = [(float(at), int(-by)) for at, by in zip(times, change, strict=True) if by < 0]
    return Staffing(int(whole[0]), joins, falls)


class Lanes:
    """Lanes in step. `free` is (lanes, agents), inf where there is no agent."""

    def __init__(self, staff: list[Staffing], residual: list[Floats], replications: int) -> None:
        widest = max(1, *(s.at_start + len(s.joins) for s in staff))
        self.free = np.full((len(staff) * replications, widest), np.inf)
        most_falls = max(len(s.falls) for s in staff)
        self._fall_at = np.full((len(self.free), most_falls + 1), np.nan)  # NaN: none, no time is past it
        self._fall_by = np.zeros((len(self.free), most_falls + 1), np.int64)
        self._next = np.zeros(len(self.free), np.int64)
        for i, (s, left) in enumerate(zip(staff, residual, strict=True)):
            lanes = slice(i * replications, (i + 1) * replications)
            self.free[lanes, : s.at_start] = 0.0
            self.free[lanes, : len(left)] = left.T
            self.free[lanes, s.at_start : s.at_start + len(s.joins)] = s.joins
            for k, (at, by) in enumerate(s.falls):
                self._fall_at[lanes, k], self._fall_by[lanes, k] = at, by
        self.next_fall = self._fall_at[:, 0].copy()

    def reorder(self, order: Ints) -> None:
        """Put the lanes into another order."""
        self.free, self.next_fall = self.free[order], self.next_fall[order]
        self._fall_at, self._fall_by, self._next = self._fall_at[order], self._fall_by[order], self._next[order]

    def first_free(self, lanes: Ints, not_before: Floats) -> tuple[Ints, Floats]:
        """The agent of each of `lanes` (rising) who is free first, and when a contact of this time is served."""
        # Mostly they are the first so many, in order: a view then, not a copy of every agent's clock.
        first_ones = len(lanes) > 0 and int(lanes[-1]) == len(lanes) - 1
        held = self.free[: len(lanes)] if first_ones else self.free[lanes]
        agent = held.argmin(axis=1)
        start = np.maximum(not_before, held[np.arange(len(lanes)), agent])
        falls = np.flatnonzero(start >= self.next_fall[lanes])
        while len(falls):
            hit = lanes[falls]
            self._fall(hit)
            held = self.free[hit]
            agent[falls] = held.argmin(axis=1)
            start[falls] = np.maximum(not_before[falls], held.min(axis=1))
            falls = falls[start[falls] >= self.next_fall[hit]]
        return agent, start

    def _fall(self, lanes: Ints) -> None:
        """The agents of these lanes who become free first leave."""
        by = self._fall_by[lanes, self._next[lanes]]
        for count in np.unique(by[by > 0]).tolist():
            some = lanes[by == count]
            held = self.free[some]
            leave = np.argsort(held, axis=1, kind="stable")[:, : min(count, held.shape[1])]
            np.put_along_axis(held, leave, np.inf, axis=1)
            self.free[some] = held
        self._next[lanes] += 1
        self.next_fall[lanes] = self._fall_at[lanes, self._next[lanes]]
