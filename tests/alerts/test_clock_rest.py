"""What the forecast has for the rest of a clock's day, row by row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock_book import ClockBook
from alerts.clock_count import ClockCount, add_up, no_count
from alerts.clock_expecting import interpolated, rest_of_days
from alerts.clock_rest import Coming, DayOfKeys, RestOfDay, keyed_rows, rest_by_row
from alerts.forecast.demand import Assumed
from alerts.forecast.outlook import outlook_of
from alerts.forecast.seen import Seen
from alerts.forecast.table import DayPlan, PlanSeries, PlanTable
from feeds.contract import Row
from feeds.site_view import SiteView
from tests.alerts.test_clock_state import DAY, at, columns

ROWS = (
    Row("own", kind="site"),
    Row("q1", category="a", platform="taobao"),
    Row("q2", category="a", platform="jd"),
    Row("q3", category="b", platform="jd"),
)


def keys(came: list[float], ahead: list[list[float]]) -> DayOfKeys:
    return DayOfKeys(("a", "b"), np.array(came), np.array([0.0, 1.0, 2.0]), np.array(ahead))


def test_a_rows_share_of_what_comes_is_its_share_of_what_came() -> None:
    counted, waiting = np.array([250.0, 120.0, 40.0, 90.0]), np.zeros(4)
    of = keys([200.0, 100.0], [[400.0, 100.0], [50.0, 10.0]])
    found = rest_by_row(keyed_rows(ROWS, of.keys), counted, waiting, of, np.ones(4))
    assert found[1].tolist() == [240.0, 60.0]
    assert found[2].tolist() == [80.0, 20.0]
    assert found[3].tolist() == [45.0, 9.0]
    assert found[0] == pytest.approx(np.array([365.0, 89.0]))


def test_who_still_waits_in_time_has_not_been_judged() -> None:
    counted, waiting = np.array([100.0, 100.0, 0.0, 0.0]), np.array([0.0, 60.0, 40.0, 0.0])
    of = keys([200.0, 100.0], [[300.0, 0.0], [50.0, 0.0]])
    # q2 is not measured by the clock: its 40 say nothing. 140 were judged, 100 of them in q1.
    found = rest_by_row(keyed_rows(ROWS, of.keys), counted, waiting, of, np.array([1.0, 1.0, 0.0, 1.0]))
    assert found[1, 0] == pytest.approx(100 * 300 / 140)


def test_of_few_contacts_little_is_promised() -> None:
    found = rest_by_row(
        keyed_rows(ROWS, ("a", "b")),
        np.array([3.0] * 4),
        np.zeros(4),
        keys([3.0, math.nan], [[300.0, 0], [50, 0]]),
        np.ones(4),
    )
    assert found[1, 0] == pytest.approx(3 * 300 / 30)
    assert math.isnan(found[3, 0])
    assert math.isnan(found[0, 0])  # not all of the site is known


def test_what_is_coming_shrinks_as_time_goes_and_says_when_so_many_will_have_come() -> None:
    coming = Coming(np.array([0.0, 100.0, 200.0]), np.array([[50.0, 10.0], [0.0, 8.0]]))
    assert coming.after(50.0).contacts.tolist() == [[25.0, 10.0], [0.0, 8.0]]
    assert coming.until(np.array([25.0, 4.0])).tolist() == [50.0, 150.0]
    assert coming.until(np.array([55.0, 9.0])).tolist()[0] == 150.0
    assert math.isnan(coming.until(np.array([61.0, math.nan]))[0])
    assert coming.after(150.0).until(np.array([5.0, 4.0])).tolist() == [200.0, 200.0]


def test_sums_are_known_only_where_every_counted_row_is_forecast() -> None:
    def count(met: list[float], coming: list[float] | None) -> ClockCount:
        values = np.array(met)
        told = Coming(np.array([0.0, 1.0]), np.array(coming)[:, None]) if coming is not None else None
        return ClockCount(values, values * 0, values * 0, values, lambda _window: None, told)

    here = np.array([0, 1])
    both = add_up([count([5.0, 5.0], [10.0, 20.0]), count([5.0, 0.0], [1.0, math.nan])], [here, here], 2)
    assert both.coming is not None
    assert both.coming.contacts[:, 0].tolist() == [11.0, 20.0]
    part = add_up([count([5.0, 5.0], [10.0, 20.0]), count([5.0, 0.0], None)], [here, here], 2)
    assert part.coming is not None
    assert math.isnan(part.coming.contacts[0, 0])
    assert part.coming.contacts[1, 0] == 20.0
    assert add_up([no_count(2)], [here], 2).coming is None


def test_the_book_counts_by_the_forecast_of_the_outlook() -> None:
    """1,000 came by noon of a day of 100 an hour from 9:00 to 16:00 and 20 from there on: far above the plan."""
    book = ClockBook([DAY])
    rows = (Row("q1", category="a"),)
    noon = at(12)
    for when, met, missed in ((at(11, 45), 850.0, 25.0), (noon, 900.0, 100.0)):
        view = SiteView("hefei", "", "", "live", when, rows, -1, columns(met, missed), columns(met, missed))
        book.take(view, at(0), when)
    hours = [0.0] * 9 + [100.0] * 7 + [20.0] * 7 + [0.0]
    table = PlanTable("category", 3_600.0, {("hefei", "a"): PlanSeries(at(0), np.array(hours))})
    seen = Seen(("a",), at(0), noon, np.array([at(0), at(9), noon]), np.array([[0.0], [0.0], [1000.0]]), {}, np.ones(1))
    outlook = outlook_of(DayPlan(table), {"hefei": seen}, {"hefei": True}, {("hefei", "a"): Assumed(300.0)}, noon)
    book.forecast = rest_of_days(book.view(noon), outlook, {"hefei": seen}, {"hefei": np.zeros(1)})
    busy = (60 + 1000) / (60 + 300)
    rest = (4 * 100 + 7 * 20) * busy
    figures = book.figures("hefei", "day", noon)
    assert figures.coming[0] == pytest.approx(rest)
    assert figures.expected[0] == pytest.approx(1000 + rest)
    assert figures.budget_left[0] == math.floor(0.1 * (1000 + rest) + 1e-9) - 100
    assert figures.burn[0] == pytest.approx(75 / 125 * rest / figures.budget_left[0])
    # The budget bears so many more; 100 × busy an hour come.
    bears = figures.budget_left[0] / (75 / 125)
    assert figures.runs_out_at[0] == pytest.approx(noon + bears / (100 * busy) * 3_600, abs=1e-3)
    assert book.view(noon).standing("day", "all").figures.coming[0] == pytest.approx(rest)
    later = book.figures("hefei", "day", at(13))
    assert later.coming[0] == pytest.approx((3 * 100 + 7 * 20) * busy)
    tomorrow = book.figures("hefei", "day", at(12, day=12))
    assert math.isnan(tomorrow.coming[0])
    assert isinstance(book.forecast["day"], RestOfDay)


@given(
    st.lists(st.integers(0, 10**9).map(lambda ms: ms / 1e3), min_size=2, max_size=9, unique=True).map(sorted),
    st.lists(st.floats(-10.0, 1.1e6), min_size=1, max_size=9),
    st.integers(0, 2**32 - 1),
)
def test_rows_are_interpolated_to_the_last_bit_as_each_alone(times: list[float], at: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.cumsum(rng.random((3, len(times))), axis=1)
    values[2, int(rng.integers(len(times))) :] = np.nan
    edges = np.array([*at, *times])
    found = interpolated(edges, np.array(times), values)
    for row, alone in zip(found, values, strict=True):
        np.testing.assert_array_equal(row, np.interp(edges, times, alone, left=np.nan, right=np.nan))
