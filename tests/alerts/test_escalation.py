"""Escalation: who is told, and how grave an alert becomes, the longer nobody takes it on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Transition
from alerts.engine import RuleEngine
from alerts.escalation import Ladder, climbed, turned
from alerts.rules import EscalationStep
from alerts.silence import Matcher, Recurrence, Silence
from tests.alerts.made_engine import HEFEI, NAN, columns, engine, rule

STEPS = [{"after": "10m", "to": "duty-lead"}, {"after": "20m", "to": "operations", "severity": "critical"}]
LATE = rule("late", "waiting > 10", escalate=STEPS)


def steps(transitions: Sequence[Transition]) -> list[tuple[float, str]]:
    return [(one.at, one.reason) for one in transitions if one.to_state == "escalated"]


def feed(desk: RuleEngine, now: float, *waiting: float, unknown: float = 0.0) -> list[Transition]:
    return desk.evaluate("hf", columns(unknown, waiting=[*waiting, 0.0, 0.0][:3]), now)


def burning(*rules: object, now: float = 0.0) -> RuleEngine:
    desk = engine(*(rules or (LATE,)))  # type: ignore[arg-type]
    feed(desk, now, 50.0)
    return desk


def reopened(desk: RuleEngine, now: float) -> RuleEngine:
    again = RuleEngine(desk.rules, lambda: "new")
    again.restore(json.loads(json.dumps(desk.dump(), allow_nan=False)), now)
    again.set_rows("hf", HEFEI)
    return again


def test_steps_come_at_their_own_time_however_late_it_is_noticed() -> None:
    desk = burning()
    assert desk.next_deadline() == 600.0
    taken = steps(desk.expire(5_000.0))
    assert taken == [(600.0, "1: duty-lead"), (1200.0, "2: operations (critical)")]
    assert desk.next_deadline() is None


def test_the_alert_shows_its_level_and_sorts_by_its_raised_severity() -> None:
    desk = burning(LATE, rule("other", "waiting > 10", severity="critical"))
    assert [alert.rule for alert in desk.alerts()] == ["other", "late"]
    first = desk.alerts()[1]
    assert (first.level, first.escalated_to, first.escalates_at, first.severity) == (0, "", 600.0, "warning")
    (remark,) = [one for one in desk.expire(600.0) if one.to_state == "escalated"]
    assert (remark.from_state, remark.level, remark.as_dict()["level"]) == ("firing", 1, 1)
    desk.expire(1_200.0)
    raised = desk.alerts()[0]
    assert (raised.rule, raised.level, raised.escalated_to, raised.severity) == ("late", 2, "operations", "critical")
    assert raised.escalates_at is None


def test_who_takes_it_on_stops_the_clock_and_a_lapse_lets_it_go_on() -> None:
    desk = burning()
    (alert,) = desk.alerts()
    desk.acknowledge(alert.id, "duty-1", "", 480.0, until=3_000.0)
    assert desk.alerts()[0].escalates_at is None
    assert steps(desk.expire(3_100.0)) == []
    assert steps(desk.expire(9_000.0)) == [(3_120.0, "1: duty-lead"), (3_720.0, "2: operations (critical)")]


def test_time_that_an_alert_recovers_does_not_count_and_its_end_ends_all() -> None:
    kept = rule("late", "waiting > 10", escalate=STEPS, keep_firing_for="5m")
    desk = burning(kept)
    feed(desk, 500.0, 0.0)
    assert desk.alerts()[0].state == "recovering"
    assert steps(feed(desk, 700.0, 50.0)) == []
    assert desk.alerts()[0].escalates_at == 800.0
    feed(desk, 750.0, 0.0)
    assert steps(desk.expire(9_000.0)) == []
    assert desk.next_deadline() is None


def test_what_was_pending_does_not_count() -> None:
    desk = burning(rule("late", "waiting > 10", escalate=STEPS, **{"for": "5m"}))
    assert steps(desk.expire(2_000.0)) == [(900.0, "1: duty-lead"), (1_500.0, "2: operations (critical)")]


def test_a_silence_holds_the_ladder_for_as_long_as_it_holds() -> None:
    desk = burning()
    desk.expire(300.0)
    desk.silence(Silence("s", Matcher(), "duty-1", "", 300.0, 1_000.0))
    assert steps(desk.expire(1_299.0)) == []
    assert desk.next_deadline() == 1_300.0
    assert steps(desk.expire(1_300.0)) == [(1_300.0, "1: duty-lead")]
    desk.silence(Silence("t", Matcher(), "duty-1", "", 1_400.0, 9_000.0))
    desk.expire(1_500.0)
    desk.end_silence("t")
    assert desk.next_deadline() == 2_000.0


def test_a_silence_of_windows_holds_it_within_them() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    noon = datetime(2026, 11, 11, 12, tzinfo=zone).timestamp()
    desk = burning(now=noon)
    window = Recurrence(12 * 3_600 + 300, 13 * 3_600)
    desk.silence(Silence("s", Matcher(), "duty-1", "", noon, noon + 86_400, (window,)))
    assert desk.next_deadline() == noon + 300
    assert steps(desk.expire(noon + 4_000)) == [(noon + 3_600 + 300, "1: duty-lead")]


def test_a_dark_site_holds_the_ladders_of_its_queues_in_the_same_evaluation() -> None:
    dark = rule("dark", "unknown > 0", scope={"level": "site"}, inhibits="queues", severity="critical")
    desk = burning(dark, LATE)
    feed(desk, 400.0, NAN, unknown=1.0)
    assert steps(desk.expire(2_000.0)) == []
    feed(desk, 2_000.0, 50.0)
    assert steps(desk.expire(9_000.0))[0] == (2_200.0, "1: duty-lead")


def test_a_graver_alert_on_the_same_row_holds_it() -> None:
    grave = rule("grave", "waiting > 40", clear="waiting < 30", severity="critical", inhibits=["late"])
    desk = burning(LATE, grave)
    feed(desk, 900.0, 20.0)
    assert desk.alerts()[0].escalates_at == 1_500.0


def test_an_unknown_figure_does_not_stop_it() -> None:
    desk = burning()
    feed(desk, 60.0, NAN)
    assert steps(desk.expire(700.0)) == [(600.0, "1: duty-lead")]


def test_a_ladder_survives_a_restart_and_waits_for_the_first_word() -> None:
    desk = burning()
    desk.expire(650.0)
    again = reopened(desk, 2_000.0)
    assert again.alerts()[0].level == 1
    assert steps(again.expire(2_100.0)) == []  # nothing is known yet: it may be over
    assert steps(feed(again, 2_100.0, 50.0)) == []
    assert steps(again.expire(2_100.0)) == [(2_100.0, "2: operations (critical)")]
    over = reopened(desk, 2_000.0)
    assert steps([*feed(over, 2_100.0, 0.0), *over.expire(9_000.0)]) == []


def test_a_ladder_that_stood_still_stands_where_it_stood_after_a_restart() -> None:
    desk = burning()
    desk.acknowledge(desk.alerts()[0].id, "duty-1", "", 480.0, until=3_000.0)
    again = reopened(desk, 1_000.0)
    feed(again, 1_001.0, 50.0)
    assert steps(again.expire(9_000.0))[0] == (3_120.0, "1: duty-lead")


def test_steps_that_fell_due_while_nobody_looked_are_all_told() -> None:
    again = reopened(burning(), 5_000.0)
    feed(again, 5_001.0, 50.0)
    assert [at for at, _ in steps(again.expire(5_001.0))] == [5_001.0, 5_001.0]


def test_alerts_that_come_and_go_leave_nothing_behind() -> None:
    desk = engine(LATE)
    for second in range(0, 4_000, 2):
        feed(desk, second, 50.0)
        feed(desk, second + 1, 0.0)
    assert len(desk._steps._entries) <= 64
    assert not desk._ladders


@given(
    turns=st.lists(st.tuples(st.floats(0.1, 900.0), st.booleans()), max_size=12),
    first=st.floats(1.0, 500.0),
    second=st.floats(501.0, 900.0),
)
def test_a_step_is_taken_after_exactly_so_much_running_time(
    turns: list[tuple[float, bool]], first: float, second: float
) -> None:
    climb = (EscalationStep(after=first, to="a"), EscalationStep(after=second, to="b"))
    now, ran, ladder = 0.0, 0.0, turned(Ladder(), climb, 0.0, runs=True)
    taken = []
    for length, runs in [*turns, (2_000.0, True)]:
        end = now + length
        while ladder.due is not None and ladder.due <= end:
            taken.append(ran + ladder.due - now)
            ladder = climbed(ladder, climb, ladder.due)
        ran += length if ladder.running_since is not None else 0.0
        now = end
        ladder = turned(ladder, climb, now, runs=runs)
    while ladder.due is not None:
        taken.append(ran + max(0.0, ladder.due - now))
        ladder = climbed(ladder, climb, ladder.due)
    if len(taken) == 2:
        assert taken == [pytest.approx(first, abs=1e-3), pytest.approx(second, abs=1e-3)]
    assert replace(ladder, due=None).level == len(taken)
