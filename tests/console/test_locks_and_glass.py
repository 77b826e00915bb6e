"""Locks of people and break-glass at the desk: taken, refused, over, kept across a kill; by command and by role."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.notices.words import sentence
from console.checking import check_file
from console.draw.runs import run_log
from console.intents import ApproveRun, AskPreview, BreakGlass, Intent, ReleaseLock, StartPlaybook, TakeLock
from console.recorder import intent_as_map, intent_of_map
from console.remote.roles import Person, refusal
from feeds.errors import InputError
from playbooks.limits.locks import PersonLock
from playbooks.run import RunState
from tests.alerts.notices.made import receiver
from tests.console.fake_desk import NOW, FakeDesk, desk_view, in_loop, run_view
from tests.console.test_app import _app, _press, _type, screen_text
from tests.console.test_desk_core import START, Site, desk
from tests.console.test_desk_state import Desk

KEY = "bot:hefei"


def test_a_lock_outlives_a_kill_and_ends_by_itself(tmp_path: Path) -> None:
    at = Desk(tmp_path / "j.db")
    assert at.core.submit(TakeLock(KEY, 600.0, "on the phone\x1b[2J"), "wang", at.now).ok
    assert at.core.submit(TakeLock(KEY, 600.0), "lin", at.now).code == "LOCKED"
    assert at.core.submit(ReleaseLock(KEY), "lin", at.now).code == "LOCKED"
    at.core.journal.journal.close()
    at.now += 60.0
    at.start()
    (lock,) = at.core.view(at.now).locks
    assert (lock.key, lock.who, lock.until) == (KEY, "wang", at.now + 540.0)
    assert "\x1b" not in lock.note
    at.core.advance(at.now + 541.0)
    assert at.core.view(at.now + 541.0).locks == ()
    kinds = [entry.kind for entry in at.core.journal.journal.entries() if entry.kind.startswith("lock.")]
    assert kinds == ["lock.taken", "lock.over"]
    assert at.core.submit(ReleaseLock(KEY), "wang", at.now + 542.0).code == "NOT_LOCKED"
    assert at.core.submit(TakeLock("bot:nowhere", 60.0), "wang", at.now + 542.0).code == "UNKNOWN_LOCK"
    assert at.core.submit(TakeLock(KEY, 86_400.0), "wang", at.now + 542.0).code == "LIMIT"


def test_a_playbook_on_what_another_person_holds_is_refused_and_ones_own_is_not() -> None:
    core = desk("hefei", receivers=(receiver(),))
    site = Site(core)
    site.open(START + 1)
    for second in range(2, 12):
        site.tick(START + second, oldest_wait_s=200, waiting=50)
    assert core.submit(TakeLock("set_greeting:hefei", 600.0), "wang", START + 12).ok
    asked = AskPreview("queue-greeting", {"site": "hefei"})
    mine, theirs = (core.submit(asked, who, START + 12).preview for who in ("wang", "lin"))
    assert mine is not None
    assert theirs is not None
    assert not any("locked" in words.en for words in mine.refusals)
    assert any("set_greeting:hefei is locked by wang" in words.en for words in theirs.refusals)
    assert mine.ok
    site.tick(START + 12.5, oldest_wait_s=200, waiting=50)
    assert core.submit(StartPlaybook(mine), "lin", START + 13).code == "LOCKED"
    assert core.submit(StartPlaybook(mine), "wang", START + 13).ok
    (run,) = core.playbooks.runs()
    assert core.submit(BreakGlass(run.id, " "), "wang", START + 14).code == "NO_REASON"
    assert core.submit(BreakGlass(run.id, "nobody else is awake"), "wang", START + 14).ok
    (run,) = core.playbooks.runs()
    assert run.state is not RunState.PROPOSED
    entries = [entry for entry in core.journal.journal.entries() if entry.kind == "playbook.broke_glass"]
    assert [(entry.actor, entry.body["reason"]) for entry in entries] == [("wang", "nobody else is awake")]
    (told,) = [notice for notice, _envelope in core.notifying.announcements()]
    assert (told.kind, told.severity, told.alert) == ("broke_glass", "critical", run.id)
    assert sentence(told, "en").startswith("▲ critical begun by one person alone wang broke the glass and began")
    assert "nobody else is awake" in sentence(told, "zh")
    assert core.notifying.announcements() == []


@pytest.mark.parametrize("intent", [TakeLock(KEY, 60.0, "x"), ReleaseLock(KEY), BreakGlass("r1", "why")])
def test_they_are_recorded_and_read_back(intent: Intent) -> None:
    assert intent_of_map(json.loads(json.dumps(intent_as_map(intent)))) == intent  # type: ignore[arg-type]


def test_a_role_stands_for_no_higher_tier_than_the_limits_say() -> None:
    run = replace(run_view(RunState.PROPOSED), tier=2)
    view = replace(desk_view(), runs=(run,), highest_tier={"lead": 1, "approver": 2, "duty": 3})
    lead, approver = Person("li", "lead", ("hefei",)), Person("zhao", "approver")
    refused = refusal(lead, ApproveRun(run.id), view)
    assert refused is not None
    assert "tier 1 at most, and this is tier 2" in refused.en
    assert refusal(approver, ApproveRun(run.id), view) is None
    assert refusal(approver, BreakGlass(run.id, "x"), view) is not None
    low = replace(view, runs=(replace(run, tier=1),))
    assert refusal(lead, ApproveRun(run.id), low) is None
    elsewhere = refusal(Person("li", "lead", ("wuhan",)), ApproveRun(run.id), low)
    assert elsewhere is not None
    assert elsewhere.code == "NOT_YOUR_SITE"
    assert refusal(lead, TakeLock("agents:hefei:apparel", 60.0), view) is None
    assert refusal(lead, TakeLock("agents:wuhan:apparel", 60.0), view) is not None
    nobody = replace(view, highest_tier={"approver": -1})
    assert refusal(approver, ApproveRun(run.id), nobody) is not None


def test_a_file_of_limits_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "limits.yaml"
    path.write_text("limits: {agents_per_hour: {two: 40, most: 90}}\n", "utf-8")
    assert check_file(path) == f"{path}: limits of playbooks: good"
    path.write_text("dwell: ten minutes\n", "utf-8")
    with pytest.raises(InputError, match=r"limits\.yaml:1"):
        check_file(path)


@in_loop
async def test_the_commands_and_what_the_deck_says() -> None:
    held = PersonLock("bot:hefei", "zhao", NOW, NOW + 600.0)
    proposed = replace(run_view(RunState.PROPOSED, id="r0002"), wanted=2, approve_by=NOW + 300.0)
    broken = replace(run_view(), glass="lin: nobody else is awake")
    app = _app(FakeDesk(replace(desk_view(), runs=(proposed, broken), locks=(held,))))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await _type(pilot, "colon", "lock")
        assert "bot:hefei zhao" in screen_text(app)
        await _type(pilot, "colon", "lock agents:hefei:apparel 20m on the phone")
        await _type(pilot, "colon", "lock agents:hefei:apparel soon")
        assert "write what and how long" in screen_text(app)
        await _type(pilot, "colon", "unlock agents:hefei:apparel")
        await _type(pilot, "colon", "breakglass r0002")
        assert "needs a run and a reason" in screen_text(app)
        await _type(pilot, "colon", "breakglass r0002 nobody else is awake")
        await _press(pilot, "y")
        assert "BREAK-GLASS" in screen_text(app)
        log = "\n".join("".join(text for text, _ in one) for one in run_log(proposed, app.newest))
        assert "lapses in 5m" in log
    assert [intent for intent, _ in app.desk.sent] == [  # type: ignore[attr-defined]
        TakeLock("agents:hefei:apparel", 1_200.0, "on the phone"),
        ReleaseLock("agents:hefei:apparel"),
        BreakGlass("r0002", "nobody else is awake"),
    ]
