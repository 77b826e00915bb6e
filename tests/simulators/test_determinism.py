from __future__ import annotations

import os
import subprocess
import sys

from simulators.contacts import TRANSFER
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.made import command, made, run

PROGRAM = """
import hashlib, sys
from simulators.scenario import load_scenario
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.made import command
world = World(load_scenario("site-dark"), 7)
digest = hashlib.sha256()
sites = [SimulatedSite(world, name, 1) for name in world.sites]
for second in range(240):
    if second == 60:
        loan = {"to_site": "hefei", "category": "apparel", "count": 9, "transfer": "t"}
        sites[1].obey(command("luoyang", "lend_agents", loan), world.now)
    world.step()
    for site in sites:
        frame = site.snapshot(second, "s")
        digest.update(frame.gauges.tobytes() + frame.counters.tobytes() + str(frame.at_ns).encode())
print(digest.hexdigest(), repr(world.now))
"""


def _digest(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_same_seed_gives_the_same_bits_in_every_process() -> None:
    first = _digest(PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C")
    assert first == _digest(PYTHONHASHSEED="4711", TZ="America/St_Johns", LC_ALL="C.UTF-8", OMP_NUM_THREADS="1")


def test_another_seed_gives_another_run() -> None:
    one, other = run(World(made(), 1), 60), run(World(made(), 2), 60)
    assert one.tally.values.tobytes() != other.tally.values.tobytes()


def test_orders_do_not_disturb_who_arrives() -> None:
    scenario = made(profile={"transfer": 0.0})
    plain, steered = World(scenario, 9), World(scenario, 9)
    site = SimulatedSite(steered, "hefei", 1)
    site.obey(command("hefei", "set_bot_share", {"share": 1.0, "queues": "*"}), steered.now)
    site.obey(command("hefei", "set_concurrency_cap", {"cap": 2, "group": "*"}, id_="c2"), steered.now)
    run(plain, 600)
    run(steered, 600)
    assert plain.tally.of("bot_entered").sum() < steered.tally.of("bot_entered").sum()
    for world in (plain, steered):
        assert not (world.contacts.kind == TRANSFER).any()
    firsts = [(world.tally.of("offered") - world.tally.of("repeats")).tolist() for world in (plain, steered)]
    assert firsts[0] == firsts[1]
    assert plain.tally.of("trades").tolist() == steered.tally.of("trades").tolist()
