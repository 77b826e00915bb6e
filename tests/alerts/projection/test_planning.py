"""Agents required, time to breach, and how far the fast projection may be off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.projection.breach import time_to_breach
from alerts.projection.course import Course, voice
from alerts.projection.decay import Floats
from alerts.projection.erlang import erlang_a
from alerts.projection.fast import project_fast
from alerts.projection.staffing import fewest, modified_load, required_agents, surplus
from alerts.projection.transient import project
from tests.alerts.projection.chat_steady import chat_steady

# Staffing --------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    load=st.floats(0.01, 3000),
    impatience=st.one_of(st.just(0.0), st.floats(0.01, 10)),
    within=st.floats(0.001, 1),
    target=st.floats(0.05, 0.999),
)
def test_required_agents_are_the_fewest(load: float, impatience: float, within: float, target: float) -> None:
    row = [np.array([x]) for x in (load, impatience, within)]
    needed = required_agents(*row, target)
    assert erlang_a(needed, *row).service_level[0] >= target
    if needed[0] > 1:
        fewer = erlang_a(needed - 1, *row)
        assert fewer.service_level[0] < target or not fewer.stable[0]


def test_both_targets_are_kept() -> None:
    load, impatience, within = np.array([50.0, 50.0, 0.0, np.nan]), np.array([2.0]), np.array([0.05])
    answered = required_agents(load, impatience, within, 0.8)
    kept = required_agents(load, impatience, within, abandonment=0.02)
    both = required_agents(load, impatience, within, 0.8, 0.02)
    assert both[:2].tolist() == np.maximum(answered, kept)[:2].tolist()
    assert both[2] == 0
    assert np.isnan(both[3])
    assert erlang_a(kept[:1], load[:1], impatience, within).p_abandon[0] <= 0.02


def test_what_cannot_be_reached_is_not_known() -> None:
    got = fewest(lambda agents, _: np.zeros(len(agents), np.bool_), np.array([5.0]))
    assert np.isnan(got[0])
    assert fewest(lambda agents, _: agents >= 7, np.array([1.0, 5000.0])).tolist() == [7, 7]


def test_a_peaks_load_comes_after_its_arrivals() -> None:
    arrivals = np.array([[0.1], [0.1], [0.5], [0.1], [0.1]])
    load = modified_load(arrivals, np.array([300.0]), 900.0)[:, 0]
    assert load[:2] == pytest.approx(30)
    assert load[2] < 150
    assert load[3] > 30
    # m' = λ - m / 300 s from 30 towards 150, and its mean over 900 s.
    assert load[2] == pytest.approx(150 - 120 * (1 - np.exp(-3)) / 3)
    assert modified_load(arrivals, np.array([300.0]), 900.0, np.array([0.0]))[0, 0] < 30


def test_surplus_and_deficit() -> None:
    got = surplus(np.array([10.0, 5.0, np.nan]), np.array([8.0, 9.0, 1.0]))
    assert got[:2].tolist() == [2, -4]
    assert np.isnan(got[2])


def chat(agents: float, arrivals: float, slots: int = 3, patience_s: float = 90.0) -> Course:
    handle = np.array([[100.0], [130.0], [170.0]])
    rows = (np.array([[arrivals]]), np.array([[agents]]))
    return Course(20_000.0, *rows, handle, np.array([patience_s]), np.array([slots]))


@pytest.mark.parametrize(("agents", "arrivals"), [(3, 0.05), (3, 0.08), (40, 0.69)])
def test_the_steady_state_of_chat_is_where_its_chain_ends(agents: float, arrivals: float) -> None:
    course = chat(agents, arrivals)
    end = project(course, np.array([5.0]), np.array([[20.0]]), longest_step_s=20_000)
    steady = chat_steady(course, np.array([20.0]))
    assert steady.p_wait == pytest.approx(end.p_wait[-1], abs=1e-7)
    assert steady.p_abandon == pytest.approx(end.p_abandon[-1], abs=1e-7)
    assert steady.mean_wait == pytest.approx(end.mean_wait_s[-1], rel=1e-5)
    assert steady.service_level == pytest.approx(end.answered_within[-1, :, 0], abs=1e-7)


def test_one_slot_of_chat_is_erlang() -> None:
    for patience in (90.0, np.inf):
        one_slot = chat_steady(chat(9, 0.08, 1, patience), np.array([20.0]))
        known = erlang_a(np.array([9]), np.array([8.0]), np.array([100 / patience]), np.array([0.2]))
        assert one_slot.p_wait == pytest.approx(known.p_wait, rel=1e-12)
        assert one_slot.mean_wait == pytest.approx(known.mean_wait * 100, rel=1e-12)
        assert one_slot.service_level == pytest.approx(known.service_level, rel=1e-12)


# Breach ----------------------------------------------------------------------------------------------------------


def test_time_to_breach_in_known_cases() -> None:
    times = np.array([0.0, 10.0, 20.0, 30.0])
    nan, inf = np.nan, np.inf
    rising = [0.0, 10.0, 20.0, 30.0]
    figure = np.array(
        [rising, [30.0, 0, 0, 0], [0.0, 0, 5, 5], [nan, 0, 99, 99], [0.0, 99, nan, nan], [0, 0, nan, 0], [0, inf, 0, 0]]
    ).T
    got = time_to_breach(times, figure, np.array([15.0, 15, 15, 15, 15, 15, 15]), "above")
    assert got[0] == 15
    assert got[1] == 0
    assert got[2] == inf
    assert np.isnan(got[3])
    assert got[4] == pytest.approx(10 * 15 / 99)
    assert np.isnan(got[5])
    assert got[6] == 0
    assert time_to_breach(times, figure[:, :1], 15.0, "below")[0] == 0
    assert time_to_breach(times, 1 - figure[:, :1] / 30, 0.5, "below")[0] == 15


def test_a_line_that_is_only_touched_is_kept() -> None:
    touched = np.array([[0.0], [5.0], [0.0]])
    assert time_to_breach(np.array([0.0, 1.0, 2.0]), touched, 5.0, "above")[0] == np.inf


def test_the_breach_of_an_infinite_server_queue_is_where_its_mean_crosses() -> None:
    """Present is 40(1 - e^{-t/100}): past 20 at 100·log 2."""
    course = voice(600.0, np.full((1, 1), 0.4), np.full((1, 1), 500.0), np.array(100.0), np.array(60.0))
    got = project(course, np.array([0.0]), np.array([[20.0]]), longest_step_s=1.0)
    assert time_to_breach(got.times, got.present, 20.0, "above")[0] == pytest.approx(100 * np.log(2), abs=2e-3)


# The fast projection ---------------------------------------------------------------------------------------------


def day(queues: int, least: float, most: float) -> tuple[Course, Floats]:
    rng = np.random.default_rng(11)
    agents = np.round(rng.uniform(least, most, queues))
    load, handle, patience = rng.uniform(0.7, 1.3, queues), rng.uniform(120, 420, queues), rng.uniform(90, 400, queues)
    shape = np.array([1, 1.05, 1.15, 1.2, 1.1, 1.0])[:, None]
    course = voice(300.0, shape * agents * load / handle, np.tile(agents, (6, 1)), handle, patience)
    return course, np.round(agents * np.minimum(load, 1.1))


@pytest.mark.parametrize(("least", "most", "share", "wait"), [(4, 20, 0.12, 4.0), (60, 200, 0.05, 0.6)])
def test_the_fast_projection_is_near_the_exact_one(least: float, most: float, share: float, wait: float) -> None:
    course, present = day(30, least, most)
    limits = np.full((2, 30), 20.0)
    limits[1] = 60
    exact = project(course, present, limits, longest_step_s=60)
    fast = project_fast(course, present, limits)
    assert np.array_equal(fast.times, exact.times)
    assert np.abs(fast.p_wait - exact.p_wait).max() < share
    assert np.abs(fast.answered_within - exact.answered_within).max() < share
    assert np.abs(fast.mean_wait_s - exact.mean_wait_s).max() < wait
    assert np.abs(fast.waiting - exact.waiting).max() < 0.5
    assert np.abs(fast.p_abandon - exact.p_abandon).max() < share / 3


def test_the_fast_projection_knows_what_it_does_not_know() -> None:
    course = voice(60.0, np.array([[0.1, np.nan, 0.1]]), np.full((1, 3), 5.0), np.array(50.0), np.array(90.0))
    got = project_fast(course, np.array([3.0, 3.0, np.nan]), np.full((1, 3), 20.0))
    for figure in (got.present, got.waiting, got.p_wait, got.mean_wait_s, got.p_abandon, got.answered_within):
        assert np.isfinite(figure[:, 0]).all()
        assert np.isnan(figure[:, 1:]).all()


def test_the_fast_projection_of_chat() -> None:
    handle = np.array([[100.0], [130.0], [170.0]])
    rows = (np.full((6, 1), 1.2), np.full((6, 1), 60.0))
    course = Course(300.0, *rows, handle, np.array([90.0]), np.array([3]))
    exact = project(course, np.array([150.0]), np.array([[20.0]]), longest_step_s=60)
    fast = project_fast(course, np.array([150.0]), np.array([[20.0]]))
    assert np.abs(fast.present - exact.present).max() < 0.5
    assert np.abs(fast.p_wait - exact.p_wait).max() < 0.04
    assert np.abs(fast.answered_within - exact.answered_within).max() < 0.03
