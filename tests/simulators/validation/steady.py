"""The steady state against Erlang B, C and A, all cells of the grid in one network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from simulators.world import World
from tests.alerts.projection.precise import precise
from tests.simulators.validation.cells import Cell, begin_with, ratio_and_error, world_of
from tests.simulators.validation.tick_chain import Steady, TickChain

LIMIT_S = 20.0
_RUN_IN_TICKS = 600
"""After these, nobody is left of those who were put into the queues at the start."""
_RARE = 2e-3
"""Shares nearer to 0 or 1 are too rare for a normal law of the error: they are not in the tables."""

GRID: tuple[Cell, ...] = tuple(
    [Cell(agents, load, patience_s=0.0) for agents in (5, 20, 80) for load in (0.6, 0.9, 1.2)]
    + [Cell(agents, load) for agents in (5, 20, 80) for load in (0.6, 0.8, 0.9)]
    + [
        Cell(agents, load, patience_s=patience)
        for agents in (5, 20, 80)
        for patience in (30.0, 180.0)
        for load in (0.8, 1.0, 1.25)
    ]
)


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of one cell: simulated with its standard error, by the closed form, and what the tick makes of it."""

    cell: Cell
    figure: str
    simulated: float
    error: float
    closed: float
    tick: float

    @property
    def z(self) -> float:
        """Standard errors between the simulation and the closed form."""
        return (self.simulated - self.closed) / self.error

    @property
    def z_tick(self) -> float:
        """Standard errors between the simulation and what its tick gives exactly."""
        return _z(self.simulated - self.tick, self.error)


def _z(off: float, error: float) -> float:
    return off / error if error > 0 else 0.0 if abs(off) < 1e-6 else float("inf")


def closed_form(cell: Cell) -> Steady:
    """Erlang B, C or A by sums in 40 digits."""
    load = mp.mpf(cell.load) * cell.agents
    if cell.patience_s == 0:
        inverse = mp.mpf(1)
        for k in range(1, cell.agents + 1):
            inverse = 1 + k / load * inverse
        lost = float(1 / inverse)
        return Steady(lost, lost, 0.0, 1.0 - lost)
    impatience = 0 if cell.patience_s is None else mp.mpf(cell.handle_s) / mp.mpf(cell.patience_s)
    p_wait, p_abandon, wait, level = precise(cell.agents, load, impatience, mp.mpf(LIMIT_S) / mp.mpf(cell.handle_s))
    return Steady(float(p_wait), float(p_abandon), float(wait * cell.handle_s), float(level))


def chain_of(cell: Cell) -> TickChain:
    """The tick's chain, on enough states for its tail to be below 1e-12."""
    if cell.patience_s is None:
        tail = 30.0 / -np.log(cell.load)
    elif cell.patience_s == 0:
        tail = 12 + 8 * cell.rate * cell.step_s
    else:
        mean = max(cell.load - 1, 0.0) * cell.agents * cell.patience_s / cell.handle_s
        tail = mean + 10 * np.sqrt(cell.agents * (1 + cell.patience_s / cell.handle_s)) + 20
    return TickChain(cell, cell.agents + int(tail))


def simulate(cells: Sequence[Cell], replications: int, ticks: int, seed: int) -> Iterator[Found]:
    """Every figure of every cell, from so many replications of so many ticks in the steady state.

    Each queue starts with a number present that is drawn from its stationary law, so that nothing is to die away.
    """
    chains = [chain_of(cell) for cell in cells]
    world = world_of(cells, replications, seed)
    rng = np.random.default_rng([seed, 1])
    begin_with(world, np.concatenate([_drawn(chain.law, replications, rng) for chain in chains]))
    for _ in range(_RUN_IN_TICKS):
        world.step()
    full = np.repeat([cell.agents for cell in cells], replications)
    before, busy = world.tally.values.copy(), np.zeros(len(full))
    for _ in range(ticks):
        world.step()
        busy += world.service.held >= full
    shape = (len(cells), replications)
    grown = {name: (world.tally.of(name) - _of(before, name)).reshape(shape) for name in _COUNTERS}
    waited = grown["wait_answered_sum_s"] + grown["wait_abandoned_sum_s"]
    offered = grown["offered"]
    found = {
        "p_wait": ratio_and_error(busy.reshape(shape), np.full(shape, float(ticks))),
        "p_abandon": ratio_and_error(grown["abandoned"], offered),
        "mean_wait_s": ratio_and_error(waited * np.array([[cell.step_s] for cell in cells]), offered),
        "service_level": ratio_and_error(_in_time(world, before, cells).reshape(shape), offered),
    }
    for number, (cell, chain) in enumerate(zip(cells, chains, strict=True)):
        closed, tick = closed_form(cell), chain.steady(LIMIT_S)
        for name in figures_of(cell, closed):
            value, error = found[name]
            known = getattr(closed, name), getattr(tick, name)
            yield Found(cell, name, float(value[number]), float(error[number]), *known)


def figures_of(cell: Cell, closed: Steady) -> list[str]:
    """The figures that say something of a cell: of a queue where nobody waits, the share that is lost."""
    if cell.patience_s == 0:
        names = ["p_abandon"]
    elif cell.patience_s is None:
        names = ["p_wait", "mean_wait_s", "service_level"]
    else:
        names = ["p_wait", "p_abandon", "mean_wait_s", "service_level"]
    if closed.p_wait < _RARE:
        return []
    return [name for name in names if name == "mean_wait_s" or _RARE < getattr(closed, name) < 1 - _RARE]


_COUNTERS = ("offered", "abandoned", "wait_answered_sum_s", "wait_abandoned_sum_s")


def _of(values: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    from feeds.catalog import COUNTER_INDEX

    return values[COUNTER_INDEX[name]]


def _in_time(world: World, before: NDArray[np.float64], cells: Sequence[Cell]) -> NDArray[np.float64]:
    """Answered within the limit, by the counter of so many ticks."""
    limits = {f"answered_within_{round(LIMIT_S / cell.step_s)}s" for cell in cells}
    (name,) = limits
    return world.tally.of(name) - _of(before, name)


def _drawn(law: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    upto = np.cumsum(np.maximum(law, 0.0))
    return np.minimum(np.searchsorted(upto, rng.random(count) * upto[-1], side="right"), len(law) - 1)
