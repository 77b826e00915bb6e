"""Simulated seconds per second of a headless drill: three minutes of midnight of Double 11, in process.

Thirteen sites through the real codec, board, rules and journal, in one thread. Held against the simulator alone, which
makes the same three minutes without a desk.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.outcome import Outcome, run_alone
from console.headless import run_headless
from console.wire import MemoryWire
from simulators.scenario import load_scenario
from simulators.site import SimulatedSite
from simulators.world import World

SCENARIO = "double11-midnight"
SEED = 7


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """(seconds on the clock, seconds of CPU)."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def measure(quick: bool = False, seconds: int = 180) -> Outcome:
    """Three minutes; one where it is quick."""
    seconds = min(seconds, 60) if quick else seconds
    scenario = load_scenario(SCENARIO)

    def drill() -> None:
        run_headless(scenario, SEED, seconds / 60.0, MemoryWire())

    def simulator_alone() -> None:
        world = World(scenario, SEED)
        sites = [SimulatedSite(world, site, 1) for site in world.sites]
        for second in range(seconds):
            world.step()
            for site in sites:
                site.snapshot(second + 1, "")

    lasted, cpu = _timed(drill)
    bare, bare_cpu = _timed(simulator_alone)
    return Outcome(
        "headless",
        {
            "scenario": SCENARIO,
            "simulated_s": seconds,
            "simulated_s_per_s": seconds / lasted,
            "cpu_ms_per_simulated_s": cpu / seconds * 1e3,
        },
        {"to_simulator_alone": lasted / bare},
        limit={
            "what": "the simulator and its snapshots, without codec, board, rules and journal",
            "simulated_s_per_s": seconds / bare,
            "cpu_ms_per_simulated_s": bare_cpu / seconds * 1e3,
        },
    )


if __name__ == "__main__":
    run_alone(measure)
