"""What people do about alerts at a desk: done, journalled as theirs, refused, seen, recorded and replayed."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from alerts.rules import load_rules
from alerts.silence import Matcher, Recurrence
from console.desk_core import DeskCore
from console.identity import Ids
from console.intents import (
    Acknowledge,
    AlertIntent,
    AssignAlert,
    EndSilence,
    Intent,
    RevertRun,
    SilenceAlerts,
    Unacknowledge,
)
from console.journal_keeper import JournalKeeper
from console.recorder import Recorder, intent_as_map, intent_of_map
from console.replaying import feed, inputs_of
from console.view import DeskTitle
from feeds.journal import Entry, Journal
from feeds.recording import RecordingReader, RecordingWriter
from tests.console.test_desk_core import START, Site

NIGHTLY = Recurrence(7200.0, 14_400.0, (0, 4))
WHOLE = Matcher(("site-dark",), ("hefei/*",), ("hefei",), ("shop-1",), ("jd",), ("apparel",), ("critical", "warning"))


def desk(recorder: Recorder | None = None, journal: Journal | None = None, *, state: bool = False) -> DeskCore:
    core = DeskCore(
        ("hefei", "nanchang"),
        load_rules(),
        (),
        mode="live",
        title=DeskTitle("台", "Desk"),
        ids=Ids("t"),
        journal=JournalKeeper(journal or Journal(), keeps_state=state),
        recorder=recorder,
    )
    core.begin(START)
    return core


def dark(core: DeskCore) -> str:
    """Let a minute pass without a word, and give the alert of the dark site."""
    core.advance(START + 60)
    return next(one.id for one in core.engine.alerts() if one.rule == "site-dark")


def last(core: DeskCore) -> Entry:
    deeds = ("alert", "silence.begun", "silence.ended")
    return [entry for entry in core.journal.journal.entries() if entry.kind in deeds][-1]


def test_an_alert_is_taken_on_for_a_time_given_back_and_given_to_an_owner() -> None:
    core = desk()
    alert = dark(core)
    assert core.submit(Acknowledge(alert, "ringing\x1b[2J them", START + 120), "duty-1", START + 61).ok
    assert "\x1b" not in last(core).body["reason"]
    assert core.view(START + 62).alerts[0].acknowledged is not None
    core.advance(START + 121)
    assert core.view(START + 121).alerts[0].acknowledged is None
    assert last(core).body["reason"] == "duty-1: until"
    for number, (intent, to) in enumerate(
        [
            (Acknowledge(alert), "acknowledged"),
            (Unacknowledge(alert), "unacknowledged"),
            (AssignAlert(alert, "lead-2"), "assigned"),
        ]
    ):
        assert core.submit(intent, "duty-2", START + 122 + number).ok
        assert (last(core).kind, last(core).actor, last(core).body["to"]) == ("alert", "duty-2", to)
    assert core.view(START + 130).alerts[0].owner == "lead-2"
    history = core.view(START + 130).histories.of(alert)
    assert [(one.change.to_state, one.who) for one in history.happenings] == [
        ("firing", ""),
        ("acknowledged", "duty-1"),
        ("unacknowledged", ""),
        ("acknowledged", "duty-2"),
        ("unacknowledged", "duty-2"),
        ("assigned", "duty-2"),
    ]


def test_a_silence_is_journalled_whole_seen_and_ended() -> None:
    core = desk()
    alert = dark(core)
    assert core.submit(SilenceAlerts(Matcher(sites=("hefei",)), START + 600, "works"), "duty-1", START + 61).ok
    begun = last(core)
    assert (begun.kind, begun.actor) == ("silence.begun", "duty-1")
    assert begun.body == {
        "id": "s-t-1",
        "matcher": {
            **{key: [] for key in ("rules", "keys", "shops", "platforms", "categories", "severities", "tags")},
            "sites": ["hefei"],
        },
        "author": "duty-1",
        "note": "works",
        "begins": START + 61,
        "until": START + 600,
        "windows": [],
    }  # fmt: skip
    view = core.view(START + 62)
    assert [silence.id for silence in view.silences] == ["s-t-1"]
    assert {one.key: one.silenced for one in view.alerts} == {"hefei/*": "s-t-1", "nanchang/*": ""}
    assert next(one for one in view.alerts if one.id == alert).state == "firing", "it lives on"
    assert core.submit(EndSilence("s-t-1"), "duty-2", START + 63).ok
    assert (last(core).kind, last(core).actor, last(core).body["ended_by"]) == ("silence.ended", "duty-2", "duty-2")
    assert core.view(START + 64).silences == ()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda _alert: Acknowledge("none"), "no_such_alert"),
        (lambda alert: Acknowledge(alert, "", START), "bad_until"),
        (lambda alert: Acknowledge(alert, "", math.nan), "bad_until"),
        (lambda alert: Unacknowledge(alert), "not_acknowledged"),
        (lambda alert: AssignAlert(alert, "  "), "no_owner"),
        (lambda _alert: AssignAlert("none", "lead"), "no_such_alert"),
        (lambda _alert: SilenceAlerts(Matcher(), START), "bad_until"),
        (lambda _alert: SilenceAlerts(Matcher(), math.inf), "bad_until"),
        (lambda _alert: SilenceAlerts(Matcher(), math.nan), "bad_until"),
        (lambda _alert: EndSilence("s-t-1"), "no_such_silence"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_changes_nothing(make: Callable[[str], Intent], code: str) -> None:
    core = desk()
    alert = dark(core)
    entries, given = core.journal.journal.number, core.engine.dump()
    outcome = core.submit(make(alert), "duty-1", START + 61)
    assert (outcome.code, "\n" in outcome.en, bool(outcome.en)) == (code, False, True)
    assert (core.journal.journal.number, core.engine.dump()) == (entries, given)


@pytest.mark.parametrize(
    "intent",
    [
        Acknowledge("a1", "on it", START + 5),
        Acknowledge("a1"),
        Unacknowledge("a1"),
        AssignAlert("a1", "lead-2"),
        SilenceAlerts(WHOLE, START + 5, "why", (NIGHTLY, Recurrence(0.0, 60.0))),
        SilenceAlerts(Matcher(), START + 5),
        EndSilence("s1"),
        RevertRun("r1"),
    ],
    ids=lambda intent: type(intent).__name__,
)
def test_every_deed_is_the_same_after_the_recording(intent: AlertIntent, tmp_path: Path) -> None:
    assert intent_of_map(intent_as_map(intent)) == intent
    with RecordingWriter(tmp_path / "one.rec", meta={}) as writer:
        writer.operator(START, {**intent_as_map(intent), "who": "duty-1"})
    (record,) = RecordingReader(tmp_path / "one.rec")
    assert intent_of_map(dict(record.body)) == intent
    assert record.body["who"] == "duty-1"


def test_a_recorded_day_with_deeds_is_replayed_to_the_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "day.rec"
    with RecordingWriter(path, meta={}) as writer:
        core = desk(Recorder(writer))
        site = Site(core)
        site.open(START + 1)
        for second in range(1, 61):
            site.tick(START + second, waiting=2)
        alert = dark(core)
        for number, intent in enumerate(
            [
                Acknowledge(alert, "on it", START + 64),
                SilenceAlerts(WHOLE, START + 600, "works", (NIGHTLY,)),
                AssignAlert(alert, "lead-2"),
                SilenceAlerts(Matcher(), START + 90),
                EndSilence("s-t-1"),
                Unacknowledge(alert),
            ]
        ):
            core.submit(intent, f"duty-{number % 2}", START + 61 + number)
        site.tick(START + 80, waiting=3)
    again = desk()
    for entry in inputs_of(RecordingReader(path)):
        feed(again, entry)
    said = [[(e.at_ns, e.kind, e.actor, e.body) for e in one.journal.journal.entries()] for one in (core, again)]
    assert said[0] == said[1]
    assert {"silence.begun", "silence.ended"} <= {kind for _at, kind, _actor, _body in said[0]}
    assert again.view(START + 80).silences == core.view(START + 80).silences


def test_silences_owners_and_histories_outlive_a_kill(tmp_path: Path) -> None:
    book = Journal(tmp_path / "j.db")
    core = desk(journal=book, state=True)
    alert = dark(core)
    core.submit(AssignAlert(alert, "lead-2"), "duty-1", START + 61)
    core.submit(SilenceAlerts(Matcher(rules=("site-dark",)), START + 900, "works", (NIGHTLY,)), "duty-1", START + 62)
    core.submit(SilenceAlerts(Matcher(), START + 70), "duty-1", START + 63)
    core.submit(SilenceAlerts(Matcher(), START + 900), "duty-1", START + 64)
    core.submit(EndSilence("s-t-3"), "duty-1", START + 65)
    del core  # nothing is closed
    after = desk(journal=Journal(tmp_path / "j.db"), state=True)
    after.advance(START + 100)
    view = after.view(START + 100)
    assert [(one.id, one.windows) for one in view.silences] == [("s-t-1", (NIGHTLY,))]
    found = next(one for one in view.alerts if one.id == alert)
    assert found.owner == "lead-2"
    assert [one.change.to_state for one in view.histories.of(alert).happenings] == ["firing", "assigned"]
    after.submit(EndSilence("s-t-1"), "duty-1", START + 101)
    assert book.state("silence") == {}
