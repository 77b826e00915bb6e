"""The desk holds its plan against the day: the outlook, the clocks and the figures of rules, in a drill."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alerts.forecast.measured import Measuring
from alerts.forecast.table import NO_PLAN, PlanTable
from alerts.rules import Rule, load_rules
from console.decisions import Script
from console.desk_core import DeskCore
from console.headless import drill_plan, drill_title
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.wire import MemoryWire
from feeds.journal import Journal
from simulators.day_forecast import STEP_S, plan_of
from simulators.scenario import Scenario
from simulators.world import World
from tests.console.made_drill import overrun

ASKS = """
rules:
  - rule: staffing-deficit
    title: {zh: 人力缺口, en: Staffing deficit}
    scope: {level: site}
    when: deficit_ahead() > 60m or net_staffing(60m) < -5
    clear: deficit_ahead() < 30m
    severity: warning
    message: {zh: "{site} {value}", en: "{site}: a deficit of {value}"}
    why: {zh: 提前补人, en: People can still be called in}
"""


def rules_that_ask(folder: Path) -> list[Rule]:
    (folder / "asks.yaml").write_text(ASKS, encoding="utf-8")
    return list(load_rules([folder / "asks.yaml"]))


def desk(scenario: Scenario, rules: list[Rule], *, planned: bool = True, seconds: int = 130) -> LockStep:
    world = World(scenario, 3)
    core = DeskCore(
        [site.id for site in scenario.sites],
        rules,
        (),
        mode="drill",
        title=drill_title(scenario),
        ids=Ids("d"),
        journal=JournalKeeper(Journal()),
        plan=drill_plan(scenario) if planned else NO_PLAN,
    )
    drill = LockStep(world, core, MemoryWire(), Script(core, (), world.now))
    drill.begin()
    for _ in range(seconds):
        drill.step()
    return drill


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> LockStep:
    folder = tmp_path_factory.mktemp("rules")
    return desk(overrun(folder)[1], rules_that_ask(folder))


def test_the_outlook_counts_what_came_and_who_is_there(drill: LockStep) -> None:
    core, world = drill.core, drill.world
    outlook = core.view(world.now).outlook
    assert world.now - 60 <= outlook.at <= world.now
    day = outlook.sites["hefei"]
    assert (day.believed, day.keys) == (True, ("apparel",))
    rests = round(20 * 0.05) + int(20 * 0.02 + 0.5)
    assert day.rostered[0, day.here] == day.actual[0, day.here] == 20 - rests
    # Two and a half times what was planned came: the rest of the day is expected to bring more, the other site not.
    ahead = slice(day.here + 1, None)
    assert (day.contacts[0, ahead] > 1.2 * day.forecast[0, ahead]).all()
    other = outlook.sites["luoyang"]
    assert other.contacts[0, ahead] == pytest.approx(other.forecast[0, ahead], rel=0.35)
    net = outlook.staffing("hefei", day.here, day.here + 4).site_net
    assert (net < 0).all()
    assert (outlook.staffing("luoyang", day.here, day.here + 4).site_net > 0).all()


def test_the_clocks_expect_the_rest_of_the_day_by_it(drill: LockStep) -> None:
    core, now = drill.core, drill.world.now
    figures = core.clocks.figures("hefei", "operational_first_response", now)
    assert (figures.coming > 0).all()
    assert figures.expected == pytest.approx(figures.counted + figures.coming)
    # The plan's day is flat: four hours are left, at what the re-forecast has an hour.
    day = core.outlook.outlook.sites["hefei"]
    left = float(day.contacts[0, day.here + 1 : day.here + 16].sum())
    rows = core.board.view(now).by_id["hefei"].rows
    own = next(i for i, row in enumerate(rows) if row.kind == "site")
    assert 0.3 * left < figures.coming[own] < 1.2 * left


def test_rules_see_the_figures_and_without_one_that_asks_nothing_is_worked_out(drill: LockStep, tmp_path: Path) -> None:
    core = drill.core
    sites = core.board.view(drill.world.now).by_id
    seen = core.projecting.projected.columns(sites["hefei"])
    own = next(i for i, row in enumerate(core.board.view(drill.world.now).by_id["hefei"].rows) if row.kind == "site")
    assert seen["net_staffing_60m"][own] < -5
    assert seen["deficit_ahead_s"][own] > 3_600
    assert core.projecting.projected.columns(sites["luoyang"])["deficit_ahead_s"][-1] == 0.0
    firing = [alert for alert in core.engine.alerts() if alert.rule == "staffing-deficit"]
    assert [alert.site for alert in firing] == ["hefei"]
    quiet = desk(overrun(tmp_path)[1], [], seconds=5)
    assert quiet.core.outlook.outlook.sites["hefei"].believed
    assert quiet.core.outlook._figures == {}


def test_without_a_plan_nothing_is_known(tmp_path: Path) -> None:
    drill = desk(overrun(tmp_path)[1], rules_that_ask(tmp_path), planned=False, seconds=70)
    core, sites = drill.core, drill.core.board.view(drill.world.now).by_id
    assert core.outlook.outlook.sites == {}
    assert core.clocks.forecast == {}
    assert "net_staffing_60m" not in core.projecting.projected.columns(sites["hefei"])


def test_the_plan_of_a_drill_is_what_the_planners_believed(tmp_path: Path) -> None:
    scenario = overrun(tmp_path)[1]
    plan = plan_of(scenario)
    assert isinstance(plan.forecast, PlanTable)
    assert plan.roster is not None
    key = ("hefei", "apparel")
    assert plan.forecast.series[key].values == pytest.approx(np.full(96, 26_000 / 96))  # the surge is not in it
    assert set(plan.roster.series[key].values.tolist()) == {19.0}
    assert set(plan.traits["concurrency"].series[key].values.tolist()) == {3.0}
    start = scenario.starts.timestamp()
    found = plan_of(scenario).forecast
    assert found is not None
    assert found.step_s == STEP_S
    assert found.series[key].start <= start - 3_600
    assert found.series[key].start + STEP_S * 96 >= start + 4 * 3_600 - 1


def test_a_site_that_goes_dark_is_unknown_at_once(tmp_path: Path) -> None:
    drill = desk(overrun(tmp_path)[1], [], seconds=62)
    core, now = drill.core, drill.world.now
    assert core.outlook.outlook.sites["hefei"].believed
    for second in range(1, 21):
        core.advance(now + second)
    day = core.outlook.outlook.sites["hefei"]
    assert not day.believed
    assert np.isnan(core.outlook.outlook.staffing("hefei", day.here, day.here + 4).site_net).all()


def test_what_contacts_take_is_measured_of_all_sites_as_of_each_alone(tmp_path: Path) -> None:
    drill = desk(overrun(tmp_path)[1], [], seconds=400)
    core = drill.core
    clocks = tuple(core.clocks.clocks.values())
    together, alone = Measuring(clocks), {site: Measuring(clocks) for site in core.board.sessions}
    for _ in range(5):
        drill.step(20)
        sites = core.board.view(drill.world.now).sites
        found = together.take(sites, drill.world.now)
        assert len(found) == len(sites)
        each = {key: one for site in sites for key, one in alone[site.id].take([site], drill.world.now).items()}
        assert repr(found) == repr(each)  # an unknown time is NaN, and equals none
