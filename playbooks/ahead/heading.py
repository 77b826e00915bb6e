"""Where some lanes are heading, with a band: who waits, how long, and how many are answered in time.

The middle is the projection's mean. The band runs from the 10th to the 90th percentile: of the number in the queue as
the projection's normal law has it, and of arrivals that were counted for a few minutes only; both together as the root
of their squares. A wait is that of a queue of so many, on average; a level is the share of those who come then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.fast import FastProjection, project_fast
from alerts.projection.pools import Ints
from playbooks.ahead.lanes import LanesAhead

BEYOND = 1.2816
"""Standard deviations from the mean to the 10th and the 90th percentile of a normal law."""


@dataclass(frozen=True, slots=True)
class Band:
    """A figure minute by minute: its 10th percentile, its middle, its 90th. NaN where it is not known."""

    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The next half hour of some lanes. `level` is the share answered in time of those who come at that minute."""

    waiting: Band
    wait_s: Band
    level: Band
    answered: float
    """Customers of this half hour who are answered in time."""
    worth: float
    """The same, each by what they are worth."""
    offered: float
    gave_up: float
    """Customers who give up in this half hour."""

    @property
    def mean_level(self) -> float:
        """The share of all who come in the half hour that is answered in time; NaN where nobody comes."""
        return self.answered / self.offered if self.offered > 0 else float("nan")


def in_time(course: Course, found: FastProjection, own: Floats) -> Floats:
    """The customers of each lane who are answered in time, in all steps, (lanes,)."""
    level = np.clip(found.answered_within[:, :, 0], 0.0, 1.0)
    return np.asarray((course.arrivals * (level[1:] + level[:-1]) / 2).sum(axis=0) * course.step_s * own, np.float64)


def headings(views: Sequence[tuple[LanesAhead, Ints]]) -> list[Heading]:
    """Where the lanes of each view are heading together; all views are projected in one go.

    Waiting adds up over pools, waits and levels are means over customers.
    """
    courses = [_with_arrivals(lanes, which, side) for side in (-1.0, 0.0, 1.0) for lanes, which in views]
    sizes = [course.queues for course in courses]
    present = np.concatenate([lanes.present[which] for lanes, which in views])
    limits = np.concatenate([lanes.limit_s[which] for lanes, which in views])
    with np.errstate(all="ignore"):
        found = project_fast(_joined(courses), np.tile(present, 3), np.tile(limits, 3)[None, :])
        ends = np.cumsum([0, *sizes])
        parts = [_part(found, slice(*ends[at : at + 2])) for at in range(len(courses))]
        count = len(views)
        return [
            _heading(*view, courses[count + at], parts[at], parts[count + at], parts[2 * count + at])
            for at, view in enumerate(views)
        ]


def _with_arrivals(lanes: LanesAhead, which: Ints, side: float) -> Course:
    """The course of some lanes where fewer (-1) or more (1) come than were counted, at the edge of the band."""
    course = lanes.course.only(which)
    scale = np.maximum(1.0 + side * BEYOND * lanes.noise[which], 0.0)
    return replace(course, arrivals=course.arrivals * scale)


def _joined(courses: Sequence[Course]) -> Course:
    """The queues of all courses side by side; they have the same steps."""
    arrays = (
        np.concatenate([getattr(course, name) for course in courses], axis=1)
        for name in ("arrivals", "agents", "handle_s")
    )
    rows = (np.concatenate([getattr(course, name) for course in courses]) for name in ("patience_s", "slots"))
    return Course(courses[0].step_s, *arrays, *rows)


def _part(found: FastProjection, queues: slice) -> FastProjection:
    """The figures of some of the queues."""
    values = {one.name: getattr(found, one.name)[:, queues] for one in fields(found) if one.name != "times"}
    return FastProjection(times=found.times, **values)


def _heading(
    lanes: LanesAhead, which: Ints, course: Course, fewer: FastProjection, middle: FastProjection, more: FastProjection
) -> Heading:
    own, first = lanes.own[which], np.unique(lanes.pool[which], return_index=True)[1]
    answered = in_time(course, middle, own)
    offered = course.arrivals.sum(axis=0) * course.step_s * own
    weight = offered / offered.sum() if offered.sum() > 0 else np.full(len(which), 1.0 / max(len(which), 1))
    levels = [np.clip(found.answered_within[:, :, 0], 0.0, 1.0) for found in (fewer, middle, more)]
    noise_low, noise_high = _of_numbers(course, middle, lanes.limit_s[which])
    return Heading(
        waiting=_band(
            middle.waiting[:, first].sum(axis=1),
            _root(middle.waiting, middle.waiting_band[:, :, 0], fewer.waiting, -1.0)[:, first],
            _root(middle.waiting, middle.waiting_band[:, :, 1], more.waiting, 1.0)[:, first],
            np.ones(len(first)),
        ),
        wait_s=_band(
            middle.mean_wait_s @ weight,
            _root(middle.mean_wait_s, noise_low[0], fewer.mean_wait_s, -1.0),
            _root(middle.mean_wait_s, noise_high[0], more.mean_wait_s, 1.0),
            weight,
        ),
        level=_band(
            levels[1] @ weight,
            _root(levels[1], noise_high[1], levels[2], -1.0),
            _root(levels[1], noise_low[1], levels[0], 1.0),
            weight,
            most=1.0,
        ),
        answered=float(answered.sum()),
        worth=float((answered * lanes.worth[which]).sum()),
        offered=float(offered.sum()),
        gave_up=float(_gone(middle, course)[first].sum()),
    )


def _gone(found: FastProjection, course: Course) -> Floats:
    """Contacts of each lane's pool that give up, (lanes,)."""
    rate = found.abandon_rate
    return np.asarray((rate[1:] + rate[:-1]).sum(axis=0) / 2 * course.step_s, np.float64)


def _of_numbers(course: Course, found: FastProjection, limit: Floats) -> tuple[tuple[Floats, Floats], ...]:
    """Wait and level of one who meets a short queue (the 10th percentile) and a long one (the 90th), (times, lanes)."""
    from scipy.special import ndtr

    agents = np.concatenate([course.serving_at, course.serving_at[-1:]])
    base = np.maximum(agents * course.full_pace, 1e-9)
    r = course.impatience
    out = []
    for k in (0, 1):
        ahead = found.waiting_band[:, :, k]
        wait = np.where(r > 0, np.log1p(r * ahead / base) / np.maximum(r, 1e-12), ahead / base)
        # So many turns make up the wait: it differs from its mean by the root of their number, of those.
        spread = np.maximum(wait, 1e-9) / np.sqrt(ahead + 1.0)
        soon = np.where(ahead <= 0, 1.0, ndtr((limit - wait) / spread))
        out.append((wait, np.asarray(soon * np.exp(-r * np.minimum(wait, limit)), np.float64)))
    return tuple(out)


def _root(middle: Floats, by_number: Floats, by_arrivals: Floats, side: float) -> Floats:
    """How far an edge of the band is from the middle, per lane: below it with `side` -1, above it with 1."""
    apart = (np.maximum(side * (edge - middle), 0.0) for edge in (by_number, by_arrivals))
    return np.asarray(np.hypot(*apart), np.float64)


def _band(middle: Floats, below: Floats, above: Floats, weight: Floats, most: float = np.inf) -> Band:
    """The band of a sum: what differs between lanes differs by itself, so that distances add up as squares."""
    low = np.maximum(middle - np.sqrt((below**2) @ weight**2), 0.0)
    high = np.minimum(middle + np.sqrt((above**2) @ weight**2), most)
    return Band(*(tuple(map(float, side)) for side in (low, middle, high)))
