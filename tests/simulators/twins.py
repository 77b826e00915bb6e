"""Many sites that are all alike, of which every other one pulls a lever: pooled replications with their control."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import GAUGE_INDEX
from feeds.contract import Result
from simulators.scenario import Scenario
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.made import PLAIN, command, run

Floats = NDArray[np.float64]
SITES = 16


def twins(
    per_day: float,
    agents: int,
    *,
    queues: tuple[dict[str, Any], ...] = ({"id": "q", "phase": "pre"},),
    groups: tuple[dict[str, Any], ...] = (),
    injections: tuple[dict[str, Any], ...] = (),
    staff: dict[str, Any] | None = None,
    pools: dict[str, int] | None = None,
    channel: str = "chat",
    **profile: Any,
) -> Scenario:
    """Sites of one group `sports` (and `groups`), with constant arrivals and nothing random but Poisson."""
    group = {"category": "sports", "agents": agents, "channel": channel, "knows": ["shoes"]}
    sites = [
        {
            "id": f"s{number}",
            "zh": "站",
            "en": "Site",
            "contacts_per_day": per_day,
            "groups": [group, *groups],
            "queues": [{"zh": "队", "en": "Queue", "category": "sports"} | one | PLAIN | profile for one in queues],
            "pools": pools or {},
        }
        for number in range(SITES)
    ]
    made = {
        "id": "twins",
        "title": {"zh": "试", "en": "Twins"},
        "starts": "2026-11-11T00:00:00+00:00",
        "minutes": 600,
        "warm_up": "10m",
        "curve": [["0s", 1.0]],
        "busyness_shape": None,
        "drift": 0.0,
        "staff": {"cap": 1, "slowdown": 0.0, "rests": {}, "reserve": 0.0} | (staff or {}),
        "sites": sites,
        "injections": list(injections),
    }
    return Scenario.model_validate(made)


def order(world: World, verb: str, args: dict[str, Any], *, every: int = 2, id_: str = "") -> list[dict[str, Any]]:
    """Every other site gets the order; the items of its first answer."""
    found: list[dict[str, Any]] = []
    for name in world.sites[::every]:
        mine = {key: f"{name}-{value}" if key == "transfer" else value for key, value in args.items()}
        reply = SimulatedSite(world, name, 1).obey(command(name, verb, mine, id_=id_ or verb), world.now)
        assert isinstance(reply[-1], Result), reply
        found = found or list(reply[-1].items)
    return found


def grown(world: World, seconds: int, *names: str) -> list[Floats]:
    """Runs on; by how much each counter grew, by queue."""
    before = [world.tally.of(name).copy() for name in names]
    run(world, seconds)
    return [world.tally.of(name) - old for name, old in zip(names, before, strict=True)]


def ratio(part: Floats, whole: Floats | None = None, queue: int = 0, queues: int = 1) -> float:
    """Figure (or part over whole) at the sites that pulled the lever over that of the others, for one of the queues."""
    mine, others = part[queue :: 2 * queues], part[queues + queue :: 2 * queues]
    found = float(mine.sum()) / float(others.sum())
    return found if whole is None else found / ratio(whole, None, queue, queues)


def gauge(world: World, name: str, site: int = 0, row: int = 0) -> float:
    """One gauge of one row."""
    return float(world.figures.true(site)[1][row, GAUGE_INDEX[name]])
