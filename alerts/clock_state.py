"""How a response clock stands: its rates, what is left of the budget of its day, how fast that burns, and its state."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alerts.clock_count import ClockCount
from alerts.clock_day import ClockDay
from alerts.clock_still import Grown
from feeds.clocks import ClockDefinition
from feeds.columns import Floats

State = Literal["not_assessed", "degraded", "no_data", "small_sample", "no_target", "met", "at_risk", "missed"]

STATES: tuple[State, ...] = (
    "not_assessed", "degraded", "no_data", "small_sample", "no_target", "met", "at_risk", "missed",
)  # fmt: skip
"""In the order in which they are asked: the first that holds is the state.

`not_assessed`: outside the clock's hours. `degraded`: the platform gives no data to be believed now. `no_data`: the
source does not feed the clock, is unknown, or nothing was asked yet. `small_sample`: fewer than the clock's minimum.
`no_target`: no line is known. `missed`: more are late than the whole day may have. `at_risk`: the rate of the day or of
the last 15 minutes is below the line, or the budget runs out before the day does. `met`: none of these.
"""

MOST_BURN = 999.0
"""More is not told: with the budget gone the rest of the day bears nothing, and any late one is infinitely too many."""


@dataclass(frozen=True)
class ClockFigures:
    """One clock by row at `now`, for rules and screens; each figure is worked out when it is first asked for.

    Shares from 0 to 1; all NaN where the state says that nothing is known, but for `counted` and `late`, which are
    known outside the assessed hours too: the day's assessed and late ones, those that are late and still wait included.
    """

    clock: ClockDefinition
    day: ClockDay
    count: ClockCount
    now: float
    degraded: NDArray[np.bool_]
    """The rows whose platform is in a degrade window."""

    @cached_property
    def assesses(self) -> bool:
        """Whether `now` lies in the clock's hours."""
        return self.day.assesses(self.now)

    @cached_property
    def late(self) -> Floats:
        """Late today."""
        return self.count.missed + np.where(np.isnan(self.count.overdue), 0.0, self.count.overdue)

    @cached_property
    def counted(self) -> Floats:
        """Assessed today."""
        return self.count.met + self.late

    @cached_property
    def expected(self) -> Floats:
        """How many will have been assessed by the end of the day."""
        return self._shown(lambda: self.count.expected)

    @cached_property
    def overdue(self) -> Floats:
        """Past the limit and still waiting."""
        return self._shown(lambda: self.count.overdue)

    @cached_property
    def rate_15m(self) -> Floats:
        """Share of the last 15 minutes."""
        return self._shown(lambda: self._rate_15m)

    @cached_property
    def rate_day(self) -> Floats:
        """Share of the day."""
        return self._shown(lambda: self._rate_day)

    @cached_property
    def budget_left(self) -> Floats:
        """Late ones that the rest of the day can still bear."""
        return self._shown(lambda: self._budget)

    @cached_property
    def burn(self) -> Floats:
        """How many times more are late (15 min) than the rest of the day can bear, at most `MOST_BURN`.

        With a forecast the share that is late now, of all who are still to come; without, the pace of the late ones.
        """
        return self._shown(lambda: self._burn("15m"))

    @cached_property
    def burn_5m(self) -> Floats:
        """The same over 5 minutes."""
        return self._shown(lambda: self._burn("5m"))

    @cached_property
    def burn_1h(self) -> Floats:
        """The same over an hour."""
        return self._shown(lambda: self._burn("1h"))

    @cached_property
    def runs_out_at(self) -> Floats:
        """When the budget is gone at this pace, in seconds since the epoch; `now` where it is, NaN where it lasts."""
        return self._shown(self._runs_out)

    @cached_property
    def state(self) -> NDArray[np.int8]:
        """Place in `STATES`."""
        size = len(self.counted)
        if not self.assesses:
            return np.full(size, STATES.index("not_assessed"), np.int8)
        risky = np.zeros(size, np.bool_) if self._blank else self._risky()
        holds: dict[State, NDArray[np.bool_]] = {
            "degraded": self.degraded,
            "no_data": ~(self.counted > 0.0),
            "small_sample": self.counted < self.clock.min_sample,
            "no_target": np.full(size, math.isnan(self.clock.target)),
            "missed": self._budget < 0.0,
            "at_risk": risky,
        }
        state = np.full(size, STATES.index("met"), np.int8)
        for name, where in reversed(holds.items()):
            state[where] = STATES.index(name)
        return state

    def state_of(self, row: int) -> State:
        """The state of a row."""
        return STATES[int(self.state[row])]

    @cached_property
    def bearable(self) -> Floats:
        """How many late ones the whole day can bear, those that are late already included."""
        # A share of a whole number of contacts is not always exact in binary: 0.1 × 1000 must bear 100.
        return self._shown(lambda: self._bearable)

    @cached_property
    def _bearable(self) -> Floats:
        return np.floor((1.0 - self.clock.target) * self.count.expected + 1e-9)

    @cached_property
    def _hidden(self) -> NDArray[np.bool_]:
        return self.degraded | ~(self.counted > 0.0)

    @cached_property
    def _blank(self) -> bool:
        return not self.assesses or bool(self._hidden.all())

    def _shown(self, make: Callable[[], Floats]) -> Floats:
        return np.full(len(self.counted), np.nan) if self._blank else np.where(self._hidden, np.nan, make())

    @cached_property
    def _rate_day(self) -> Floats:
        return _share(self.count.met, self.counted)

    @cached_property
    def _rate_15m(self) -> Floats:
        grown = self.count.grown("15m")
        return _share(grown.met, grown.met + grown.late)

    @cached_property
    def _budget(self) -> Floats:
        return self._bearable - self.late

    @cached_property
    def _bears(self) -> Floats:
        """What the pace of late ones is held against: at least one."""
        return np.maximum(self._budget, 1.0)

    @cached_property
    def _untold(self) -> NDArray[np.bool_]:
        return np.isnan(self.coming)

    @cached_property
    def left_s(self) -> float:
        """Assessed seconds of the day that are left."""
        return self.day.seconds(self.now, self.day.end)

    @cached_property
    def coming(self) -> Floats:
        """How many the forecast says are still to be assessed in the day; NaN where there is none."""
        coming = self.count.coming
        return np.full(len(self.counted), np.nan) if coming is None else coming.total

    def late_ahead(self, window: str) -> Floats:
        """How many of the rest of the day will be late, if it goes on as in a window."""
        grown = self.count.grown(window)
        at_this_pace = grown.late_per_s * self.left_s
        if self.count.coming is None:
            return at_this_pace
        return np.where(self._untold, at_this_pace, _late_share(grown) * self.coming)

    def _burn(self, window: str) -> Floats:
        return np.minimum(self.late_ahead(window) / self._bears, MOST_BURN)

    def _runs_out(self) -> Floats:
        grown, coming = self.count.grown("15m"), self.count.coming
        at = _runs_out(self.day, self.now, self._budget, grown.late_per_s)
        if coming is None:
            return at
        share = _late_share(grown)
        with np.errstate(all="ignore"):
            bears = coming.until(np.where(share > 0.0, self._budget / share, np.nan))
        return np.where(self._untold | ~(self._budget > 0.0) | np.isnan(share), at, bears)

    def _risky(self) -> NDArray[np.bool_]:
        target = self.clock.target
        fast = (self._burn("15m") > 1.0) & (self.left_s > 0)
        return (self._rate_day < target) | (self._rate_15m < target) | fast


def figures_of(
    clock: ClockDefinition, day: ClockDay, count: ClockCount, now: float, degraded: NDArray[np.bool_]
) -> ClockFigures:
    """What the counts say at `now`. `degraded` marks the rows whose platform is in a degrade window."""
    return ClockFigures(clock, day, count, now, degraded)


def _share(part: Floats, whole: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.where(whole > 0.0, part / whole, np.nan)


def _late_share(grown: Grown) -> Floats:
    """The share of a window's contacts that became late; 0 where none was asked."""
    asked = grown.met + grown.late
    return np.where(asked == 0.0, 0.0, _share(grown.late, asked))


def _runs_out(day: ClockDay, now: float, budget: Floats, late_per_s: Floats) -> Floats:
    """When each row's budget is gone; `now` where it is already, NaN where it lasts the day or is not known."""
    with np.errstate(all="ignore"):
        lasts_s = np.where(budget <= 0.0, 0.0, np.where(late_per_s > 0.0, budget / late_per_s, np.inf))
        at = np.where(budget <= 0.0, now, day.after(now, lasts_s))
    return np.where(np.isnan(budget) | (np.isnan(late_per_s) & (budget > 0.0)), np.nan, at)
