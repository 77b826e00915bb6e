"""Queues of which the theory is known, many replications of each side by side in one simulated network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulators.scenario import Scenario, Site
from simulators.world import World
from tests.simulators.made import PLAIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cell:
    """A queue of one group. `patience_s` None: nobody gives up; 0: nobody waits. A tick stands for `step_s`.

    The network always moves by one second; with another step all times are told to it in units of that step.
    """

    agents: int
    load: float
    """Offered work over agents."""
    handle_s: float = 60.0
    patience_s: float | None = None
    step_s: float = 1.0
    handle_law: str = "exponential"
    patience_law: str = "exponential"

    @property
    def rate(self) -> float:
        """Contacts a second."""
        return self.load * self.agents / self.handle_s

    @property
    def queue(self) -> dict[str, Any]:
        """The queue's traits as a scenario gives them."""
        if self.patience_s is None:
            patience: dict[str, Any] = {"law": "never"}
        elif self.patience_s == 0:
            patience = {"law": "constant", "mean": "1s"}
        else:
            patience = {"law": self.patience_law, "mean": f"{self.patience_s / self.step_s}s"}
        return {"patience": patience, "handle": {"law": self.handle_law, "mean": f"{self.handle_s / self.step_s}s"}}


def world_of(
    cells: Sequence[Cell], replications: int, seed: int, curve: Sequence[tuple[float, float]] = ((0, 1),)
) -> World:
    """A site for every replication of every cell, those of a cell side by side; without clocks, bot and redials."""
    sites = [
        {
            "id": f"s{number}-{copy}",
            "zh": "站",
            "en": "Site",
            "contacts_per_day": cell.rate * cell.step_s * 86_400,
            "groups": [{"category": "sports", "agents": cell.agents}],
            "queues": [{"id": "q", "zh": "队", "en": "Queue", "category": "sports"} | PLAIN | cell.queue],
        }
        for number, cell in enumerate(cells)
        for copy in range(replications)
    ]
    plain = {
        "id": "validation",
        "title": {"zh": "试", "en": "Validation"},
        "starts": "2026-11-11T00:00:00+00:00",
        "minutes": 1440,
        "warm_up": "0s",
        "curve": [[f"{at}s", level] for at, level in curve],
        "busyness_shape": None,
        "drift": 0.0,
        "staff": {"cap": 1, "slowdown": 0.0, "rests": {}, "reserve": 0.0},
        "profile": PLAIN,
        "sites": sites[:1],
    }
    # A file may hold 200 sites; replications are no file.
    scenario = Scenario.model_validate(plain).model_copy(update={"sites": tuple(map(Site.model_validate, sites))})
    return World(scenario, seed, clocks=())


def begin_with(world: World, present: Ints) -> None:
    """Put so many contacts into each queue before the first second: the first ones served, the rest waiting."""
    queue = np.repeat(np.arange(len(present)), present)
    batch = world._traits.draw(world.streams.traits, queue, np.zeros(len(queue), dtype=np.int64))
    slots = world.contacts.admit(batch)
    world.lines.join(slots, world.layout.queue_group[queue], world.contacts, world.tick)
    world._answer(world.lines.serve(world.staff.slots))


def waiting(world: World) -> Ints:
    """Contacts waiting, per queue."""
    return np.bincount(world.contacts.queue[world.lines.slots], minlength=len(world.layout.queues))


def mean_and_error(values: Floats) -> tuple[Floats, Floats]:
    """Mean over the last axis, and its standard error."""
    return values.mean(axis=-1), values.std(axis=-1, ddof=1) / np.sqrt(values.shape[-1])


def ratio_and_error(above: Floats, below: Floats) -> tuple[Floats, Floats]:
    """Sum over sum along the last axis, and its standard error by linearisation."""
    ratio = above.sum(axis=-1) / below.sum(axis=-1)
    rest = above - ratio[..., None] * below
    return ratio, rest.std(axis=-1, ddof=1) / np.sqrt(rest.shape[-1]) / below.mean(axis=-1)
