"""The optimiser against every plan there is, against greedy, and against its own constraints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from playbooks.moves import solving
from playbooks.moves.greedy import greedy_plan
from playbooks.moves.one import best_move
from playbooks.moves.problem import MovePlan, MoveProblem, allowed, value_of
from playbooks.moves.solving import best_plan
from tests.playbooks.moves.made_problems import brute_force, drawn, larger, small, two_categories


def changes_of(problem: MoveProblem, plan: MovePlan) -> np.ndarray:
    at = {place: i for i, place in enumerate(problem.places)}
    changes = np.zeros(len(problem.places), np.intp)
    for move in plan.moves:
        assert move.count > 0
        assert move.donor != move.receiver
        changes[at[move.donor, move.category]] -= move.count
        changes[at[move.receiver, move.category]] += move.count
    return changes


@settings(max_examples=60, deadline=None)
@given(small | two_categories)
def test_it_is_the_best_of_all_plans(problem: MoveProblem) -> None:
    plan = best_plan(problem)
    assert plan.value == pytest.approx(brute_force(problem), abs=1e-6)
    assert plan.gap < 1e-5


@settings(max_examples=40, deadline=None)
@given(larger)
def test_no_constraint_is_ever_violated(problem: MoveProblem) -> None:
    best, one, greedy = best_plan(problem), best_move(problem), greedy_plan(problem)
    for plan in (best, one, greedy):
        changes = changes_of(problem, plan)
        assert allowed(problem, changes)
        assert value_of(problem, changes) == pytest.approx(plan.value, abs=1e-6)
    assert best.value >= greedy.value - 1e-6
    assert greedy.value >= one.value - 1e-6
    assert len(one.moves) <= 1


@settings(max_examples=60, deadline=None)
@given(small)
def test_the_best_single_move_is_the_best_of_them(problem: MoveProblem) -> None:
    expected = 0.0
    for taker in range(len(problem.places)):
        for giver in range(len(problem.places)):
            for size in problem.sizes.tolist():
                changes = np.zeros(len(problem.places), np.intp)
                changes[taker], changes[giver] = size, -size
                if taker != giver and allowed(problem, changes):
                    expected = max(expected, value_of(problem, changes))
    assert best_move(problem).value == pytest.approx(expected, abs=1e-9)


def test_many_who_together_save_a_place_are_seen_where_greedy_sees_none() -> None:
    # The first eight do nothing at s2, which only three donors together can save; s3 is worth a little at once.
    places = (("s0", "c"), ("s1", "c"), ("s2", "c"), ("s3", "c"), ("s4", "c"))
    sizes = np.array([1, 2, 3, 6, 9], np.intp)
    gain = np.full((5, 5), np.nan)
    gain[2] = [0, 0, 0, 0, 90]
    gain[3] = [5, 9, 12, 12, 12]
    loss = np.full((5, 5), np.nan)
    loss[[0, 1, 4], :3] = [0.1, 0.2, 0.3]
    problem = MoveProblem(places, sizes, gain, loss, {})
    assert greedy_plan(problem).value < 40
    plan = best_plan(problem)
    assert plan.value == pytest.approx(90 - 0.9)
    assert {(move.donor, move.receiver, move.count) for move in plan.moves} == {
        (s, "s2", 3) for s in ("s0", "s1", "s4")
    }


def test_nothing_moves_where_nobody_can_give_or_nobody_gains() -> None:
    problem = drawn(1, 4, 2, (1, 2, 3))
    for hopeless in (
        replace(problem, loss=np.full_like(problem.loss, np.nan)),
        replace(problem, gain=np.full_like(problem.gain, np.nan)),
        replace(problem, gain=-np.abs(problem.gain)),
        replace(problem, most_out={f"s{i}": 0.0 for i in range(4)}),
    ):
        assert best_plan(hopeless).moves == best_move(hopeless).moves == greedy_plan(hopeless).moves == ()


def test_the_way_by_the_relaxation_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(6):
        problem = drawn(seed, 8, 4, (1, 2, 4, 8))
        direct = best_plan(problem)
        with monkeypatch.context() as patched:
            patched.setattr(solving, "DIRECT", 0)
            patched.setattr(solving, "CORE", 20)
            relaxed = best_plan(problem)
        assert relaxed.value == pytest.approx(direct.value, rel=1e-4)
        assert relaxed.gap < 2e-4


def test_out_of_time_it_is_no_worse_than_greedy_and_says_how_far_off_it_may_be() -> None:
    problem = drawn(5, 10, 8, (1, 2, 4, 8))
    hurried = best_plan(problem, most_seconds=0.0)
    assert allowed(problem, changes_of(problem, hurried))
    assert hurried.value >= greedy_plan(problem).value * 0.98
    assert hurried.bound >= best_plan(problem).value * (1 - 1e-4)
