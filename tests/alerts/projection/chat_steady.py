"""The steady state of chat by its own way, to hold the projection against: Erlang A whose agents slow down.

While every slot is taken the queue moves as Erlang A's does; below that the number present is a birth–death chain, of
which only ε is needed (`erlang.waiting_room`). Time is counted in seconds here.
"""

from __future__ import annotations

import numpy as np

from alerts.projection.chain import leaving
from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.erlang import Steady, waiting_room


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
