"""Figures of queues whose staffing changes on the way: those of `figures`, put right where a change meets a wait."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alerts.projection.backward import Backward
from alerts.projection.chain import States
from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.figures import Projection


def allow_for_changes(projection: Projection, laws: Floats, course: Course, states: States, limits: Floats) -> None:
    """Replace waits, abandonment and shares within limits of those queues; `laws` is (times, states)."""
    moving = np.flatnonzero((np.diff(course.agents, axis=0) != 0).any(axis=0))
    if not len(moving):
        return
    some = course.only(moving)
    # From the fewest slots upwards: who finds fewer present is served at once whenever he comes.
    floor = np.ceil((some.agents * some.slots).min(axis=0)).astype(np.int64)
    part = States(floor, np.maximum(states.high[moving], floor))
    law = _restricted(laws, states, moving, part)
    back = Backward(some, part)
    offered, stay = back.expected_waits(law.max(axis=0))
    never = some.agents[-1] * some.full_pace <= 0
    offered_wait = np.where(never, np.inf, part.sums(law * offered))
    gone = part.sums(law * (1.0 - stay))
    patient = some.impatience < 1e-9
    projection.offered_wait_s[:, moving] = offered_wait
    projection.mean_wait_s[:, moving] = np.where(patient, offered_wait, gone / np.where(patient, 1.0, some.impatience))
    projection.p_abandon[:, moving] = np.where(patient, 0.0, gone)
    for k, limit in enumerate(limits[:, moving]):
        for step in _met(back, course, float(limit.max())):
            answered, beyond = back.within(step, limit)
            projection.answered_within[step, moving, k] = 1.0 - part.sums(law[step] * (1.0 - answered))
            projection.late[step, moving, k] = part.sums(law[step] * beyond)


def _met(back: Backward, course: Course, limit: float) -> list[int]:
    """Steps at whose start somebody may arrive who still waits, within the limit, when the staffing changes."""
    reach = int(np.ceil(limit / course.step_s))
    met = {step for change in back.changes.tolist() for step in range(max(0, change - reach), change)}
    return sorted(met)


def _restricted(laws: Floats, states: States, queues: NDArray[np.intp], part: States) -> Floats:
    """The laws of some queues on other states; mass outside them is left out."""
    out = np.zeros((len(laws), int(part.sizes.sum())))
    for i, queue in enumerate(queues.tolist()):
        low = max(int(states.low[queue]), int(part.low[i]))
        count = int(states.high[queue]) - low + 1
        if count > 0:
            source = int(states.first[queue]) + low - int(states.low[queue])
            goal = int(part.first[i]) + low - int(part.low[i])
            out[:, goal : goal + count] = laws[:, source : source + count]
    return out
