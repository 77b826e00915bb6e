"""What people do about alerts and what keeps alerts from people: taking on, owning, silencing, flapping."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Transition
from alerts.engine import RuleEngine
from alerts.flapping import FlapPolicy, FlapRecord, changed, settles_at, share_of_changes
from alerts.rows import RowAttributes
from alerts.rules import Rule
from alerts.silence import Matcher, Recurrence, Silence
from feeds.errors import RefusedError

ROWS = (RowAttributes("hf/q1", "queue", "hf", platform="jd"), RowAttributes("hf/q2", "queue", "hf"))
POLICY = FlapPolicy()


def rule(name: str = "r", **more: object) -> Rule:
    words = {"zh": "{value}", "en": "{value}"}
    fixed = {"rule": name, "title": words, "when": "waiting > 10", "severity": "warning", "message": words, "why": "x"}
    return Rule.model_validate({**fixed, **more})


def engine(*rules: Rule, flapping: FlapPolicy | None = None) -> RuleEngine:
    ids = (f"a{number}" for number in itertools.count(1))
    desk = RuleEngine(rules or (rule(),), lambda: next(ids), flapping=flapping)
    desk.set_rows("hf", ROWS, 0.0)
    return desk


def feed(desk: RuleEngine, now: float, *waiting: float) -> list[Transition]:
    return desk.evaluate("hf", {"waiting": np.array([*waiting, 0.0][:2])}, now)


def reopened(desk: RuleEngine, flapping: FlapPolicy | None = None) -> RuleEngine:
    after = RuleEngine(desk.rules, lambda: "new", flapping=flapping)
    assert after.restore(json.loads(json.dumps(desk.dump(), allow_nan=False)), 0.0) == []
    after.set_rows("hf", ROWS)
    return after


def told(transitions: Sequence[Transition]) -> list[str]:
    return [f"{one.at:g} {one.from_state}-{one.to_state} {one.reason}" for one in transitions]


# Taking on, and owning.


def test_an_acknowledgement_with_an_end_is_taken_back_at_its_end() -> None:
    desk = engine()
    feed(desk, 10, 20)
    desk.acknowledge("a1", "duty-1", "", 15, until=60)
    assert desk.next_deadline() == 60
    assert desk.expire(60, before=True) == []
    assert told(desk.expire(100)) == ["60 firing-unacknowledged duty-1: until"]
    assert desk.alerts()[0].acknowledged is None
    assert desk.next_deadline() is None


def test_a_later_acknowledgement_replaces_the_end_of_an_earlier_one() -> None:
    desk = engine()
    feed(desk, 10, 20)
    desk.acknowledge("a1", "duty-1", "", 15, until=60)
    desk.acknowledge("a1", "duty-2", "", 20)
    assert desk.expire(100) == []
    desk.acknowledge("a1", "duty-2", "", 110, until=200)
    after = reopened(desk)
    assert after.next_deadline() == 200
    assert told(after.expire(200)) == ["200 firing-unacknowledged duty-2: until"]


def test_the_end_of_an_acknowledgement_does_not_outlive_its_alert() -> None:
    desk = engine()
    feed(desk, 10, 20)
    desk.acknowledge("a1", "duty-1", "", 15, until=60)
    feed(desk, 20, 0)
    feed(desk, 30, 20)
    assert desk.next_deadline() is None
    assert desk.expire(100) == []
    with pytest.raises(RefusedError, match="ends after it begins"):
        desk.acknowledge("a2", "duty-1", "", 100, until=100)


def test_an_alert_has_an_owner() -> None:
    desk = engine(rule(owner="intraday"))
    feed(desk, 10, 20)
    assert desk.alerts()[0].owner == "intraday"
    given_to = desk.assign("a1", "hefei-lead", "duty-1", 12)
    assert told([given_to]) == ["12 firing-assigned duty-1: hefei-lead"]
    assert reopened(desk).alerts()[0].owner == "hefei-lead"
    with pytest.raises(RefusedError, match="there is no alert"):
        desk.assign("a9", "hefei-lead", "duty-1", 12)


# Silences.


def silence(matcher: Matcher, begins: float = 0.0, until: float = 100.0, *windows: Recurrence) -> Silence:
    return Silence("s1", matcher, "duty-1", "moved to Wuhan", begins, until, windows)


def test_a_silenced_alert_lives_on_and_says_so() -> None:
    desk = engine()
    desk.silence(silence(Matcher(platforms=("jd",)), 5, 50))
    fired = feed(desk, 10, 20, 20)
    assert [(one.key, one.silenced) for one in fired] == [("hf/q1", "s1"), ("hf/q2", "")]
    assert [one.as_dict().get("silenced") for one in fired] == ["s1", None]
    assert [(one.key, one.silenced) for one in desk.alerts()] == [("hf/q1", "s1"), ("hf/q2", "")]
    desk.expire(50)
    assert [one.silenced for one in desk.alerts()] == ["", ""]
    assert desk.silences() == ()


def test_a_silence_survives_a_restart_and_can_be_ended() -> None:
    desk = engine()
    window = Recurrence(0, 3_600, (0, 6))
    desk.silence(silence(Matcher(rules=("r",), severities=("warning",)), 0, 10_000, window))
    after = reopened(desk)
    assert after.silences() == desk.silences()
    assert after.end_silence("s1").author == "duty-1"
    with pytest.raises(RefusedError, match="no silence s1"):
        after.end_silence("s1")


@pytest.mark.parametrize("until", [0.0, math.inf, math.nan])
def test_a_silence_ends(until: float) -> None:
    with pytest.raises(RefusedError, match="a silence ends"):
        engine().silence(silence(Matcher(), 0.0, until))


@pytest.mark.parametrize(
    ("matcher", "matches"),
    [
        (Matcher(), True),
        (Matcher(rules=("r", "x")), True),
        (Matcher(rules=("x",)), False),
        (Matcher(keys=("hf/q1",), sites=("hf",), platforms=("jd",), severities=("info", "warning")), True),
        (Matcher(keys=("hf/q1",), shops=("s-1",)), False),
        (Matcher(categories=("apparel",)), False),
    ],
)
def test_what_a_silence_means(matcher: Matcher, matches: bool) -> None:
    assert matcher.matches("r", "warning", ROWS[0]) is matches


def local(day: int, hour: int, minute: int = 0) -> float:
    """November 2026; the 9th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


def test_a_silence_that_recurs_by_the_local_day() -> None:
    lunch = Recurrence(12 * 3_600, 13 * 3_600, (0, 1, 2, 3, 4))
    assert [lunch.covers(local(9, *at)) for at in ((11, 59), (12, 0), (12, 59), (13, 0))] == [False, True, True, False]
    assert not lunch.covers(local(8, 12, 30))
    night = Recurrence(23 * 3_600, 2 * 3_600, (6,))
    assert [night.covers(local(*at)) for at in ((8, 22), (8, 23), (9, 1), (9, 2), (9, 23))] == [
        False,
        True,
        True,
        False,
        False,
    ]
    whole = silence(Matcher(), local(9, 0), local(11, 0), lunch)
    assert [whole.holds(local(day, 12)) for day in (8, 9, 10, 11)] == [False, True, True, False]


# Flapping.


def test_an_alert_that_comes_and_goes_flaps_once_and_what_it_settled_on_is_told() -> None:
    desk = engine(flapping=POLICY)
    story: list[Transition] = []
    for number in range(12):
        story += feed(desk, 1_000 + 30 * number, 20 if number % 2 == 0 else 0)
    remarks = [one for one in story if one.to_state in ("flapping", "settled")]
    assert told(remarks) == ["1150 resolved-flapping 36% of changes"]
    assert len(story) == 13, "no transition is dropped"
    settled_at = desk.next_deadline()
    assert settled_at is not None
    assert settled_at > 1_330
    assert desk.expire(settled_at, before=True) == []
    (settled,) = desk.expire(settled_at)
    assert told([settled]) == [f"{settled_at:g} resolved-settled resolved, last told firing"]
    assert (settled.rule, settled.key, settled.alert) == ("r", "hf/q1", "a6")
    assert desk.next_deadline() is None


def test_one_that_settles_on_what_was_told_says_that_too() -> None:
    desk = engine(flapping=POLICY)
    for number in range(11):
        feed(desk, 1_000 + 30 * number, 20 if number % 2 == 0 else 0)
    assert [one.flapping for one in desk.alerts()] == [True]
    (settled,) = desk.expire(3_000)
    assert settled.reason == "firing, last told firing"
    assert settled.from_state == "firing"
    assert [one.flapping for one in desk.alerts()] == [False]


def test_flapping_survives_a_restart() -> None:
    desk = engine(flapping=POLICY)
    for number in range(11):
        feed(desk, 1_000 + 30 * number, 20 if number % 2 == 0 else 0)
    after = reopened(desk, POLICY)
    assert [one.flapping for one in after.alerts()] == [True]
    assert after.next_deadline() == desk.next_deadline()
    assert told(after.expire(3_000)) == told(desk.expire(3_000))


def test_slow_changes_are_no_flapping() -> None:
    desk = engine(flapping=POLICY)
    story = [one for number in range(30) for one in feed(desk, 1_000 + 300 * number, 20 if number % 2 == 0 else 0)]
    assert {one.to_state for one in story} == {"firing", "resolved"}


def nagios(slots: set[int], newest: int) -> float:
    """The percentage as Nagios works it out over its ring of 20 changes, oldest first."""
    weighted = 0.0
    for place, slot in enumerate(range(newest - 19, newest + 1)):
        if slot in slots:
            weighted += 0.75 + place * (0.5 / 19)
    return weighted / 20


@given(st.lists(st.floats(0, 900), min_size=1, max_size=40), st.floats(0, 1_200))
def test_the_share_of_changes_is_that_of_nagios(times: list[float], later: float) -> None:
    record: FlapRecord | None = None
    slots: set[int] = set()
    flaps = False
    for at in sorted(times):
        change = Transition("a1", "r", "q", "inactive", "firing", at, 1.0, "when")
        if record is not None and (due := settles_at(record, POLICY)) is not None and due <= at:
            continue
        record = changed(record or FlapRecord(change), change, POLICY)
        slots.add(math.floor(at / 30))
        share = nagios(slots, math.floor(at / 30))
        assert share_of_changes(record.slots, at, POLICY) == pytest.approx(share)
        flaps = flaps or share >= 0.30
        assert (record.since is not None) is flaps
    assert record is not None
    now = record.last.at + later
    assert share_of_changes(record.slots, now, POLICY) == pytest.approx(nagios(slots, math.floor(now / 30)))
    due = settles_at(record, POLICY)
    if due is not None:
        assert nagios(slots, math.floor(due / 30)) <= 0.20 + 1e-12
        assert due == record.last.at or nagios(slots, math.floor(due / 30) - 1) > 0.20 - 1e-12
