"""What the length of a tick costs, exactly; and that a network told to take longer ticks does what was worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.simulators.validation.cells import Cell
from tests.simulators.validation.steady import LIMIT_S, Found, chain_of, closed_form, simulate
from tests.simulators.validation.tick_chain import Steady

STEPS_S: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0, 10.0)
SIMULATED_STEPS_S: tuple[float, ...] = (2.0, 4.0)
"""Steps of which the limit of 20 s is a whole number with a counter of its own."""

CELLS: tuple[Cell, ...] = (
    Cell(10, 1.10, 300.0, 180.0),
    Cell(100, 1.05, 300.0, 180.0),
    Cell(100, 1.30, 300.0, 180.0),
    Cell(20, 1.05, 60.0, 60.0),
    Cell(20, 0.90, 60.0),
)


@dataclass(frozen=True, slots=True)
class Bias:
    """What a step gives less what the closed form says."""

    cell: Cell
    closed: Steady
    tick: Steady


def biases(cells: Sequence[Cell] = CELLS) -> Iterator[Bias]:
    """Every cell in every step, those of a cell together."""
    for cell in cells:
        closed = closed_form(cell)
        for step in STEPS_S:
            stepped = replace(cell, step_s=step)
            yield Bias(stepped, closed, chain_of(stepped).steady(LIMIT_S))


def simulated(step_s: float, replications: int, ticks: int, seed: int, cells: Sequence[Cell] = CELLS) -> list[Found]:
    """The same cells, simulated in ticks that stand for `step_s`."""
    return list(simulate([replace(cell, step_s=step_s) for cell in cells], replications, ticks, seed))
