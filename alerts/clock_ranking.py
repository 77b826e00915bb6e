"""Where the budget is going: the clock that stands worst in each row of a board, and the rows with the least left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.clock_floor import By
from alerts.clock_state import STATES, State
from alerts.clock_still import Ints
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
    index: Mapping[str, int]
    worst: Ints
    """By key the place of its clock in `standings`; -1 where none is judged."""
    rows: Ints
    """By key its row in that standing."""

    def _found(self, key: str) -> tuple[ClockStanding, int] | None:
        at = self.index.get(key)
        if at is None or self.worst[at] < 0:
            return None
        return self.standings[int(self.worst[at])], int(self.rows[at])

    def clock(self, key: str) -> ClockDefinition | None:
        """Which clock it is."""
        found = self._found(key)
        return found[0].clock if found is not None else None

    def figure(self, key: str, name: str) -> float:
        """A figure of that clock (`ClockFigures`); NaN where there is none."""
        found = self._found(key)
        return float(getattr(found[0].figures, name)[found[1]]) if found is not None else math.nan

    def state(self, key: str) -> State:
        """How that clock stands; no data where there is none."""
        found = self._found(key)
        return found[0].figures.state_of(found[1]) if found is not None else "no_data"


def worst_clocks(view: ClocksView, by: By) -> WorstClocks:
    """The worst clock of every key; worked out once a view."""
    return view.once(f"worst {by}", lambda: _worst(view, by))


def _worst(view: ClocksView, by: By) -> WorstClocks:
    fed = tuple(view.standing(clock, by) for clock in view.clocks if view.fed(clock))
    common = view.floor.common([standing.clock for standing in fed], by)
    size = len(common.index)
    scores, rows = np.full((len(fed) + 1, size), -np.inf), np.zeros((len(fed) + 1, size), np.int64)
    for place, (standing, at, meant) in enumerate(zip(fed, common.at, common.meant, strict=True)):
        scores[place, at] = np.where(meant, _badness(standing), -np.inf)
        rows[place, at] = np.arange(len(at))
    worst = scores.argmax(axis=0)
    worst = np.where(np.isfinite(scores.max(axis=0)), worst, -1)
    return WorstClocks(fed, common.index, worst, rows[worst, np.arange(size)])


def _badness(standing: ClockStanding) -> Floats:
    """Higher is worse, -inf where the clock is not judged. In a state: the share of the budget that is used."""
    figures = standing.figures
    gravity = _GRAVITY[figures.state]
    used = figures.late / np.maximum(figures.bearable, 1.0)
    used = np.where(np.isnan(used), 0.0, np.minimum(used, _APART / 2))
    return np.where(gravity >= 0, gravity * _APART + used, -np.inf)


def least_left(standing: ClockStanding, most: int = 0) -> list[int]:
    """Rows in order of the budget that is left, the least first; of the unknown none. At most so many, or all (0)."""
    left = standing.figures.budget_left
    known: NDArray[np.int64] = np.flatnonzero(~np.isnan(left))
    order: list[int] = known[np.argsort(left[known], kind="stable")].tolist()
    return order[:most] if most else order
