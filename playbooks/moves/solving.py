"""The best plan of any number of moves, as the integer program that it is, solved by HiGHS (through scipy).

One binary variable says that a place gains, or gives, one of the numbers of people that are offered. A place does at
most one of them, in each category as many come as go, no site lets more go than it may. The curves may bend either way:
nothing is assumed of them.

Few of the variables are ever in question. The relaxation gives a bound and, for each variable, what forcing it would
cost at least; the program is solved on those that cost next to nothing, and if the bound is not met, once more on all
whose cost the gap leaves room for. No better plan has any of the others (reduced-cost fixing).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from playbooks.moves.greedy import greedy_plan
from playbooks.moves.problem import NOTHING_TO_MOVE, Floats, Ints, MovePlan, MoveProblem, moves_of, value_of

CLOSE_ENOUGH = 1e-4
"""Of a large program a plan this near the bound, as a share of it, is taken for the best."""

EXACT = 1e-7
"""Of a program of fewer than `DIRECT` variables."""

DIRECT = 1_500
"""With fewer variables the whole program is solved at once."""

CORE = 1_200

FAR_OFF = 0.01
"""A plan further than this from the bound ran out of time; the greedy one may be better."""


def best_plan(problem: MoveProblem, *, most_seconds: float = 30.0) -> MovePlan:
    """The plan of the greatest worth. `bound` is its value, or above where the time was not enough to prove it."""
    program = _program(problem)
    if program is None:
        return NOTHING_TO_MOVE
    everything = np.arange(len(program.worth))
    bound: float
    if len(everything) <= DIRECT:
        chosen, bound = _solved(program, everything, most_seconds, EXACT)
        if bound == np.inf:
            bound, _ = _relaxed(program)
    else:
        bound, reduced = _relaxed(program)
        core = np.sort(np.argsort(reduced, kind="stable")[:CORE])
        chosen, _ = _solved(program, core, most_seconds / 2)
        value = float(program.worth[chosen].sum())
        if bound - value > CLOSE_ENOUGH * max(bound, 1.0):
            left = np.flatnonzero(reduced <= bound - value + 1e-9)
            again, found_bound = _solved(program, left, most_seconds / 2)
            bound = min(bound, max(found_bound, value))
            chosen = again if program.worth[again].sum() > value else chosen
    changes = np.zeros(len(problem.places), np.intp)
    np.add.at(changes, program.place[chosen], program.change[chosen])
    value = value_of(problem, changes)
    found = MovePlan(moves_of(problem, changes), value, max(bound, value)) if value > 0 else NOTHING_TO_MOVE
    if bound <= value + FAR_OFF * max(bound, 1.0):
        return found
    greedy = greedy_plan(problem)
    return replace(greedy if greedy.value > value else found, bound=bound)


@dataclass(frozen=True, slots=True)
class _Program:
    """The variables with what each is worth, whose it is and what it changes; the rows, each with its bounds."""

    worth: Floats
    place: Ints
    change: Ints
    rows: Any
    low: Floats
    high: Floats


def _program(problem: MoveProblem) -> _Program | None:
    """The integer program, or None where nobody can give or nobody gains."""
    from scipy.sparse import csr_matrix, vstack

    takes, gives = np.isfinite(problem.gain) & (problem.gain > 0), np.isfinite(problem.loss)
    in_place, in_size = np.nonzero(takes)
    out_place, out_size = np.nonzero(gives)
    if not len(in_place) or not len(out_place):
        return None
    place = np.concatenate([in_place, out_place]).astype(np.intp)
    change = np.concatenate([problem.sizes[in_size], -problem.sizes[out_size]])
    worth = np.concatenate([problem.gain[in_place, in_size], -problem.loss[out_place, out_size]])
    sites, categories = problem.sites, problem.categories
    site_at, category_at = ({name: i for i, name in enumerate(names)} for names in (sites, categories))
    site = np.array([site_at[name] for name, _ in problem.places], np.intp)[place]
    category = np.array([category_at[name] for _, name in problem.places], np.intp)[place]
    columns = np.arange(len(place))

    def row_each(of: Ints, values: Any, count: int) -> Any:  # noqa: ANN401 - scipy has no types
        return csr_matrix((values, (of, columns)), (count, len(place)))

    rows = vstack(
        [
            row_each(place, np.ones(len(place)), len(problem.places)),
            row_each(category, change.astype(np.float64), len(categories)),
            row_each(site, np.maximum(-change, 0).astype(np.float64), len(sites)),
        ]
    ).tocsr()
    room = np.array([problem.most_out.get(name, np.inf) for name in sites])
    low = np.concatenate([np.zeros(len(problem.places)), np.zeros(len(categories)), np.zeros(len(sites))])
    high = np.concatenate([np.ones(len(problem.places)), np.zeros(len(categories)), np.maximum(room, 0.0)])
    return _Program(worth, place, change, rows, low, high)


def _relaxed(program: _Program) -> tuple[float, Floats]:
    """The bound of the relaxation, and what each variable that it leaves out would cost at least."""
    from scipy.optimize import linprog

    equal = program.low == program.high
    bounded = ~equal & np.isfinite(program.high)
    found = linprog(
        -program.worth,
        A_ub=program.rows[bounded],
        b_ub=program.high[bounded],
        A_eq=program.rows[equal],
        b_eq=program.high[equal],
        bounds=(0.0, 1.0),
        method="highs",
    )
    if not found.success:
        return float("inf"), np.zeros(len(program.worth))
    return -float(found.fun), np.maximum(found.lower.marginals, 0.0)


def _solved(program: _Program, columns: Ints, seconds: float, gap: float = CLOSE_ENOUGH) -> tuple[Ints, float]:
    """The variables that are chosen of some, and the bound for those; none where no plan was found in time."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = program.rows[:, columns]
    used = np.diff(rows.tocsr().indptr) > 0
    found = milp(
        -program.worth[columns],
        constraints=LinearConstraint(rows[used], program.low[used], program.high[used]),
        integrality=np.ones(len(columns)),
        bounds=Bounds(0.0, 1.0),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    if found.x is None:
        return np.empty(0, np.intp), float("inf")
    bound = found.mip_dual_bound
    return columns[np.flatnonzero(found.x > 0.5)], float("inf") if bound is None else -float(bound)
