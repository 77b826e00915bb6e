"""A series that appears and vanishes: its alerts end and say why, and nothing of it stays behind."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from alerts.engine import RuleEngine
from alerts.flapping import FlapPolicy
from alerts.rows import RowAttributes
from tests.alerts.made_engine import columns, rule

RULES = (
    rule("now", "waiting > 10", escalate=[{"after": "1m", "to": "lead"}]),
    rule("held", "waiting > 10", **{"for": "40s"}),
    rule("mean", "avg(waiting, 1m) > 10"),
    rule("muted", "waiting > 10", inhibits=["now"]),
)


def row(name: str) -> RowAttributes:
    return RowAttributes(f"hf/{name}", "queue", "hf")


def opened() -> RuleEngine:
    ids = itertools.count(1)
    return RuleEngine(RULES, lambda: f"a{next(ids)}", flapping=FlapPolicy())


def test_an_alert_ends_with_its_row_and_a_row_that_comes_back_begins_anew() -> None:
    desk = opened()
    desk.set_rows("hf", (row("q"),), 0.0)
    desk.evaluate("hf", columns(waiting=[50.0]), 1.0)
    first = {alert.id for alert in desk.alerts()}
    told = desk.set_rows("hf", (row("other"),), 2.0)
    assert {(one.rule, one.from_state, one.to_state, one.reason) for one in told} == {
        ("now", "firing", "resolved", "row removed"),
        ("held", "pending", "inactive", "row removed"),
        ("muted", "firing", "resolved", "row removed"),
    }
    assert desk.alerts() == ()
    assert desk.next_deadline() is None
    desk.set_rows("hf", (row("q"),), 3.0)
    desk.evaluate("hf", columns(waiting=[50.0]), 4.0)
    assert not first & {alert.id for alert in desk.alerts()}
    assert {alert.since for alert in desk.alerts()} == {4.0}


def test_a_row_that_comes_and_goes_for_a_day_leaves_nothing_behind() -> None:
    desk = opened()
    for number in range(3_000):
        now = number * 30.0
        desk.set_rows("hf", (row(f"q{number}"), row("stays")), now)
        desk.evaluate("hf", columns(waiting=[50.0, 0.0]), now)
        desk.expire(now)
    dump = desk.dump()
    assert {one["row"]["key"] for one in dump["alerts"]} == {"hf/q2999"}
    assert len(dump["flapping"]) <= 2 * 1_024
    for agenda in (desk._due, desk._lapses, desk._steps):
        assert len(agenda._entries) <= 64 + 4 * len(dump["alerts"])
    assert desk.set_rows("hf", (row("stays"),), 90_000.0) != []
    assert desk.alerts() == ()
    assert not desk._ladders
    assert desk._inhibition.crossed == []


@given(
    st.lists(
        st.tuples(st.frozensets(st.sampled_from("abcd"), max_size=4), st.floats(1.0, 90.0), st.booleans()), max_size=20
    )
)
def test_whatever_comes_and_goes_alerts_are_of_rows_that_are_there(
    steps: list[tuple[frozenset[str], float, bool]],
) -> None:
    desk, now = opened(), 0.0
    begun: dict[str, str] = {}
    for names, length, busy in steps:
        rows = tuple(row(name) for name in sorted(names))
        told = desk.set_rows("hf", rows, now)
        told += desk.evaluate("hf", columns(waiting=[50.0 if busy else 0.0] * len(rows)), now) if rows else []
        now += length
        told += desk.expire(now)
        for one in told:
            if one.from_state == "inactive":
                assert begun.setdefault(one.alert, one.key) == one.key
        assert {alert.key for alert in desk.alerts()} <= {one.key for one in rows}
        due = desk.next_deadline()
        assert due is None or due > now
