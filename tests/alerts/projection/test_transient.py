"""The transient law: against dense matrix exponentials, known solutions, the steady state and its own limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.stats import binom, poisson

from alerts.projection import waits
from alerts.projection.chain import Propagator, Rates, States, bias, leaving, rates, start_law
from alerts.projection.course import Course, voice
from alerts.projection.decay import Floats
from alerts.projection.erlang import erlang_a
from alerts.projection.figures import Projection, fields_of
from alerts.projection.transient import project

LIMIT = np.array([[20.0]])


def flat(
    steps: int, arrivals: float, agents: float, handle_s: float, patience_s: float, step_s: float = 60.0
) -> Course:
    return voice(
        step_s, np.full((steps, 1), arrivals), np.full((steps, 1), agents), np.array(handle_s), np.array(patience_s)
    )


def generator(arrivals: float, agents: float, handle_s: float, patience_s: float, states: int) -> Floats:
    """The chain's matrix, row by row, of M/M/s+M cut off at `states`."""
    q = np.zeros((states, states))
    for n in range(states):
        if n + 1 < states:
            q[n, n + 1] = arrivals
        if n:
            q[n, n - 1] = min(n, agents) / handle_s + max(n - agents, 0) / patience_s
        q[n, n] = -q[n].sum()
    return q


def test_a_small_queue_is_its_matrix_exponential() -> None:
    course = voice(60.0, np.array([[0.1], [0.2], [0.05]]), np.full((3, 1), 6), np.array(50.0), np.array(80.0))
    got = project(course, np.array([9.0]), LIMIT, longest_step_s=20)
    law = np.zeros(80)
    law[9] = 1
    present = np.arange(80)
    ways = {rate: expm(20 * generator(rate, 6, 50, 80, 80)) for rate in (0.1, 0.2, 0.05)}
    for i, rate in enumerate([0.1] * 3 + [0.2] * 3 + [0.05] * 3):
        check(got, i, law, present)
        law = law @ ways[rate]
    check(got, 9, law, present)


def check(got: Projection, i: int, law: Floats, present: Floats) -> None:
    ahead = present - 6.0
    full = present >= 6
    wait = np.where(full, (ahead + 1) / (6 / 50 + (ahead + 1) / 80), 0.0)
    assert got.present[i, 0] == pytest.approx(law @ present, abs=1e-7)
    assert got.waiting[i, 0] == pytest.approx(law @ np.maximum(ahead, 0), abs=1e-7)
    assert got.p_wait[i, 0] == pytest.approx(law[full].sum(), abs=1e-8)
    assert got.mean_wait_s[i, 0] == pytest.approx(law @ wait, abs=1e-6)
    assert got.p_abandon[i, 0] == pytest.approx(law @ wait / 80, abs=1e-8)
    assert got.abandon_rate[i, 0] == pytest.approx(law @ np.maximum(ahead, 0) / 80, abs=1e-8)
    for k, share in enumerate((0.1, 0.9)):
        assert got.waiting_band[i, 0, k] == max(int(np.searchsorted(np.cumsum(law), share)) - 6, 0)


def test_enough_agents_for_all_is_the_known_solution() -> None:
    """Nobody waits: of the 30 present each is left with e^{-t/τ}, and Poisson(λτ(1 - e^{-t/τ})) came since."""
    got = project(flat(10, 0.4, 500, 100, 60), np.array([30.0]), LIMIT)
    left = np.exp(-got.times / 100)
    assert got.present[:, 0] == pytest.approx(30 * left + 40 * (1 - left), abs=1e-6)
    assert got.p_wait.max() < 1e-9
    assert got.answered_within.min() > 1 - 1e-9
    states = States(np.array([0]), np.array([120]))
    course = flat(1, 0.4, 500, 100, 60)
    law = start_law(states, np.array([30.0]), np.zeros(1))
    law = Propagator(rates(course, 0, states), 60.0).step(law)
    keep = np.exp(-0.6)
    known = np.convolve(binom.pmf(np.arange(31), 30, keep), poisson.pmf(np.arange(121), 40 * (1 - keep)))[:121]
    assert law == pytest.approx(known, abs=1e-8)
    assert law.sum() == pytest.approx(1, abs=1e-10)


def test_in_the_long_run_it_is_erlang_a() -> None:
    rng = np.random.default_rng(2)
    agents = np.array([1.0, 4, 12, 40, 150])
    handle, patience = rng.uniform(60, 400, 5), rng.uniform(40, 500, 5)
    load = agents * np.array([0.7, 1.2, 0.95, 1.05, 1.0])
    course = voice(2000.0, np.tile(load / handle, (4, 1)), np.tile(agents, (4, 1)), handle, patience)
    got = project(course, agents + 3, np.full((1, 5), 20.0), longest_step_s=1000)
    known = erlang_a(agents, load, handle / patience, 20 / handle)
    assert got.p_wait[-1] == pytest.approx(known.p_wait, abs=1e-7)
    assert got.p_abandon[-1] == pytest.approx(known.p_abandon, abs=1e-7)
    assert got.mean_wait_s[-1] == pytest.approx(known.mean_wait * handle, rel=1e-6)
    assert got.answered_within[-1, :, 0] == pytest.approx(known.service_level, abs=1e-7)
    assert got.abandon_rate[-1] / (load / handle) == pytest.approx(known.p_abandon, abs=1e-7)


def test_a_queue_of_patient_people_grows_and_drains() -> None:
    """Nobody gives up, all stay busy: the mean number moves by arrivals less completions."""
    course = voice(600.0, np.array([[1.0], [0.0]]), np.full((2, 1), 50), np.array(100.0), np.array(np.inf))
    got = project(course, np.array([400.0]), LIMIT)
    assert got.present[60, 0] == pytest.approx(400 + 600 * 0.5, abs=1e-4)
    assert got.present[-1, 0] == pytest.approx(700 - 600 * 0.5, abs=1e-4)
    assert got.offered_wait_s[0, 0] == pytest.approx(351 / 0.5, rel=1e-9)
    assert got.p_abandon.max() == 0


def test_a_chain_that_only_drains_stays_a_law() -> None:
    """1,000 agents, 2,000 present, nobody comes: far from normal, where the sum over poles would run away."""
    states = States(np.array([0]), np.array([2200]))
    course = flat(1, 0.0, 1000, 100, np.inf)
    substeps = int(np.ceil(float(bias(course, states)[0]) * 10 / 6))
    law = start_law(states, np.array([2000.0]), np.zeros(1))
    stepper = Propagator(rates(course, 0, states), 10 / substeps)
    for _ in range(substeps):
        law = stepper.step(law)
    assert law.sum() == pytest.approx(1, abs=1e-9)
    assert np.abs(law - poisson.pmf(2000 - np.arange(2201), 100)).sum() < 1e-4
    got = project(flat(5, 0.0, 1000, 100, np.inf), np.array([2000.0]), LIMIT)
    assert got.present[6, 0] == pytest.approx(2000 - 600, abs=1e-3)


def test_the_propagators_error_without_drift() -> None:
    rate = np.full(250, 1.5)
    birth, death = rate.copy(), rate.copy()
    birth[-1] = death[0] = 0.0
    law = np.zeros(250)
    law[120] = 1
    whole = np.diag(birth[:-1], 1) + np.diag(death[1:], -1) - np.diag(birth + death)
    got = Propagator(Rates(birth, death), 60.0).step(law)
    assert np.abs(got - law @ expm(60 * whole)).sum() < 1e-9


# Chat ------------------------------------------------------------------------------------------------------------


def chat(slots: int, agents: float = 3.0, arrivals: float = 0.05) -> Course:
    handle = np.array([[100.0], [130.0], [170.0]])
    rows = (np.full((4, 1), arrivals), np.full((4, 1), agents))
    return Course(60.0, *rows, handle, np.array([90.0]), np.array([slots]))


def test_chats_are_spread_evenly_over_the_agents() -> None:
    """7 chats with 3 agents: one holds 3, two hold 2. 11 chats: all hold 3, two wait."""
    present = np.array([0.0, 2.0, 7.0, 9.0, 11.0])
    rate = leaving(chat(3), 0, present, np.zeros(5, np.int64))
    known = [0, 2 / 100, 3 / 170 + 2 * 2 / 130, 3 * 3 / 170, 9 / 170 + 2 / 90]
    assert rate == pytest.approx(known, rel=1e-12)
    two = leaving(chat(2), 0, present, np.zeros(5, np.int64))
    assert two == pytest.approx([0, 2 / 100, 6 * 1 / 130 + 1 / 90, 6 / 130 + 3 / 90, 6 / 130 + 5 / 90], rel=1e-12)


def test_one_slot_is_voice() -> None:
    one = project(chat(1), np.array([5.0]), LIMIT)
    same = project(flat(4, 0.05, 3, 100, 90), np.array([5.0]), LIMIT)
    for name in fields_of(one):
        assert getattr(one, name) == pytest.approx(getattr(same, name), abs=1e-9)


def test_chat_is_its_matrix_exponential() -> None:
    course = chat(3)
    got = project(course, np.array([4.0]), LIMIT, longest_step_s=60)
    present = np.arange(80.0)
    death = leaving(course, 0, present, np.zeros(80, np.int64))
    q = np.diag(np.full(79, 0.05), 1) + np.diag(death[1:], -1)
    q -= np.diag(q.sum(axis=1))
    law = np.zeros(80)
    law[4] = 1
    step = expm(60 * q)
    for i in range(5):
        assert got.present[i, 0] == pytest.approx(law @ present, abs=1e-7)
        assert got.p_wait[i, 0] == pytest.approx(law[9:].sum(), abs=1e-8)
        law = law @ step


# Waits -----------------------------------------------------------------------------------------------------------


def absorbed(ahead: int, base: float, impatience: float, limit: float) -> tuple[float, float]:
    """(answered, still waiting) at the limit: a dense chain of those before one, and one's own leaving."""
    size = ahead + 3
    q = np.zeros((size, size))
    for j in range(ahead + 1):
        q[j, j - 1 if j else size - 2] = base + j * impatience
        q[j, size - 1] += impatience
    q -= np.diag(q.sum(axis=1))
    law = expm(limit * q)[ahead]
    return float(law[size - 2]), float(law[: ahead + 1].sum())


@pytest.mark.parametrize("impatience", [0.02, 1e-4, 0.0])
@pytest.mark.parametrize(("ahead", "limit"), [(0, 10.0), (7, 20.0), (30, 45.0)])
def test_waits_of_an_arrival(ahead: int, impatience: float, limit: float) -> None:
    base = 0.6
    j, b, r = np.array([float(ahead)]), np.array([base]), np.array([impatience])
    answered, still = absorbed(ahead, base, impatience, limit)
    assert waits.answered_within(j, b, r, np.array([limit])) == pytest.approx(answered, abs=1e-12)
    assert waits.waits_beyond(j, b, r, np.array([limit])) == pytest.approx(still, abs=1e-12)
    one_by_one = sum(1 / (base + k * impatience) for k in range(ahead + 1))
    assert waits.offered_wait(j, b, r) == pytest.approx(one_by_one, rel=1e-7)
    assert waits.mean_wait(j, b, r) == pytest.approx((ahead + 1) / (base + (ahead + 1) * impatience), rel=1e-12)


def test_agents_who_come_in_time_end_the_wait() -> None:
    """Nobody until 120 s, then a hundred: one who comes at t waits 120 - t, unless he gives up (patience 200 s)."""
    agents = np.array([[0.0], [0.0], [100.0], [100.0]])
    course = voice(60.0, np.full((4, 1), 0.02), agents, np.array(300.0), np.array(200.0))
    got = project(course, np.array([3.0]), np.array([[45.0]]))
    left = np.maximum(120 - got.times, 0)
    assert got.offered_wait_s[:, 0] == pytest.approx(left, abs=1e-5)
    assert got.mean_wait_s[:, 0] == pytest.approx(200 * (1 - np.exp(-left / 200)), abs=1e-5)
    assert got.p_abandon[:, 0] == pytest.approx(1 - np.exp(-left / 200), abs=1e-7)
    soon = np.where(left <= 45, np.exp(-left / 200), 0.0)
    assert got.answered_within[:, 0, 0] == pytest.approx(soon, abs=1e-6)
    assert got.late[:, 0, 0] == pytest.approx(np.where(left > 45, np.exp(-45 / 200), 0.0), abs=1e-6)


def test_figures_do_not_depend_on_how_far_apart_they_are() -> None:
    agents = np.array([[12.0], [9.0], [14.0]])
    course = voice(60.0, np.full((3, 1), 0.2), agents, np.array(60.0), np.array(100.0))
    far, near = (project(course, np.array([15.0]), LIMIT, longest_step_s=step) for step in (20, 5))
    # The number at work while leavers finish is a mean over each step: that much may differ.
    for name, least in (("offered_wait_s", 0.05), ("mean_wait_s", 0.05), ("answered_within", 3e-3), ("late", 3e-3)):
        assert getattr(far, name) == pytest.approx(getattr(near, name)[::4], abs=least)


def test_states_are_added_where_the_first_guess_is_too_narrow() -> None:
    """Two agents, load 0.98, patient people: a long tail that the normal approximation knows nothing of."""
    course = voice(3600.0, np.full((1, 1), 0.098), np.full((1, 1), 2), np.array(20.0), np.array(np.inf))
    got = project(course, np.array([0.0]), LIMIT, longest_step_s=3600)
    law = expm(3600 * generator(0.098, 2, 20, np.inf, 250))[0]
    assert got.present[-1, 0] == pytest.approx(law @ np.arange(250), abs=1e-5)
    assert got.p_wait[-1, 0] == pytest.approx(law[2:].sum(), abs=1e-7)


def test_nobody_there_and_nobody_coming() -> None:
    got = project(flat(2, 0.1, 0, 300, 200), np.array([5.0]), LIMIT)
    assert np.isinf(got.offered_wait_s).all()
    assert got.mean_wait_s == pytest.approx(200)
    assert got.p_abandon == pytest.approx(1)
    assert (got.answered_within == 0).all()
    waits_for_ever = project(flat(2, 0.1, 0, 300, np.inf), np.array([5.0]), LIMIT)
    assert np.isinf(waits_for_ever.mean_wait_s).all()


def test_what_is_not_known_stays_not_known() -> None:
    arrivals = np.array([[0.1, np.nan, 0.1, 0.1, 0.1]])
    agents = np.array([[5.0, 5, np.nan, 5, -1]])
    course = voice(60.0, arrivals, agents, np.array(50.0), np.array([100.0, 100, 100, 100, 100]))
    got = project(course, np.array([4.0, 4, 4, np.nan, 4]), np.full((1, 5), 20.0))
    for name in fields_of(got):
        values = getattr(got, name)
        assert np.isfinite(values[:, 0]).all()
        assert np.isnan(values[:, 1:]).all()


def test_a_queue_does_not_depend_on_its_neighbours() -> None:
    rng = np.random.default_rng(3)
    agents = np.round(rng.uniform(2, 300, 12))
    handle = rng.uniform(60, 300, 12)
    arrivals = rng.uniform(0.3, 1.5, (5, 12)) * agents / handle
    staffing = np.round(agents * rng.uniform(0.8, 1.2, (5, 12)))
    course = voice(120.0, arrivals, staffing, handle, np.full(12, 150.0))
    together = project(course, agents, np.full((1, 12), 20.0), longest_step_s=30)
    for queue in (0, 5, 11):
        alone = project(course.only(np.array([queue])), agents[[queue]], np.array([[20.0]]), longest_step_s=30)
        for name in fields_of(alone):
            assert getattr(together, name)[:, queue] == pytest.approx(getattr(alone, name)[:, 0], rel=1e-5, abs=1e-5)


@settings(max_examples=25)
@given(
    agents=st.lists(st.integers(0, 60), min_size=3, max_size=3),
    load=st.lists(st.floats(0, 90), min_size=3, max_size=3),
    handle=st.floats(20, 600),
    patience=st.one_of(st.floats(10, 2000), st.just(np.inf)),
    present=st.integers(0, 150),
)
def test_figures_are_possible(
    agents: list[int], load: list[float], handle: float, patience: float, present: int
) -> None:
    course = voice(
        300.0,
        np.array(load)[:, None] / handle,
        np.array(agents, np.float64)[:, None],
        np.array(handle),
        np.array(patience),
    )
    got = project(course, np.array([float(present)]), np.array([[15.0], [60.0]]), longest_step_s=60)
    for share in (got.p_wait, got.p_abandon, got.answered_within, got.late):
        assert (share >= -1e-7).all()
        assert (share <= 1 + 1e-7).all()
    assert (got.answered_within[..., 1] >= got.answered_within[..., 0] - 1e-7).all()
    assert (got.late[..., 1] <= got.late[..., 0] + 1e-7).all()
    assert (got.answered_within + got.late <= 1 + 1e-6).all()
    assert (got.mean_wait_s <= got.offered_wait_s + 1e-5 * (1 + got.mean_wait_s)).all()
    assert (got.waiting <= got.present + 1e-6).all()
    assert (got.waiting_band[..., 0] <= got.waiting_band[..., 1]).all()
    # What came in went out or is there: served at the pace of the busy, gone at that of the waiting.
    busy = got.present - got.waiting
    assert (busy[:-5] <= max(agents) + 1e-6).all()
