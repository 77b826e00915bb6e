"""The way to the steady state, and a changing one, against the forward equations of M(t)/M/s(t)+M."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.projection.course import voice
from alerts.projection.transient import project
from tests.simulators.validation.cells import Cell, begin_with, mean_and_error, waiting, world_of
from tests.simulators.validation.tick_chain import TickChain

Floats = NDArray[np.float64]

STEP_S = 10.0
MINUTES = 40
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A queue, who is there at the start, how arrivals run against the cell's rate, and who joins when."""

    title: str
    cell: Cell
    present: int
    curve: Points = ((0.0, 1.0),)
    joins: tuple[tuple[int, int], ...] = ()
    """Seconds from the start and agents; the cell's agents are all there in the end."""
    looks_s: tuple[int, ...] = (60, 300, 900, 2400)
    """Not at a moment at which the staffing changes."""


STORIES: tuple[Story, ...] = (
    Story("60 agents, load 1.4, 100 present at the start", Cell(60, 1.4, 240.0, 120.0), 100),
    Story("60 agents, load 1, nobody at the start", Cell(60, 1.0, 240.0, 120.0), 0, looks_s=(600, 900, 1500, 2400)),
    Story("10 agents, load 0.8, 40 present at the start, nobody gives up", Cell(10, 0.8, 120.0, None), 40),
    Story(
        "30 agents, arrivals rise from 0.7 to 1.4 and fall to 0.5 of them, 24 present at the start",
        Cell(30, 1.0, 240.0, 150.0),
        24,
        curve=((0.0, 0.7), (900.0, 1.4), (1500.0, 1.4), (2400.0, 0.5)),
        looks_s=(300, 900, 1500, 2100),
    ),
    Story(
        "the same with 20 agents, 4 more after 16 and 6 more after 21 minutes",
        Cell(30, 1.0, 240.0, 150.0),
        24,
        curve=((0.0, 0.7), (900.0, 1.4), (1500.0, 1.4), (2400.0, 0.5)),
        joins=((960, 4), (1260, 6)),
        looks_s=(300, 900, 1200, 1500, 2100),
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The mean number waiting at a moment: simulated, by the equations, and what a tick gives exactly if known."""

    story: Story
    at_s: int
    simulated: float
    error: float
    exact: float
    tick: float | None

    @property
    def z(self) -> float:
        """Standard errors between the simulation and the equations."""
        return (self.simulated - self.exact) / self.error


def simulate(stories: tuple[Story, ...], replications: int, seed: int) -> Iterator[Found]:
    """The mean number waiting of every story at every moment it asks for."""
    for number, story in enumerate(stories):
        seen = _played(story, replications, seed + number)
        exact, tick = _exact(story), _by_tick(story)
        for row, at in enumerate(story.looks_s):
            mean, error = mean_and_error(seen[row])
            yield Found(story, at, float(mean), float(error), exact[at], tick.get(at))


def _played(story: Story, replications: int, seed: int) -> Floats:
    """Contacts waiting, moments × replications."""
    world = world_of([story.cell], replications, seed, story.curve)
    late = sum(count for _, count in story.joins)
    world.staff.absent[:] = late
    begin_with(world, np.full(replications, story.present))
    seen = []
    for second in range(1, story.looks_s[-1] + 1):
        for at, count in story.joins:
            if second == at + 1:
                world.staff.absent -= count
        world.step()
        if second in story.looks_s:
            seen.append(waiting(world).astype(np.float64))
    return np.array(seen)


def _exact(story: Story) -> dict[int, float]:
    """Of the equations, with the rate of each step's middle."""
    cell = story.cell
    middles = np.arange(STEP_S / 2, MINUTES * 60, STEP_S)
    points = np.array(story.curve)
    arrivals = cell.rate * np.interp(middles, points[:, 0], points[:, 1])
    late = sum(count for _, count in story.joins)
    agents = cell.agents - late + sum(np.where(middles > at, count, 0) for at, count in story.joins)
    patience = np.inf if cell.patience_s is None else cell.patience_s
    staffing = np.broadcast_to(np.asarray(agents, np.float64), arrivals.shape)
    course = voice(STEP_S, arrivals[:, None], staffing[:, None], np.array(cell.handle_s), np.array(patience))
    out = project(course, np.array([float(story.present)]), np.full((1, 1), 20.0))
    found = {}
    for at in story.looks_s:
        row = int(np.argmin(np.abs(out.times - at)))
        found[at] = float(out.waiting[row, 0])
    return found


def _by_tick(story: Story) -> dict[int, float]:
    """Of the tick's own chain, where nothing changes on the way."""
    if len(story.curve) > 1 or story.joins:
        return {}
    chain = TickChain(story.cell, story.present + story.cell.agents + 160)
    law = np.zeros(chain.most + 1)
    law[story.present] = 1.0
    found = {}
    for second in range(1, story.looks_s[-1] + 1):
        law = law @ chain.step
        if second in story.looks_s:
            found[second] = chain.waiting(law)
    return found
