"""The desk projects its board by its own seconds; rules, guards and the command line see what comes of it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from alerts.projected import NOT_IN_SIGHT_S
from alerts.rules import load_rules
from console.cli import main
from console.decisions import Script
from console.facts import BoardFacts
from console.headless import drill_core, drill_meta, drill_plan
from console.lockstep import LockStep
from console.projecting import ProjectionDesk
from console.wire import MemoryWire
from feeds.board import Board
from feeds.journal import Journal
from simulators.day_forecast import plan_of
from simulators.scenario import load_scenario
from simulators.world import World


def test_a_drill_projects_every_queue_every_five_seconds() -> None:
    scenario = load_scenario("evening-calm")
    world = World(scenario.model_copy(update={"warm_up": 120.0}), 3)
    core = drill_core(scenario, 3, Journal())
    drill = LockStep(world, core, MemoryWire(), Script(core, (), world.now))
    drill.begin()
    seen = set()
    for _ in range(130):
        drill.step()
        seen.add(id(core.projecting.projected))
    assert len(seen) <= 27
    now = world.now
    facts = BoardFacts(core.board.view(now), core.clocks.view(now), core.projecting.projected)
    for site in core.board.view(now).sites:
        columns = core.projecting.projected.columns(site)
        known = [value for value in columns["projected_sl_30m"] if not math.isnan(value)]
        assert len(known) > len(site.rows) / 2  # a queue of which nothing has been completed yet is unknown
        assert all(0.0 <= value <= 1.0 for value in known)
        for name in ("projected_sl_30m", "breach_in_s"):
            own = columns[name][site.site_row]
            assert facts.value(site.id, None, name) == pytest.approx(own, nan_ok=True)
            assert facts.value(site.id, site.rows[0].id, name) == pytest.approx(columns[name][0], nan_ok=True)
        assert 0.0 <= columns["breach_in_s"][0] <= NOT_IN_SIGHT_S
        assert math.isnan(facts.value(site.id, None, "arrivals_vs_forecast"))
        seen_by_rules = core.seen[site.id].columns
        assert len(seen_by_rules["breach_in_s"]) == len(site.rows)
        assert seen_by_rules.why_unknown("projected_sl_30m", 0).reason == "not_projected"
    assert math.isnan(facts.value("nowhere", None, "projected_sl_30m"))
    assert math.isnan(facts.network("projected_sl_30m"))


def test_nothing_is_projected_where_nobody_asks() -> None:
    desk = ProjectionDesk(Board(["a"]), ())
    rules = load_rules()
    assert desk.wanted(rules)
    assert not desk.wanted(
        tuple(rule for rule in rules if rule.rule not in ("projected-breach", "arrivals-above-forecast"))
    )


def test_a_drills_forecast_is_its_curve_and_its_recording_keeps_it() -> None:
    scenario = load_scenario("double11-midnight")
    table, start = plan_of(scenario).forecast, scenario.starts.timestamp()
    assert table is not None
    midnight = scenario.starts.replace(hour=0, minute=0, second=0).timestamp() + 86_400.0
    site = scenario.sites[0].id
    before, after = (
        table.total([(site, key) for key in table.keys_of(site)], at, at + 900.0) for at in (midnight - 900.0, midnight)
    )
    assert after > 3 * before > 0
    assert table.total([(site, key) for key in table.keys_of(site)], start, start + scenario.minutes * 60.0) > 0
    assert drill_meta(scenario, 1)["plan"] == drill_plan(scenario).dump()


PLAN = """site,category,interval_start,contacts,mean_handle_s
hefei,apparel,2026-11-11T18:00+08:00,600,300
hefei,apparel,2026-11-11T18:30+08:00,600,300
"""


def test_the_forecast_command_says_where_it_breaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "forecast.csv").write_text(PLAN, encoding="utf-8")
    assert main(["forecast", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"][0]["rostered"] is None
    assert told["breaks"] == []
    roster = "site,category,interval_start,agents\nhefei,apparel,2026-11-11T18:00+08:00,90\n"
    roster += "hefei,apparel,2026-11-11T18:30+08:00,120\n"
    (tmp_path / "plan" / "roster.csv").write_text(roster, encoding="utf-8")
    assert main(["forecast", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (stretch,) = told["breaks"]
    assert (stretch["site"], stretch["key"], stretch["to"]) == ("hefei", "apparel", "2026-11-11T18:30:00+08:00")
    assert stretch["worst"] == told["rows"][0]["required"] - 90 == told["sites"][0]["short"]
    assert told["balance"]["next_4h"][0]["intervals"] == 2
    assert main(["forecast", str(tmp_path / "plan")]) == 0
    assert "breaks: hefei/apparel 11-11 18:00–18:30" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "plan" / "roster.csv")]) == 0
    assert "a roster: 1 series, 2 intervals of 30 min: good" in capsys.readouterr().out


def test_what_the_forecast_command_cannot_use_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "forecast.csv"
    path.write_text(PLAN.replace(",mean_handle_s", "").replace(",300", ""), encoding="utf-8")
    for arguments in (
        [str(tmp_path / "nothing")],
        [str(path)],
        [str(path), "--handle", "0s"],
        [str(path), "--handle", "300s", "--target", "100%"],
        [str(path), "--handle", "300s", "--at", "noon"],
    ):
        assert main(["forecast", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1
