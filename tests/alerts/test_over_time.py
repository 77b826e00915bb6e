from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.alert import Transition
from alerts.checking import check
from alerts.engine import RuleEngine
from alerts.expression import parse
from alerts.history import History, Hold, average, change, greatest, least, rate
from alerts.nodes import Scope
from alerts.over_time import RULE_FUNCTIONS, Memory
from alerts.rows import RowAttributes
from alerts.rules import Rule
from feeds.errors import InputError

NAN = math.nan
ROWS = (RowAttributes("hf/q1", "queue", "hf"), RowAttributes("hf/q2", "queue", "hf"))


def rule(when: str, **more: object) -> Rule:
    words = {"zh": "{value}", "en": "{value}"}
    fixed = {"rule": "r", "title": words, "when": when, "severity": "warning", "message": words, "why": "x"}
    return Rule.model_validate({**fixed, **more})


def engine(*rules: Rule) -> RuleEngine:
    ids = (f"a{number}" for number in itertools.count(1))
    desk = RuleEngine(rules, lambda: next(ids))
    desk.set_rows("hf", ROWS, 0.0)
    return desk


def feed(desk: RuleEngine, now: float, *waiting: float) -> list[str]:
    column = np.array([*waiting, *[NAN] * (2 - len(waiting))])
    return told(desk.evaluate("hf", {"waiting": column}, now))


def told(transitions: Sequence[Transition]) -> list[str]:
    return [f"{one.at:g} {one.key} {one.from_state}-{one.to_state}" for one in transitions]


def course(*points: tuple[float, float], span: float = 100.0) -> History:
    history = History(1, span)
    for at, value in points:
        history.add(at, np.array([value]))
    return history


def test_the_mean_counts_how_long_each_value_was_in_force() -> None:
    history = course((0, 10), (90, 100), (100, 10))
    assert average(history.window(100)) == pytest.approx(19.0)
    assert average(history.window(10)) == 100.0


def test_the_mean_of_a_figure_that_stands_still_is_that_figure() -> None:
    history = course(*[(at * 0.1, 0.1) for at in range(200)])
    assert average(history.window(7)).tolist() == [0.1]


def test_greatest_and_least_know_the_value_in_force_at_the_beginning_and_the_one_now() -> None:
    history = course((0, 50), (95, 10), (100, 20))
    assert (greatest(history.window(10)).item(), least(history.window(10)).item()) == (50, 10)
    assert (greatest(history.window(5)).item(), least(history.window(5)).item()) == (20, 10)


def test_change_is_between_the_ends() -> None:
    history = course((0, 5), (50, 80), (100, 30))
    assert change(history.window(100)).item() == 25
    assert change(history.window(60)).item() == 25
    assert change(history.window(50)).item() == -50
    assert math.isnan(change(history.window(101)).item())


def test_a_rate_is_never_negative_or_absurd() -> None:
    assert rate(course((0, 0), (50, 100), (100, 200)).window(100)).item() == 2.0
    assert rate(course((0, 4_000), (50, 4_100), (100, 0)).window(100)).item() == 1.0
    assert rate(course((0, 4_000), (50, 3_990), (100, 4_000)).window(100)).item() == pytest.approx(0.1)
    assert rate(course((0, NAN), (25, 100), (50, NAN), (75, 200), (100, 250)).window(100)).item() == 2.0


def test_unknown_now_or_for_more_than_half_of_the_window_is_unknown() -> None:
    for tell in (average, greatest, least, rate):
        assert math.isnan(tell(course((0, 1), (100, NAN)).window(100)).item())
        assert math.isnan(tell(course((0, NAN), (50.1, 1), (100, 1)).window(100)).item())
        assert not math.isnan(tell(course((0, NAN), (50, 1), (100, 1)).window(100)).item())
        assert math.isnan(tell(course((60, 1), (100, 1)).window(100)).item())


def test_a_history_keeps_no_more_than_it_needs() -> None:
    history = course(*[(at, at) for at in range(10_000)], span=60)
    assert len(history._times) < 512
    assert greatest(history.window(60)).item() == 9_999
    assert least(history.window(60)).item() == 9_939


_VALUES = st.sampled_from([NAN, 0.0, 1.0, 5.0, 5.0, 40.0])


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(1, 7), _VALUES), min_size=1, max_size=40), st.integers(1, 30))
def test_windows_agree_with_looking_at_every_second(points: list[tuple[int, float]], span: int) -> None:
    """Each value fills its seconds; the window is the last `span` of them, and the value now."""
    history = History(1, 30)
    seconds: list[float] = []
    before = NAN
    for gap, value in points:
        seconds.extend([before] * gap)
        before = value
        history.add(len(seconds), value)
        last = [NAN] * max(span - len(seconds), 0) + seconds[-span:]
        known = [one for one in last if one == one]
        with np.errstate(all="ignore"):
            told = [tell(history.window(span)).item() for tell in (average, greatest, least)]
        if value != value or 2 * len(known) < span:
            assert all(math.isnan(one) for one in told)
        else:
            assert told == pytest.approx([sum(known) / len(known), max([*known, value]), min([*known, value])])


# Conditions that last.


def lasted(span: float, *points: tuple[float, float]) -> list[float]:
    hold, told = Hold(1), []
    for at, truth in points:
        hold.add(at, np.array([truth]))
        told.append(hold.lasted(span).item())
    return told


def test_a_condition_that_lasts() -> None:
    assert lasted(10, (0, 0), (1, 1), (10.9, 1), (11, 1), (12, 0), (13, 1)) == [0, 0, 0, 1, 0, 0]


def test_the_unknown_does_not_interrupt_what_lasts() -> None:
    told = lasted(10, (0, 0), (1, 1), (5, NAN), (20, 1))
    assert told[:2] == [0, 0]
    assert math.isnan(told[2])
    assert told[3] == 1


def test_what_was_never_seen_otherwise_may_have_lasted_long() -> None:
    told = lasted(10, (0, 1), (9, 1), (10, 1))
    assert [math.isnan(one) for one in told] == [True, True, False]


# In rules.


def test_a_rule_about_a_mean_waits_for_half_a_window_and_does_not_end_in_the_dark() -> None:
    desk = engine(rule("avg(waiting, 100s) > 20"))
    assert feed(desk, 0, 30) == []
    assert feed(desk, 49, 30) == []
    assert feed(desk, 50, 30) == ["50 hf/q1 inactive-firing"]
    assert feed(desk, 60, 0) == []
    assert feed(desk, 61, NAN) == []
    assert feed(desk, 300, NAN) == []
    assert [one.stale for one in desk.alerts()] == [True]
    assert feed(desk, 301, 0) == []
    assert feed(desk, 352, 0) == ["352 hf/q1 firing-resolved"]


def test_held_inside_a_rule() -> None:
    desk = engine(rule("waiting > 20 for 10s and waiting > 30"))
    assert feed(desk, 0, 0) == []
    assert feed(desk, 1, 25) == []
    assert feed(desk, 11, 25) == []
    assert feed(desk, 12, 35) == ["12 hf/q1 inactive-firing"]
    assert feed(desk, 13, 20) == ["13 hf/q1 firing-resolved"]


def test_max_of_two_figures_is_still_that() -> None:
    desk = engine(rule("max(waiting, 30) > 29"))
    assert feed(desk, 0, 1, 1) == ["0 hf/q1 inactive-firing", "0 hf/q2 inactive-firing"]


def test_a_clear_looks_back_too_before_anything_fires() -> None:
    desk = engine(rule("waiting > 20", clear="max(waiting, 10s) < 5"))
    for now, waiting in enumerate([0, 0, 0, 0, 0, 0, 30]):
        feed(desk, now, waiting)
    assert feed(desk, 7, 0) == []
    assert feed(desk, 17, 0) == ["17 hf/q1 firing-resolved"]


def test_rows_that_stay_are_remembered_and_rows_that_went_are_not() -> None:
    desk = engine(rule("avg(waiting, 10s) > 20"))
    feed(desk, 0, 30, 30)
    desk.set_rows("hf", ROWS[::-1], 4)
    assert feed(desk, 4, 30, 0) == []
    desk.set_rows("hf", ROWS[:1], 4.5)
    desk.set_rows("hf", ROWS, 4.5)
    assert feed(desk, 5, 30, 30) == ["5 hf/q1 inactive-firing"]


def test_after_a_restart_a_mean_is_unknown_until_it_is_known_again() -> None:
    desk = engine(rule("avg(waiting, 10s) > 20"))
    feed(desk, 0, 30)
    feed(desk, 10, 30)
    after = engine(rule("avg(waiting, 10s) > 20"))
    after.restore(desk.dump(), 12)
    after.set_rows("hf", ROWS, 12)
    assert feed(after, 12, 0) == []
    assert [one.stale for one in after.alerts()] == [True]
    assert feed(after, 17, 0) == ["17 hf/q1 firing-resolved"]


def test_two_windows_of_one_figure_share_its_course_and_inner_windows_come_first() -> None:
    nodes = [parse("avg(max(waiting, 4s), 8s) + avg(waiting, 2s) + avg(waiting, 6s)").root]
    memory = Memory(nodes, ["q"])
    assert len(memory._courses) == 2
    for now, waiting in enumerate([1.0, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]):
        scope = Scope(lambda _, value=waiting: np.array([value]), {}, {**RULE_FUNCTIONS, **memory.functions})  # type: ignore[misc]
        with np.errstate(all="ignore"):
            memory.observe(scope, float(now))
            value = nodes[0].value(scope)
    # max over 4 s is unknown at 0 and 1, then 5 until the peak that ended at 2 left the window at 6, then 1.
    assert float(np.asarray(value).item()) == pytest.approx((5 * 4 + 1 * 2) / 6 + 1 + (1 * 6) / 6)


def test_elsewhere_functions_over_time_are_refused() -> None:
    for text, said in (
        ("avg(waiting, 5m) > 3", "unknown function 'avg'"),
        ("max(waiting, 5m) > 3", "max over time, which is for rules"),
        ("waiting > 3 for 5m", "`for` inside an expression"),
    ):
        with pytest.raises(InputError, match=said):
            check(parse(text), {"waiting"})
    check(parse("max(waiting, 5) > 3"), {"waiting"})
