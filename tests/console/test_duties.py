"""What the desk owes fires and survives: overdue returns, handovers that nobody accepts; notes of the shift."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerts.rules import load_rules
from console.intents import (
    AcceptHandover,
    AnswerRun,
    AskPreview,
    HandOver,
    Intent,
    RenewRun,
    StartPlaybook,
    WriteNote,
)
from console.recorder import intent_as_map, intent_of_map
from feeds.codec import decode, encode
from feeds.contract import Ack, Command, Result
from playbooks.run import RunState
from tests.console.test_desk_core import START, firing
from tests.console.test_desk_core import desk as made_desk
from tests.console.test_desk_state import Desk

DUTIES = tuple(rule for rule in load_rules() if rule.scope.level == "desk")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "journal.db", *DUTIES)
    made.connect()
    made.tick(waiting=30, slots=100, bot_share=0.1)
    return made


def switch_on(desk: Desk) -> str:
    """The bot overflow at Hefei, in force."""
    asked = desk.core.submit(AskPreview("bot-overflow", {"site": "hefei", "category": "apparel"}), "duty-1", desk.now)
    assert asked.preview is not None
    assert desk.core.submit(StartPlaybook(asked.preview), "duty-1", desk.now).ok
    answer(desk, 0.1, 0.6)
    desk.tick(waiting=30, slots=100, bot_share=0.6)
    (run,) = desk.core.playbooks.runs()
    assert run.state is RunState.ACTIVE
    return run.id


def answer(desk: Desk, before: float, after: float) -> None:
    for frame in [decode(data) for _, data in desk.core.outgoing()]:
        if isinstance(frame, Command):
            desk.core.receive("hefei", encode(Ack("hefei", frame.id)), desk.now)
            items = ({"target": "apparel", "before": before, "after": after},)
            desk.core.receive("hefei", encode(Result("hefei", frame.id, "done", items)), desk.now)


def entries(desk: Desk, kind: str) -> list[dict[str, object]]:
    return [entry.body for entry in desk.core.journal.journal.entries() if entry.kind == kind]


def test_what_is_due_towards_a_dark_site_is_an_overdue_alert_until_somebody_decides(desk: Desk) -> None:
    run = switch_on(desk)
    (view,) = desk.core.playbooks.runs()
    assert view.until is not None
    desk.core.advance(view.until - 1)  # the site says nothing all the while
    assert firing(desk.core, "return-overdue") == []
    desk.now = view.until + 30
    desk.core.advance(desk.now)
    assert firing(desk.core, "return-overdue") == [f"~/{run}"]
    (alert,) = desk.core.engine.alerts()
    assert "Bot overflow hefei" in alert.message_en
    assert alert.severity == "critical"
    (late,) = desk.core.playbooks.runs()
    assert late.overdue == view.until
    assert [body["to"] for body in entries(desk, "alert")] == ["firing"]
    # kept for longer: nothing is overdue any more
    assert desk.core.submit(RenewRun(run, 600), "duty-2", desk.now).ok
    desk.core.advance(desk.now + 2)
    assert firing(desk.core, "return-overdue") == []
    assert [body["to"] for body in entries(desk, "alert")] == ["firing", "resolved"]


def test_an_overdue_alert_survives_a_kill_and_ends_with_the_decision(desk: Desk) -> None:
    run = switch_on(desk)
    (view,) = desk.core.playbooks.runs()
    assert view.until is not None
    desk.now = view.until + 30
    desk.core.advance(desk.now)
    (before,) = desk.core.engine.alerts()
    desk.reborn(20)
    desk.core.advance(desk.now + 2)
    (after,) = desk.core.engine.alerts()
    assert (after.id, after.state) == (before.id, "firing")
    desk.now += 10
    desk.core.advance(desk.now)
    assert desk.core.submit(AnswerRun(run, "revert"), "duty-2", desk.now).ok
    desk.connect()
    answer(desk, 0.6, 0.1)
    desk.tick(2.0, waiting=3, slots=100, bot_share=0.1)
    assert desk.core.playbooks.runs()[0].state is RunState.REVERTED
    assert firing(desk.core, "return-overdue") == []
    assert [body["to"] for body in entries(desk, "alert")].count("firing") == 1


def test_a_run_that_goes_back_by_itself_is_never_overdue(desk: Desk) -> None:
    run = switch_on(desk)
    assert desk.core.submit(RenewRun(run, -7_100), "duty-1", desk.now).ok
    for _ in range(110):
        desk.tick(1.0, waiting=30, slots=100, bot_share=0.6)
        answer(desk, 0.6, 0.1)
    assert desk.core.playbooks.runs()[0].state is RunState.REVERTED
    assert entries(desk, "alert") == []


def test_the_story_of_a_run_is_told_again_after_a_kill(desk: Desk) -> None:
    switch_on(desk)
    (before,) = desk.core.playbooks.runs()
    assert [one.kind for one in before.story] == ["started", "intent", "reply", "reply", "seen", "verified"]
    assert before.story[1].en == "told to set the bot's share 60%"
    assert before.story[1].site == "hefei"
    assert [one.at for one in before.story] == sorted(one.at for one in before.story)
    desk.reborn(3)
    assert desk.core.playbooks.runs()[0].story == before.story


def test_a_handover_is_offered_accepted_by_somebody_else_and_written_down(desk: Desk) -> None:
    run = switch_on(desk)
    submit = desk.core.submit
    assert submit(WriteNote("合肥 \x1b[31m主管 0:30 到岗"), "lin", desk.now).ok
    assert submit(HandOver("看好合肥"), "lin", desk.now + 1).ok
    offer = desk.core.shift.view.offer
    assert offer is not None
    assert submit(AcceptHandover(), "lin", desk.now + 2).code == "SAME_PERSON"
    assert submit(HandOver(), "wang", desk.now + 2).code == "OFFERED"
    assert submit(AcceptHandover(offer.at - 1), "wang", desk.now + 2).code == "CHANGED"
    desk.reborn(5)
    assert desk.core.shift.view.offer == offer
    assert [note.text for note in desk.core.shift.view.notes] == ["合肥 \ufffd[31m主管 0:30 到岗"]
    assert submit is not desk.core.submit
    assert desk.core.submit(AcceptHandover(offer.at), "wang", desk.now).ok
    (body,) = entries(desk, "handover.accepted")
    assert (body["from"], body["runs"], body["unknown"]) == ("lin", [run], ["hefei"])
    assert desk.core.shift.view.offer is None
    desk.reborn(5)
    accepted = desk.core.shift.view.accepted
    assert accepted is not None
    assert (accepted.who, accepted.offered_by) == ("wang", "lin")
    assert desk.core.submit(AcceptHandover(), "wang", desk.now).code == "HELD"


def test_a_handover_that_nobody_accepts_escalates() -> None:
    core = made_desk()
    assert core.submit(HandOver(), "lin", START + 5).ok
    core.advance(START + 600)
    assert firing(core, "handover-unaccepted") == []
    core.advance(START + 620)
    assert firing(core, "handover-unaccepted") == ["~/handover"]
    core.advance(START + 1_300)
    (alert,) = [one for one in core.engine.alerts() if one.rule == "handover-unaccepted"]
    assert (alert.severity, alert.escalated_to) == ("critical", "operations")
    assert core.why("handover-unaccepted", "~/handover", START + 1_300).verdict == "firing"
    assert core.submit(AcceptHandover(), "wang", START + 1_301).ok
    core.advance(START + 1_303)
    assert firing(core, "handover-unaccepted") == []


@pytest.mark.parametrize("intent", [HandOver("x"), AcceptHandover(), AcceptHandover(3.5)])
def test_they_are_recorded_and_read_back(intent: Intent) -> None:
    assert intent_of_map(json.loads(json.dumps(intent_as_map(intent)))) == intent  # type: ignore[arg-type]
