"""Agents required beside those rostered, and actual contacts beside the forecast."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alerts.forecast.against import PRIOR_CONTACTS, ForecastWatch, reforecast
from alerts.forecast.demand import Assumed
from alerts.forecast.need import balances, breaks, by_site, needs
from alerts.forecast.reading import ReadPlan
from alerts.forecast.table import PlanSeries, PlanTable
from alerts.projection.erlang import erlang_a
from feeds.contract import Row

T0 = 1_800_000_000.0 - 1_800_000_000.0 % 3600


def table(values: dict[tuple[str, str], list[float]], step_s: float = 1800.0) -> PlanTable:
    return PlanTable("category", step_s, {key: PlanSeries(T0, np.array(v, float)) for key, v in values.items()})


def test_the_required_agents_meet_the_target_and_one_fewer_do_not() -> None:
    forecast = ReadPlan(table({("hefei", "a"): [600.0] * 12}))
    last = needs(forecast, None, Assumed(handle_s=300.0, within_s=20.0))[-1]
    load = np.array([600.0 / 1800.0 * 300.0])
    levels = [
        float(erlang_a(np.array([n]), load, np.zeros(1), np.array([20.0 / 300.0])).service_level[0])
        for n in (last.required - 1, last.required)
    ]
    assert levels[0] < 0.8 <= levels[1]


def test_one_category_cannot_do_the_work_of_another() -> None:
    forecast = table({("hefei", "a"): [600.0] * 4, ("hefei", "b"): [60.0] * 4})
    roster = table({("hefei", "a"): [90.0] * 4, ("hefei", "b"): [60.0] * 4})
    rows = needs(ReadPlan(forecast), roster, Assumed(handle_s=300.0))
    sites = by_site(rows, roster, 1800.0)
    assert sites[0].net > 0
    assert sites[0].short == rows[0].short > 0
    (stretch,) = breaks(rows, 1800.0)
    assert (stretch.site, stretch.key, stretch.begin, stretch.end) == ("hefei", "a", T0, T0 + 7200)
    assert stretch.agent_hours == pytest.approx(sum(row.short for row in rows) / 2)
    (balance,) = balances(sites, T0, T0 + 3600, 1800.0)
    assert balance.intervals == 2
    assert balance.deficit_h == pytest.approx(rows[0].short)
    assert balance.surplus_h == pytest.approx(sites[0].net + sites[0].short)


def test_without_a_roster_nothing_is_known_to_be_short_or_enough() -> None:
    rows = needs(ReadPlan(table({("hefei", "a"): [600.0] * 2})), None, Assumed(handle_s=300.0))
    assert all(math.isnan(row.short) and math.isnan(row.net) and row.required > 0 for row in rows)
    assert breaks(rows, 1800.0) == []
    assert math.isnan(balances(by_site(rows, None, 1800.0), T0, T0 + 3600, 1800.0)[0].deficit_h)


def test_the_fewest_within_an_interval_count() -> None:
    roster = table({("hefei", "a"): [50.0, 20.0, 50.0, 50.0]}, 900.0)
    rows = needs(ReadPlan(table({("hefei", "a"): [60.0, 60.0]})), roster, Assumed(handle_s=300.0))
    assert [row.rostered for row in rows] == [20.0, 50.0]


ROWS = (Row("q1", category="a"), Row("q2", category="b"), Row("*", kind="site"))


def test_the_ratio_is_known_after_an_hour_and_of_full_intervals() -> None:
    watch = ForecastWatch(table({("hefei", "a"): [100.0] * 8, ("hefei", "b"): [0.0] * 8}))
    for i, offered in enumerate((5.0, 125.0, 245.0, 345.0)):
        assert np.isnan(watch.ratios("hefei", ROWS)).all() == (i < 3)
        watch.take("hefei", ROWS, np.array([offered, 0.0, offered]), T0 + 1800 * i)
    found = watch.ratios("hefei", ROWS)
    assert found[0] == pytest.approx(220 / 200)
    assert np.isnan(found[1])  # nothing was forecast
    assert found[2] == pytest.approx(220 / 200)
    assert np.isnan(watch.ratios("hefei", ROWS[:2])).all()


def test_an_unknown_moment_makes_the_hour_unknown() -> None:
    watch = ForecastWatch(table({("hefei", "a"): [100.0] * 8, ("hefei", "b"): [9.0] * 8}))
    for i in (0, 2, 3):
        watch.take("hefei", ROWS, np.full(3, 100.0 * i), T0 + 1800 * i)
    assert np.isnan(watch.ratios("hefei", ROWS)).all()
    more = (*ROWS[:2], Row("q3", category="c"), ROWS[2])
    for i in range(4):
        watch.take("wuhan", more, np.zeros(4), T0 + 1800 * i)
    assert np.isnan(watch.ratios("wuhan", more)).all()


def test_the_rest_of_the_day_follows_what_came_and_the_past_stays() -> None:
    forecast = table({("hefei", "a"): [1000.0] * 4, ("hefei", "b"): [10.0] * 4})
    now = T0 + 3600
    anew = reforecast(forecast, {("hefei", "a"): 2600.0, ("hefei", "b"): math.nan}, T0, now)
    values = anew.series["hefei", "a"].values
    assert values[:2].tolist() == [1000.0, 1000.0]
    assert values[2] == pytest.approx(1000.0 * (PRIOR_CONTACTS + 2600) / (PRIOR_CONTACTS + 2000))
    assert anew.series["hefei", "b"].values.tolist() == [10.0] * 4
    assert reforecast(forecast, {("hefei", "a"): 2000.0}, T0, now).series["hefei", "a"].values[3] == pytest.approx(1000)
