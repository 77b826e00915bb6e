# ruff: noqa: E501 - one case, one line
from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
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
from tests.alerts.made_engine import HEFEI, NAN, WAITING, columns, engine, rule, told

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
