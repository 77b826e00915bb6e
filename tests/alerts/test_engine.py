from __future__ import annotations

import numpy as np
import pytest

from alerts.rows import RowAttributes
from feeds.errors import RefusedError
from tests.alerts.made_engine import HEFEI, NAN, WAITING, columns, engine, rule, told


def test_a_breach_fires_at_its_deadline_and_clears_on_the_good_side() -> None:
    desk = engine(WAITING)
    assert told(desk.evaluate("hf", columns(waiting=[11, 0, 99]), 100)) == ["100 waiting hf/q1 inactive-pending"]
    assert desk.next_deadline() == 140
    assert desk.expire(139.99) == []
    (fired,) = desk.expire(200)
    assert told([fired]) == ["140 waiting hf/q1 pending-firing"]
    assert (fired.alert, fired.value, fired.reason) == ("a1", 11, "for")
    assert desk.next_deadline() is None
    assert desk.evaluate("hf", columns(waiting=[7, 0, 0]), 210) == []
    (alert,) = desk.alerts()
    assert (alert.state, alert.since, alert.fired_at, alert.value) == ("firing", 100, 140, 7)
    assert alert.message_zh == "waiting 7"
    assert told(desk.evaluate("hf", columns(waiting=[4, 0, 0]), 220)) == ["220 waiting hf/q1 firing-resolved"]
    assert desk.alerts() == ()


def test_evaluating_late_tells_the_deadline_first() -> None:
    desk = engine(WAITING)
    desk.evaluate("hf", columns(waiting=[11, 0, 0]), 100)
    assert told(desk.evaluate("hf", columns(waiting=[0, 12, 0]), 200)) == [
        "140 waiting hf/q1 pending-firing",
        "200 waiting hf/q1 firing-resolved",
        "200 waiting hf/q2 inactive-pending",
    ]


def test_at_one_instant_every_site_speaks_before_its_deadlines_count() -> None:
    desk = engine(WAITING)
    desk.evaluate("hf", columns(waiting=[11, 11, 0]), 100)
    assert told(desk.evaluate("hf", columns(waiting=[0, 11, 0]), 140)) == ["140 waiting hf/q1 pending-inactive"]
    assert desk.next_deadline() == 140
    assert desk.expire(140, before=True) == []
    assert told(desk.expire(140)) == ["140 waiting hf/q2 pending-firing"]


def test_a_recovering_alert_is_the_same_alert_and_still_mutes() -> None:
    kept = rule("kept", "waiting > 20", keep_firing_for="15s", inhibits=["mild"])
    desk = engine(kept, rule("mild", "waiting > 10"))
    desk.evaluate("hf", columns(waiting=[30, 0, 0]), 100)
    eased = desk.evaluate("hf", columns(waiting=[15, 0, 0]), 110)
    assert told(eased) == ["110 kept hf/q1 firing-recovering"]
    grave, mild = sorted(desk.alerts(), key=lambda one: one.rule)
    assert (grave.state, grave.since, grave.fired_at, grave.entered) == ("recovering", 100, 100, 110)
    assert (grave.deadline, grave.stale, mild.inhibited) == (125, False, True)
    again = desk.evaluate("hf", columns(waiting=[30, 0, 0]), 120)
    assert [(one.alert, one.from_state, one.to_state, one.reason) for one in again] == [
        ("a1", "recovering", "firing", "not clear")
    ]
    assert next(one for one in desk.alerts() if one.rule == "kept").entered == 100
    desk.evaluate("hf", columns(waiting=[15, 0, 0]), 130)
    assert desk.evaluate("hf", columns(waiting=[NAN, 0, 0]), 140) == []
    assert desk.next_deadline() is None
    (over,) = desk.evaluate("hf", columns(waiting=[15, 0, 0]), 200)
    assert told([over]) == ["200 kept hf/q1 recovering-resolved"]
    assert over.reason == "keep_firing_for"
    assert [(one.rule, one.inhibited) for one in desk.alerts()] == [("mild", False)]


def test_time_order_holds_across_sites_then_rule_then_row() -> None:
    north = (RowAttributes("nc/q1", "queue", "nc"),)
    second = rule("second", "waiting > 10", **{"for": "30s"})
    desk = engine(WAITING, second, sites={"nc": north, "hf": HEFEI})
    desk.evaluate("nc", columns(waiting=[20]), 0)
    desk.evaluate("hf", columns(waiting=[20, 20, 0]), 10)
    assert told(desk.evaluate("nc", columns(waiting=[20]), 60)) == [
        "30 second nc/q1 pending-firing",
        "40 waiting nc/q1 pending-firing",
        "40 second hf/q1 pending-firing",
        "40 second hf/q2 pending-firing",
        "50 waiting hf/q1 pending-firing",
        "50 waiting hf/q2 pending-firing",
    ]


def test_scope_chooses_rows_and_levels() -> None:
    site = rule("site", "waiting > 10", scope={"level": "site"})
    jd = rule("jd", "waiting > 10", scope={"platforms": ["jd"]})
    elsewhere = rule("elsewhere", "waiting > 10", scope={"sites": ["nc"]})
    desk = engine(site, jd, elsewhere)
    assert told(desk.evaluate("hf", columns(waiting=[20, 20, 20]), 1)) == [
        "1 site hf/* inactive-firing",
        "1 jd hf/q1 inactive-firing",
    ]


def test_a_dark_site_holds_everything_and_mutes_its_queues_in_the_same_evaluation() -> None:
    dark = rule(
        "dark", "unknown > 0", scope={"level": "site"}, severity="critical", inhibits="queues", show="link_age_s"
    )
    desk = engine(WAITING, rule("load", "load > 1"), dark)
    desk.evaluate("hf", columns(waiting=[20, 0, 0], load=[2, 0, 0]), 0)
    gone = columns(1.0, waiting=[NAN] * 3, load=[NAN] * 3) | {"link_age_s": np.full(3, 4.0)}
    (transition,) = desk.evaluate("hf", gone, 10)
    assert told([transition]) == ["10 dark hf/* inactive-firing"]
    assert (transition.value, transition.inhibited) == (4, False)
    assert desk.expire(1_000) == []
    assert [(one.rule, one.state, one.stale, one.inhibited) for one in desk.alerts()] == [
        ("dark", "firing", False, False),
        ("load", "firing", True, True),
        ("waiting", "pending", True, True),
    ]
    assert desk.alerts()[1].value == 2
    back = desk.evaluate("hf", columns(waiting=[20, 20, 0], load=[0, 0, 0]), 1_010)
    assert told(back) == [
        "1010 waiting hf/q1 pending-firing",
        "1010 waiting hf/q2 inactive-pending",
        "1010 load hf/q1 firing-resolved",
        "1010 dark hf/* firing-resolved",
    ]
    assert not any(one.inhibited for one in back)


def test_a_firing_alert_of_a_queue_is_told_muted_when_its_site_goes_dark_with_it() -> None:
    dark = rule("dark", "unknown > 0", scope={"level": "site"}, inhibits="queues")
    desk = engine(rule("old", "link_age_s > 1"), dark)
    both = desk.evaluate("hf", columns(1.0) | {"link_age_s": np.full(3, 9.0)}, 10)
    assert [(one.rule, one.inhibited) for one in both] == [("old", True), ("old", True), ("dark", False)]


def test_a_graver_rule_mutes_the_milder_one_on_the_same_row_only() -> None:
    desk = engine(rule("grave", "waiting > 20", inhibits=["mild"]), rule("mild", "waiting > 10"))
    desk.evaluate("hf", columns(waiting=[30, 15, 0]), 1)
    assert [(one.rule, one.key, one.inhibited) for one in desk.alerts()] == [
        ("grave", "hf/q1", False),
        ("mild", "hf/q1", True),
        ("mild", "hf/q2", False),
    ]
    desk.evaluate("hf", columns(waiting=[15, 15, 0]), 2)
    assert [one.inhibited for one in desk.alerts()] == [False, False]


def test_a_site_without_a_row_of_its_own_is_watched_all_the_same() -> None:
    dark = rule("dark", "unknown > 0", scope={"level": "site"})
    busy = rule("busy", "waiting >= 0", scope={"level": "site"})
    desk = engine(dark, busy, sites={"hf": HEFEI[:2], "empty": ()})
    assert told(desk.evaluate("hf", columns(1.0, waiting=[1, 2]), 5)) == ["5 dark hf/* inactive-firing"]
    assert desk.evaluate("empty", {"unknown": 0.0}, 5) == []
    assert told(desk.evaluate("empty", {"unknown": 1.0}, 5)) == ["5 dark empty/* inactive-firing"]


def test_a_metric_that_a_site_does_not_send_is_unknown() -> None:
    desk = engine(rule("load", "load > 1"))
    assert desk.evaluate("hf", columns(waiting=[1, 2, 3]), 1) == []


def test_acknowledgement_stands_apart_and_lasts_until_the_end() -> None:
    desk = engine(WAITING)
    desk.evaluate("hf", columns(waiting=[20, 0, 0]), 0)
    taken = desk.acknowledge("a1", "duty-1", "moving people", 5)
    assert (taken.from_state, taken.to_state, taken.at, taken.reason) == (
        "pending",
        "acknowledged",
        5,
        "duty-1: moving people",
    )
    desk.expire(50)
    desk.evaluate("hf", columns(waiting=[NAN, 0, 0]), 60)
    (alert,) = desk.alerts()
    assert alert.state == "firing"
    assert alert.acknowledged is not None
    assert (alert.acknowledged.who, alert.acknowledged.note, alert.acknowledged.at) == ("duty-1", "moving people", 5)
    desk.evaluate("hf", columns(waiting=[0, 0, 0]), 70)
    with pytest.raises(RefusedError, match="there is no alert a1"):
        desk.acknowledge("a1", "duty-1", "", 71)
    desk.evaluate("hf", columns(waiting=[20, 0, 0]), 80)
    (again,) = desk.alerts()
    assert (again.id, again.acknowledged) == ("a2", None)


def test_rows_that_go_end_their_alerts_and_rows_that_stay_keep_them() -> None:
    desk = engine(WAITING, rule("load", "load > 1"))
    desk.evaluate("hf", columns(waiting=[20, 20, 0], load=[2, 2, 0]), 0)
    gone = desk.set_rows("hf", (HEFEI[2], RowAttributes("hf/q0", "queue", "hf"), HEFEI[1]), 20)
    assert [(text, one.reason) for text, one in zip(told(gone), gone, strict=True)] == [
        ("20 waiting hf/q1 pending-inactive", "row removed"),
        ("20 load hf/q1 firing-resolved", "row removed"),
    ]
    assert [(one.key, one.value) for one in desk.alerts()] == [("hf/q2", 2), ("hf/q2", 20)]
    assert desk.evaluate("hf", columns(waiting=[20, 0, 20], load=[9, 0, 2]), 30) == []
    assert told(desk.expire(40)) == ["40 waiting hf/q2 pending-firing"]


def test_a_row_that_leaves_the_scope_ends_its_alert() -> None:
    desk = engine(rule("jd", "waiting > 10", scope={"platforms": ["jd"]}))
    desk.evaluate("hf", columns(waiting=[20, 20, 0]), 0)
    (ended,) = desk.set_rows("hf", (RowAttributes("hf/q1", "queue", "hf", platform="pdd"),), 5)
    assert (ended.to_state, ended.reason) == ("resolved", "out of scope")


def test_time_does_not_go_back() -> None:
    desk = engine(WAITING)
    desk.evaluate("hf", columns(waiting=[20, 0, 0]), 100)
    assert told(desk.evaluate("hf", columns(waiting=[0, 0, 0]), 50)) == ["100 waiting hf/q1 pending-inactive"]


def test_alerts_come_gravest_first_then_oldest() -> None:
    desk = engine(rule("info", "waiting > 1", severity="info"), rule("bad", "waiting > 10", severity="critical"))
    desk.evaluate("hf", columns(waiting=[0, 5, 0]), 1)
    desk.evaluate("hf", columns(waiting=[20, 20, 0]), 2)
    assert [(one.rule, one.key) for one in desk.alerts()] == [
        ("bad", "hf/q1"),
        ("bad", "hf/q2"),
        ("info", "hf/q2"),
        ("info", "hf/q1"),
    ]


def test_two_rules_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="one id"):
        engine(WAITING, WAITING)
