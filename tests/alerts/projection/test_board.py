"""The projection from a board's columns: pools, what is unknown, and that it is no better than what is measured."""

from __future__ import annotations

import math
from time import process_time

import numpy as np
import pytest

from alerts.checking import check
from alerts.clock_files import load_clocks
from alerts.expression import parse
from alerts.projected import NOT_IN_SIGHT_S, PROJECTED
from alerts.projection.board import STEPS, Ahead, project_lanes
from alerts.projection.board_inputs import LaneInputs, lane_inputs, queue_inputs
from alerts.projection.erlang import erlang_a
from alerts.projection.held import HeldTimes
from alerts.projection.lane_rows import site_columns
from alerts.projection.pools import limit_of, site_pools
from alerts.rule_checks import KNOWN_NAMES
from feeds.columns import Columns, Window
from feeds.contract import Row
from feeds.errors import InputError


def lanes(count: int = 1, **given: float) -> LaneInputs:
    usual = {
        "arrivals_per_s": 1.0,
        "measured_ago_s": 150.0,
        "present": 80.0,
        "places": 110.0,
        "cap": 1.0,
        "concurrency": 1.0,
        "handle_s": 100.0,
        "patience_s": math.inf,
        "limit_s": 30.0,
    }
    return LaneInputs(**{name: np.full(count, value) for name, value in {**usual, **given}.items()})


def figure(name: str, inputs: LaneInputs, ahead: Ahead | None = None) -> float:
    return float(project_lanes(inputs, ahead).columns[name][0])


def test_a_queue_in_its_steady_state_stays_there() -> None:
    inputs = lanes(present=104.0, patience_s=200.0)
    steady = erlang_a(np.array([110.0]), np.array([100.0]), np.array([0.5]), np.array([0.3]))
    assert figure("projected_sl_30m", inputs) == pytest.approx(float(steady.service_level[0]), abs=0.02)
    assert figure("breach_in_s", inputs) == NOT_IN_SIGHT_S


def test_too_few_people_breach_before_long_and_more_load_sooner() -> None:
    times = [figure("breach_in_s", lanes(arrivals_per_s=rate, present=100.0)) for rate in (1.2, 1.4, 1.8)]
    assert 600 > times[0] > times[1] > times[2] > 0
    assert figure("projected_sl_30m", lanes(arrivals_per_s=1.4)) < 0.1
    assert figure("breach_in_s", lanes(present=200.0)) == 0.0


@pytest.mark.parametrize("name", ["arrivals_per_s", "present", "places", "cap", "handle_s"])
def test_one_unknown_input_makes_all_figures_unknown_and_no_other_lane(name: str) -> None:
    inputs = lanes(2)
    getattr(inputs, name)[0] = math.nan
    columns = project_lanes(inputs).columns
    for values in columns.values():
        assert math.isnan(values[0])
        assert math.isfinite(values[1])


def test_the_forecast_says_what_comes_and_a_missing_one_nothing() -> None:
    rising = Ahead(np.full((STEPS, 1), 3.0), np.array([1.0]), np.full((STEPS, 1), np.nan), np.array([np.nan]))
    assert figure("projected_sl_30m", lanes(places=200.0)) > 0.9
    assert figure("projected_sl_30m", lanes(places=200.0), rising) < 0.1
    blank = Ahead(np.full((STEPS, 1), np.nan), np.array([np.nan]), np.full((STEPS, 1), np.nan), np.array([np.nan]))
    assert figure("projected_sl_30m", lanes(), blank) == figure("projected_sl_30m", lanes())
    leaving = Ahead(blank.contacts, blank.contacts_then, np.full((STEPS, 1), 40.0), np.array([60.0]))
    assert figure("projected_sl_30m", lanes(), leaving) < 0.1


def test_a_chat_slows_down_as_slots_fill() -> None:
    fast = lanes(cap=4.0, places=120.0, concurrency=4.0, present=90.0)
    slow = lanes(cap=4.0, places=120.0, concurrency=1.0, present=90.0)
    assert figure("projected_wait_30m_s", slow) > figure("projected_wait_30m_s", fast)


ROWS = (
    Row("jd", platform="jd", channel="chat", group="a"),
    Row("tmall", platform="tmall", channel="chat", group="a"),
    Row("alone", channel="chat"),
    Row("hotline", channel="voice", group="v"),
    Row("*", kind="site"),
)


def test_queues_of_one_group_share_their_agents_each_with_its_own_limit() -> None:
    pools = site_pools(ROWS, load_clocks())
    assert pools.pools == 3
    assert pools.pool.tolist() == [0, 0, 1, 2]
    assert pools.limit_s[pools.lane].tolist() == [30.0, 180.0, limit_of(ROWS[2], load_clocks()), 20.0]
    assert pools.voice.tolist() == [False, False, True]
    assert site_pools(ROWS, (), whole=True).queues.tolist() == [4]


_GAUGES = {
    "waiting": [4, 6, 0, 0, 10],
    "chats_open": [30, 20, 8, 5, 63],
    "slots": [40, 30, 20, 10, 90],
    "concurrency_cap": [5, 5, 5, 1, 5],
    "agents_busy": [12, 12, 4, 5, 21],
}
_COUNTERS = {"offered": 1.0, "completed": 0.9, "abandoned": 0.05, "handle_sum_s": 90.0}


def columns_at(seconds: float, without: str = "") -> Columns:
    gauges = {name: values for name, values in _GAUGES.items() if name != without}
    counters = {name: pace for name, pace in _COUNTERS.items() if name != without}
    block = np.array(list(gauges.values()), np.float32).T
    counted = np.tile(np.array([pace * seconds for pace in counters.values()]), (5, 1))
    windows = {"15m": Window(np.zeros_like(counted), seconds), "1m": Window(counted * (1 - 60 / seconds), 60.0)}
    return Columns(
        5,
        block,
        {name: i for i, name in enumerate(gauges)},
        counted,
        {name: i for i, name in enumerate(counters)},
        windows | {"day": Window(np.zeros_like(counted), seconds)},
    )


def inputs_of(without: str = "") -> LaneInputs:
    pools, held = site_pools(ROWS, load_clocks()), HeldTimes()
    for at in range(100, 410, 10):
        told = held.take(ROWS, pools.queues, columns_at(at, without), 1e9 + at)
    return lane_inputs([(pools, queue_inputs(columns_at(400, without), pools.queues, told))])


def test_a_pool_is_the_sum_of_its_queues_with_every_agent_once() -> None:
    found = inputs_of()
    assert found.arrivals_per_s[:2].tolist() == pytest.approx([2.0, 2.0])
    assert found.present[0] == 60.0
    assert found.places[0] == 60.0  # 50 chats, and 10 more slots that both queues see
    assert found.handle_s[0] == pytest.approx(50 / 1.8)
    assert found.patience_s[0] == pytest.approx(10 / 0.1)
    assert found.concurrency.tolist() == pytest.approx([50 / 12, 50 / 12, 2.0, 1.0])


def test_what_a_site_does_not_send_is_unknown_or_the_worse() -> None:
    assert np.isnan(inputs_of("slots").places).all()
    assert np.isnan(inputs_of("offered").arrivals_per_s).all()
    assert np.isinf(inputs_of("abandoned").patience_s).all()
    assert np.isnan(inputs_of("concurrency_cap").cap).tolist() == [True, True, True, False]


def test_the_row_of_a_site_sums_its_queues_up() -> None:
    pools = site_pools(ROWS, load_clocks())
    names = {name: np.array([0.5, 0.7, 0.9, 1.0]) for name in ("projected_sl_30m", "breach_in_s")}
    out = site_columns(pools, names, np.array([1.0, 1.0, 2.0, 0.0]), np.array([0.0, 0.0, 0.0, 0.0]))
    assert out["projected_sl_30m"][4] == pytest.approx((0.5 + 0.7 + 1.8) / 4)
    assert out["breach_in_s"][4] == 0.5
    quiet = {"breach_in_s": np.array([NOT_IN_SIGHT_S, math.nan, NOT_IN_SIGHT_S, math.nan])}
    busy, idle = np.array([1.0, 1.0, 1.0, 0.0]), np.array([1.0, 0.0, 1.0, 0.0])
    assert math.isnan(site_columns(pools, quiet, busy, np.zeros(4))["breach_in_s"][4])
    assert site_columns(pools, quiet, idle, np.zeros(4))["breach_in_s"][4] == NOT_IN_SIGHT_S


def test_after_a_gap_only_what_was_seen_since_counts() -> None:
    pools, held = site_pools(ROWS, load_clocks()), HeldTimes()
    held.take(ROWS, pools.queues, columns_at(100), 1e9)
    assert held.take(ROWS, pools.queues, columns_at(110), 1e9 + 10).seconds == 10.0
    assert held.take(ROWS, pools.queues, columns_at(110), 1e9 + 10).seconds == 10.0
    assert held.take(ROWS, pools.queues, columns_at(200), 1e9 + 100).seconds == 0.0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("projected_sl(30m) < 80%", "projected_sl_30m"),
        ("projected_sl(15m) < 80%", "projected_sl_15m"),
        ("projected_wait(30m) > 60s", "projected_wait_30m_s"),
        ("breach_in() < 10m", "breach_in_s"),
        ("donor.projected_sl(30m) >= 90%", "donor.projected_sl_30m"),
    ],
)
def test_expressions_read_projected_figures_as_calls(text: str, name: str) -> None:
    assert parse(text).names == (name,)
    assert parse(text).calls == ()
    check(parse(text), {name})
    assert frozenset(PROJECTED) <= KNOWN_NAMES


@pytest.mark.parametrize(
    ("text", "at"), [("projected_sl(20m) < 80%", 14), ("projected_sl() < 80%", 1), ("breach_in(5m) < 1m", 11)]
)
def test_a_time_that_is_not_projected_is_refused_with_its_place(text: str, at: int) -> None:
    with pytest.raises(InputError, match=r"expected (projected_sl\(15m\) or projected_sl\(30m\)|breach_in\(\))") as no:
        parse(text)
    assert no.value.column == at


def test_two_thousand_six_hundred_queues_are_projected_within_fifty_milliseconds() -> None:
    inputs = lanes(2600, cap=6.0, concurrency=3.0, places=120.0)
    project_lanes(inputs)
    begin = process_time()
    project_lanes(inputs)
    assert process_time() - begin < 0.25  # 0.05 on a machine of one's own: benchmarks measure that
