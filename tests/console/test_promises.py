"""Promises by word: in the ledger and the handover, kept or put off, late where nobody says so, over a kill."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.rules import load_rules
from console.handover.gathered import Gathered
from console.handover.sections import page_of
from console.intents import Intent, KeepPromise, MakePromise, RenewPromise
from console.promises import whole_ledger
from console.recorder import intent_as_map, intent_of_map
from console.screens.ledger import LedgerScreen
from console.shift import Promise, ShiftView
from playbooks.words import Words
from tests.console.fake_desk import NOW, FakeDesk, desk_view, in_loop, run_view
from tests.console.test_app import _app, _press, _type, screen_text
from tests.console.test_desk_core import firing
from tests.console.test_desk_state import Desk

DUTIES = tuple(rule for rule in load_rules() if rule.scope.level == "desk")
MINE = Promise("m0001", NOW - 60.0, "lin", "flagship store: refunds by ten", NOW + 600.0)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "journal.db", *DUTIES)
    made.connect()
    made.tick(waiting=3)
    return made


def test_a_promise_that_nobody_keeps_is_an_alert_also_after_a_kill(desk: Desk) -> None:
    submit = desk.core.submit
    assert submit(MakePromise("旗舰店 \x1b[31m 22:00 前恢复", 600.0), "lin", desk.now).ok
    (one,) = desk.core.shift.view.promises
    assert (one.who, one.until) == ("lin", desk.now + 600.0)
    assert "\x1b" not in one.text
    assert submit(RenewPromise(one.id, 300.0), "wang", desk.now).ok
    desk.reborn(5)
    (later,) = desk.core.shift.view.promises
    assert later == replace(one, until=one.until + 300.0)
    desk.core.advance(later.until - 1)
    assert firing(desk.core, "promise-late") == []
    desk.now = later.until + 2
    desk.core.advance(desk.now)
    assert firing(desk.core, "promise-late") == [f"~/{one.id}"]
    assert desk.core.submit(KeepPromise(one.id), "wang", desk.now).ok
    desk.core.advance(desk.now + 2)
    assert firing(desk.core, "promise-late") == []
    assert desk.core.submit(KeepPromise(one.id), "wang", desk.now + 2).code == "NO_PROMISE"
    kinds = [(e.kind, e.actor) for e in desk.core.journal.journal.entries() if e.kind.startswith("promise.")]
    assert kinds == [("promise.made", "lin"), ("promise.put_off", "wang"), ("promise.kept", "wang")]
    # ids are not given twice, whatever was kept
    assert desk.core.submit(MakePromise("again", 60.0), "lin", desk.now + 3).ok
    assert desk.core.shift.view.promises[0].id != one.id


@pytest.mark.parametrize("intent", [MakePromise(" ", 60.0), MakePromise("x", 0.0), MakePromise("x", 8 * 86_400.0)])
def test_a_promise_has_words_and_a_time(desk: Desk, intent: MakePromise) -> None:
    assert desk.core.submit(intent, "lin", desk.now).code == "BAD_PROMISE"
    assert desk.core.shift.view.promises == ()


def test_it_stands_in_ledger_and_handover_by_how_soon_it_is_due() -> None:
    late = replace(MINE, id="m0002", until=NOW - 30.0)
    shift = ShiftView(promises=(MINE, late))
    lines = whole_ledger((run_view(),), shift, NOW)
    assert lines[0].run == "m0002"
    assert {line.kind for line in lines if line.run.startswith("m")} == {"promised"}
    page = page_of(Gathered(NOW, Words("台", "Desk"), shift=shift), None)
    (section,) = [one for one in page.sections if one.id == "promised"]
    assert [item.tone for item in section.items] == ["critical", ""]
    assert "by lin since" in section.items[0].words.en


@pytest.mark.parametrize("intent", [MakePromise("x", 60.0), KeepPromise("m0001"), RenewPromise("m0001", 60.0)])
def test_they_are_recorded_and_read_back(intent: Intent) -> None:
    assert intent_of_map(json.loads(json.dumps(intent_as_map(intent)))) == intent  # type: ignore[arg-type]


@in_loop
async def test_by_command_and_by_the_keys_of_the_ledger() -> None:
    app = _app(FakeDesk(replace(desk_view(), runs=(), shift=ShiftView(promises=(MINE,)))))
    async with app.run_test(size=(120, 40)) as pilot:
        await _type(pilot, "colon", "promise soon")
        assert "say until when" in screen_text(app)
        await _type(pilot, "colon", "promise 2h flagship: refunds go on")
        await _press(pilot, "L")
        app.draw()
        await pilot.pause()
        assert isinstance(app.screen, LedgerScreen)
        assert "refunds by ten" in screen_text(app)
        await _press(pilot, "e")
        await _press(pilot, "r")
        assert "has it been kept: flagship store" in screen_text(app)
        await _press(pilot, "y")
        await _type(pilot, "colon", "kept")
    assert [intent for intent, _ in app.desk.sent] == [  # type: ignore[attr-defined]
        MakePromise("flagship: refunds go on", 7_200.0),
        RenewPromise("m0001", 1_800.0),
        KeepPromise("m0001"),
        KeepPromise("m0001"),
    ]
