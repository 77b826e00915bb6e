"""Closed forms: against 30 digits, in their limits, and in what must always hold."""

from __future__ import annotations

import itertools

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.projection.decay import Floats, expm1_gap, log1p_gap
from alerts.projection.erlang import Steady, erlang_a, erlang_b, erlang_c
from tests.alerts.projection.precise import precise

GRID = [
    (agents, round(agents * load, 9), impatience, within)
    for agents, load, impatience, within in itertools.product(
        (1, 3, 40), (0.05, 0.9, 1.0, 1.02, 1.4, 3.0), (0.0, 1e-3, 0.8, 200.0), (0.002, 0.07, 1.5)
    )
    if (impatience or load < 1) and (impatience > 1e-3 or load < 1.4)
]
LARGE = [
    (1000, 995.0, 0.0, 0.01),
    (1000, 1001.0, 0.5, 0.03),
    (10_000, 9_999.5, 0.0, 0.002),
    (10_000, 9_500.0, 0.02, 0.01),
    (10_000, 10_050.0, 2.5, 0.01),
    (10_000, 12_000.0, 1.0, 0.1),
]


def column(rows: list[tuple[int, float, float, float]], i: int) -> Floats:
    return np.array([row[i] for row in rows], np.float64)


def worst(rows: list[tuple[int, float, float, float]]) -> tuple[float, float]:
    """The worst error of a share and, relatively, of a wait."""
    got = erlang_a(column(rows, 0), column(rows, 1), column(rows, 2), column(rows, 3))
    shares = waits = 0.0
    for i, row in enumerate(rows):
        p_wait, p_abandon, wait, level = precise(*row)
        for value, true in ((got.p_wait, p_wait), (got.p_abandon, p_abandon), (got.service_level, level)):
            shares = max(shares, float(abs(mp.mpf(float(value[i])) - true)))
        waits = max(waits, float(abs(mp.mpf(float(got.mean_wait[i])) / wait - 1)))
    return shares, waits


def test_a_grid_of_loads_is_right_to_twelve_digits() -> None:
    shares, waits = worst(GRID)
    assert shares < 1e-13
    assert waits < 1e-12


def test_ten_thousand_agents_are_right_to_ten_digits() -> None:
    shares, waits = worst(LARGE)
    assert shares < 1e-12
    assert waits < 1e-10


@pytest.mark.parametrize(("agents", "load"), [(1, 0.5), (5, 4.0), (100, 120.0), (3, 1e-4), (2, 900.0), (0, 3.0)])
def test_erlang_b_is_its_recursion(agents: int, load: float) -> None:
    b = 1.0
    for k in range(1, agents + 1):
        b = load * b / (k + load * b)
    assert float(erlang_b(np.array([agents]), np.array([load]))[0]) == pytest.approx(b, rel=1e-13)


def test_published_figures() -> None:
    """100 agents at 1.05 and 10 at 1.10, handle time 240 s, patience 180 s, limit 20 s."""
    got = erlang_a(np.array([100, 10]), np.array([105.0, 11.0]), np.array([240 / 180]), np.array([20 / 240]))
    assert np.round(got.p_wait, 4).tolist() == [0.6556, 0.6211]
    assert np.round(got.p_abandon, 4).tolist() == [0.0699, 0.1772]
    assert np.round(got.mean_wait * 240, 2).tolist() == [12.58, 31.90]
    assert np.round(got.service_level, 4).tolist() == [0.6816, 0.4863]


def test_endless_patience_is_erlang_c_and_none_is_erlang_b() -> None:
    agents, load, within = np.array([20.0]), np.array([18.0]), np.array([0.05])
    c = erlang_c(agents, load, within)
    nearly = erlang_a(agents, load, np.array([1e-10]), within)
    assert nearly.p_wait == pytest.approx(c.p_wait, abs=1e-8)
    assert nearly.mean_wait == pytest.approx(c.mean_wait, rel=1e-7)
    assert nearly.service_level == pytest.approx(c.service_level, abs=1e-8)
    hasty = erlang_a(agents, load, np.array([1e10]), within)
    assert hasty.p_abandon == pytest.approx(erlang_b(agents, load), abs=1e-8)
    assert hasty.service_level == pytest.approx(1 - erlang_b(agents, load), abs=1e-8)


def test_an_unstable_row_is_no_failure() -> None:
    got = erlang_a(np.array([5, 5]), np.array([5.0, 4.0]), np.array([0.0]), np.array([0.1]))
    assert got.stable.tolist() == [False, True]
    assert (got.p_wait[0], got.p_abandon[0], got.service_level[0]) == (1.0, 0.0, 0.0)
    assert np.isnan(got.mean_wait[0])


def test_many_rows_are_those_rows_one_by_one() -> None:
    rng = np.random.default_rng(5)
    agents, load = np.round(rng.uniform(1, 50, 9000)), rng.uniform(0.1, 60, 9000)
    impatience = np.where(rng.random(9000) < 0.5, 0.0, rng.uniform(0.1, 5, 9000))
    got = erlang_a(agents, load, impatience, np.full(9000, 0.1))
    for i in (0, 4095, 4096, 8999):
        alone = erlang_a(agents[i : i + 1], load[i : i + 1], impatience[i : i + 1], np.array([0.1]))
        assert got.p_wait[i] == alone.p_wait[0]
        assert got.service_level[i] == alone.service_level[0]


@given(
    agents=st.integers(1, 10_000_000),
    load=st.floats(1e-9, 1e9),
    impatience=st.one_of(st.just(0.0), st.floats(1e-9, 1e9)),
    within=st.floats(1e-9, 1e9),
)
def test_whatever_is_asked_shares_are_shares(agents: int, load: float, impatience: float, within: float) -> None:
    got = one(agents, load, impatience, within)
    for share in (got.p_wait, got.p_abandon, got.service_level):
        assert 0 <= share[0] <= 1 + 1e-12
    assert np.isnan(got.mean_wait[0]) != got.stable[0]
    assert got.p_abandon[0] <= got.p_wait[0] + 1e-12
    assert got.service_level[0] >= 1 - got.p_wait[0] - 1e-12


@settings(max_examples=50)
@given(agents=st.integers(1, 400), load=st.floats(0.1, 500), impatience=st.floats(0.01, 20), within=st.floats(0.001, 3))
def test_more_agents_more_patience_and_more_time_help(
    agents: int, load: float, impatience: float, within: float
) -> None:
    base, more = one(agents, load, impatience, within), one(agents + 1, load, impatience, within)
    assert more.p_wait <= base.p_wait + 1e-13
    assert more.mean_wait <= base.mean_wait * (1 + 1e-12)
    assert more.service_level >= base.service_level - 1e-13
    calmer, longer = one(agents, load, impatience / 2, within), one(agents, load, impatience, within * 2)
    assert calmer.p_wait >= base.p_wait - 1e-13
    assert calmer.p_abandon <= base.p_abandon + 1e-13
    assert longer.service_level >= base.service_level - 1e-13
    # What comes in goes out: as many are served as the busy agents can serve.
    assert load * (1 - base.p_abandon[0]) <= agents * (1 + 1e-12)


def one(agents: float, load: float, impatience: float, within: float) -> Steady:
    return erlang_a(np.array([agents]), np.array([load]), np.array([impatience]), np.array([within]))


@given(st.floats(-0.999, 50))
def test_the_gaps_do_not_cancel(x: float) -> None:
    with mp.workdps(60):
        true = float(mp.mpf(x) - mp.log(1 + mp.mpf(x)))
        other = float(mp.mpf(x) - 1 + mp.exp(-mp.mpf(x)))
    assert float(log1p_gap(np.array([x]))[0]) == pytest.approx(true, rel=1e-12, abs=1e-40)
    assert float(expm1_gap(np.array([x]))[0]) == pytest.approx(other, rel=1e-12, abs=1e-40)
