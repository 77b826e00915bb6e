"""The view that screens draw from: it never changes, and says the same however it is asked."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock_book import ClockBook
from alerts.clock_day import next_assessed
from alerts.clock_ranking import JUDGED, least_left, worst_clocks
from alerts.clocks_view import ClocksView, no_clocks
from feeds.clocks import ClockDefinition, Limit
from feeds.columns import Columns
from feeds.contract import Row
from feeds.site_view import SiteView

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = ClockDefinition("day", "", "", "session", 30, target=0.9, hours=((9 * 60, 23 * 60),))
ROUND = replace(DAY, id="round", hours=((0, 1_440),), target=0.8)
ROWS = (
    Row("*", "site"),
    Row("a", shop="云岫", platform="jd", channel="chat"),
    Row("b", shop="江橙", platform="jd", channel="chat"),
    Row("c", shop="云岫", platform="tmall", channel="chat"),
)
FIGURES = ("state", "counted", "late", "expected", "rate_15m", "rate_day", "budget_left", "burn", "runs_out_at")


def at(hour: int, minute: int = 0, day: int = 11) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).timestamp()


def columns(met: list[float], missed: list[float], *clocks: str) -> Columns:
    """The same counts for each of these clocks; the site's own row is the sum of the others."""
    own = np.array([[sum(part), *part] for part in (met, missed)]).T
    counters = np.tile(own, (1, len(clocks)))
    counter_at = {f"clock.{c}.{part}": 2 * i + j for i, c in enumerate(clocks) for j, part in enumerate(_PARTS)}
    gauges = np.zeros((len(own), len(clocks)))
    return Columns(len(own), gauges, {f"clock.{c}.overdue": i for i, c in enumerate(clocks)}, counters, counter_at, {})


_PARTS = ("met", "missed")


def take(book: ClockBook, site: str, now: float, figures: Columns, rows: tuple[Row, ...] = ROWS) -> None:
    book.take(SiteView(site, site, site, "live", now, rows, 0, figures, figures), at(0), now)


def said(view: ClocksView) -> list[object]:
    """Everything that a view says, in plain values."""
    return [
        (
            clock,
            by,
            standing.keys,
            [np.nan_to_num(getattr(standing.figures, name), nan=-1).tolist() for name in FIGURES],
        )
        for clock in view.clocks
        for by in ("all", "site", "shop", "platform", "queue")
        for standing in [view.standing(clock, by)]  # type: ignore[arg-type]
    ]


Steps = st.lists(st.tuples(st.integers(1, 7_200), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8)


@given(Steps, Steps)
def test_a_view_says_the_same_whatever_comes_after_it(before: Steps, after: Steps) -> None:  # type: ignore[valid-type]
    book, now, counts = ClockBook([DAY, ROUND]), at(20), [0.0, 0.0]

    def go(steps: list[tuple[int, int, int]]) -> None:
        nonlocal now
        for seconds, met, missed in steps:
            now += seconds  # past midnight too
            counts[0] += met
            counts[1] += missed
            rows = ROWS if met % 3 else ROWS[:3]
            part = [counts[0], 5.0, 7.0][: len(rows) - 1], [counts[1], 0.0, 1.0][: len(rows) - 1]
            take(book, "hefei", now, columns(*part, "day", "round"), rows)

    go(before)
    asked_at_once, asked_later = book.view(now), book.view(now)
    expected = said(asked_at_once)
    go(after)
    assert said(asked_later) == expected


def filled() -> tuple[ClockBook, float]:
    book, now = ClockBook([DAY, ROUND]), at(12)
    for when, share in ((at(11, 50), 0.9), (now, 1.0)):
        take(book, "hefei", when, columns([90 * share, 40, 50], [300 * share, 0, 1], "day", "round"))
        take(book, "xian", when, columns([60, 70, 80], [0, 0, 0], "round"))
    return book, now


def test_by_queue_the_view_says_what_rules_are_told() -> None:
    book, now = filled()
    by_queue = book.view(now).standing("day", "queue")
    told = book.figures("hefei", "day", now)
    for name in FIGURES:
        expected = getattr(told, name)[1:].tolist()
        got = [float(getattr(by_queue.figures, name)[by_queue.at[f"hefei/{row}"]]) for row in "abc"]
        assert got == pytest.approx(expected, nan_ok=True), name


def test_each_key_has_the_clocks_that_measure_it_fed_or_not() -> None:
    only_jd = replace(DAY, id="jd", platforms=("jd",))
    book, now = ClockBook([DAY, only_jd]), at(12)
    take(book, "hefei", now, columns([90, 40, 50], [30, 0, 1], "day"))
    view = book.view(now)
    assert [one.clock.id for one in view.at("queue", "hefei/a")] == ["day", "jd"]
    assert [one.clock.id for one in view.at("queue", "hefei/c")] == ["day"]
    assert [(one.clock.id, one.state, one.fed) for one in view.at("shop", "江橙")] == [
        ("day", "met", True),
        ("jd", "no_data", False),
    ]
    assert [one.clock.id for one in view.at("site", "hefei")] == ["day", "jd"]
    assert view.at("site", "nowhere") == ()
    assert (view.fed("day"), view.fed("jd")) == (True, False)
    assert no_clocks().at("all", "*") == ()


def test_the_worst_clock_is_the_gravest_then_the_one_with_most_of_its_budget_used() -> None:
    book, now = filled()
    view = book.view(now)
    worst = worst_clocks(view, "queue")
    assert worst.state("hefei/a") == "missed"
    used = {one.clock.id: one.figure("late") / one.figure("bearable") for one in view.at("queue", "hefei/a")}
    assert {one.state for one in view.at("queue", "hefei/a")} == {"missed"}
    assert used["round"] > used["day"]
    assert (worst.clock("hefei/a") or DAY).id == "round"
    assert worst.figure("hefei/a", "budget_left") == view.standing("round", "queue").figures.budget_left[0]
    assert (worst.clock("xian/a") or DAY).id == "round"
    assert worst.clock("nowhere/a") is None
    assert math.isnan(worst.figure("nowhere/a", "burn"))
    for key in view.standing("round", "queue").keys:
        states = {one.state for one in view.at("queue", key)} & set(JUDGED)
        assert worst.state(key) == max(states, key=JUDGED.index)


def test_a_clock_at_risk_is_worse_than_one_that_is_kept_and_has_less_left() -> None:
    """One of them is late now, the other was late in the morning and has used more of its budget since."""
    book = ClockBook([DAY, ROUND])

    def counts(met: float, late_now: float, late_before: float) -> Columns:
        day, before = columns([met] * 3, [late_now] * 3, "day"), columns([met] * 3, [late_before] * 3, "round")
        counters = np.hstack((day.counters, before.counters))
        at_ = {**day.counter_at, **{name: place + 2 for name, place in before.counter_at.items()}}
        return Columns(4, np.zeros((4, 2)), {**day.gauge_at, "clock.round.overdue": 1}, counters, at_, {})

    for now, late_now in ((at(11), 0.0), (at(11, 50), 0.0), (at(12), 9.0)):
        take(book, "hefei", now, counts(900.0 + late_now * 3, late_now, 180.0))
    view = book.view(at(12))
    used = {one.clock.id: one.figure("late") / one.figure("bearable") for one in view.at("shop", "江橙")}
    assert {one.clock.id: one.state for one in view.at("shop", "江橙")} == {"day": "at_risk", "round": "met"}
    assert used["round"] > used["day"]
    assert (worst_clocks(view, "shop").clock("江橙") or ROUND).id == "day"


def test_where_nothing_is_judged_there_is_no_worst_clock() -> None:
    book, _now = filled()
    night = book.view(at(23, 30))
    assert (worst_clocks(night, "site").clock("hefei") or DAY).id == "round"
    alone = ClockBook([DAY])
    take(alone, "hefei", at(12), columns([90, 40, 50], [30, 0, 1], "day"))
    assert worst_clocks(alone.view(at(12)), "all").clock("*") is not None
    assert worst_clocks(alone.view(at(23)), "all").clock("*") is None
    assert worst_clocks(no_clocks(), "site").clock("hefei") is None


def test_the_least_left_comes_first_and_the_unknown_not_at_all() -> None:
    book, now = filled()
    by_site = book.view(now).standing("day", "site")
    assert [by_site.keys[row] for row in least_left(by_site)] == ["hefei"]  # the other does not feed it
    by_queue = book.view(now).standing("round", "queue")
    left = [by_queue.figures.budget_left[row] for row in least_left(by_queue)]
    assert len(left) == 6
    assert left == sorted(left)
    assert least_left(by_queue, 2) == least_left(by_queue)[:2]


def test_a_new_row_is_placed_and_a_site_that_is_not_believed_counts_nothing() -> None:
    book, now = filled()
    book.view(now).standing("round", "shop")
    rows = (*ROWS, Row("d", shop="白鹭", platform="jd", channel="chat"))
    take(book, "xian", now + 60, columns([60, 70, 80, 9], [0, 0, 0, 1], "round"), rows)
    assert book.view(now + 60).standing("round", "shop").keys == ("云岫", "江橙", "白鹭")
    nothing = columns([0, 0, 0], [0, 0, 0])
    book.take(SiteView("hefei", "", "", "unknown", now, ROWS, 0, nothing, nothing), at(0), now + 61)
    view = book.view(now + 61)
    assert view.standing("round", "all").figures.counted.tolist() == [220.0]
    assert view.at("site", "hefei")[0].state == "no_data"


def test_when_a_clock_begins_again() -> None:
    assert next_assessed(DAY, at(8, 50)) == at(9)
    assert next_assessed(DAY, at(9)) == at(9, day=12)
    assert next_assessed(DAY, at(23, 30)) == at(9, day=12)
    promotion = replace(DAY, limits=(Limit(0, 120, 15.0, promotion=True),), promotion_days=("11-20",))
    assert math.isnan(next_assessed(promotion, at(12)))
    assert next_assessed(promotion, at(12, day=18)) == at(0, day=20)
