"""The best single move: one donor, one receiver, one number. Every one that is offered is looked at, so it is the best.

That is what one step of a playbook carries out. For several moves at once see `playbooks.moves.solving`.
"""

from __future__ import annotations

import numpy as np

from playbooks.moves.problem import NOTHING_TO_MOVE, Floats, Ints, Move, MovePlan, MoveProblem


def best_move(problem: MoveProblem) -> MovePlan:
    """The move of the greatest worth, none where no move is worth anything; of equals the smallest, then the first."""
    best = NOTHING_TO_MOVE
    for category, places in problem.by_category().items():
        found = _best_of(problem, category, places)
        if found.value > best.value * (1 + 1e-12):
            best = found
    return best


def _best_of(problem: MoveProblem, category: str, places: Ints) -> MovePlan:
    gain = _offered(problem.gain[places])
    cost = _offered(-problem.loss[places])
    room = np.array([problem.most_out.get(problem.places[place][0], np.inf) for place in places.tolist()])
    cost[problem.sizes[None, :] > room[:, None]] = -np.inf
    takers, givers = _two_best(gain), _two_best(cost)
    columns = np.arange(len(problem.sizes))
    best = NOTHING_TO_MOVE
    for taker in takers:
        for giver in givers:
            worth = gain[taker, columns] + cost[giver, columns]
            worth[taker == giver] = -np.inf
            at = int(np.argmax(worth))
            if worth[at] > max(best.value * (1 + 1e-12), 0.0):
                donor, receiver = (problem.places[int(places[one[at]])][0] for one in (giver, taker))
                move = Move(category, donor, receiver, int(problem.sizes[at]))
                best = MovePlan((move,), float(worth[at]), float(worth[at]))
    return best


def _offered(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, -np.inf)


def _two_best(values: Floats) -> tuple[Ints, Ints]:
    """For each size the best place and the next: the best pair of two different ones is among them."""
    order = np.argsort(-values, axis=0, kind="stable")
    return order[0], order[min(1, len(order) - 1)]
