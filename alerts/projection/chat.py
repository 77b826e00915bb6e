"""The steady state of chat and the agents it takes: Erlang A whose agents hold several contacts and slow down.

While every slot is taken the queue moves as Erlang A's does; below that the number present is a birth–death chain, of
which only ε is needed (`erlang.waiting_room`). Time is counted in seconds here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alerts.projection.chain import leaving
from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.erlang import Steady, waiting_room
from alerts.projection.staffing import fewest, meets


def chat_steady(course: Course, within_s: Floats, step: int = 0) -> Steady:
    """The steady state of each queue under the arrivals and agents of a step, the waits in seconds.

    Agents must be whole numbers of 1 or more, arrivals above 0, and every queue known.
    """
    arrivals, full = course.arrivals[step], course.agents[step] * course.full_pace
    idle = np.array([_log_idle(course, step, queue) for queue in range(course.queues)], np.float64)
    return waiting_room(full, arrivals, course.impatience, np.asarray(within_s, np.float64), full - arrivals, idle)


def _log_idle(course: Course, step: int, queue: int) -> float:
    """Log ε: Σ over n below the last place of the product of death over birth from n + 1 to there."""
    places = round(float(course.agents[step, queue])) * int(course.slots[queue])
    present = np.arange(places - 1, 0, -1, dtype=np.float64)
    death = leaving(course, step, present, np.full(len(present), queue, np.int64))
    terms = np.concatenate([[0.0], np.cumsum(np.log(death / course.arrivals[step, queue]))])
    greatest = float(terms.max())
    return greatest + float(np.log(np.exp(terms - greatest).sum()))


def required_chat_agents(
    course: Course, within_s: Floats, service_level: Floats | None = None, abandonment: Floats | None = None
) -> Floats:
    """The fewest agents of each queue of a course of one step; its own agents do not matter. NaN where unknown."""
    blank = np.full(course.queues, np.nan)
    level = blank if service_level is None else np.broadcast_to(service_level, blank.shape)
    lost = blank if abandonment is None else np.broadcast_to(abandonment, blank.shape)
    out = np.where(course.known, 0.0, np.nan)
    some = np.flatnonzero(course.known & (course.arrivals[0] > 0))
    limits = np.broadcast_to(np.asarray(within_s, np.float64), blank.shape)

    def enough(agents: Floats, which: NDArray[np.intp]) -> NDArray[np.bool_]:
        at = some[which]
        part = course.only(at).with_agents(agents[None, :])
        return meets(chat_steady(part, limits[at]), level[at], lost[at])

    out[some] = fewest(enough, np.ceil(course.arrivals[0] / course.full_pace)[some])
    return out
