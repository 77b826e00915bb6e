"""The courses as they were then: what came after is not in them, and minutes stand for seconds that are gone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from feeds.columns import Columns
from feeds.courses import FINE_S, Courses
from tests.console.fake_desk import SITES, site_view

START = 1_794_312_000


def sampled(seconds: int) -> Courses:
    """Each second so many customers wait as the second says."""
    courses = Courses()
    site = site_view(float(START), SITES[0], 2, 1)
    for i in range(seconds):
        gauges = site.columns.gauges.copy()
        gauges[:, site.columns.gauge_at["waiting"]] = float(i)
        known = site.columns
        columns = Columns(known.size, gauges, known.gauge_at, known.counters, known.counter_at, known.windows)
        courses.sample(float(START + i), [replace(site, columns=columns)])
    return courses


def test_then_ends_at_then() -> None:
    now = sampled(FINE_S + 300)
    then = now.as_of(START + 1_000.7)
    assert then.second == START + 1_000
    assert then.course("hefei", "q00", "waiting", 5, 5).tolist() == [996.0, 997.0, 998.0, 999.0, 1_000.0]
    assert now.course("hefei", "q00", "waiting", 1, 1).tolist() == [1_199.0]
    times, values = then.day("hefei", "waiting", "q00")
    assert times[-1] + 60.0 <= START + 1_001
    assert values[-1] == 959.0, "the last minute that was over"


def test_minutes_stand_for_seconds_that_are_gone_and_never_come_early() -> None:
    then = sampled(FINE_S + 300).as_of(START + 310)
    values = then.course("hefei", "q00", "waiting", 250, 250)
    seconds = np.arange(310 - 249, 311)
    gone = seconds < 300
    assert (values[gone] <= seconds[gone]).all(), "no value from later"
    assert (seconds[gone] - values[gone] < 61).all()
    assert values[~gone].tolist() == seconds[~gone].tolist()
    total = then.total({"hefei": ["q00", "q01"]}, "waiting", 250, 250)
    assert np.array_equal(total, 2 * values)


def test_what_was_never_sampled_is_a_gap() -> None:
    then = sampled(100).as_of(START - 5_000)
    assert np.isnan(then.course("hefei", "q00", "waiting", 60, 4)).all()
    assert np.isnan(then.course("nowhere", "q00", "waiting", 60, 4)).all()
