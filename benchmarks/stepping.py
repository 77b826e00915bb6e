"""1,000 sites × 200 queues of the drill's network, one second at a time: the share of a core at 1 Hz.

`step` is the model alone; `figures` is every site's gauges and counters, as they would go into its frames. Held
against the least that a second costs: a Poisson number for every queue.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.outcome import Outcome, run_alone
from simulators.scenario import Scenario, Site
from simulators.world import World

QUEUES = 200
_CATEGORIES = ("apparel", "shoes", "sports", "beauty")
_PLATFORMS = ["tmall", "jd", "douyin", "pdd", "taobao"]


def network(sites: int) -> World:
    """Sites of 20 shops on five platforms, before and after the sale, 160 agents, an even stream of contacts."""
    site = {
        "id": "s0", "zh": "站", "en": "Site", "contacts_per_day": 40_000,
        "groups": [{"category": category, "agents": 40} for category in _CATEGORIES],
        "shops": [
            {
                "id": f"shop-{number}", "zh": "店", "en": "Shop", "category": _CATEGORIES[number % 4],
                "on": _PLATFORMS, "phases": ["pre", "after"],
            }
            for number in range(QUEUES // 10)
        ],
    }  # fmt: skip
    scenario = Scenario.model_validate(
        {
            "id": "stepping", "title": {"zh": "试", "en": "Stepping"}, "starts": "2026-11-11T20:00:00+08:00",
            "minutes": 60, "warm_up": "0s", "curve": [["0s", 1.0]], "sites": [site],
        }
    )  # fmt: skip
    one = Site.model_validate(site)
    copies = tuple(one.model_copy(update={"id": f"s{number}"}) for number in range(sites))
    return World(scenario.model_copy(update={"sites": copies}), 1, clocks=())


def measure(quick: bool = False, sites: int = 1000, seconds: int = 60) -> Outcome:
    """A minute; of a hundred sites where it is quick."""
    sites = min(sites, 100) if quick else sites
    world = network(sites)
    for _ in range(10):
        world.step()
    step_s = figures_s = 0.0
    before = float(world.tally.of("offered").sum())
    for _ in range(seconds):
        begun = time.process_time()
        world.step()
        stepped = time.process_time()
        for site in range(sites):
            world.blocks(site)
        step_s += stepped - begun
        figures_s += time.process_time() - stepped
    rng, rates = np.random.default_rng(1), np.full(sites * QUEUES, 1e-3)
    begun = time.process_time()
    for _ in range(seconds):
        rng.poisson(rates)
    bare = (time.process_time() - begun) / seconds
    return Outcome(
        "stepping",
        {
            "sites": sites,
            "queues": len(world.layout.queues),
            "contacts_per_s": (float(world.tally.of("offered").sum()) - before) / seconds,
            "cpu_share": {"step": step_s / seconds, "figures": figures_s / seconds},
        },
        {"step_to_limit": step_s / seconds / bare},
        limit={"what": "a Poisson number for every queue", "cpu_share": bare},
        target="keeps up at 1 Hz",
        met=step_s + figures_s < seconds,
    )


if __name__ == "__main__":
    run_alone(measure)
