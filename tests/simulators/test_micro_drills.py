"""Faults of feeds and other managers: what is shown is wrong, what happens is not."""

from __future__ import annotations

import numpy as np
import pytest

from console.desk_core import DeskCore
from console.headless import drill_core
from console.lockstep import LockStep
from console.wire import MemoryWire
from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.contract import Snapshot
from feeds.journal import Journal
from simulators.scenario import load_scenario
from simulators.site import SimulatedSite
from simulators.world import World
from tests.simulators.drilled import cut, quiet, until, waiting


def shown(world: World, site: str) -> Snapshot:
    return SimulatedSite(world, site, 1).snapshot(1, "s")


def pair(name: str, site: str, minutes: float) -> tuple[Snapshot, Snapshot, World]:
    """What a site shows with the fault, and without, at the same moment of the same day."""
    scenario = cut(name, site)
    at_fault, well = until(World(scenario, 7), minutes), until(World(quiet(scenario), 7), minutes)
    return shown(at_fault, site), shown(well, site), at_fault


def test_m01_one_metric_comes_a_thousand_times_too_long() -> None:
    wrong, right, _ = pair("m01-unit-in-ms", "hefei", 3)
    column = COUNTER_INDEX["first_response_sum_s"]
    assert wrong.counters[:, column] == pytest.approx(1000 * right.counters[:, column])
    others = [number for number in range(wrong.counters.shape[1]) if number != column]
    assert (wrong.counters[:, others] == right.counters[:, others]).all()


@pytest.mark.parametrize(("name", "seconds"), [("m02-clock-skew", 90), ("m09-clock-change", 3600)])
def test_m02_m09_the_stamps_are_old_and_the_figures_new(name: str, seconds: int) -> None:
    wrong, right, world = pair(name, "nanchang", 3)
    assert right.at_ns - wrong.at_ns == right.sent_ns - wrong.sent_ns == seconds * 10**9
    assert wrong.counters.tobytes() == right.counters.tobytes()
    assert SimulatedSite(world, "nanchang", 1).clock_ns(world.now) == right.at_ns - seconds * 10**9


def test_m03_frames_come_twice_and_are_counted_once() -> None:
    core, world = drilled_desk("m03-duplicated-batch", "wuhan", 150)
    session = core.board.sessions["wuhan"]
    assert session.faults["duplicate"] >= 25
    assert set(session.faults) == {"duplicate"}
    assert session.skew_s == 0.0
    assert world.repeats("wuhan")


def test_m04_counters_fall_to_zero_within_one_epoch() -> None:
    scenario = cut("m04-counter-reset", "changsha")
    world = until(World(scenario, 7), 1.95)
    offered = COUNTER_INDEX["offered"]
    before = shown(world, "changsha").counters[-1, offered]
    after = shown(until(world, 2.1), "changsha").counters[-1, offered]
    assert before > 100 > after >= 0


def test_m05_who_serves_two_queues_is_there_twice() -> None:
    wrong, right, _ = pair("m05-agent-counted-twice", "wuhan", 3)
    online = GAUGE_INDEX["agents_online"]
    assert wrong.gauges[-1, online] == right.gauges[:-1, online].sum() > 2 * right.gauges[-1, online]
    assert (wrong.gauges[:-1] == right.gauges[:-1])[~np.isnan(right.gauges[:-1])].all()


def test_m06_sixty_alerts_within_a_minute() -> None:
    core, _ = drilled_desk("m06-alert-storm", "", 140, skip=1.5)
    fired = [change.at for change in core.transitions if change.to_state == "firing"]
    assert max(sum(start <= at < start + 60 for at in fired) for start in fired) >= 60


def test_m07_figures_are_a_minute_old_and_say_so() -> None:
    wrong, right, world = pair("m07-late-data", "changsha", 4)
    assert right.at_ns - wrong.at_ns == 60 * 10**9
    assert wrong.counters[-1, COUNTER_INDEX["offered"]] < right.counters[-1, COUNTER_INDEX["offered"]]
    assert shown(until(world, 7.2), "changsha").at_ns == round(world.now) * 10**9


def test_m08_another_manager_takes_the_donors_people() -> None:
    world = until(World(cut("m08-second-manager"), 7), 2.9)
    group = world.layout.group_of["taiyuan", "digital"]
    before = world.transfers.lendable(group)
    until(world, 3.1)
    assert before - world.transfers.lendable(group) == min(60, before)
    until(world, 10)
    assert waiting(world)["nanchang"] > 100


def drilled_desk(name: str, site: str, seconds: int, skip: float = 0) -> tuple[DeskCore, World]:
    scenario = cut(name, *([site] if site else []), skip=skip)
    world = World(scenario, 7)
    core = drill_core(scenario, 7, Journal())
    drill = LockStep(world, core, MemoryWire())
    drill.begin()
    for _ in range(seconds):
        drill.step()
    return core, world


def test_without_faults_nothing_is_changed_and_nothing_is_kept() -> None:
    world = until(World(quiet(load_scenario("m07-late-data")), 7), 0.1)
    assert world.skew("hefei") == 0.0
    assert not world.repeats("hefei")


def test_to_phone_a_site_whose_figures_are_in_doubt_is_no_mistake() -> None:
    for name in ("m01-unit-in-ms", "m02-clock-skew", "m03-duplicated-batch", "m04-counter-reset", "m07-late-data"):
        objectives = load_scenario(name).objectives
        (trap,) = objectives.traps
        assert trap.matches("run", {}, 200.0, playbook="bot-overflow")
        assert not trap.matches("run", {}, 200.0, playbook="verify-feed")
        assert objectives.limits.runs == 1
