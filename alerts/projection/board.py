"""The projection of every queue on a board, from its columns alone: where it will be in 15 and 30 minutes.

What is not measured is taken so that the answer is no better than the truth, or it is NaN:

- arrivals of people are those of the last 5 minutes; of the last minute, where that is beyond chance above them.
  They follow the plan's course from there, or stay.
- handle time is the time that contacts were held in the last 15 minutes over those that were completed, with too few
  of them that of the day's completed ones; with neither, unknown. A chat slows down with every other that its agent
  holds (`SLOWDOWN`).
- patience is the time waited in the last 15 minutes over those who gave up, with too few of them the day's; with too
  few then, too, nobody gives up, which makes the wait longest.
- agents are those at work now; where there is a roster, they follow its course.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from alerts.projected import HORIZON_S, NOT_IN_SIGHT_S
from alerts.projection.board_inputs import LaneInputs
from alerts.projection.breach import time_to_breach
from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.fast import project_fast

STEP_S = 60.0
STEPS = round(HORIZON_S / STEP_S)

SLOWDOWN = 0.45
"""b in AHT(k) = AHT(1)·(1 + b(k - 1)) with k chats at once, where nobody has measured it."""

MOST_LEVELS = 6
"""An agent who holds more contacts at once is taken as one of so many, larger, places."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a plan says of every lane's pool; NaN where it says nothing.

    `contacts` are those per second in the middle of each step, (STEPS, lanes), `contacts_then` those when arrivals were
    measured, (lanes,); `agents` are rostered in each step, `agents_now` at this moment.
    """

    contacts: Floats
    contacts_then: Floats
    agents: Floats
    agents_now: Floats


LEAST_PER_S = 1.0 / 3_600.0
"""A forecast of less than this is no measure of how busy the day is."""


def lane_course(lanes: LaneInputs, ahead: Ahead | None = None) -> Course:
    """The next 30 minutes of every lane."""
    levels = np.clip(lanes.cap, 1.0, MOST_LEVELS)
    levels = np.where(np.isnan(levels), 1.0, np.floor(levels))
    with np.errstate(invalid="ignore", divide="ignore"):
        arrivals = np.broadcast_to(lanes.arrivals_per_s, (STEPS, len(lanes.limit_s)))
        agents = np.broadcast_to(lanes.places / levels, arrivals.shape)
        if ahead is not None:
            arrivals, agents = _planned_arrivals(arrivals, ahead), _planned_agents(agents, ahead)
        each = lanes.cap / levels
        now = 1.0 + SLOWDOWN * (np.clip(lanes.concurrency, 1.0, np.maximum(lanes.cap, 1.0)) - 1.0)
        held = np.arange(1.0, float(levels.max(initial=1.0)) + 1.0)[:, None] * each
        handle = lanes.handle_s / now * (1.0 + SLOWDOWN * (np.maximum(held, 1.0) - 1.0))
    return Course(STEP_S, arrivals, agents, handle, lanes.patience_s, levels.astype(np.int64))


def _planned_arrivals(arrivals: Floats, ahead: Ahead) -> Floats:
    """The arrivals as measured, on the forecast's course from when they were; where it began from nothing, itself."""
    follows = np.where(
        ahead.contacts_then >= LEAST_PER_S,
        arrivals * ahead.contacts / ahead.contacts_then,
        np.maximum(arrivals, ahead.contacts),
    )
    return np.where(np.isnan(ahead.contacts) | np.isnan(ahead.contacts_then), arrivals, follows)


def _planned_agents(agents: Floats, ahead: Ahead) -> Floats:
    """The agents at work now, on the roster's course: who is missing now is missing later, too."""
    share = ahead.agents / ahead.agents_now
    return np.where(np.isfinite(share), agents * share, agents)


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """The projected figures of every lane, by the names of `alerts.projected.PROJECTED`; NaN where unknown."""

    columns: Mapping[str, Floats]
    weight: Floats
    """Arrivals per second of the lane's pool, by which lanes of a site are averaged."""


def project_lanes(lanes: LaneInputs, ahead: Ahead | None = None) -> LaneFigures:
    """Project every lane 30 minutes ahead."""
    course = lane_course(lanes, ahead)
    with np.errstate(all="ignore"):
        found = project_fast(course, lanes.present, lanes.limit_s[None, :], longest_step_s=STEP_S)
        breach = time_to_breach(found.times, found.mean_wait_s, lanes.limit_s, "above")
    level = np.clip(found.answered_within[:, :, 0], 0.0, 1.0)
    columns = {
        "projected_sl_15m": level[STEPS // 2],
        "projected_sl_30m": level[STEPS],
        "projected_wait_30m_s": found.mean_wait_s[STEPS],
        "breach_in_s": np.where(np.isinf(breach), NOT_IN_SIGHT_S, breach),
    }
    return LaneFigures(columns, lanes.arrivals_per_s)
