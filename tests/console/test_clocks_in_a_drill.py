"""Clocks on a whole desk: fed by simulated sites through the codec, asked by rules."""

from __future__ import annotations

import math

import pytest

from alerts.expression import parse
from alerts.rules import load_rules
from console.facts import BoardFacts
from console.headless import drill_core
from console.lockstep import LockStep
from console.wire import MemoryWire
from feeds.journal import Journal
from simulators.scenario import load_scenario
from simulators.world import World


@pytest.fixture(scope="module")
def midnight() -> LockStep:
    """Nine minutes of the midnight drill: four past the hour."""
    scenario = load_scenario("double11-midnight")
    drill = LockStep(World(scenario, 7), drill_core(scenario, 7, Journal()), MemoryWire())
    drill.begin()
    for _ in range(9 * 60):
        drill.step()
    return drill


def test_at_midnight_the_merchants_clock_burns_and_the_platforms_are_not_assessed(midnight: LockStep) -> None:
    book, now = midnight.core.clocks, midnight.world.now
    whole = {clock: book.standing(clock, "all", now).figures for clock in book.clocks}
    assert {clock: figures.state_of(0) for clock, figures in whole.items() if not clock.startswith("voice")} == {
        "douyin_3min": "not_assessed",
        "jd_30s": "not_assessed",
        "merchant_first_response": "at_risk",
        "operational_first_response": "at_risk",
        "pdd_reply": "not_assessed",
        "taobao_3min": "not_assessed",
    }
    assert whole["merchant_first_response"].burn[0] > 3
    assert math.isnan(whole["taobao_3min"].rate_day[0])
    fast = [alert for alert in midnight.core.engine.alerts() if alert.rule == "merchant-burn-fast"]
    assert {alert.state for alert in fast} == {"pending"}  # some sites burn six times as fast as the day can bear
    assert all(alert.key.endswith("/*") for alert in fast)
    assert not [alert for alert in midnight.core.engine.alerts() if alert.rule.startswith("taobao-burn")]


def test_the_network_is_the_sum_of_its_sites_and_they_are_what_the_model_counted(midnight: LockStep) -> None:
    book, world = midnight.core.clocks, midnight.world
    clock = "operational_first_response"
    by_site, whole = (book.standing(clock, by, world.now) for by in ("site", "all"))
    assert by_site.keys == world.sites
    assert whole.figures.counted[0] == by_site.figures.counted.sum()
    place = [one.id for one in world.clock_tally.clocks].index(clock)
    overdue = world.clock_tally.overdue(*world.waiting())[place].sum()
    counted = world.clock_tally.counters()[2 * place : 2 * place + 2].sum()
    today = whole.figures.counted[0]
    assert whole.figures.overdue[0] == overdue
    assert 0 < today < counted + overdue  # without what came before midnight
    shops = book.standing(clock, "shop", world.now)
    chat = [number for number, queue in enumerate(world.layout.queues) if queue.row.channel == "chat"]
    assert len(shops.keys) == len({world.layout.queues[number].row.shop for number in chat})
    assert shops.figures.counted.sum() == today


def test_every_name_of_a_clock_that_rules_use_has_a_figure(midnight: LockStep) -> None:
    columns = midnight.core.clocks.columns("hefei", midnight.world.now)
    names = {name for rule in load_rules() for name in parse(rule.when, rule.rule).names if "." in name}
    assert names
    for name in names:
        assert len(columns[name]) == len(midnight.core.board.sessions["hefei"].board.rows)


def test_playbooks_ask_of_the_same_clocks(midnight: LockStep) -> None:
    core, now = midnight.core, midnight.world.now
    facts = BoardFacts(core.board.view(now), core.clocks.view(now))
    assert facts.network("merchant_first_response.burn") > 3
    site = core.clocks.figures("hefei", "merchant_first_response", now)
    rows = core.board.view(now).by_id["hefei"].rows
    for index, row in enumerate(rows):
        expected = site.burn[index]
        said = facts.value("hefei", None if row.kind == "site" else row.id, "merchant_first_response.burn")
        assert said == pytest.approx(expected, nan_ok=True)
    assert math.isnan(facts.network("taobao_3min.rate_day"))
    assert facts.network("taobao_3min.assessed") == 0.0
    assert math.isnan(facts.network("no_such.burn"))
    assert math.isnan(BoardFacts(core.board.view(now)).network("merchant_first_response.burn"))
