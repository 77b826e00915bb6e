"""Planned profiles: other thresholds for a window, while clocks, acknowledgements and alerts go on."""

# ruff: noqa: E501

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from alerts.engine import RuleEngine
from alerts.profiles import ProfileCalendar, load_profiles
from alerts.rule_test_file import read_rule_tests
from alerts.rule_tests import run_rule_test
from alerts.rules import Rule, load_rules
from feeds.errors import InputError
from tests.alerts.made_engine import HEFEI, columns, engine, rule, told

PEAK = {"peak": {"when": "waiting > 40", "for": "20s", "clear": "waiting < 30"}}
QUEUE = rule("queue", "waiting > 10", **{"for": "60s"}, clear="waiting < 5", profiles=PEAK)


def feed(desk: RuleEngine, now: float, first: float, second: float = 0.0) -> list[str]:
    return told(desk.evaluate("hf", columns(waiting=[first, second, 0.0]), now))


def turn(desk: RuleEngine, profile: str, now: float, first: float) -> list[str]:
    """An edge as the desk goes through it: the profile, what is known, then what falls due."""
    moved = told(desk.set_profile(profile, now)) + feed(desk, now, first)
    return moved + told(desk.expire(now))


def test_a_pending_clock_goes_on_under_the_new_duration() -> None:
    desk = engine(QUEUE)
    feed(desk, 0.0, 50.0)
    assert turn(desk, "peak", 10.0, 50.0) == []
    assert desk.alerts()[0].profile == "peak"
    assert desk.next_deadline() == 20.0
    assert told(desk.expire(30.0)) == ["20 queue hf/q1 pending-firing"]


def test_a_clock_that_is_over_by_the_new_duration_fires_at_the_edge_and_not_before_it() -> None:
    desk = engine(QUEUE)
    feed(desk, 0.0, 50.0)
    assert turn(desk, "peak", 45.0, 50.0) == ["45 queue hf/q1 pending-firing"]


def test_what_was_pending_is_let_go_where_the_new_threshold_is_not_reached() -> None:
    desk = engine(QUEUE)
    feed(desk, 0.0, 20.0)
    assert turn(desk, "peak", 45.0, 20.0) == ["45 queue hf/q1 pending-inactive"]
    assert turn(desk, "", 50.0, 20.0) == ["50 queue hf/q1 inactive-pending"]


def test_an_alert_and_its_acknowledgement_stay_over_the_edge_until_the_new_clear() -> None:
    desk = engine(QUEUE)
    feed(desk, 0.0, 50.0)
    desk.expire(60.0)
    (before,) = desk.alerts()
    desk.acknowledge(before.id, "duty-1", "on it", 61.0)
    assert turn(desk, "peak", 70.0, 35.0) == []
    (after,) = desk.alerts()
    assert (after.id, after.fired_at, after.state, after.stale) == (before.id, 60.0, "firing", False)
    assert after.acknowledged is not None
    assert feed(desk, 71.0, 29.0) == ["71 queue hf/q1 firing-resolved"]


def test_nothing_is_decided_at_an_edge_while_the_figure_is_unknown() -> None:
    desk = engine(QUEUE)
    feed(desk, 0.0, 50.0)
    assert turn(desk, "peak", 45.0, math.nan) == []
    assert told(desk.expire(90.0)) == []
    assert feed(desk, 91.0, 50.0) == ["91 queue hf/q1 pending-firing"]


def test_a_rule_without_the_profile_does_not_notice_it() -> None:
    plain = rule("plain", "waiting > 10", **{"for": "60s"})
    desk = engine(plain, QUEUE)
    feed(desk, 0.0, 50.0)
    desk.set_profile("peak", 30.0)
    assert {alert.rule: (alert.stale, alert.profile) for alert in desk.alerts()} == {
        "plain": (False, ""),
        "queue": (True, "peak"),
    }


def test_a_new_row_is_judged_by_the_profile_in_force_and_the_message_names_its_threshold() -> None:
    words = {"zh": "{threshold} {for}", "en": "{threshold} {for}"}
    desk = engine(QUEUE.model_copy(update={"message": QUEUE.message.model_validate(words)}))
    desk.set_profile("peak", 0.0)
    desk.set_rows("hf", HEFEI, 1.0)
    assert feed(desk, 2.0, 39.0) == []
    assert feed(desk, 3.0, 41.0) == ["3 queue hf/q1 inactive-pending"]
    assert desk.alerts()[0].message_en == "40 20s"


def test_what_a_profile_looks_back_at_is_remembered_before_its_window() -> None:
    desk = engine(rule("slow", "waiting > 10", profiles={"peak": {"when": "avg(waiting, 1m) > 20"}}))
    for second in range(0, 60, 5):
        desk.evaluate("hf", columns(waiting=[25.0, 0.0, 0.0]), second)
    desk.set_profile("peak", 60.0)
    assert feed(desk, 60.0, 25.0) == []
    assert desk.alerts()[0].state == "firing"
    assert not desk.alerts()[0].stale


def test_a_restart_within_the_window_goes_on_under_the_profile() -> None:
    desk = engine(QUEUE)
    desk.set_profile("peak", 0.0)
    feed(desk, 0.0, 50.0)
    again = RuleEngine(desk.rules, lambda: "new")
    again.set_profile("peak", 5.0)
    again.restore(json.loads(json.dumps(desk.dump())), 5.0)
    again.set_rows("hf", HEFEI, 5.0)
    feed(again, 6.0, 50.0)
    assert again.next_deadline() == 20.0


# The calendar.

WINDOWS = """\
profiles:
  - profile: peak
    from: "2026-11-10T19:30:00+08:00"
    to: "2026-11-11T02:00:00+08:00"
  - profile: calm
    from: "2026-11-11T02:00:00+08:00"
    to: "2026-11-11T08:00:00+08:00"
"""
CALM = QUEUE.model_copy(update={"profiles": {**QUEUE.profiles, "calm": QUEUE.profiles["peak"]}})


def calendar(tmp_path: Path, text: str = WINDOWS, *rules: Rule) -> ProfileCalendar:
    path = tmp_path / "profiles.yaml"
    path.write_text(text, encoding="utf-8")
    return load_profiles([path], rules or (CALM,))


def test_a_window_holds_from_its_first_moment_to_before_its_last(tmp_path: Path) -> None:
    planned = calendar(tmp_path)
    begin = planned.windows[0].from_.timestamp()
    over = planned.windows[0].to.timestamp()
    assert [planned.at(at) for at in (begin - 1, begin, over - 1, over, over + 6 * 3_600)] == [
        "",
        "peak",
        "peak",
        "calm",
        "",
    ]
    assert [planned.next_edge(at) for at in (begin - 1, begin, over)] == [begin, over, over + 6 * 3_600]
    assert ProfileCalendar().next_edge(0.0) == math.inf


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("profile: calm", "profile: clam", ":5:14: no rule has a profile 'clam'; expected a profile that a rule has, nearest: 'calm'"),
        ('from: "2026-11-11T02:00', 'from: "2026-11-11T01:59', ":6:11: this window overlaps the one in line 2; expected one profile at a time"),
        ('to: "2026-11-11T02:00', 'to: "2026-11-10T02:00', ":4:9: the window ends before it begins"),
        ('from: "2026-11-10T19:30:00+08:00"', "from: 2026-11-10", ":3:11: from: "),
        ("profile: peak", "profile: none", ":2:14: profile: none stands for no profile"),
    ],
)  # fmt: skip
def test_a_wrong_calendar_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert old in WINDOWS
    with pytest.raises(InputError) as refused:
        calendar(tmp_path, WINDOWS.replace(old, new))
    assert str(refused.value).removeprefix(str(tmp_path / "profiles.yaml")).startswith(line)


# In rule tests.

CASE = """\
cases:
  - name: the peak asks for more
    rule: {when: waiting > 10, clear: waiting < 5, for: 1m, profiles: {peak: {when: waiting > 40, clear: waiting < 30}}}
    interval: 10s
    series: {q: [20]}
    events:
      - {at: 30s, profile: peak}
      - {at: 50s, restart: true}
      - {at: 1m, profile: none}
    expect:
      - {at: 29s, state: pending, profile: none}
      - {at: 30s, state: inactive, since: 30s}
      - {at: 1m, state: pending, since: 1m, profile: none}
      - {at: 2m, state: firing}
"""


def test_a_case_says_which_profile_holds_when(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(CASE, encoding="utf-8")
    (test,) = read_rule_tests(path).cases
    assert run_rule_test(test).failures == ()
    path.write_text(CASE.replace("state: inactive", "profile: peak"), encoding="utf-8")
    (test,) = read_rule_tests(path).cases
    (failure,) = run_rule_test(test).failures
    assert "expected profile peak, got profile no alert" in str(failure)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("profile: peak}", "profile: pek}", ":7:28: unknown profile 'pek'; expected a profile of a rule here, or none, nearest: 'peak'"),
        ("{when: waiting > 40, clear: waiting < 30}", "{when: waitng > 40}", ":3:85: unknown metric 'waitng'"),
        ("{when: waiting > 40, clear: waiting < 30}", "{}", ":3:78: peak: changes nothing"),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, line: str) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(CASE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_rule_tests(path)
    assert str(refused.value).removeprefix(str(path)).startswith(line)


def test_a_clear_that_overlaps_only_under_a_profile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    given = json.loads(QUEUE.model_dump_json(by_alias=True, exclude_unset=True))
    given["for"] = "60s"
    given["profiles"]["peak"] = {"when": "waiting > 3"}
    path.write_text(json.dumps({"rules": [given]}), encoding="utf-8")
    with pytest.raises(InputError, match="clear and when can both be true"):
        load_rules([path])
