"""Small scenarios for the simulator's tests."""

from __future__ import annotations

from typing import Any

from feeds.contract import Command
from simulators.scenario import Scenario
from simulators.world import World

FOREVER_NS = 2**62

PLAIN: dict[str, Any] = {"bot_share": 0.0, "redial": 0.0, "transfer": 0.0}
"""A profile without bot, redials and transfers."""


def two_sites(**changes: Any) -> dict[str, Any]:
    """Two busy sites that share a category, as the mapping a file would give."""
    base: dict[str, Any] = {
        "id": "made",
        "title": {"zh": "试", "en": "Made"},
        "starts": "2026-11-11T00:00:00+08:00",
        "minutes": 60,
        "warm_up": "2m",
        "curve": [["0s", 1.0]],
        "lead_time": "1m",
        "sites": [
            site("hefei", 40_000, {"apparel": 40, "shoes": 12}, voice=4),
            site("xian", 6_000, {"apparel": 30}, voice=3),
        ],
    }
    return base | changes


def site(name: str, per_day: float, groups: dict[str, int], voice: int = 0) -> dict[str, Any]:
    """A site with one shop for each category, on two platforms."""
    found: dict[str, Any] = {
        "id": name,
        "zh": name,
        "en": name,
        "contacts_per_day": per_day,
        "groups": [{"category": category, "agents": agents} for category, agents in groups.items()],
        "shops": [
            {"id": f"shop-{category}", "zh": "店", "en": "Shop", "category": category, "on": ["tmall", "jd"]}
            for category in groups
        ],
    }
    return found | ({"voice": {"agents": voice, "share": "5%"}} if voice else {})


def one_group(
    per_day: float, agents: int, *, sites: int = 1, profile: dict[str, Any] | None = None, **staff: Any
) -> Scenario:
    """Sites of one queue and one group each, with constant arrivals and nothing random but Poisson."""
    made = {
        "id": "plain",
        "title": {"zh": "试", "en": "Plain"},
        "starts": "2026-11-11T00:00:00+00:00",
        "minutes": 600,
        "warm_up": "0s",
        "curve": [["0s", 1.0]],
        "busyness_shape": None,
        "drift": 0.0,
        "staff": {"cap": 1, "slowdown": 0.0, "rests": {}, "reserve": 0.0} | staff,
        "profile": PLAIN | (profile or {}),
        "sites": [
            {
                "id": f"s{number}",
                "zh": "站",
                "en": "Site",
                "contacts_per_day": per_day,
                "groups": [{"category": "sports", "agents": agents}],
                "queues": [{"id": "q", "zh": "队", "en": "Queue", "category": "sports"} | (profile or {})],
            }
            for number in range(sites)
        ],
    }
    return Scenario.model_validate(made)


def made(**changes: Any) -> Scenario:
    """`two_sites` as a scenario."""
    return Scenario.model_validate(two_sites(**changes))


def command(site_id: str, verb: str, args: dict[str, Any], id_: str = "c1", deadline_ns: int = FOREVER_NS) -> Command:
    """An order to a site."""
    return Command(site_id, id_, verb, args, "duty-1", deadline_ns)


def run(world: World, seconds: int) -> World:
    """The world, `seconds` later."""
    for _ in range(seconds):
        world.step()
    return world
