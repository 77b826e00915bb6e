"""Moves as a person makes them: the best one, then the best one of what is left, and so on.

It is what the optimiser is held against: it never takes back a move that turns out to be in the way of a better one,
and where the first few people at a drowning place are worth nothing it does not see what many would do.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from playbooks.moves.problem import Floats, Ints, MovePlan, MoveProblem, moves_of


def greedy_plan(problem: MoveProblem) -> MovePlan:
    """Moves one after the other, each the best that is left, until none is worth anything. The bound is not known."""
    state = _State(problem)
    found = {category: state.best(places) for category, places in problem.by_category().items()}
    value = 0.0
    while found:
        category, (worth, taker, giver, count) = max(found.items(), key=lambda pair: pair[1][0])
        if not worth > 1e-9:
            break
        out_of_reach = state.move(taker, giver, count)
        value += worth
        for name, places in problem.by_category().items() if out_of_reach else ():
            found[name] = state.best(places)
        found[category] = state.best(problem.by_category()[category])
    return MovePlan(moves_of(problem, state.changes), value, np.inf)


class _State:
    """Who has come and gone by now."""

    def __init__(self, problem: MoveProblem) -> None:
        self.problem = problem
        self.changes: Ints = np.zeros(len(problem.places), np.intp)
        self.room = dict(problem.most_out)
        nobody = np.zeros((len(problem.places), 1))
        self._worth = (np.hstack([nobody, problem.gain]), np.hstack([nobody, -problem.loss]))
        self._sizes = np.concatenate([[0], problem.sizes])

    def best(self, places: Ints) -> tuple[float, int, int, int]:
        """The worth, taker, giver and number of the best further move in a category; a worth of 0 for none."""
        takers, givers = self._steps(places, 0), self._steps(places, 1)
        best = (0.0, -1, -1, 0)
        for count in sorted(takers.keys() & givers.keys()):
            for gained, taker in takers[count]:
                for lost, giver in givers[count]:
                    if taker != giver and gained + lost > best[0] + 1e-12:
                        best = (gained + lost, taker, giver, count)
        return best

    def move(self, taker: int, giver: int, count: int) -> bool:
        """Carry a move out; returns whether other categories are concerned: the donor's site has less to give."""
        self.changes[taker] += count
        self.changes[giver] -= count
        site = self.problem.places[giver][0]
        if site in self.room:
            self.room[site] -= count
        return site in self.room

    def _steps(self, places: Ints, way: int) -> dict[int, list[tuple[float, int]]]:
        """For each number of people, the two places where so many more are worth most."""
        worth, done = self._worth[way][places], self.changes[places] * (1 if way == 0 else -1)
        room = np.array([self.room.get(self.problem.places[place][0], np.inf) for place in places.tolist()])
        found: dict[int, list[tuple[float, int]]] = {}
        for before, after in combinations(range(len(self._sizes)), 2):
            count = int(self._sizes[after] - self._sizes[before])
            fits = (done == self._sizes[before]) & (done >= 0)
            if way == 1:
                fits &= room >= count
            step: Floats = np.where(fits, worth[:, after] - worth[:, before], -np.inf)
            step = np.where(np.isfinite(step), step, -np.inf)
            for at in np.argsort(-step, kind="stable")[:2].tolist():
                if step[at] > -np.inf:
                    found.setdefault(count, []).append((float(step[at]), int(places[at])))
        return {count: sorted(steps, key=lambda one: (-one[0], one[1]))[:2] for count, steps in found.items()}
