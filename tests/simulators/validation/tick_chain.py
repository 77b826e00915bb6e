"""What the simulator's way through a tick gives exactly, for exponential times: its bias, without noise.

The number present at the end of a tick is a Markov chain: of those served a binomial number ends, of those waiting one
gives up, a Poisson number comes, and free agents take the first in line. A time drawn with mean m - 1/2 and rounded up
ends in each tick with the probability 1 - exp(-1 / (m - 1/2)). Nothing here is shared with the simulator.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tests.simulators.validation.cells import Cell

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Steady:
    """Shares and a wait in seconds, as in Erlang's formulas. `p_wait` is the share of ticks that end with all busy."""

    p_wait: float
    p_abandon: float
    mean_wait_s: float
    service_level: float


def ending(mean_ticks: float) -> float:
    """The share of exponential times that end in a tick."""
    return float(-np.expm1(-1 / (mean_ticks - 0.5 if mean_ticks > 1 else mean_ticks)))


class TickChain:
    """The chain of a cell on 0 … `most` present."""

    def __init__(self, cell: Cell, most: int) -> None:
        self.cell, self.most = cell, most
        self.arrivals = cell.rate * cell.step_s
        self.end = ending(cell.handle_s / cell.step_s)
        self.give_up = 0.0 if cell.patience_s is None else 1.0
        if cell.patience_s:
            self.give_up = ending(cell.patience_s / cell.step_s)

    @cached_property
    def left(self) -> Floats:
        """P(m present after ends and those who give up, of n before), n × m."""
        out = np.zeros((self.most + 1, self.most + 1))
        for n in range(self.most + 1):
            busy = min(n, self.cell.agents)
            gone = np.convolve(_binomial(busy, self.end), _binomial(n - busy, self.give_up))
            out[n, : n + 1] = gone[::-1]
        return out

    @cached_property
    def step(self) -> Floats:
        """P(m at the end of a tick, of n at the end of the one before); what would pass `most` stays there."""
        coming = _poisson(self.arrivals, self.most)
        shift = np.array([np.concatenate((np.zeros(m), coming[: self.most + 1 - m])) for m in range(self.most + 1)])
        shift[:, -1] += 1 - shift.sum(axis=1)
        return self.left @ shift

    @cached_property
    def law(self) -> Floats:
        """The stationary law."""
        equations = self.step.T - np.eye(self.most + 1)
        equations[-1] = 1.0
        right = np.zeros(self.most + 1)
        right[-1] = 1.0
        return np.linalg.solve(equations, right)

    def waiting(self, law: Floats) -> float:
        """The mean number waiting."""
        return float(law @ np.maximum(np.arange(self.most + 1) - self.cell.agents, 0))

    def steady(self, limit_s: float) -> Steady:
        """The figures in the long run."""
        waiting = self.waiting(self.law)
        busy = float(self.law[self.cell.agents :].sum())
        wait_s = waiting / self.arrivals * self.cell.step_s
        level = self._answered_within(round(limit_s / self.cell.step_s))
        return Steady(busy, self.give_up * waiting / self.arrivals, wait_s, level)

    def _answered_within(self, ticks: int) -> float:
        """A contact finds those who are left and, of those who come in its tick, those of a lower tie, before it."""
        others = _poisson(self.arrivals, self.most)
        lower = np.array([(others[k:] / np.arange(k + 1, len(others) + 1)).sum() for k in range(len(others))])
        before = np.convolve(self.law @ self.left, lower)[: self.most + 1]
        agents = self.cell.agents
        size = self.most + 1 - agents
        stays, beyond, moves = self._waits(size)
        soon = np.zeros(size)
        for _ in range(ticks):
            soon = (1 - self.give_up) * (stays @ (beyond + moves @ soon))
        return float(before[:agents].sum() + before[agents:] @ soon)

    def _waits(self, size: int) -> tuple[Floats, Floats, Floats]:
        """One tick of a contact with w others before him: how many of them stay, (w × w), then P(his turn comes), (w,).

        Last, how many are before him if it does not, (w × w).
        """
        stays, moves, ends = np.zeros((size, size)), np.zeros((size, size)), _binomial(self.cell.agents, self.end)
        for ahead in range(size):
            stays[ahead, : ahead + 1] = _binomial(ahead, self.give_up)[::-1]
            some = min(ahead, len(ends) - 1)
            moves[ahead, ahead - some : ahead + 1] = ends[: some + 1][::-1]
        return stays, 1 - moves.sum(axis=1), moves


def _binomial(n: int, p: float) -> Floats:
    from scipy.stats import binom

    return np.asarray(binom.pmf(np.arange(n + 1), n, p), np.float64)


def _poisson(mean: float, most: int) -> Floats:
    from scipy.stats import poisson

    return np.asarray(poisson.pmf(np.arange(most + 1), mean), np.float64)
