"""What is to be decided when people may move between sites, as numbers: who can give how many, and what it is worth.

A *place* is the agents of one category at one site. People move between places of one category only: the skill stays
the same. What a number of people more or less is worth comes from outside (`playbooks.moves.curves`); the curves need
not be concave: a place that drowns gains little from the first few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class MoveProblem:
    """Places and what their people are worth; NaN is not offered, which is what keeps a donor above its line."""

    places: tuple[tuple[str, str], ...]
    """Site and category, no two the same."""
    sizes: Ints
    """The numbers of people that may come or go, rising, from 1 on, (sizes,)."""
    gain: Floats
    """Worth of so many more at each place, (places, sizes)."""
    loss: Floats
    """Worth that is lost where so many go, (places, sizes)."""
    most_out: Mapping[str, float]
    """How many people a site can let go at most, over all its categories; a site that is not in it: any number."""

    @property
    def sites(self) -> tuple[str, ...]:
        """Every site, in the order of the places."""
        return tuple(dict.fromkeys(site for site, _ in self.places))

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category, in the order of the places."""
        return tuple(dict.fromkeys(category for _, category in self.places))

    def by_category(self) -> dict[str, Ints]:
        """The places of each category."""
        found: dict[str, list[int]] = {category: [] for category in self.categories}
        for place, (_, category) in enumerate(self.places):
            found[category].append(place)
        return {category: np.array(places, np.intp) for category, places in found.items()}


@dataclass(frozen=True, slots=True)
class Move:
    """So many people of a category from one site to another."""

    category: str
    donor: str
    receiver: str
    count: int


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What to move, what that is worth, and what no plan can exceed; `value` is 0 where nothing should move."""

    moves: tuple[Move, ...]
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """The share of the bound by which the plan may fall short of the best."""
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0


NOTHING_TO_MOVE = MovePlan((), 0.0, 0.0)


def value_of(problem: MoveProblem, changes: Ints) -> float:
    """The worth of people more (or, negative, less) at each place; -inf where that is not offered."""
    total = 0.0
    for place, change in enumerate(changes.tolist()):
        if change:
            column = int(np.searchsorted(problem.sizes, abs(change)))
            on_grid = column < len(problem.sizes) and problem.sizes[column] == abs(change)
            worth = float((problem.gain if change > 0 else -problem.loss)[place, column]) if on_grid else np.nan
            total += worth if np.isfinite(worth) else -np.inf
    return total


def allowed(problem: MoveProblem, changes: Ints) -> bool:
    """Whether the changes keep everybody (by category), offer nothing that is not, and leave each site its reserve."""
    if value_of(problem, changes) == -np.inf:
        return False
    if any(int(changes[places].sum()) for places in problem.by_category().values()):
        return False
    out = dict.fromkeys(problem.sites, 0)
    for (site, _), change in zip(problem.places, changes.tolist(), strict=True):
        out[site] += max(0, -change)
    return all(count <= problem.most_out.get(site, np.inf) for site, count in out.items())


def moves_of(problem: MoveProblem, changes: Ints) -> tuple[Move, ...]:
    """The changes as moves, few of them: in each category the greatest giver serves the greatest taker first."""
    found: list[Move] = []
    for category, places in problem.by_category().items():
        takers = _largest(problem, places, changes)
        givers = _largest(problem, places, -changes)
        while takers and givers:
            (give, donor), (take, receiver) = givers.pop(0), takers.pop(0)
            count = min(give, take)
            found.append(Move(category, donor, receiver, count))
            if give > count:
                givers.insert(0, (give - count, donor))
            if take > count:
                takers.insert(0, (take - count, receiver))
    return tuple(sorted(found, key=lambda move: (-move.count, move.category, move.receiver, move.donor)))


def _largest(problem: MoveProblem, places: Ints, changes: Ints) -> list[tuple[int, str]]:
    some = [(int(changes[place]), problem.places[place][0]) for place in places.tolist() if changes[place] > 0]
    return sorted(some, key=lambda pair: (-pair[0], pair[1]))
