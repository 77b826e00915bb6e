"""How the day went for whoever draws it at a distance: waits by percentile, people by state, clock budgets.

A value of the network and of each site every step, at most `MOST` of them: then every other one goes, and the step
doubles. What only a chart needs is kept nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor

import numpy as np
from numpy.typing import NDArray

from alerts.clock_book import ClockBook
from feeds.board import Board
from feeds.rollup import NETWORK, Rollup, roll_up

STEP_S = 30.0
MOST = 240
MOST_SITES = 64
"""Of more sites only the network's course is kept."""

WAITS = ("wait_p50_s", "wait_p90_s", "wait_p99_s")
STATES = ("serving", "idle", "acw", "rest", "meal", "training", "offline")
"""What people do: with a contact, online without one, in after-contact work, at rest, meal, training, absent."""

_RESTS = (
    "rest_ordinary", "rest_meeting", "rest_coaching", "rest_forced", "rest_signin", "rest_quality",
)  # fmt: skip
Cells = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class DayCourses:
    """`values[t, k]` are `WAITS` and then `STATES` of `keys[k]` at `times[t]` (seconds since the epoch).

    `left` is by clock what was left of its budget, times × keys. NaN where it was not known.
    """

    keys: tuple[str, ...] = ()
    times: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    values: Cells = field(default_factory=lambda: np.empty((0, 0, len(WAITS) + len(STATES)), np.float32))
    left: Mapping[str, Cells] = field(default_factory=dict)

    def course(self, key: str, name: str) -> list[float]:
        """One of `WAITS` or `STATES` at a place, by time; empty where it is not kept."""
        if key not in self.keys:
            return []
        found: list[float] = self.values[:, self.keys.index(key), (*WAITS, *STATES).index(name)].tolist()
        return found

    def budget(self, clock: str, key: str) -> list[float]:
        """What was left of a clock's budget at a place, by time; empty where it is not kept."""
        if key not in self.keys or clock not in self.left:
            return []
        found: list[float] = self.left[clock][:, self.keys.index(key)].tolist()
        return found


class DayCourseDesk:
    """Costs nothing on a desk that nobody looks at."""

    def __init__(self, board: Board, clocks: ClockBook, *, seen: bool) -> None:
        self._board, self._clocks, self._seen, self._step_s = board, clocks, seen, STEP_S
        self._noted = -math.inf
        self.courses = DayCourses()

    def second(self, now: float) -> None:
        """A second of the desk begins: note how things stand where a step is over."""
        if not self._seen or floor(now) % STEP_S or 0.0 <= now - self._noted < self._step_s:
            return
        if now < self._noted:
            self.courses, self._step_s = DayCourses(), STEP_S  # the clock was set back: another course
        self._noted = now
        sites = self._board.view(now).sites
        whole = roll_up(sites, "all")
        parts = [whole, roll_up(sites, "site")] if len(sites) <= MOST_SITES else [whole]
        if not whole.keys:
            return
        keys = (NETWORK, *(parts[1].keys if len(parts) > 1 else ()))
        self.courses = self._longer(keys, np.concatenate([states_of(one) for one in parts]), now)

    def _longer(self, keys: tuple[str, ...], values: Cells, now: float) -> DayCourses:
        before = self.courses
        if before.keys != keys:
            before = _laid_out(before, keys)
        times = np.append(before.times, now)
        longer = np.concatenate([before.values, values[None]])
        left = {
            name: _appended(before.left.get(name), row, len(times)) for name, row in self._budgets(keys, now).items()
        }
        if len(times) > MOST:
            self._step_s *= 2
            times, longer = times[::2], longer[::2]
            left = {name: column[::2] for name, column in left.items()}
        return DayCourses(keys, times, longer, left)

    def _budgets(self, keys: tuple[str, ...], now: float) -> dict[str, Cells]:
        """What is left of each clock that is fed, by key."""
        view, out = self._clocks.view(now), {}
        for clock in view.clocks:
            if not view.fed(clock):
                continue
            row = np.full(len(keys), np.nan, np.float32)
            whole, sites = view.standing(clock, "all"), view.standing(clock, "site")
            for i, key in enumerate(keys):
                standing = whole if key == NETWORK else sites
                if key in standing.at:
                    row[i] = standing.figures.budget_left[standing.at[key]]
            out[clock] = row
        return out


def _appended(before: Cells | None, row: Cells, length: int) -> Cells:
    unknown = np.full((length - 1, len(row)), np.nan, np.float32)
    return np.concatenate([unknown if before is None or len(before) != length - 1 else before, row[None]])


def _laid_out(before: DayCourses, keys: tuple[str, ...]) -> DayCourses:
    """The same course for other keys: what was not kept of one is not known."""
    length = len(before.times)
    values = np.full((length, len(keys), len(WAITS) + len(STATES)), np.nan, np.float32)
    left = {name: np.full((length, len(keys)), np.nan, np.float32) for name in before.left}
    for i, key in enumerate(keys):
        if key in before.keys:
            old = before.keys.index(key)
            values[:, i] = before.values[:, old]
            for name, column in before.left.items():
                left[name][:, i] = column[:, old]
    return DayCourses(keys, before.times, values, left)


def states_of(rollup: Rollup) -> Cells:
    """Waits and states of the keys of a roll-up, keys × figures. Who is neither busy nor away has no contact."""
    columns = rollup.columns

    def told(name: str) -> NDArray[np.float64]:
        return np.where(np.isnan(columns[name]), 0.0, columns[name])

    online, rostered, serving = (columns[name] for name in ("agents_online", "agents_rostered", "agents_busy"))
    acw, meal, training = (told(name) for name in ("agents_acw", "rest_meal", "rest_training"))
    rest = np.sum([told(name) for name in _RESTS], axis=0)
    idle = np.maximum(online - serving - acw - meal - training - rest, 0.0)
    offline = np.maximum(rostered - online, 0.0)
    states = (
        serving,
        idle,
        acw + online * 0.0,
        rest + online * 0.0,
        meal + online * 0.0,
        training + online * 0.0,
        offline,
    )
    return np.stack([*(columns[name] for name in WAITS), *states], axis=1).astype(np.float32)
