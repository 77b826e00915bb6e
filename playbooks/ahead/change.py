"""What a plan changes of the half hour ahead, as numbers, and the course with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.pools import Ints
from playbooks.ahead.lanes import LanesAhead

LEAVE_S = 60.0
"""Who is asked to go takes no new contact a minute later."""


@dataclass(frozen=True, slots=True)
class Change:
    """One effect on the queues of a site: none before `begins_s`, whole from `whole_s` on, straight between.

    `agents` are heads at a native's pace; `arrivals`, `capacity` and `handle` relative changes (-0.2: a fifth less).
    `queues` are those concerned: with none, those of `category`; with neither, all of the site.
    """

    site: str
    category: str = ""
    queues: tuple[str, ...] = ()
    begins_s: float = 0.0
    whole_s: float = 0.0
    agents: float = 0.0
    arrivals: float = 0.0
    capacity: float = 0.0
    handle: float = 0.0
    lost: bool = False
    """Whether those who come no more are turned away, not served otherwise."""


def lanes_of(change: Change, lanes: LanesAhead) -> Ints:
    """The lanes of every pool that a change concerns."""
    if change.queues:
        named = [lanes.of_queue[change.site, q] for q in change.queues if (change.site, q) in lanes.of_queue]
        pools = set(lanes.pool[named].tolist()) if named else set()
        mine = lanes.of_site.get(change.site, np.empty(0, np.intp))
        return mine[np.isin(lanes.pool[mine], sorted(pools))] if pools else np.empty(0, np.intp)
    if change.category:
        return lanes.of_category.get((change.site, change.category), np.empty(0, np.intp))
    return lanes.of_site.get(change.site, np.empty(0, np.intp))


def with_changes(lanes: LanesAhead, changes: Iterable[Change]) -> LanesAhead:
    """The same half hour under a plan. Shorter handling is as good as more agents: a course has one handle time."""
    arrivals, agents = np.array(lanes.course.arrivals), np.array(lanes.course.agents)
    for change in changes:
        which = lanes_of(change, lanes)
        if len(which):
            part = ramp(change.begins_s, change.whole_s, lanes.course)
            arrivals[:, which] *= 1.0 + part * change.arrivals * _concerned(change, which, lanes)
            agents[:, which] *= (1.0 + part * change.capacity) / np.maximum(1.0 + part * change.handle, 0.05)
            agents[:, which] += part * change.agents * lanes.shares(which) * lanes.agent[which]
    course = lanes.course
    return replace(
        lanes,
        course=Course(
            course.step_s,
            np.maximum(arrivals, 0.0),
            np.maximum(agents, 0.0),
            course.handle_s,
            course.patience_s,
            course.slots,
        ),
    )


def ramp(begins: float, whole: float, course: Course) -> Floats:
    """How much of a change is there in each step, its mean over the step, (steps, 1)."""
    whole = max(whole, begins)
    edges = course.step_s * np.arange(course.steps + 1)
    if whole > begins:
        done = np.clip(edges - begins, 0.0, whole - begins) ** 2 / (2 * (whole - begins)) + np.maximum(edges - whole, 0)
    else:
        done = np.maximum(edges - begins, 0.0)
    return np.asarray(np.diff(done)[:, None] / course.step_s, np.float64)


def _concerned(change: Change, which: Ints, lanes: LanesAhead) -> Floats:
    """The share of each lane's pool whose arrivals a change concerns; without named queues all of it."""
    if not change.queues:
        return np.ones(len(which))
    share: dict[int, float] = {}
    for queue in change.queues:
        key = (change.site, queue)
        if key in lanes.of_queue:
            pool = int(lanes.pool[lanes.of_queue[key]])
            share[pool] = share.get(pool, 0.0) + lanes.in_pool[key]
    return np.array([min(share.get(pool, 0.0), 1.0) for pool in lanes.pool[which].tolist()])
