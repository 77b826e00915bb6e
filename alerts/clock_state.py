"""How a response clock stands: its rates, what is left of the day's budget, how fast it burns, and what to call that.

Everything here is arithmetic on counts by row. The counts add up over rows, sites and the network; the rates do not, so
they are worked out last (`feeds.rollup` does the same for the catalogue).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alerts.clock_course import WINDOWS_S, ClockCourse, DayCounts
from alerts.clock_day import ClockDay
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

MOST_SCALING = 8.0
"""Without a forecast, a day is never expected to be more than this many times what has come so far."""


@dataclass(frozen=True, slots=True)
class ClockCount:
    """One clock by row, as counts that add up. NaN where nothing is known; windows are keyed as in `WINDOWS_S`."""

    met: Floats
    missed: Floats
    overdue: Floats
    expected: Floats
    """How many will have been assessed by the end of the day."""
    window_met: Mapping[str, Floats]
    window_late: Mapping[str, Floats]
    window_late_per_s: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """One clock by row, for rules and screens. Shares from 0 to 1; all NaN where the state says that nothing is known.

    `counted` and `late` are the day's assessed and late ones, those that are late and still wait included; they are
    known outside the assessed hours too. `burn` is how many times faster late ones come (15 min) than the rest of the
    day can bear, at most `MOST_BURN`; `runs_out_at` when the budget is gone at this pace, in seconds since the epoch,
    NaN where it lasts.
    """

    state: NDArray[np.int8]
    """Place in `STATES`."""
    counted: Floats
    late: Floats
    expected: Floats
    overdue: Floats
    rate_15m: Floats
    rate_day: Floats
    budget_left: Floats
    burn: Floats
    burn_5m: Floats
    burn_1h: Floats
    runs_out_at: Floats

    def state_of(self, row: int) -> State:
        """The state of a row."""
        return STATES[int(self.state[row])]


MOST_BURN = 999.0
"""More is not told: with the budget gone the rest of the day bears nothing, and any late one is infinitely too many."""


def expected_of_day(counted: Floats, day: ClockDay, since: float, now: float) -> Floats:
    """How many of a day that is counted `since` will be assessed in all, where there is no forecast.

    What came so far, scaled by the assessed time from `since` to the day's end over that until `now`, at most
    `MOST_SCALING` times: a burst in the first minutes must not promise a budget that never comes.
    """
    gone = day.seconds(since, now)
    factor = min((gone + day.seconds(now, day.end)) / gone, MOST_SCALING) if gone > 0.0 else 1.0
    return counted * factor


def count_of(
    course: ClockCourse, clock: str, day: ClockDay, now: float, forecast: Floats | None = None
) -> ClockCount | None:
    """The counts of one clock of one site at `now`; None where the site does not feed it.

    `forecast` is how many of the day are expected by row, NaN where there is no forecast; never below what has come.
    """
    counts = course.day(clock)
    if counts is None:
        return None
    if counts.day != day:  # midnight has passed, and nothing has come since
        nothing = np.zeros(len(counts.met))
        counts = DayCounts(day, nothing, nothing, counts.overdue, day.start)
    counted = counts.met + counts.missed + np.nan_to_num(counts.overdue)
    expected = expected_of_day(counted, day, counts.since, now)
    if forecast is not None:
        expected = np.where(np.isnan(forecast), expected, np.maximum(forecast, counted))
    grown = {window: course.grown(clock, window) for window in WINDOWS_S}
    unknown = np.full(len(counted), np.nan)
    return ClockCount(
        counts.met,
        counts.missed,
        counts.overdue,
        expected,
        {window: part.met if part else unknown for window, part in grown.items()},
        {window: part.late if part else unknown for window, part in grown.items()},
        {window: part.late_per_s if part else unknown for window, part in grown.items()},
    )


def add_up(parts: Sequence[ClockCount], keys: Sequence[NDArray[np.int64]], size: int) -> ClockCount:
    """Rows added up: row `i` of part `p` goes to row `keys[p][i]`, or nowhere where that is -1.

    A sum of nothing known is NaN, not zero.
    """

    def total(blocks: Sequence[Floats]) -> Floats:
        sums, known = np.zeros(size), np.zeros(size, np.bool_)
        for block, key in zip(blocks, keys, strict=True):
            here = (key >= 0) & ~np.isnan(block)
            np.add.at(sums, key[here], block[here])
            known[key[here]] = True
        return np.where(known, sums, np.nan)

    def windows(name: str) -> dict[str, Floats]:
        return {window: total([getattr(part, name)[window] for part in parts]) for window in WINDOWS_S}

    return ClockCount(
        total([part.met for part in parts]),
        total([part.missed for part in parts]),
        total([part.overdue for part in parts]),
        total([part.expected for part in parts]),
        windows("window_met"),
        windows("window_late"),
        windows("window_late_per_s"),
    )


def figures_of(
    clock: ClockDefinition, day: ClockDay, count: ClockCount, now: float, degraded: NDArray[np.bool_]
) -> ClockFigures:
    """What the counts say at `now`. `degraded` marks the rows whose platform is in a degrade window."""
    with np.errstate(all="ignore"):
        late = count.missed + np.nan_to_num(count.overdue)
        counted = count.met + late
        rate_day = _share(count.met, counted)
        rates = {w: _share(count.window_met[w], count.window_met[w] + count.window_late[w]) for w in WINDOWS_S}
        # A share of a whole number of contacts is not always exact in binary: 0.1 × 1000 must bear 100.
        bearable = np.floor((1.0 - clock.target) * count.expected + 1e-9)
        budget = bearable - late
        left_s = day.seconds(now, day.end)
        burn = {w: count.window_late_per_s[w] * left_s / np.maximum(budget, 1.0) for w in WINDOWS_S}
        burn = {w: np.where(np.isnan(budget), np.nan, np.minimum(value, MOST_BURN)) for w, value in burn.items()}
        runs_out = _runs_out(day, now, budget, count.window_late_per_s["15m"])
        risky = (rate_day < clock.target) | (rates["15m"] < clock.target) | (burn["15m"] > 1.0) & (left_s > 0)
        state = _states(clock, day, now, degraded, counted, budget, risky)
    hidden = state <= STATES.index("no_data")

    def shown(values: Floats) -> Floats:
        return np.where(hidden, np.nan, values)

    return ClockFigures(
        state=state,
        counted=counted,
        late=late,
        expected=shown(count.expected),
        overdue=shown(count.overdue),
        rate_15m=shown(rates["15m"]),
        rate_day=shown(rate_day),
        budget_left=shown(budget),
        burn=shown(burn["15m"]),
        burn_5m=shown(burn["5m"]),
        burn_1h=shown(burn["1h"]),
        runs_out_at=shown(runs_out),
    )


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0.0, part / whole, np.nan)


def _runs_out(day: ClockDay, now: float, budget: Floats, late_per_s: Floats) -> Floats:
    """When each row's budget is gone; `now` where it is already, NaN where it lasts the day or is not known."""
    lasts_s = np.where(budget <= 0.0, 0.0, np.where(late_per_s > 0.0, budget / late_per_s, np.inf))
    at = np.where(budget <= 0.0, now, day.after(now, lasts_s))
    return np.where(np.isnan(budget) | (np.isnan(late_per_s) & (budget > 0.0)), np.nan, at)


def _states(
    clock: ClockDefinition,
    day: ClockDay,
    now: float,
    degraded: NDArray[np.bool_],
    counted: Floats,
    budget: Floats,
    risky: NDArray[np.bool_],
) -> NDArray[np.int8]:
    size = len(counted)
    holds: dict[State, NDArray[np.bool_]] = {
        "not_assessed": np.full(size, not day.assesses(now)),
        "degraded": degraded,
        "no_data": ~(counted > 0.0),
        "small_sample": counted < clock.min_sample,
        "no_target": np.full(size, math.isnan(clock.target)),
        "missed": budget < 0.0,
        "at_risk": risky,
    }
    state = np.full(size, STATES.index("met"), np.int8)
    for name, where in reversed(holds.items()):
        state[where] = STATES.index(name)
    return state
