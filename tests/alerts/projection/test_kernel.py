"""Replications: worked by hand, against the closed form, the transient law and themselves."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import Generator

from alerts.projection.course import Course, voice
from alerts.projection.decay import Floats
from alerts.projection.draws import Laws, arrival_times, lognormal, lognormal_residual
from alerts.projection.erlang import erlang_a
from alerts.projection.kernel import Replications, replicate
from alerts.projection.lanes import Lanes, staffing
from alerts.projection.transient import project


def same(_: Generator, shape: tuple[int, int]) -> Floats:
    return np.ones(shape)


def play(course: Course, present: list[int], times: list[float], replications: int = 1, seed: int = 1) -> Replications:
    limits = np.full((1, course.queues), 20.0)
    return replicate(
        course, np.array(present), limits, np.array(times), rng=np.random.default_rng(seed), replications=replications
    )


def test_a_backlog_worked_by_hand() -> None:
    """Two agents, services of 10 s exactly, seven present, nobody comes: pairs leave at 10, 20, 30, 40."""
    course = voice(60.0, np.zeros((1, 1)), np.full((1, 1), 2.0), np.array(10.0), np.array(np.inf))
    times = np.array([0.0, 5.0, 10.5, 20.5, 30.5, 60.0])
    got = replicate(
        course,
        np.array([7]),
        np.array([[20.0]]),
        times,
        rng=np.random.default_rng(1),
        replications=1,
        laws=Laws(same, same, same),
    )
    assert got.waiting[:, 0, 0].tolist() == [5, 5, 3, 1, 0, 0]
    assert got.offered_wait_s[:, 0, 0] == pytest.approx([30, 25, 19.5, 9.5, 0, 0])
    assert got.offered.sum() == 0


def test_patience_worked_by_hand() -> None:
    """One agent, services of 10 s, patience of 15 s: of four who wait, those due at 10 are served, the rest leave."""
    course = voice(60.0, np.zeros((1, 1)), np.full((1, 1), 1.0), np.array(10.0), np.array(15.0))
    got = replicate(
        course,
        np.array([5]),
        np.array([[20.0]]),
        np.array([0.0, 10.5, 15.5, 21.0]),
        rng=np.random.default_rng(1),
        replications=1,
        laws=Laws(same, same, same),
    )
    assert got.waiting[:, 0, 0].tolist() == [4, 3, 0, 0]
    assert got.offered_wait_s[:, 0, 0] == pytest.approx([20, 9.5, 4.5, 0])


def test_agents_leave_when_they_become_free_and_join_when_they_come() -> None:
    """Three busy until 10, 20, 30; at 5 two are to leave: those free at 10 and 20. At 25 one comes."""
    staff = staffing(np.array([3.0, 1, 1, 1, 1, 2]), 5.0)
    assert (staff.at_start, staff.joins.tolist(), staff.falls) == (3, [25.0], [(5.0, 2)])
    lanes = Lanes([staff], [np.array([[10.0], [20.0], [30.0]])], 1)
    lane = np.array([0])
    assert lanes.first_free(lane, np.array([1.0]))[1].tolist() == [25.0]
    assert np.isinf(lanes.free[0, :2]).all()
    early = Lanes([staffing(np.array([3.0, 1, 1]), 5.0)], [np.array([[2.0], [20.0], [30.0]])], 1)
    assert early.first_free(lane, np.array([1.0]))[1].tolist() == [2.0]
    assert early.first_free(lane, np.array([6.0]))[1].tolist() == [30.0]


def test_nobody_there_means_no_end_of_the_wait() -> None:
    course = voice(60.0, np.full((1, 1), 0.1), np.zeros((1, 1)), np.array(10.0), np.array(30.0))
    got = play(course, [2], [0, 30, 60], 50)
    assert np.isinf(got.offered_wait_s).all()
    assert got.abandoned.sum() == got.offered.sum() > 0


def test_long_runs_are_erlang_a() -> None:
    course = voice(
        6000.0, np.array([[0.2, 1.0]]), np.array([[12.0, 50.0]]), np.array([60.0, 50.0]), np.array([90.0, 40])
    )
    got = play(course, [12, 50], [0, 600, 6000], 200)
    known = erlang_a(np.array([12, 50]), np.array([12, 50]), np.array([60 / 90, 50 / 40]), np.array([20 / 60, 20 / 50]))
    offered = got.offered[1].sum(axis=-1)
    assert offered == pytest.approx([0.2 * 5400 * 200, 5400 * 200], rel=0.01)
    assert got.abandoned[1].sum(axis=-1) / offered == pytest.approx(known.p_abandon, abs=0.005)
    assert got.in_time[1, :, :, 0].sum(axis=-1) / offered == pytest.approx(known.service_level, abs=0.012)
    assert got.waited_s[1].sum(axis=-1) / offered == pytest.approx(known.mean_wait * np.array([60, 50]), rel=0.06)


def test_on_the_way_it_is_the_transient_law() -> None:
    """Staffing that rises and falls, load that changes: means within four standard errors, and the bands agree."""
    agents = np.array([[20.0, 80], [26, 80], [26, 60], [18, 70]])
    arrivals = np.array([[0.11, 0.3], [0.11, 0.3], [0.08, 0.25], [0.08, 0.25]])
    course = voice(300.0, arrivals, agents, np.array([200.0, 240]), np.array([150.0, 200]))
    times = np.arange(0, 1201, 100.0)
    got = replicate(
        course,
        np.array([30, 85]),
        np.full((1, 2), 20.0),
        times,
        rng=np.random.default_rng(8),
        replications=1500,
    )
    law = project(course, np.array([30.0, 85]), np.full((1, 2), 20.0), longest_step_s=10)
    at = slice(None, None, 10)
    # While leavers finish, the equations take their number to be its mean: half a contact off at most.
    for mine, exact, least in (
        (got.offered_wait_s, law.offered_wait_s[at], 0.4),
        (got.waiting, law.waiting[at], 0.15),
    ):
        error = mine.std(axis=-1) / np.sqrt(1500)
        assert (np.abs(mine.mean(axis=-1) - exact) < 4 * error + least).all()
    band = np.quantile(got.waiting, (0.1, 0.9), axis=-1)
    assert np.abs(band - np.moveaxis(law.waiting_band[at], -1, 0)).max() <= 2.0


def test_the_same_seed_gives_the_same_and_queues_do_not_disturb_each_other() -> None:
    agents = np.array([[5.0, 40, 9], [5, 35, 9]])
    course = voice(300.0, agents / 100, agents, np.array(90.0), np.array(60.0))
    one, two = (play(course, [6, 44, 9], [0, 300, 600], 7) for _ in range(2))
    assert np.array_equal(one.waiting, two.waiting)
    assert not np.array_equal(one.waiting, play(course, [6, 44, 9], [0, 300, 600], 7, seed=2).waiting)
    agents = agents.copy()
    agents[:, 1] = 60
    changed = play(voice(300.0, course.arrivals, agents, np.array(90.0), np.array(60.0)), [6, 44, 9], [0, 300, 600], 7)
    assert np.array_equal(one.waiting[:, [0, 2]], changed.waiting[:, [0, 2]])
    assert np.array_equal(one.offered, changed.offered)
    assert (changed.offered_wait_s[:, 1] <= one.offered_wait_s[:, 1] + 1e-9).all()


def test_arrivals_come_at_the_rate_of_their_step() -> None:
    arrivals = np.array([[0.0], [0.2], [0.0], [0.05]])
    course = voice(100.0, arrivals, np.ones((4, 1)), np.array(10.0), np.array(10.0))
    times = arrival_times(course, 0, 4000, np.random.default_rng(4))
    came = times[np.isfinite(times)]
    assert (np.diff(np.where(np.isfinite(times), times, 1e9), axis=0) >= 0).all()
    counts = np.histogram(came, [0, 100, 200, 300, 400])[0] / 4000
    assert counts == pytest.approx([0, 20, 0, 5], abs=0.2)
    assert counts[0] == counts[2] == 0
    nobody = voice(100.0, np.zeros((2, 1)), np.ones((2, 1)), np.array(10.0), np.array(10.0))
    assert arrival_times(nobody, 0, 3, np.random.default_rng(4)).shape == (0, 3)


def test_lognormal_services_have_their_mean_and_spread() -> None:
    rng = np.random.default_rng(6)
    drawn = lognormal(1.2)(rng, (400_000, 1))
    assert drawn.mean() == pytest.approx(1, abs=0.01)
    assert drawn.std() == pytest.approx(1.2, abs=0.05)
    assert lognormal_residual(1.2)(rng, (400_000, 1)).mean() == pytest.approx((1 + 1.44) / 2, abs=0.03)


def test_unknown_queues_are_unknown_and_chat_is_refused() -> None:
    course = voice(60.0, np.array([[0.1, np.nan]]), np.full((1, 2), 3.0), np.array(10.0), np.array(30.0))
    got = play(course, [1, 1], [0, 60], 3)
    assert np.isfinite(got.waiting[:, 0]).all()
    assert np.isnan(got.waiting[:, 1]).all()
    two = Course(60.0, course.arrivals, course.agents, course.handle_s, course.patience_s, np.array([2, 2]))
    with pytest.raises(ValueError, match="one contact at a time"):
        play(two, [1, 1], [0, 60])
