"""Arrivals and staffing that change, times that are not exponential: against the event simulation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray

from tests.simulators.event_simulation import Case, Seen
from tests.simulators.event_simulation import simulate as by_event
from tests.simulators.validation.cells import Cell, mean_and_error, waiting, world_of

Floats = NDArray[np.float64]

CELL = Cell(24, 1.0, 240.0, 120.0, handle_law="lognormal", patience_law="hyperexponential")
CURVE: tuple[tuple[float, float], ...] = ((0.0, 0.6), (1500.0, 1.5), (3000.0, 0.7), (4500.0, 1.2), (5400.0, 0.5))
STAFFING: tuple[tuple[int, int], ...] = ((0, 18), (1260, 24), (3660, 16), (4560, 22))
"""Agents from a second on; who is to leave finishes first."""
LOOKS_S: tuple[int, ...] = tuple(range(600, 5401, 600))
LIMIT_S = 20.0
FIGURES: tuple[str, ...] = ("waiting", "offered", "answered", "in_time", "abandoned", "waited")

_CV = 0.9


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of one interval: means of both simulations, and the standard error of their difference."""

    until_s: int
    figure: str
    simulated: float
    by_event: float
    error: float

    @property
    def z(self) -> float:
        """Standard errors between the two."""
        return (self.simulated - self.by_event) / self.error


def compare(replications: int, events: int, seed: int) -> Iterator[Found]:
    """Every figure of every ten minutes: `replications` of the simulator, `events` of the event simulation."""
    ours = _by_second(replications, seed)
    rng = Random(seed)
    theirs = [by_event(_case(), rng) for _ in range(events)]
    for figure in FIGURES:
        one, one_error = mean_and_error(ours[figure])
        other, other_error = mean_and_error(_column(theirs, figure))
        for row, until in enumerate(LOOKS_S):
            error = math.hypot(one_error[row], other_error[row])
            yield Found(until, figure, float(one[row]), float(other[row]), error)


def _column(runs: list[Seen], figure: str) -> Floats:
    return np.array([getattr(run, figure) for run in runs], np.float64).T


def _by_second(replications: int, seed: int) -> dict[str, Floats]:
    """The simulator: figures as intervals × replications."""
    world = world_of([CELL], replications, seed, CURVE)
    names = {
        "offered": ("offered",),
        "answered": ("answered",),
        "in_time": ("answered_within_20s",),
        "abandoned": ("abandoned",),
        "waited": ("wait_answered_sum_s", "wait_abandoned_sum_s"),
    }
    before = dict.fromkeys(names, np.zeros(replications))
    seen: dict[str, list[Floats]] = {figure: [] for figure in FIGURES}
    staffing = dict(STAFFING)
    for second in range(LOOKS_S[-1]):
        if second in staffing:
            world.staff.absent[:] = CELL.agents - staffing[second]
        world.step()
        if second + 1 in LOOKS_S:
            seen["waiting"].append(waiting(world).astype(np.float64))
            for figure, counters in names.items():
                total = np.sum([world.tally.of(name) for name in counters], axis=0)
                seen[figure].append(total - before[figure])
                before[figure] = total
    return {figure: np.array(values) for figure, values in seen.items()}


def _case() -> Case:
    points = np.array(CURVE)
    most = CELL.rate * float(points[:, 1].max())
    patience = CELL.patience_s or 0.0
    return Case(
        rate=_rate,
        most_rate=most,
        staffing=STAFFING,
        service=_lognormal,
        patience=partial(_hyperexponential, patience),
        limit=LIMIT_S,
        looks=LOOKS_S,
    )


def _rate(at: float) -> float:
    for (left, low), (right, high) in pairwise(CURVE):
        if at < right:
            return CELL.rate * (low + (high - low) * (at - left) / (right - left))
    return CELL.rate * CURVE[-1][1]


def _lognormal(rng: Random) -> float:
    sigma = math.sqrt(math.log1p(_CV * _CV))
    return rng.lognormvariate(math.log(CELL.handle_s) - sigma * sigma / 2, sigma)


def _hyperexponential(mean: float, rng: Random) -> float:
    """30 % of people with a fifth of the mean, the rest such that the mean is kept (1.343 of it)."""
    return rng.expovariate(1.0) * mean * (0.2 if rng.random() < 0.3 else 1.343)
