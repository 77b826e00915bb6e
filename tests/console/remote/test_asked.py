"""What a console may say: exactly that, cleaned; anything else is refused with a sentence and never carried out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.silence import Matcher, Recurrence
from console import intents
from console.intents import Intent
from console.remote.asked import Ask, PreviewOf, Seen, StartShown, read, written
from console.remote.protocol import heard, told
from console.remote.rates import Bucket, Strangers
from console.remote.roles import MAY, Person, refusal
from console.remote.seat import ConsoleMemory
from feeds.text import MARK
from tests.console.fake_desk import desk_view, preview_value

ASKED: tuple[Intent, ...] = (
    intents.Acknowledge("a-1", "on it", 1_794_312_300.5),
    intents.Unacknowledge("a-1"),
    intents.AssignAlert("a-1", "李伟"),
    intents.SilenceAlerts(
        Matcher(rules=("site-dark",), severities=("critical",)), 2e9, "x", (Recurrence(0.0, 60.0, (0, 1)),)
    ),
    intents.EndSilence("s-1"),
    intents.AskPast(1_794_312_300.5, 1_794_312_290.0, True, "10-1.000", 7),
    intents.AskDay(12),
    intents.ApproveRun("r-1"),
    intents.RevertRun("r-1"),
    intents.RenewRun("r-1", 1800.0),
    intents.AnswerRun("r-1", "retry"),
    intents.WriteNote("back-up line is up"),
    intents.SetPace(2.0),
    intents.AskWhy("site-dark", "hefei/*"),
    intents.AskBehind("waiting", ("hefei/q1", "wuhan/*")),
    intents.AskReload(),
    intents.AskLeaders(1.5e9, 1.6e9),
    intents.LockRules(7200.0, "peak"),
    intents.UnlockRules(),
    intents.ReportSite("hefei", up=False, note="no power", seconds=600.0),
)


@pytest.mark.parametrize("intent", ASKED, ids=lambda one: type(one).__name__)
def test_what_is_asked_arrives_as_it_was(intent: Intent) -> None:
    assert read(written(7, intent)) == Ask(7, intent)


def test_plans_are_named_and_never_sent() -> None:
    preview = preview_value()
    text = written(1, intents.StartPlaybook(preview))
    assert json.loads(text)["fields"] == {"plan": preview.plan_hash}
    ask = read(text)
    assert isinstance(ask, Ask)
    assert ask.intent == StartShown(preview.plan_hash)
    memory = ConsoleMemory()
    assert memory.intent_of(ask.intent) is None  # this console was shown nothing
    memory.remember(intents.Outcome(preview=preview))
    assert memory.intent_of(ask.intent) == intents.StartPlaybook(preview)
    with pytest.raises(ValueError, match="no intent"):
        read(json.dumps({"ask": 1, "kind": "StartPlaybook", "fields": {"preview": {}}}))


def test_parameters_of_a_preview() -> None:
    ask = read(written(3, intents.AskPreview("move", {"to": "hefei/q1", "count": 30, "from": ("a", "b")}, "a-1")))
    assert isinstance(ask, Ask)
    assert ask.intent == PreviewOf("move", {"to": "hefei/q1", "count": 30.0, "from": ["a", "b"]}, "a-1")
    given = ConsoleMemory().intent_of(ask.intent)
    assert given == intents.AskPreview("move", {"to": "hefei/q1", "count": 30.0, "from": ("a", "b")}, "a-1")


@pytest.mark.parametrize(
    "fields",
    [
        {"alert": 7},
        {"alert": None},
        {},
        {"alert": "a", "surprise": 1},
        {"alert": "a", "until": "tomorrow"},
        {"alert": "a", "until": True},
        {"alert": ["a"]},
    ],
)
def test_fields_of_another_kind_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Acknowledge"):
        read(json.dumps({"ask": 1, "kind": "Acknowledge", "fields": fields}))


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "7", "{", '{"ask": 1}', '{"seen": -1}', '{"seen": true}', '{"seen": 1, "x": 2}',
        '{"seen": "1"}',
        '{"ask": 1, "kind": "JoinDesk", "fields": {"console": "x", "role": "admin"}}',
        '{"ask": 1, "kind": "LeaveDesk", "fields": {"console": "c1"}}',
        '{"ask": 1, "kind": "__class__", "fields": {}}', '{"ask": 1, "kind": ["Acknowledge"], "fields": {}}',
        '{"ask": 1, "kind": "SetPace", "fields": {"speed": NaN}}',
        '{"ask": 1, "kind": "SetPace", "fields": {"speed": 1e999}}',
        '{"ask": 1, "kind": "Acknowledge", "fields": {"alert": "a"}, "who": "boss"}',
        "[" * 100_000,
        json.dumps({"ask": 1, "kind": "PreviewOf", "fields": {"playbook": "x", "parameters": {"a": [""] * 2_001}}}),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


@given(st.text(max_size=60) | st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists).map(json.dumps))
def test_nothing_but_a_value_error_comes_of_garbage(text: str) -> None:
    try:
        said = read(text)
    except ValueError:
        return
    assert isinstance(said, Ask | Seen)


def test_texts_are_harmless_before_anybody_sees_them() -> None:
    ask = read(
        json.dumps({"ask": 1, "kind": "Acknowledge", "fields": {"alert": "a", "note": "\x1b[2J\u202eevil" + "x" * 999}})
    )
    assert isinstance(ask, Ask)
    assert isinstance(ask.intent, intents.Acknowledge)
    assert "\x1b" not in ask.intent.note
    assert MARK in ask.intent.note
    assert len(ask.intent.note) <= 400


def test_messages_of_a_desk_and_what_is_none() -> None:
    assert heard(told({"t": "bye", "why": "x" * 9_000}))["why"] == "x" * 9_000
    for wrong in (b"", b"p", b"z", b"zzzz", b"p\x93\x01\x02\x03", b"x\x80", b"p\x81\xa1t\x07"):
        with pytest.raises((ValueError, Exception)):
            heard(wrong)


VIEW = desk_view()


def test_what_stands_nowhere_nobody_may() -> None:
    for role, may in MAY.items():
        sites = ("hefei",) if role == "lead" else ()
        for intent in (*ASKED, intents.JoinDesk("c", "admin"), intents.LeaveDesk("c")):
            refused = refusal(Person("x", role, sites), intent, VIEW)
            if type(intent) not in may:
                assert refused is not None
                assert refused.code == "DENIED"
    assert {role for role, may in MAY.items() if intents.StartPlaybook in may} == {"duty", "admin"}
    assert {role for role, may in MAY.items() if intents.ApproveRun in may} == {"lead", "approver", "duty", "admin"}
    assert {role for role, may in MAY.items() if intents.ReloadRules in may} == {"admin"}
    assert not any({intents.JoinDesk, intents.LeaveDesk} & may for may in MAY.values())
    assert MAY["viewer"] == {intents.AskBehind, intents.AskWhy, intents.AskLeaders, intents.AskPast, intents.AskDay}


def test_a_lead_answers_for_the_own_sites_alone() -> None:
    view = desk_view()
    lead = Person("li", "lead", ("hefei",))

    def code(intent: Intent) -> str:
        refused = refusal(lead, intent, view)
        return refused.code if refused is not None else "ok"

    assert code(intents.Acknowledge("a0001")) == "ok"
    assert code(intents.Acknowledge("a0003")) == "NOT_YOUR_SITE"
    assert code(intents.Acknowledge("nothing")) == "NOT_YOUR_SITE"
    assert code(intents.ReportSite("hefei", up=True)) == "ok"
    assert code(intents.ReportSite("wuhan", up=True)) == "NOT_YOUR_SITE"
    assert code(intents.AnswerRun("nothing", "yes")) == "NOT_YOUR_SITE"
    assert code(intents.StartPlaybook(preview_value())) == "DENIED"


def test_a_bucket_gives_some_at_once_and_then_some_a_second() -> None:
    bucket = Bucket(3.0, 1.0)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(101.0)
    assert not bucket.take(101.5)
    assert bucket.empty(101.5)


def test_strangers_wait_after_some_wrong_tokens_each_for_themselves() -> None:
    now = [0.0]
    strangers = Strangers(lambda: now[0], most=2.0, per_s=0.1, kept=2)
    for _ in range(2):
        assert strangers.may_try("a")
        strangers.failed("a")
    assert not strangers.may_try("a")
    assert strangers.may_try("b")
    now[0] = 11.0
    assert strangers.may_try("a")
