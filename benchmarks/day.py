"""CPU of the whole promotion day of thirteen sites, headless: the 24 hours of Double 11 in seconds of a second each.

Thirteen sites and 143 queues through sessions, board, clocks, rules, projection, playbooks and journal, in one
thread; nobody decides, or the built-in player does. Held against the 300 s of CPU that the day may take. The CPU
of every simulated hour is told with its parts:

- `world`: the contact-centre model alone
- `sites`: their figures and the frames made of them, and whoever sits at the desk
- `judged`: frames taken, boards, clocks and rules
- `projected`: where queues are heading, every five seconds
- `deadlines`: platforms, alerts and playbooks whose time has come

Where it is quick only four minutes of six hours of the day are run, each after a warm-up of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.outcome import Figures, Outcome, run_alone
from console.auto_player import AutoPlayer
from console.decisions import Script
from console.headless import Player, drill_core
from console.lockstep import LockStep
from console.wire import MemoryWire
from feeds.journal import Journal
from simulators.scenario import Scenario, load_scenario
from simulators.world import World

SCENARIO = "double11-midnight"
SEED = 7
LIMIT_S = 300.0
HOURS = 24
PARTS = ("world", "judged", "projected", "deadlines")


def whole_day() -> Scenario:
    """The day that begins with midnight's wave; every site has a platform (two queues) more than in the drill."""
    scenario = load_scenario(SCENARIO)
    sites = [
        site.model_copy(update={"shops": (_on_one_more(site.shops[0]), *site.shops[1:])}) for site in scenario.sites
    ]
    return scenario.model_copy(update={"minutes": HOURS * 60.0, "sites": tuple(sites)})


def _on_one_more(shop: Any) -> Any:  # noqa: ANN401 - a shop of any network
    more = next(name for name in ("tmall", "douyin", "pdd", "taobao", "jd") if name not in shop.on)
    return shop.model_copy(update={"on": (*shop.on, more)})


class _Timed:
    """Adds up the CPU of what it stands in for."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work, self.ns = work, 0

    def __call__(self, *given: Any) -> Any:  # noqa: ANN401 - stands in for any method
        begun = time.process_time_ns()
        found = self._work(*given)
        self.ns += time.process_time_ns() - begun
        return found


class _Day:
    """A drill of which every part is timed."""

    def __init__(self, scenario: Scenario, *, auto: bool) -> None:
        world = World(scenario, SEED)
        core = drill_core(scenario, SEED, Journal(), seen=False)
        player: Player = AutoPlayer(core, world.now) if auto else Script(core, (), world.now)
        self.drill, self.rows = LockStep(world, core, MemoryWire(), player), len(world.layout.queues)
        self.drill.begin()
        self._timed = [_Timed(work) for work in (world.step, core.receive_all, core.projecting.second, core.advance)]
        self.drill.world.step, core.receive_all = self._timed[0], self._timed[1]  # type: ignore[method-assign]
        core.projecting.second, core.advance = self._timed[2], self._timed[3]  # type: ignore[method-assign]

    def run(self, seconds: int) -> Figures:
        """CPU seconds of so many seconds, in all and by part."""
        for one in self._timed:
            one.ns = 0
        begun = time.process_time_ns()
        for _ in range(seconds):
            self.drill.step()
        parts = {name: one.ns / 1e9 for name, one in zip(PARTS, self._timed, strict=True)}
        whole = (time.process_time_ns() - begun) / 1e9
        parts["deadlines"] -= parts["projected"]
        return {"cpu_s": whole, **parts, "sites": whole - sum(parts.values())}


def _hours(quick: bool, auto: bool, seconds: int) -> tuple[list[Figures], int]:
    """CPU of each hour, or of so many seconds of every fourth one as of an hour, and the number of queues."""
    scenario = whole_day()
    if not quick:
        day = _Day(scenario, auto=auto)
        return [day.run(3600) for _ in range(HOURS)], day.rows
    found = []
    for hour in range(0, HOURS, 4):
        later = {"starts": scenario.starts + timedelta(hours=hour), "injections": ()}
        day = _Day(scenario.model_copy(update=later), auto=auto)
        day.run(min(60, seconds))
        found.append({name: value * 3600.0 / seconds for name, value in day.run(seconds).items()})
    return found, day.rows


def measure(quick: bool = False, *, auto: bool = False, seconds: int = 240) -> Outcome:
    """The whole day; samples of it where it is quick."""
    hours, queues = _hours(quick, auto, seconds)
    mean = {name: sum(hour[name] for hour in hours) / len(hours) for name in hours[0]}
    whole = mean["cpu_s"] * HOURS
    return Outcome(
        "day",
        {
            "scenario": SCENARIO,
            "queues": queues,
            "decisions": "auto" if auto else "none",
            "cpu_s_per_simulated_h": mean,
            "worst_h": max(hour["cpu_s"] for hour in hours),
            "cpu_s_by_h": [hour["cpu_s"] for hour in hours],
            "cpu_s_per_day": whole,
            "cpu_ms_per_simulated_s": whole / HOURS / 3.6,
        },
        {"to_limit": whole / LIMIT_S},
        limit={"what": "what the day may take", "cpu_s_per_day": LIMIT_S, "cpu_s_per_simulated_h": LIMIT_S / HOURS},
        target="the whole day of thirteen sites with desk, rules and playbooks under 300 s of CPU",
        met=whole < LIMIT_S,
    )


if __name__ == "__main__":
    run_alone(measure)
