"""Decisions that stand: tried until they are accepted, started again, and dealing with what comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.decisions import read_decisions
from console.decisions_shipped import shipped_decisions
from console.rehearsal import Choice, Rehearsal, read_choice, rehearse
from feeds.errors import InputError
from simulators.scenario import Scenario
from simulators.suffering import Suffering, suffering
from simulators.world import World
from tests.console.made_drill import overrun

SEED, MINUTES = 3, 6


def drilled(folder: Path, decisions: str) -> Rehearsal:
    """A drill of six minutes with these decisions; nobody asks how good it could have been."""
    path = folder / "decisions.yaml"
    path.write_text("decisions:\n" + decisions, "utf-8")
    _, scenario = overrun(folder)
    return rehearse(scenario, SEED, MINUTES, Choice("file", read_decisions(path)), best=none_at_all(scenario))


def none_at_all(scenario: Scenario) -> Suffering:
    """No suffering."""
    found = suffering(World(scenario, SEED))
    return found.since(found)


def test_a_run_that_stands_starts_when_its_guards_allow_and_again_after_its_end(tmp_path: Path) -> None:
    run = drilled(
        tmp_path,
        "  - {at: 0s, until: 6m, again: true, run: bot-overflow, each: {site: [hefei, luoyang]}, with: {share: 60%}}\n"
        "  - {at: 150s, revert: bot-overflow, with: {site: hefei}}\n",
    )
    started = [one for one in run.report["playbooks"] if one["since_s"] is not None]
    assert {one["sites"][0] for one in started} == {"hefei"}  # luoyang has nobody waiting
    assert [one["state"] == "reverted" for one in started] == [True, False]
    assert 10 < started[0]["since_s"] < 150 < started[1]["since_s"]
    assert run.result.refused == ()  # what was tried and could not be is no mistake, where it is tried again


def test_what_could_not_be_done_by_its_end_is_refused_once(tmp_path: Path) -> None:
    run = drilled(tmp_path, "  - {at: 0s, until: 2m, run: bot-overflow, with: {site: luoyang}}\n")
    assert len(run.result.refused) == 1
    assert run.report["playbooks"] == []


def test_alerts_and_proposals_are_dealt_with_as_they_come(tmp_path: Path) -> None:
    run = drilled(
        tmp_path,
        '  - {at: 0s, until: 6m, acknowledge: "queue-*", key: "hefei*", note: 已通知组长}\n'
        '  - {at: 0s, until: 6m, approve: "*", who: second}\n'
        "  - {at: 1m, until: 5m, run: queue-greeting, with: {site: hefei}}\n",
    )
    taken = [one for one in run.report["alerts"] if one["to"] == "acknowledged"]
    assert taken
    assert {one["rule"] for one in taken} == {"queue-building"}
    (greeting,) = run.report["playbooks"]
    assert greeting["state"] not in ("proposed", "failed")
    approved = [one for one in run.entries if one.kind == "playbook.approved"]
    assert [one.body["by"] for one in approved] == ["second"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{at: 5m, until: 4m, run: bot-overflow}", "until"),
        ("{at: 5m, until: 6m, note: x}", "until"),
        ("{at: 5m, again: true, run: bot-overflow}", "again"),
        ("{at: 5m, until: 6m, again: true, revert: bot-overflow}", "again"),
    ],
)
def test_what_cannot_stand_is_said(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text(f"decisions:\n  - {line}\n", "utf-8")
    with pytest.raises(InputError, match=said):
        read_decisions(path)


def test_shipped_decisions_go_by_the_scenario() -> None:
    assert read_choice("good", "d04-feed-dead").decisions == shipped_decisions("d04-feed-dead", "good")
    for scenario in ("", "evening-calm"):
        with pytest.raises(InputError, match="good"):
            read_choice("good", scenario)
