"""The plan held against the day: what came and who was there, the forecast again, net staffing, figures of rules."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from alerts.forecast.ahead import DEFICIT, NET_STAFFING, staffing_ahead
from alerts.forecast.by_category import by_category
from alerts.forecast.demand import Assumed
from alerts.forecast.need import needs
from alerts.forecast.outlook import Outlook, outlook_of
from alerts.forecast.reading import ReadPlan
from alerts.forecast.seen import DayWatch, Seen
from alerts.forecast.table import DayPlan, PlanSeries, PlanTable
from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.columns import Columns
from feeds.contract import Row

T0 = 1_800_000_000.0 - 1_800_000_000.0 % 3600
STEP = 900.0
ROWS = (
    Row("own", kind="site"),
    Row("q1", category="a", group="ga"),
    Row("q2", category="a", group="ga"),
    Row("q3", category="b"),
)
ASSUMED = {("hefei", "a"): Assumed(handle_s=300.0), ("hefei", "b"): Assumed(handle_s=300.0)}


def table(values: dict[tuple[str, str], Any], by: Any = "category") -> PlanTable:
    return PlanTable(by, STEP, {key: PlanSeries(T0, np.array(v, float)) for key, v in values.items()})


def columns(offered: list[float], online: list[float], meal: float = 0.0) -> Columns:
    gauges = np.full((4, len(GAUGE_INDEX)), np.nan, np.float32)
    gauges[:, GAUGE_INDEX["agents_online"]] = online
    gauges[:, GAUGE_INDEX["rest_meal"]] = meal
    counters = np.zeros((4, len(COUNTER_INDEX)))
    counters[:, COUNTER_INDEX["offered"]] = offered
    return Columns(4, gauges, GAUGE_INDEX, counters, COUNTER_INDEX, {})


def watched(until: float = 2 * STEP, per_min: float = 20.0, since: float = T0) -> Seen:
    """A site seen each minute: category a has two queues of one group of 30 people, b has 10; 2 of each eat."""
    watch = DayWatch(STEP)
    for minute in range(int(until // 60) + 1):
        so_far = per_min * minute
        counts = [0.0, so_far * 0.75, so_far * 0.25, minute * 1.0]
        watch.take("hefei", ROWS, columns(counts, [40.0, 30.0, 30.0, 10.0], 2.0), T0 + 60 * minute, since)
    seen = watch.seen("hefei")
    assert seen is not None
    return seen


def outlook(seen: Seen | None = None, *, roster: list[float] | None = None, believed: bool = True) -> Outlook:
    plan = DayPlan(
        table({("hefei", "a"): [200.0] * 12, ("hefei", "b"): [15.0] * 12}),
        table({("hefei", "a"): roster, ("hefei", "b"): [8.0] * 12}) if roster else None,
    )
    seen = seen or watched()
    return outlook_of(plan, {"hefei": seen}, {"hefei": believed}, ASSUMED, seen.at)


def test_contacts_are_counted_by_interval_and_the_people_of_a_group_once() -> None:
    seen = watched()
    assert seen.keys == ("a", "b")
    assert seen.came(T0, T0 + STEP).tolist() == [300.0, 15.0]
    assert seen.came(T0 + 450, T0 + STEP).tolist() == [150.0, 7.5]
    assert math.isnan(seen.came(T0 - 60, T0 + STEP)[0])
    assert seen.now.tolist() == [28.0, 8.0]
    assert seen.people[T0].tolist() == [28.0, 8.0]


def test_what_came_before_the_desk_looked_is_one_sum_and_a_restart_of_the_counters_begins_anew() -> None:
    watch = DayWatch(STEP)
    watch.take("hefei", ROWS, columns([0, 600, 0, 0], [1] * 4), T0 + 7_200, T0)
    seen = watch.seen("hefei")
    assert seen is not None
    assert (seen.since, seen.came(T0, T0 + 7_200)[0]) == (T0, 600.0)
    watch.take("hefei", ROWS, columns([0, 5, 0, 0], [1] * 4), T0 + 7_260, T0)
    seen = watch.seen("hefei")
    assert seen is not None
    assert seen.since == T0 + 7_260


def test_the_rest_of_the_forecast_follows_what_came() -> None:
    found = outlook()
    day = found.sites["hefei"]
    assert day.here == 2
    assert day.came[0, :2].tolist() == [300.0, 300.0]
    assert math.isnan(day.came[0, 2])
    # 600 came of 400: (60 + 600) / (60 + 400); of b exactly what was forecast.
    assert day.contacts[0, 2:] == pytest.approx(np.full(10, 200.0 * 660 / 460))
    assert day.contacts[1].tolist() == [15.0] * 12
    assert day.forecast[0].tolist() == [200.0] * 12


def test_who_is_missing_now_is_missing_later() -> None:
    day = outlook(roster=[35.0] * 6 + [70.0] * 6).sites["hefei"]
    assert day.actual[0, :3].tolist() == [28.0, 28.0, 28.0]
    assert day.staffed[0, 3:].tolist() == pytest.approx([28.0] * 3 + [56.0] * 6)
    assert day.staffed[1, 3:].tolist() == [8.0] * 9
    alone = outlook().sites["hefei"]
    assert alone.staffed[0, 2:].tolist() == [28.0] * 10


def test_net_staffing_is_staffed_less_required_and_a_site_lacks_what_its_categories_lack() -> None:
    found = outlook(roster=[35.0] * 12)
    day, staffing = found.sites["hefei"], found.staffing("hefei", 2, 12)
    again = DayPlan(table({("hefei", "a"): day.contacts[0], ("hefei", "b"): day.contacts[1]}))
    assert again.forecast is not None
    same = needs(ReadPlan(again.forecast), None, ASSUMED["hefei", "a"])
    assert staffing.required[0].tolist() == [row.required for row in same[2:12]]
    assert staffing.net[0].tolist() == (28.0 - staffing.required[0]).tolist()
    assert (staffing.net[0] < 0).all()
    assert (staffing.net[1] > -3).all()
    assert staffing.site_net.tolist() == np.minimum(staffing.net, 0).sum(axis=0).tolist()


def test_the_same_is_required_whatever_part_was_asked_for_first() -> None:
    one, two = outlook(), outlook()
    whole = one.staffing("hefei", 0, 12).required
    parts = [two.staffing("hefei", a, b).required for a, b in ((4, 6), (3, 9), (0, 3), (9, 12))]
    assert np.array_equal(whole[:, 4:6], parts[0])
    assert np.array_equal(two.staffing("hefei", 0, 12).required, whole)


def test_of_a_site_that_is_not_believed_nothing_is_said_but_the_plan() -> None:
    found = outlook(roster=[35.0] * 12, believed=False)
    day = found.sites["hefei"]
    assert np.isnan(day.staffed[:, day.here :]).all()
    assert np.isnan(found.staffing("hefei", 2, 12).site_net).all()
    assert day.contacts[0, 2:].tolist() == [200.0] * 10
    figures = staffing_ahead(found, "hefei", ROWS, found.at)
    assert np.isnan(figures[NET_STAFFING]).all()
    assert np.isnan(figures[DEFICIT]).all()


def test_the_figures_of_rules() -> None:
    found = outlook(roster=[35.0] * 3 + [350.0] * 4 + [35.0] * 2 + [350.0] * 3)
    figures = staffing_ahead(found, "hefei", ROWS, found.at + 60.0)
    staffing = found.staffing("hefei", 2, 12)
    assert figures[NET_STAFFING][1] == figures[NET_STAFFING][2] == staffing.net[0, :5].min() < 0
    # 14 minutes of the present interval are left; later one of half an hour is longer.
    assert figures[DEFICIT][1] == 2 * STEP
    assert figures[DEFICIT][0] == pytest.approx(figures[DEFICIT][[1, 3]].max())
    assert figures[NET_STAFFING][0] == staffing.site_net[:5].min()
    assert staffing_ahead(found, "hefei", ROWS, T0 + 13 * STEP) == {}
    assert staffing_ahead(found, "nowhere", ROWS, found.at) == {}


def test_a_plan_by_queue_is_added_up_by_category() -> None:
    plan = DayPlan(
        table({("hefei", "q1"): [100.0, 300.0], ("hefei", "q2"): [100.0, 100.0], ("hefei", "qx"): [7.0, 7.0]}, "queue"),
        None,
        {"mean_handle_s": table({("hefei", "q1"): [300.0, 300.0], ("hefei", "q2"): [500.0, 500.0]}, "queue")},
    )
    found = by_category(plan, {"hefei": ROWS})
    assert found.forecast is not None
    assert found.forecast.series["hefei", "a"].values.tolist() == [200.0, 400.0]
    assert found.forecast.series["hefei", "qx"].values.tolist() == [7.0, 7.0]
    assert found.traits["mean_handle_s"].series["hefei", "a"].values.tolist() == [400.0, 350.0]
    assert (
        DayPlan.of_dump(plan.dump()).traits["mean_handle_s"].series.keys() == plan.traits["mean_handle_s"].series.keys()
    )
