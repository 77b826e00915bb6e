# ruff: noqa: E501 - one case, one line
from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alerts.alert import Transition
from alerts.engine import RuleEngine
from alerts.rows import RowAttributes
from alerts.rules import Rule, load_rules
from feeds.catalog import METRICS
from feeds.errors import RefusedError

NAN = math.nan
HEFEI = (
    RowAttributes("hf/q1", "queue", "hf", platform="jd", zh="服饰", en="Apparel", site_zh="合肥", site_en="Hefei"),
    RowAttributes("hf/q2", "queue", "hf", platform="taobao"),
    RowAttributes("hf/*", "site", "hf", site_zh="合肥"),
)


def rule(name: str, when: str, **more: object) -> Rule:
    words = {"zh": f"{name} {{value}}", "en": f"{name} {{value}}"}
    fixed = {"rule": name, "title": words, "when": when, "severity": "warning", "message": words, "why": "x"}
    return Rule.model_validate({**fixed, **more})


def engine(*rules: Rule, sites: Mapping[str, Sequence[RowAttributes]] | None = None) -> RuleEngine:
    ids = (f"a{number}" for number in itertools.count(1))
    made = RuleEngine(rules, lambda: next(ids))
    for site, rows in ({"hf": HEFEI} if sites is None else sites).items():
        made.set_rows(site, rows, 0.0)
    return made


def columns(unknown: float = 0.0, **given: Sequence[float]) -> dict[str, NDArray[np.float64]]:
    made = {name: np.asarray(values, dtype=np.float64) for name, values in given.items()}
    rows = len(next(iter(made.values()))) if made else 3
    pseudo = ("link_age_s", "data_age_s", "link_late", "data_late")
    return {**made, **{name: np.zeros(rows) for name in pseudo}, "unknown": np.full(rows, unknown)}


def told(transitions: Sequence[Transition]) -> list[str]:
    return [f"{one.at:g} {one.rule} {one.key} {one.from_state}-{one.to_state}" for one in transitions]


WAITING = rule("waiting", "waiting > 10", **{"for": "40s"}, clear="waiting < 5")


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


# Restart.


def reopened(desk: RuleEngine, *rules: Rule) -> tuple[RuleEngine, list[Transition]]:
    """Another process: the dump through JSON, an engine that has seen no site yet."""
    after = engine(*(rules or desk.rules), sites={})
    after._next_id = lambda: "new"
    return after, after.restore(json.loads(json.dumps(desk.dump(), allow_nan=False)), 0.0)


def before_restart() -> RuleEngine:
    dark = rule("dark", "unknown > 0", scope={"level": "site"}, inhibits="queues")
    desk = engine(WAITING, rule("load", "load > 1"), dark)
    desk.evaluate("hf", columns(waiting=[20, 20, 0], load=[2, NAN, 0]), 100)
    desk.acknowledge("a3", "duty-1", "seen", 105)
    return desk


def test_a_restart_brings_everything_back_and_tells_nothing() -> None:
    desk = before_restart()
    after, ended = reopened(desk)
    assert ended == []
    for one, other in zip(desk.alerts(), after.alerts(), strict=True):
        assert (one.id, one.rule, one.key, one.since, one.fired_at, one.value) == (
            other.id,
            other.rule,
            other.key,
            other.since,
            other.fired_at,
            other.value,
        )
        assert one.acknowledged == other.acknowledged
        assert one.message_zh == other.message_zh
        assert other.stale
    assert after.expire(1_000) == []
    assert after.next_deadline() is None
    assert after.set_rows("hf", HEFEI, 1_000) == []


def test_after_a_restart_served_time_counts_and_nothing_is_doubled() -> None:
    after, _ = reopened(before_restart())
    after.set_rows("hf", HEFEI, 120)
    assert after.evaluate("hf", columns(waiting=[20, 20, 0], load=[2, 0, 0]), 125) == []
    assert after.next_deadline() == 140
    assert told(after.expire(200)) == ["140 waiting hf/q1 pending-firing", "140 waiting hf/q2 pending-firing"]


def test_after_a_restart_a_passed_deadline_fires_only_if_still_true() -> None:
    after, _ = reopened(before_restart())
    after.set_rows("hf", HEFEI, 500)
    assert after.evaluate("hf", columns(waiting=[NAN, NAN, NAN], load=[NAN] * 3), 500) == []
    assert told(after.evaluate("hf", columns(waiting=[20, 0, 0], load=[0, 0, 0]), 501)) == [
        "501 waiting hf/q1 pending-firing",
        "501 waiting hf/q2 pending-inactive",
        "501 load hf/q1 firing-resolved",
    ]


def test_after_a_restart_without_a_rule_its_alerts_end_with_the_reason() -> None:
    _, ended = reopened(before_restart(), WAITING)
    assert [(one.rule, one.alert, one.to_state, one.reason) for one in ended] == [
        ("load", "a3", "resolved", "rule removed")
    ]


def test_a_foreign_dump_is_refused() -> None:
    with pytest.raises(ValueError, match="not a dump"):
        engine(WAITING).restore({"version": 99, "alerts": []})
    desk = before_restart()
    with pytest.raises(ValueError, match="not a dump"):
        desk.restore(desk.dump())


# Random streams against a state machine written down a second time, cell by cell.


@dataclass
class Naive:
    """One rule on one row, after the words of docs/rules.md."""

    hold: float
    keep: float
    state: str = "inactive"
    since: float = 0.0
    when: float = 0.0
    clear: float = 0.0

    def at(self, now: float, when: float, clear: float) -> Iterator[tuple[float, str]]:
        yield from self.until(now, strictly=True)
        self.when, self.clear = when, clear
        if self.state == "inactive" and when == 1:
            yield self.to("pending" if self.hold > 0 else "firing", now)
        elif self.state == "pending" and when == 0:
            yield self.to("inactive", now)
        elif self.state == "firing" and clear == 1:
            yield self.to("recovering" if self.keep > 0 else "resolved", now)
        elif self.state == "recovering" and clear == 0:
            yield self.to("firing", now)
        yield from self.late(now)

    def to(self, state: str, now: float) -> tuple[float, str]:
        change = f"{self.state}-{state}"
        self.state, self.since = "inactive" if state == "resolved" else state, now
        return now, change

    def late(self, now: float) -> Iterator[tuple[float, str]]:
        """A deadline that passed unknown."""
        if self.state == "pending" and self.when == 1 and self.since + self.hold < now:
            yield self.to("firing", now)
        if self.state == "recovering" and self.clear == 1 and self.since + self.keep < now:
            yield self.to("resolved", now)

    def until(self, now: float, strictly: bool = False) -> Iterator[tuple[float, str]]:
        due, to = {
            "pending": (self.since + self.hold, "firing" if self.when == 1 else ""),
            "recovering": (self.since + self.keep, "resolved" if self.clear == 1 else ""),
        }.get(self.state, (math.inf, ""))
        if to and (due < now or (due == now and not strictly)):
            yield self.to(to, due)


RULES = (
    rule("held", "waiting > 10", **{"for": "20s"}, clear="waiting < 5"),
    rule("prompt", "waiting > 10"),
    rule("kept", "waiting > 10", **{"for": "3s"}, clear="waiting < 5", keep_firing_for="7s"),
    rule("joint", "waiting > 10 and load > 1", **{"for": "7s"}, clear="load < 0.5 or waiting == 0"),
)
ROWS = (
    RowAttributes("hf/q1", "queue", "hf"),
    RowAttributes("hf/q2", "queue", "hf"),
    RowAttributes("hf/*", "site", "hf"),
)
_WAITING = st.sampled_from([0.0, 4.0, 7.0, 11.0, NAN])
_LOAD = st.sampled_from([0.2, 0.8, 2.0, NAN])
_ROW = st.tuples(_WAITING, _LOAD)
_FRAME = st.tuples(st.sampled_from([0.0, 0.5, 1.0, 3.0, 7.0, 19.0, 20.0, 60.0]), _ROW, _ROW)
_STREAM = st.lists(_FRAME, min_size=1, max_size=25)


def conditions(name: str, waiting: float, load: float) -> tuple[float, float]:
    """`when` and `clear` of RULES by hand."""
    busy = NAN if math.isnan(waiting) else float(waiting > 10)
    if name in ("held", "kept"):
        return busy, NAN if math.isnan(waiting) else float(waiting < 5)
    if name == "prompt":
        return busy, 1.0 - busy
    heavy = NAN if math.isnan(load) else float(load > 1)
    both = 0.0 if 0.0 in (busy, heavy) else NAN if math.isnan(busy) or math.isnan(heavy) else 1.0
    ends = [NAN if math.isnan(load) else float(load < 0.5), NAN if math.isnan(waiting) else float(waiting == 0)]
    return both, 1.0 if 1.0 in ends else NAN if any(map(math.isnan, ends)) else 0.0


def naive_story(stream: Sequence[tuple[float, tuple[float, float], tuple[float, float]]], end: float) -> list[str]:
    cells = {
        (i, key): Naive(one.for_, one.keep_firing_for) for i, one in enumerate(RULES) for key in ("hf/q1", "hf/q2")
    }
    story: list[tuple[float, int, str, str]] = []
    now = 0.0
    for gap, *rows in stream:
        now += gap
        for (index, key), cell in cells.items():
            when, clear = conditions(RULES[index].rule, *(rows[0] if key == "hf/q1" else rows[1]))
            story.extend((at, index, key, change) for at, change in cell.at(now, when, clear))
    for (index, key), cell in cells.items():
        story.extend((at, index, key, change) for at, change in cell.until(end))
    return [f"{at:g} {RULES[index].rule} {key} {change}" for at, index, key, change in sorted(story)]


def frame(rows: Sequence[tuple[float, float]]) -> dict[str, NDArray[np.float64]]:
    return columns(waiting=[*(row[0] for row in rows), 99.0], load=[*(row[1] for row in rows), 99.0])


def engine_story(stream: Sequence[tuple[float, tuple[float, float], tuple[float, float]]], end: float) -> list[str]:
    desk = engine(*RULES, sites={"hf": ROWS})
    story: list[str] = []
    now = 0.0
    for gap, *rows in stream:
        now += gap
        story.extend(told(desk.evaluate("hf", frame(rows), now)))
    return story + told(desk.expire(end))


@settings(max_examples=200)
@given(_STREAM)
def test_agrees_with_a_naive_state_machine(
    stream: list[tuple[float, tuple[float, float], tuple[float, float]]],
) -> None:
    end = sum(gap for gap, *_ in stream) + 1_000
    assert sorted(engine_story(stream, end)) == sorted(naive_story(stream, end))


@settings(max_examples=150)
@given(_STREAM, st.data())
def test_the_same_whatever_the_times_at_which_it_is_asked(
    stream: list[tuple[float, tuple[float, float], tuple[float, float]]], data: st.DataObject
) -> None:
    """Expiring at any times between the frames, or evaluating a frame again, changes nothing of what is told."""
    end = sum(gap for gap, *_ in stream) + 1_000
    desk = engine(*RULES, sites={"hf": ROWS})
    story: list[str] = []
    now, last = 0.0, None
    for gap, *rows in stream:
        for share in sorted(data.draw(st.lists(st.sampled_from([0.25, 0.5, 0.75]), max_size=3 if gap else 0))):
            story.extend(told(desk.expire(now + gap * share)))
            if last is not None and data.draw(st.booleans()):
                story.extend(told(desk.evaluate("hf", last, now + gap * share)))
        now += gap
        last = frame(rows)
        story.extend(told(desk.evaluate("hf", last, now)))
    assert story + told(desk.expire(end)) == engine_story(stream, end)


@settings(max_examples=60)
@given(_STREAM, st.integers(0, 24))
def test_a_restart_with_the_next_frame_at_once_changes_nothing(
    stream: list[tuple[float, tuple[float, float], tuple[float, float]]], cut: int
) -> None:
    end = sum(gap for gap, *_ in stream) + 1_000
    desk = engine(*RULES, sites={"hf": ROWS})
    story: list[str] = []
    now = 0.0
    for index, (gap, *rows) in enumerate(stream):
        now += gap
        story.extend(told(desk.evaluate("hf", frame(rows), now)))
        if index == cut:
            desk, ended = reopened(desk)
            assert ended == []
            desk.set_rows("hf", ROWS, now)
            assert desk.evaluate("hf", frame(rows), now) == []
    assert story + told(desk.expire(end)) == engine_story(stream, end)


@settings(max_examples=40)
@given(_STREAM)
def test_transitions_are_in_order_and_ids_are_used_once(
    stream: list[tuple[float, tuple[float, float], tuple[float, float]]],
) -> None:
    desk = engine(*RULES, sites={"hf": ROWS})
    now = 0.0
    seen: list[Transition] = []
    last: dict[str, str] = {}
    for gap, *rows in stream:
        now += gap
        seen.extend(desk.evaluate("hf", frame(rows), now))
        assert len({one.id for one in desk.alerts()}) == len(desk.alerts())
    assert [one.at for one in seen] == sorted(one.at for one in seen)
    for one in seen:
        assert last.get(one.alert, "inactive") == one.from_state
        last[one.alert] = one.to_state
    started = [one.alert for one in seen if one.from_state == "inactive"]
    assert len(started) == len(set(started))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_shipped_rules_take_any_figures(seed: int) -> None:
    """Random figures of every metric, with holes: each transition is a legal one, and nothing ends while all is unknown."""
    random = np.random.default_rng(seed)
    desk = engine(*load_rules())
    for now in range(0, 2_000, 100):
        figures = {
            name: np.where(random.random(3) < 0.3, NAN, random.exponential(50.0, 3) * random.integers(0, 2, 3))
            for name in METRICS
        }
        desk.evaluate("hf", {**columns(), **figures}, float(now))
    firing = {one.id for one in desk.alerts() if one.state == "firing" and one.row.level == "queue"}
    dark = desk.evaluate("hf", columns(1.0), 3_000.0)
    assert not [one for one in dark if one.to_state in {"resolved", "inactive"} and one.rule != "data-frozen"]
    assert firing <= {one.id for one in desk.alerts() if one.stale and one.inhibited}
