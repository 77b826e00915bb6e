"""Where the budget is going: the clock that stands worst in each row of a board, and the rows with the least left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.clock_floor import By
from alerts.clock_state import STATES, State
from alerts.clocks_view import ClockStanding, ClocksView
from feeds.clocks import ClockDefinition
from feeds.columns import Floats

JUDGED: tuple[State, ...] = ("met", "at_risk", "missed")
"""The states in which a clock has a budget and is held to it, the best first."""

_GRAVITY = np.array([JUDGED.index(state) if state in JUDGED else -1 for state in STATES])
_APART = 1e6
"""Between two states there is more than between any two budgets of one state."""


@dataclass(frozen=True, slots=True)
class WorstClocks:
    """For each key the clock that stands worst: the gravest state, then the least of its budget left.

    A key none of whose clocks is judged now has none: its figures are not known.
    """

    standings: tuple[ClockStanding, ...]
    chosen: Mapping[str, tuple[int, int]]
    """Key → (place in `standings`, row)."""

    def clock(self, key: str) -> ClockDefinition | None:
        """Which clock it is."""
        found = self.chosen.get(key)
        return self.standings[found[0]].clock if found is not None else None

    def figure(self, key: str, name: str) -> float:
        """A figure of that clock (`ClockFigures`); NaN where there is none."""
        found = self.chosen.get(key)
        return float(getattr(self.standings[found[0]].figures, name)[found[1]]) if found is not None else math.nan

    def state(self, key: str) -> State:
        """How that clock stands; no data where there is none."""
        found = self.chosen.get(key)
        return self.standings[found[0]].figures.state_of(found[1]) if found is not None else "no_data"


def worst_clocks(view: ClocksView, by: By) -> WorstClocks:
    """The worst clock of every key; worked out once a view."""
    return view.once(f"worst {by}", lambda: _worst(view, by))


def _worst(view: ClocksView, by: By) -> WorstClocks:
    fed = tuple(view.standing(clock, by) for clock in view.clocks if view.fed(clock))
    index: dict[str, int] = {}
    for standing in fed:
        for key in standing.keys:
            index.setdefault(key, len(index))
    scores = np.full((len(fed), len(index)), -np.inf)
    rows = np.zeros((len(fed), len(index)), np.int64)
    for place, standing in enumerate(fed):
        at = np.array([index[key] for key in standing.keys], np.int64)
        measured = view.floor.measured(standing.clock, by)
        meant = np.array([key in measured for key in standing.keys], np.bool_)
        scores[place, at] = np.where(meant, _badness(standing), -np.inf)
        rows[place, at] = np.arange(len(at))
    if not fed:
        return WorstClocks((), {})
    worst = scores.argmax(axis=0)
    judged = np.isfinite(scores.max(axis=0, initial=-np.inf))
    places, found = worst.tolist(), rows[worst, np.arange(len(index))].tolist()
    chosen = {key: (places[i], found[i]) for key, i in index.items() if judged[i]}
    return WorstClocks(fed, chosen)


def _badness(standing: ClockStanding) -> Floats:
    """Higher is worse; -inf where the clock is not judged. Within a state: the share of the day's budget that is used."""
    figures = standing.figures
    gravity = _GRAVITY[figures.state]
    used = figures.late / np.maximum(figures.bearable, 1.0)
    used = np.where(np.isnan(used), 0.0, np.minimum(used, _APART / 2))
    return np.where(gravity >= 0, gravity * _APART + used, -np.inf)


def least_left(standing: ClockStanding, most: int = 0) -> list[int]:
    """Rows in order of the budget that is left, the least first; of the unknown none. At most so many, or all (0)."""
    left = standing.figures.budget_left
    known: NDArray[np.int64] = np.flatnonzero(~np.isnan(left))
    order = known[np.argsort(left[known], kind="stable")].tolist()
    return order[:most] if most else order
