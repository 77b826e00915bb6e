"""Escalation and planned profiles on the desk: at their own time, in the journal, and over a kill."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.profiles import ProfileCalendar, ProfileWindow
from alerts.silence import Matcher
from console.desk_core import DeskCore
from console.identity import Ids
from console.intents import Acknowledge, SilenceAlerts
from console.journal_keeper import JournalKeeper
from console.view import DeskTitle
from feeds.codec import encode
from feeds.journal import Journal
from tests.console.test_desk_core import START, Site
from tests.console.test_desk_state import Desk, rule

STEPS = [{"after": 60.0, "to": "duty-lead"}, {"after": 120.0, "to": "operations", "severity": "critical"}]
AT_ONCE = {"for": 0.0, "keep_firing_for": 0.0, "escalate": STEPS}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def escalations(desk: Desk) -> list[tuple[float, int]]:
    return [(t.at, t.level) for t in desk.core.transitions if t.to_state == "escalated" and t.key == "hefei/q1"]


def test_a_step_taken_survives_a_kill_and_the_next_one_comes_once(path: Path) -> None:
    desk = Desk(path, rule(**AT_ONCE))
    desk.connect()
    desk.tick(waiting=30)
    fired = desk.now
    for _ in range(70):
        desk.tick(waiting=30)
    assert escalations(desk) == [(fired + 60.0, 1)]
    desk.reborn(5)
    assert (desk.alert().level, desk.alert().escalated_to) == (1, "duty-lead")
    desk.connect()
    for _ in range(70):
        desk.tick(waiting=30)
    assert escalations(desk) == [(fired + 120.0, 2)]
    assert desk.alert().severity == "critical"


def test_a_clock_that_a_graver_alert_stopped_stands_where_it_stood_after_a_kill(path: Path) -> None:
    fields = {"when": "slots > 5", "clear": "slots < 2", "for": 0.0, "keep_firing_for": 0.0}
    grave = rule("grave", severity="critical", inhibits=("queue",), **fields)
    desk = Desk(path, rule(**AT_ONCE), grave)
    desk.connect()
    desk.tick(waiting=30)
    desk.tick(20, waiting=30, slots=9)
    desk.reborn(500)
    desk.connect()
    desk.tick(waiting=30)
    left = next(a.escalates_at for a in desk.core.engine.alerts() if (a.rule, a.key) == ("queue", "hefei/q1"))
    assert left == desk.now + 40.0


def test_a_clock_that_a_silence_stopped_stands_where_it_stood_after_a_kill(path: Path) -> None:
    desk = Desk(path, rule(**AT_ONCE))
    desk.connect()
    desk.tick(waiting=30)
    desk.tick(20, waiting=30)
    desk.core.submit(SilenceAlerts(Matcher(), desk.now + 100.0, "works"), "duty-1", desk.now)
    desk.reborn(50)
    desk.connect()
    desk.tick(waiting=30)
    assert desk.alert().escalates_at is None
    ends = desk.core.engine.silences()[0].until
    for _ in range(60):
        desk.tick(waiting=30)
    assert desk.alert().escalates_at == ends + 40.0


def test_who_takes_an_alert_on_stops_its_ladder(path: Path) -> None:
    desk = Desk(path, rule(**AT_ONCE))
    desk.connect()
    desk.tick(waiting=30)
    desk.core.submit(Acknowledge(desk.alert().id, ""), "duty-1", desk.now)
    for _ in range(200):
        desk.tick(waiting=30)
    assert escalations(desk) == []


def peak(begins: float, over: float) -> ProfileCalendar:
    edges = (datetime.fromtimestamp(at, UTC) for at in (begins, over))
    return ProfileCalendar(
        [ProfileWindow.model_validate(dict(zip(("from", "to"), edges, strict=True)) | {"profile": "peak"})]
    )


def planned(rules: list[object], calendar: ProfileCalendar) -> DeskCore:
    core = DeskCore(
        ("hefei",),
        rules,  # type: ignore[arg-type]
        (),
        mode="live",
        title=DeskTitle("台", "Desk"),
        ids=Ids("t"),
        journal=JournalKeeper(Journal()),
        profiles=calendar,
    )
    core.begin(START)
    return core


def test_a_profile_holds_from_its_edge_on_however_late_the_timer_wakes() -> None:
    profiles = {"peak": {"when": "waiting > 40", "clear": "waiting < 35"}}
    told = []
    for wake in (START + 10.5, START + 300.0):
        core = planned(
            [rule(profiles=profiles, **{"for": 5.0, "keep_firing_for": 0.0})], peak(START + 10.5, START + 20.0)
        )
        site = Site(core)
        site.open(START)
        site.tick(START, waiting=30)
        for second in range(1, 11):
            site.tick(START + second, waiting=30)
        core.advance(wake)
        told.append([(t.to_state, t.at - START) for t in core.transitions if t.key == "hefei/q1"][:3])
    assert told == [[("pending", 0.0), ("firing", 5.0), ("resolved", 10.5)]] * 2
    kinds = [(e.at_ns / 1e9 - START, e.body) for e in core.journal.journal.entries() if e.kind == "profile"]
    assert kinds == [(10.5, {"profile": "peak"}), (20.0, {"profile": None})]


def test_a_desk_that_starts_within_a_window_judges_by_its_profile_from_the_first() -> None:
    core = planned(
        [rule(profiles={"peak": {"when": "waiting > 40"}}, **{"for": 0.0})], peak(START - 60.0, START + 60.0)
    )
    site = Site(core)
    core.connected("hefei", START)
    core.receive("hefei", encode(site.publisher.hello), START)
    site.tick(START + 1, waiting=30)
    assert core.engine.alerts() == ()
    site.tick(START + 2, waiting=50)
    assert {alert.profile for alert in core.engine.alerts()} == {"peak"}
