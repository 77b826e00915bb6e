"""A desk that is killed goes on where it was: alerts, clocks, acknowledgements, runs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.alert import Alert
from alerts.rules import Rule, RuleScope, Words
from console.desk_core import NEVER_GRACE_S, DeskCore
from console.identity import Ids
from console.intents import Acknowledge, AskPreview, StartPlaybook
from console.journal_keeper import JournalKeeper
from console.playbook_desk import shipped_playbooks
from console.view import DeskTitle
from feeds.codec import decode, encode
from feeds.contract import Ack, Command, Result
from feeds.errors import JournalError
from feeds.journal import Journal
from feeds.journal_lock import sole_desk
from feeds.publisher import Publisher
from tests.feeds.made import figures, hello, ns

START = 1_794_326_100.0
WORDS = Words(zh="词", en="words")

BOOKS = shipped_playbooks()


def rule(name: str = "queue", **more: object) -> Rule:
    fields: dict[str, object] = {
        "rule": name,
        "title": WORDS,
        "scope": RuleScope(),
        "when": "waiting > 20",
        "clear": "waiting < 10",
        "for": 30.0,
        "keep_firing_for": 15.0,
        "severity": "warning",
        "message": WORDS,
        "why": "a test",
    }
    return Rule.model_validate({**fields, **more})


class Desk:
    """A desk on a journal on disk, with one site whose figures a test sets; it can be killed at any moment."""

    def __init__(self, path: Path, *rules: Rule, sites: tuple[str, ...] = ("hefei",)) -> None:
        self.path, self.rules, self.sites, self.lives = path, rules or (rule(),), sites, 0
        self.now = START
        self.told: list[tuple[str, str, str, float]] = []
        self.start()

    def start(self) -> None:
        self.lives += 1
        self.publishers = {site: Publisher(hello(site, epoch=self.lives)) for site in self.sites}
        self.core = DeskCore(
            self.sites,
            self.rules,
            BOOKS,
            mode="live",
            title=DeskTitle("台", "Desk"),
            ids=Ids(f"life{self.lives}"),
            journal=JournalKeeper(Journal(self.path), keeps_state=True),
        )
        self.core.begin(self.now)

    def kill(self) -> None:
        """The process is gone: nothing is closed or said."""
        self.told += [(t.alert, t.from_state, t.to_state, t.at) for t in self.core.transitions]

    def connect(self) -> None:
        for site, publisher in self.publishers.items():
            self.core.connected(site, self.now)
            self.core.receive(site, encode(publisher.hello), self.now)

    def tick(self, seconds: float = 1.0, **values: float) -> None:
        self.now += seconds
        for site, publisher in self.publishers.items():
            frame = publisher.publish(*figures(4, **values), ns(self.now), ns(self.now))
            self.core.receive(site, encode(frame), self.now)
        self.core.advance(self.now)

    def reborn(self, seconds: float = 0.0) -> None:
        self.kill()
        self.now += seconds
        self.start()

    def alert(self, key: str = "hefei/q1") -> Alert:
        (found,) = [alert for alert in self.core.engine.alerts() if alert.key == key]
        return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def test_a_pending_clock_runs_on_over_a_kill(path: Path) -> None:
    desk = Desk(path)
    desk.connect()
    desk.tick(waiting=30)
    since, before = desk.now, desk.alert()
    desk.tick(20, waiting=30)
    desk.reborn(5)
    assert (desk.alert().id, desk.alert().since, desk.alert().state) == (before.id, since, "pending")
    assert desk.alert().stale
    desk.connect()
    desk.tick(3, waiting=30)
    desk.core.advance(since + 29.9)
    assert (desk.alert().state, desk.alert().stale) == ("pending", False)
    desk.core.advance(since + 30)
    assert (desk.alert().id, desk.alert().fired_at) == (before.id, since + 30)


def test_what_fired_goes_on_with_its_acknowledgement_and_ends_only_when_seen_to_be_over(path: Path) -> None:
    desk = Desk(path)
    desk.connect()
    desk.tick(waiting=30)
    desk.tick(30, waiting=30)
    assert desk.core.submit(Acknowledge(desk.alert().id, "ringing them"), "duty-1", desk.now).ok
    fired = desk.alert()
    desk.reborn(600)
    desk.core.advance(desk.now + NEVER_GRACE_S + 1)
    held = desk.alert()
    assert (held.id, held.state, held.fired_at, held.acknowledged) == (
        fired.id,
        "firing",
        fired.fired_at,
        fired.acknowledged,
    )
    desk.now += 10
    desk.connect()
    desk.tick(waiting=5)
    desk.tick(15, waiting=5)
    assert [t.to_state for t in desk.core.transitions if t.alert == fired.id] == ["recovering", "resolved"]
    desk.reborn(1)
    assert desk.core.engine.alerts() == ()


def test_a_deadline_that_passed_meanwhile_counts_only_if_the_trouble_is_still_there(path: Path) -> None:
    for waiting, state in ((30, "firing"), (5, "gone")):
        desk = Desk(path.with_name(f"{state}.db"))
        desk.connect()
        desk.tick(waiting=30)
        desk.reborn(300)
        desk.connect()
        desk.tick(waiting=waiting)
        assert {a.state for a in desk.core.engine.alerts()} == ({"firing"} if state == "firing" else set())


def test_alerts_of_rules_and_sites_that_are_gone_end_once(path: Path) -> None:
    desk = Desk(path, rule(), rule("other", **{"for": 0.0}), sites=("hefei", "nanchang"))
    desk.connect()
    desk.tick(waiting=30)
    assert len(desk.core.engine.alerts()) == 12
    desk.rules, desk.sites = (rule(),), ("hefei",)
    desk.reborn(1)
    assert sorted({t.reason for t in desk.core.transitions}) == ["row removed", "rule removed"]
    assert [a.key for a in desk.core.engine.alerts()] == ["hefei/q0", "hefei/q1", "hefei/q2"]
    desk.reborn(1)
    assert desk.core.transitions == []


def test_a_run_is_taken_up_and_reverted_at_its_time(path: Path) -> None:
    desk = Desk(path)
    desk.connect()
    desk.tick(waiting=30, slots=100, bot_share=0.1)
    asked = desk.core.submit(AskPreview("bot-overflow", {"site": "hefei", "category": "apparel"}), "duty-1", desk.now)
    assert asked.preview is not None
    assert asked.preview.ok, asked.preview.refusals
    assert desk.core.submit(StartPlaybook(asked.preview), "duty-1", desk.now).ok
    (sent,) = [frame for _, data in desk.core.outgoing() if isinstance(frame := decode(data), Command)]
    desk.core.receive("hefei", encode(Ack("hefei", sent.id)), desk.now)
    items = ({"target": "apparel", "before": 0.1, "after": 0.3},)
    desk.core.receive("hefei", encode(Result("hefei", sent.id, "done", items)), desk.now)
    desk.tick(waiting=30, slots=100, bot_share=0.3)
    (before,) = desk.core.playbooks.runs()
    assert before.until is not None
    desk.reborn(3)
    assert desk.core.playbooks.runs() == (before,)
    desk.reborn(before.until - desk.now + 60)
    desk.core.advance(desk.now)
    assert desk.core.outgoing() == []
    desk.connect()
    desk.tick(waiting=30, slots=100, bot_share=0.3)
    sent_back = [
        frame for frame in map(decode, (data for _, data in desk.core.outgoing())) if isinstance(frame, Command)
    ]
    assert [(c.site, c.verb, c.issuer) for c in sent_back] == [("hefei", "set_bot_share", "desk")]
    assert sent_back[0].id != sent.id


def test_a_state_that_cannot_be_read_is_said_and_left_alone(path: Path) -> None:
    desk = Desk(path)
    desk.connect()
    desk.tick(waiting=30)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE state SET body = '{}' WHERE part = 'alert'")
    desk.reborn(1)
    (notice,) = desk.core.view(desk.now).notices
    assert "cannot be read" in notice.zh
    assert desk.core.engine.alerts() == ()


def test_two_desks_on_one_journal_are_refused(path: Path) -> None:
    refusal = pytest.raises(JournalError, match=r"another desk works on this journal \(process \d+\)")
    with sole_desk(path), refusal, sole_desk(path):
        pass
    with sole_desk(path):
        pass


def test_a_drill_keeps_no_state(path: Path) -> None:
    keeper = JournalKeeper(Journal(path))
    keeper.append(START, "x", "desk", {}, state=(("alert", "a", {}),))
    assert keeper.journal.state("alert") == {}


def test_a_change_that_could_not_be_written_goes_with_the_next(path: Path) -> None:
    keeper = JournalKeeper(Journal(path), keeps_state=True)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert not keeper.append(START, "x", "desk", {}, state=(("alert", "a", {"v": 1}), ("alert", "b", {"v": 1})))
    other.execute("ROLLBACK")
    other.close()
    assert keeper.append(START, "x", "desk", {}, state=(("alert", "b", None),))
    assert keeper.state("alert") == {"a": {"v": 1}}


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([0.0, 5.0, 15.0, 25.0, 30.0]), st.sampled_from([1, 4, 16, 40]), st.booleans()),
        min_size=2,
        max_size=25,
    )
)
def test_a_desk_killed_at_any_moment_tells_a_legal_story(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[float, int, bool]]
) -> None:
    """Every alert's changes, over all lives of the desk, follow one another; none is told twice, none without cause."""
    desk = Desk(tmp_path_factory.mktemp("desk") / "journal.db")
    desk.connect()
    for waiting, seconds, killed in steps:
        before = {alert.key: alert for alert in desk.core.engine.alerts() if alert.key != "hefei/*"}
        if killed:
            desk.reborn(seconds)
            after = {alert.key: alert for alert in desk.core.engine.alerts()}
            assert {key: (a.id, a.state, a.since, a.fired_at) for key, a in before.items()} == {
                key: (after[key].id, after[key].state, after[key].since, after[key].fired_at) for key in before
            }
            desk.connect()
            desk.tick(1, waiting=waiting)
        else:
            desk.tick(seconds, waiting=waiting)
        if waiting >= 10:
            standing = {alert.id for alert in desk.core.engine.alerts()}
            assert {a.id for a in before.values() if a.state in ("firing", "recovering")} - standing <= {
                t.alert for t in desk.core.transitions if t.reason == "keep_firing_for"
            }
    desk.kill()
    state: dict[str, str] = {}
    for alert, come, gone, _ in desk.told:
        assert state.get(alert, "inactive") == come
        assert come != gone
        assert not (alert in state and state[alert] in ("inactive", "resolved"))
        state[alert] = gone
    assert desk.core.journal.journal.verify() > 0
