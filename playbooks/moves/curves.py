"""What people are worth at a place: the projection run for every number of them at once.

Over the lead time and the half hour after it, customers answered in time, each by its worth, with so many more or less.
Who leaves takes no new contact a minute later; who comes is there by the end of the lead time, at the pace of somebody
new. A donor is offered a number only where with so many gone each of its lanes stays above the line in every minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alerts.projection.course import Course
from alerts.projection.fast import project_fast
from playbooks.ahead.change import LEAVE_S, ramp
from playbooks.ahead.heading import in_time
from playbooks.ahead.lanes import LanesAhead, Place
from playbooks.moves.problem import Floats, Ints, MoveProblem

WARN_LEVEL = 0.72
"""A donor's share answered in time stays above this: the line of the shipped rule `service-level-warning`."""

AT_ONCE = 20_000
"""Courses that are projected at a time, which bounds the memory."""

LONGEST_LEAD_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How people come: when they are there, what one of them does at first, and the donors' line."""

    lead_s: tuple[float, float]
    """The first and the last of them; straight between."""
    efficiency: float
    line: float = WARN_LEVEL


def move_problem(
    lanes: LanesAhead,
    receivers: Sequence[Place],
    donors: Mapping[Place, float],
    sizes: Ints,
    terms: Terms,
    most_out: Mapping[str, float] | None = None,
) -> MoveProblem:
    """The problem of moving people to `receivers` from `donors`, who can let so many go each."""
    places = tuple(dict.fromkeys((*receivers, *donors)))
    row = {place: at for at, place in enumerate(places)}
    gain = np.full((len(places), len(sizes)), np.nan)
    loss = gain.copy()
    far = _further(lanes, terms.lead_s[1])
    coming = ramp(*terms.lead_s, far)[:, 0] * terms.efficiency
    going = -ramp(LEAVE_S, LEAVE_S, far)[:, 0]
    worth, _ = _worths(lanes, far, receivers, sizes, coming)
    gain[[row[place] for place in receivers]] = worth[:, 1:] - worth[:, :1]
    worth, level = _worths(lanes, far, tuple(donors), sizes, going)
    can = np.array([donors[place] for place in donors])[:, None] >= sizes[None, :]
    safe = (level[:, 1:] >= terms.line) & can
    loss[[row[place] for place in donors]] = np.where(safe, np.maximum(worth[:, :1] - worth[:, 1:], 0.0), np.nan)
    return MoveProblem(places, sizes, gain, loss, most_out or {})


def levels(lanes: LanesAhead, places: Sequence[Place]) -> Floats:
    """The share answered in time in the worst minute of the half hour ahead, as things stand; of the worst lane."""
    return _worths(lanes, lanes.course, places, np.empty(0, np.intp), np.zeros(lanes.course.steps))[1][:, 0]


def _further(lanes: LanesAhead, seconds: float) -> Course:
    """The course with so much more time behind it, in which everything stays as it was at its end."""
    course = lanes.course
    more = round(min(seconds, LONGEST_LEAD_S) / course.step_s)
    arrivals, agents = (
        np.concatenate([x, np.broadcast_to(x[-1:], (more, x.shape[1]))]) for x in (course.arrivals, course.agents)
    )
    return Course(course.step_s, arrivals, agents, course.handle_s, course.patience_s, course.slots)


def _worths(
    lanes: LanesAhead, course: Course, places: Sequence[Place], sizes: Ints, when: Floats
) -> tuple[Floats, Floats]:
    """For each place with nobody moved and with each number: the worth of who is answered in time, the worst level.

    `when` is what one person who moves adds in each step, (steps,).
    """
    counts = np.concatenate([[0], sizes]).astype(np.float64)
    which = [lanes.of_category.get(place, np.empty(0, np.intp)) for place in places]
    lane = np.concatenate([np.empty(0, np.intp), *which]).astype(np.intp)
    place = np.repeat(np.arange(len(places)), [len(own) for own in which])
    each = np.concatenate([np.empty(0), *(lanes.shares(own) for own in which if len(own))]) * lanes.agent[lane]
    answered, worst = np.zeros((len(lane), len(counts))), np.zeros((len(lane), len(counts)))
    batch = max(1, AT_ONCE // len(counts))
    for start in range(0, len(lane), batch):
        mine = slice(start, start + batch)
        answered[mine], worst[mine] = _answered(lanes, course, lane[mine], each[mine][:, None] * counts, when)
    worth = np.full((len(places), len(counts)), np.nan)
    level = worth.copy()
    if not len(lane):
        return worth, level
    for at in range(len(counts)):
        worth[:, at] = np.bincount(place, answered[:, at] * lanes.worth[lane], len(places))
        lowest = np.full(len(places), np.inf)
        with np.errstate(invalid="ignore"):
            np.minimum.at(lowest, place, worst[:, at])
        level[:, at] = lowest
    empty = np.array([not len(own) for own in which])
    worth[empty] = level[empty] = np.nan
    return worth, level


def _answered(lanes: LanesAhead, course: Course, lane: Ints, more: Floats, when: Floats) -> tuple[Floats, Floats]:
    """Customers answered in time, and the share of its worst minute, of each lane with each number of agents more."""
    columns = np.repeat(lane, more.shape[1])
    some = course.only(columns)
    changed = some.with_agents(np.maximum(some.agents + when[:, None] * more.ravel()[None, :], 0.0))
    with np.errstate(all="ignore"):
        found = project_fast(changed, lanes.present[columns], lanes.limit_s[columns][None, :])
        answered = in_time(changed, found, lanes.own[columns])
    # Of the start nobody can change anything; a donor answers for what comes after.
    worst = np.clip(found.answered_within[1:, :, 0], 0.0, 1.0).min(axis=0)
    return answered.reshape(more.shape), np.asarray(worst, np.float64).reshape(more.shape)
