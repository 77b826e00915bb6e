"""Rules are changed while alerts are open: nothing is lost, nothing is invented, and the difference is told."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.engine import RuleEngine
from alerts.expression import parse
from alerts.flapping import FlapPolicy
from alerts.rule_diff import FieldChange, plain_rule, rule_diff, rules_hash
from alerts.rules import Rule, load_rules
from alerts.writing import write
from feeds.errors import InputError
from tests.alerts.made_engine import HEFEI, NAN, WAITING, columns, engine, rule, told

DARK = rule("dark", "unknown > 0", scope={"level": "site"}, inhibits="queues")
LOAD = rule("load", "load > 1", keep_firing_for="20s")
TREND = rule("trend", "avg(waiting, 30s) > 12 or waiting > 15 for 20s")
RULES = (DARK, WAITING, LOAD, TREND)


def changed(before: Rule, **fields: Any) -> Rule:
    return Rule.model_validate({**plain_rule(before), **fields})


def seen(desk: RuleEngine) -> list[tuple[Any, ...]]:
    return [(a.id, a.rule, a.key, a.state, a.since, a.fired_at, a.acknowledged, a.owner) for a in desk.alerts()]


# What stays ------------------------------------------------------------------------------------------------------

FIGURE = st.sampled_from([0.0, 4.0, 11.0, 14.0, 30.0, NAN])
STEP = st.tuples(
    st.integers(1, 25),
    st.lists(FIGURE, min_size=3, max_size=3),
    st.lists(st.sampled_from([0.5, 2.0, NAN]), min_size=3, max_size=3),
    st.sampled_from([0.0, 0.0, 0.0, 1.0]),
    st.sampled_from([None, "same", "anew", "reordered"]),
)


def run_through(steps: list[Any], *, reloads: bool) -> tuple[list[Any], list[Any]]:
    ids = (f"a{number}" for number in itertools.count(1))
    desk = RuleEngine(RULES, lambda: next(ids), flapping=FlapPolicy(slot_s=10.0))
    desk.set_rows("hf", HEFEI, 0.0)
    out, now = [], 0.0
    for gap, waiting, load, unknown, reload in steps:
        now += gap
        out += desk.expire(now, before=True)
        if reloads and reload:
            rules = RULES if reload == "same" else tuple(map(changed, RULES))
            assert desk.reload(rules[::-1] if reload == "reordered" else rules, now) == []
        out += desk.evaluate("hf", columns(unknown, waiting=waiting, load=load), now)
        out += desk.expire(now)
        alerts = desk.alerts()
        if alerts and alerts[0].acknowledged is None:
            out.append(desk.acknowledge(alerts[0].id, "duty-1", "", now, until=now + 33))
    # Ids of alerts that begin at one instant go by the order of the rules; what happens to them must not.
    return sorted(((t.at, t.rule, t.key, t.from_state, t.to_state, t.reason, t.inhibited) for t in out), key=str), [
        (a.rule, a.key, a.state, a.since, a.fired_at, a.deadline, a.inhibited, a.flapping) for a in desk.alerts()
    ]


@given(st.lists(STEP, min_size=1, max_size=40))
def test_the_same_rules_again_change_nothing(steps: list[Any]) -> None:
    assert run_through(steps, reloads=True) == run_through(steps, reloads=False)


@given(st.lists(STEP, min_size=1, max_size=20), st.sampled_from([5, 12, 20]), st.sampled_from(["10s", "40s", "2m"]))
def test_with_another_threshold_alerts_keep_id_since_and_acknowledgement(
    steps: list[Any], limit: int, hold: str
) -> None:
    desk = engine(DARK, WAITING)
    now = 0.0
    for gap, waiting, load, unknown, _ in steps:
        now += gap
        desk.evaluate("hf", columns(unknown, waiting=waiting, load=load), now)
        desk.expire(now)
    for alert in desk.alerts():
        desk.acknowledge(alert.id, "duty-1", "mine", now)
        desk.assign(alert.id, "shift-b", "duty-1", now)
    before = seen(desk)
    assert desk.reload([DARK, changed(WAITING, when=f"waiting > {limit}", **{"for": hold})], now) == []
    assert seen(desk) == before
    known = {alert.id: alert for alert in desk.alerts()}
    ended = desk.evaluate("hf", columns(unknown, waiting=waiting, load=load), now) + desk.expire(now)
    assert all(one.at == now for one in ended)
    for alert in desk.alerts():
        assert alert.id not in known or known[alert.id].since == alert.since
        assert alert.id not in known or known[alert.id].acknowledged == alert.acknowledged


def firing_and_pending() -> RuleEngine:
    """At 100 s: q1 fires since 60 s (its condition holds since 20 s), q2 is pending since 90 s."""
    desk = engine(WAITING)
    desk.evaluate("hf", columns(waiting=[20, 0, 0]), 20)
    desk.expire(60)
    desk.evaluate("hf", columns(waiting=[20, 20, 0]), 90)
    desk.expire(100)
    assert [(a.key, a.state) for a in desk.alerts()] == [("hf/q1", "firing"), ("hf/q2", "pending")]
    return desk


# What a changed rule does to an alert ----------------------------------------------------------------------------


def test_a_shorter_for_counts_from_the_same_since_and_acts_now_not_back_then() -> None:
    desk = firing_and_pending()
    assert desk.reload([changed(WAITING, **{"for": "5s"})], 100) == []
    assert desk.next_deadline() is None  # what is past waits for the condition
    assert told(desk.evaluate("hf", columns(waiting=[20, 20, 0]), 100)) == ["100 waiting hf/q2 pending-firing"]
    assert [(a.since, a.fired_at) for a in desk.alerts()] == [(20, 60), (90, 100)]


def test_a_shorter_for_fires_nothing_whose_condition_is_over_or_unknown() -> None:
    desk = firing_and_pending()
    desk.reload([changed(WAITING, **{"for": "5s"})], 100)
    assert told(desk.evaluate("hf", columns(waiting=[20, NAN, 0]), 100)) == []
    assert told(desk.evaluate("hf", columns(waiting=[20, 0, 0]), 101)) == ["101 waiting hf/q2 pending-inactive"]


def test_a_for_that_is_over_this_very_instant_is_met_at_it() -> None:
    desk = firing_and_pending()
    desk.reload([changed(WAITING, **{"for": "10s"})], 100)
    assert desk.evaluate("hf", columns(waiting=[20, 20, 0]), 100) == []
    assert told(desk.expire(100)) == ["100 waiting hf/q2 pending-firing"]


def test_a_longer_for_waits_longer_and_takes_back_nothing() -> None:
    desk = firing_and_pending()
    desk.reload([changed(WAITING, **{"for": "2m"})], 100)
    assert desk.evaluate("hf", columns(waiting=[20, 20, 0]), 100) == []
    assert desk.next_deadline() == 210
    assert told(desk.expire(500)) == ["210 waiting hf/q2 pending-firing"]


def test_a_changed_condition_is_judged_at_the_next_evaluation() -> None:
    desk = firing_and_pending()
    desk.reload([changed(WAITING, when="waiting > 30", clear=None)], 100)
    assert told(desk.evaluate("hf", columns(waiting=[20, 20, 0]), 100)) == [
        "100 waiting hf/q1 firing-resolved",
        "100 waiting hf/q2 pending-inactive",
    ]


def test_deadlines_before_the_reload_were_met_under_the_old_rules() -> None:
    desk = firing_and_pending()
    assert told(desk.reload([changed(WAITING, **{"for": "10m"})], 200)) == ["130 waiting hf/q2 pending-firing"]


def test_a_recovering_alert_recovers_under_the_new_time() -> None:
    desk = engine(LOAD)
    desk.evaluate("hf", columns(load=[2, 0, 0]), 10)
    desk.evaluate("hf", columns(load=[0, 0, 0]), 20)
    desk.reload([changed(LOAD, keep_firing_for="5m")], 30)
    desk.evaluate("hf", columns(load=[0, 0, 0]), 30)
    assert told(desk.expire(1000)) == ["320 load hf/q1 recovering-resolved"]


def test_another_figure_is_unknown_until_it_is_known() -> None:
    desk = firing_and_pending()
    desk.reload([changed(WAITING, show="load")], 100)
    assert all(math.isnan(alert.value) for alert in desk.alerts())
    desk.reload([changed(WAITING, show="load", severity="critical")], 100)
    desk.evaluate("hf", columns(waiting=[20, 20, 0], load=[3, 4, 0]), 100)
    assert [(alert.value, alert.severity) for alert in desk.alerts()] == [(3, "critical"), (4, "critical")]


# What ends, what begins ------------------------------------------------------------------------------------------


def test_alerts_of_a_rule_that_is_gone_or_looks_elsewhere_end_with_the_reason() -> None:
    desk = firing_and_pending()
    ended = desk.reload([changed(WAITING, scope={"platforms": ["taobao"]})], 100)
    assert [(t.key, t.to_state, t.at, t.reason) for t in ended] == [("hf/q1", "resolved", 100, "out of scope")]
    ended = desk.reload([LOAD], 110)
    assert [(t.key, t.to_state, t.at, t.reason) for t in ended] == [("hf/q2", "inactive", 110, "rule removed")]
    assert desk.alerts() == ()
    assert desk.next_deadline() is None


def test_a_new_rule_looks_at_once_and_a_rule_that_comes_back_begins_anew() -> None:
    desk = engine(WAITING)
    desk.evaluate("hf", columns(waiting=[20, 0, 0], load=[2, 0, 0]), 10)
    desk.reload([LOAD], 20)
    assert told(desk.evaluate("hf", columns(waiting=[20, 0, 0], load=[2, 0, 0]), 20)) == [
        "20 load hf/q1 inactive-firing"
    ]
    desk.reload([WAITING, LOAD], 30)
    desk.evaluate("hf", columns(waiting=[20, 0, 0], load=[2, 0, 0]), 30)
    assert [(a.id, a.rule, a.since) for a in desk.alerts()] == [("a2", "load", 20), ("a3", "waiting", 30)]


def test_what_mutes_is_worked_out_anew() -> None:
    loud = changed(DARK, inhibits=())
    desk = engine(loud, WAITING)
    desk.evaluate("hf", columns(1.0, waiting=[20, 0, 0]), 10)
    assert [a.inhibited for a in desk.alerts() if a.rule == "waiting"] == [False]
    desk.reload([WAITING, DARK], 20)
    assert [a.inhibited for a in desk.alerts() if a.rule == "waiting"] == [True]
    (ended,) = desk.reload([changed(LOAD), DARK], 30)
    assert (ended.rule, ended.inhibited) == ("waiting", True)
    desk.reload([WAITING], 40)
    desk.evaluate("hf", columns(waiting=[20, 0, 0]), 40)
    assert [a.inhibited for a in desk.alerts()] == [False]


def test_what_mutes_the_rule_that_came_in_its_place_does_not_mute_the_end_of_the_old_one() -> None:
    graver = rule("graver", "waiting > 10", inhibits=["waiting"])
    desk = engine(LOAD, graver)
    desk.evaluate("hf", columns(waiting=[20, 0, 0], load=[2, 0, 0]), 10)
    (ended,) = desk.reload([WAITING, graver], 20)
    assert (ended.rule, ended.key, ended.inhibited) == ("load", "hf/q1", False)


def test_acknowledgements_still_end_at_their_time() -> None:
    desk = firing_and_pending()
    desk.acknowledge(desk.alerts()[0].id, "duty-1", "", 100, until=150)
    desk.reload([LOAD, WAITING], 110)
    assert desk.next_deadline() == 130
    assert "150 waiting hf/q1 firing-unacknowledged" in told(desk.expire(200))


def test_memory_of_expressions_that_stay_is_kept_and_new_ones_begin_empty() -> None:
    desk = engine(rule("trend", "avg(waiting, 1m) > 12"))
    for now in range(0, 60, 10):
        desk.evaluate("hf", columns(waiting=[20, 20, 20]), now)
    desk.reload([rule("longer", "avg(waiting,  1m) > 15"), rule("other", "avg(waiting + 1, 1m) > 12")], 60)
    fired = told(desk.evaluate("hf", columns(waiting=[20, 20, 20]), 60))
    assert fired == [f"60 longer hf/{key} inactive-firing" for key in ("q1", "q2")]


def test_rules_that_cannot_be_made_ready_change_nothing() -> None:
    desk = firing_and_pending()
    before = seen(desk)
    with pytest.raises(InputError):
        desk.reload([WAITING, rule("bad", "waiting >")], 200)
    with pytest.raises(ValueError, match="one id"):
        desk.reload([WAITING, WAITING], 200)
    assert (desk.rules, seen(desk), desk.next_deadline()) == ((WAITING,), before, 130)


# The difference ----------------------------------------------------------------------------------------------------


def test_the_difference_is_told_field_by_field_as_people_write_it() -> None:
    after = [changed(WAITING, **{"for": "90s"}, when="waiting > 12", scope={"sites": ["hf", "nc"]}, owner="wfm"), LOAD]
    diff = rule_diff([WAITING, DARK], after)
    assert [one.rule for one in diff.added] == ["load"]
    assert [one.rule for one in diff.removed] == ["dark"]
    (change,) = diff.changed
    assert change.fields == (
        FieldChange("scope.sites", "", "[hf, nc]"),
        FieldChange("when", "waiting > 10", "waiting > 12"),
        FieldChange("for", "40s", "1m30s"),
        FieldChange("owner", "", "wfm"),
    )
    assert diff.words() == ("新增 1，删除 1，改动 1", "1 added, 1 removed, 1 changed")
    assert diff.as_dict()["changed"] == {"waiting": {f.field: [f.before, f.after] for f in change.fields}}
    assert diff.as_dict()["removed"] == ["dark"]


SHIPPED = load_rules()


@given(st.permutations(SHIPPED))
def test_order_is_no_difference(rules: list[Rule]) -> None:
    assert not rule_diff(SHIPPED, rules)
    assert rules_hash(rules) == rules_hash(SHIPPED)
    assert rules_hash(rules[1:]) != rules_hash(rules)


def test_plain_data_makes_the_same_rules_again_also_under_a_profile() -> None:
    rules = load_rules()
    assert any(one.profiles for one in rules)
    for one in rules:
        again = Rule.model_validate(plain_rule(one))
        assert again == one
        assert [again.under(name) for name in again.profiles] == [one.under(name) for name in one.profiles]


def test_ladders_and_profiles_are_part_of_the_difference() -> None:
    steps = [{"after": "90s", "to": "operations", "severity": "critical"}]
    peak = {"peak": {"when": "waiting > 20", "for": "2m"}}
    before = changed(WAITING, profiles={"peak": {"when": "waiting > 20"}, "night": {"for": "5m"}})
    (change,) = rule_diff([before], [changed(WAITING, escalate=steps, profiles=peak)]).changed
    assert {(one.field, one.before, one.after) for one in change.fields} == {
        ("escalate", "", "[{after: 1m30s, to: operations, severity: critical}]"),
        ("profiles.peak.for", "", "2m"),
        ("profiles.night.for", "5m", ""),
    }


@given(st.floats(0.0, 100.0))
def test_what_is_written_is_read_as_the_same_number(percent: float) -> None:
    node = parse(f"{round(percent, 8)!r}%" if "e" not in repr(round(percent, 8)) else "0%").root
    again = parse(write(node)).root
    assert np.isclose(again.value(None), node.value(None), rtol=0, atol=1e-13)  # type: ignore[arg-type]
