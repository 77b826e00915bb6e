"""Waits where the staffing changes while people wait, by the backward equations.

A contact that arrives with n present waits until fewer than the slots of the moment are before it. Those before it
leave at the rate of the moment, one by one, so that what it has to expect, f(t, n), obeys
-∂f/∂t = reward + leaving(t, n)·(f(t, n - 1) - f(t, n)) - θf, with f known below the slots of the moment, and without
the last term for one who does not give up. Each step back in time is a sum over the Poisson number of events of a clock
(uniformisation): no term is negative and nothing oscillates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.projection import waits
from alerts.projection.chain import States, leaving
from alerts.projection.course import Course
from alerts.projection.decay import Floats

_SETTLED = 1e-6
"""Once a step changes mean waits by less than this, in seconds, earlier ones of the same rates are not taken."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the course, seen from a contact that waits."""

    waits: NDArray[np.bool_]
    """Whether one who finds this state has to wait."""
    share: Floats
    """How likely it is that one of those before it leaves at an event of its queue's clock."""
    gone: Floats
    """How likely it is that the contact itself gives up at such an event."""
    events: Floats
    """Probability of k events, (k, states)."""
    later: Floats
    """Mean time spent after k events and before the next, (k, states)."""


class Backward:
    """What arrivals of some queues have to expect, at each time of the course, for each state."""

    def __init__(self, course: Course, states: States) -> None:
        self._course, self._states = course, states
        self._steps: dict[int, _Step] = {}
        self._shifted = np.empty(int(states.sizes.sum()))
        room = course.agents * course.slots
        same = (np.diff(room, axis=0) == 0).all(axis=1) & (np.diff(course.serving, axis=0) == 0).all(axis=1)
        self.changes = np.flatnonzero(~same) + 1
        """Steps that begin with other staffing."""
        self._kind = np.concatenate([[0], np.cumsum(~same)])

    def expected_waits(self, likely: Floats) -> tuple[Floats, Floats]:
        """Mean wait of one who does not give up, and the chance of not giving up, both (times, states).

        `likely`, (states,), is how likely each state is at most.
        """
        course, states = self._course, self._states
        end = course.steps - 1
        ahead, base, waiting = self._closed(end)
        r = course.impatience[states.queue]
        offered = np.where(waiting, np.where(base > 0, waits.offered_wait(ahead, base, r), 0.0), 0.0)
        stay = np.where(waiting & (base > 0), 1.0 - r * waits.mean_wait(ahead, base, r), ~waiting)
        all_offered, all_stay = np.empty((end + 2, len(r))), np.empty((end + 2, len(r)))
        all_offered[-1], all_stay[-1] = offered, stay
        settled = False
        for step in range(end, -1, -1):
            same = step == end or self._kind[step] == self._kind[step + 1]
            if not (settled and same):
                before = offered
                offered = self._back(step, offered, 0.0, reward=True)
                stay = self._back(step, stay, 1.0, tires=True)
                settled = same and bool(states.sums(np.abs(offered - before) * likely).max() < _SETTLED)
            all_offered[step], all_stay[step] = offered, stay
        return all_offered, all_stay

    def within(self, step: int, limit: Floats) -> tuple[Floats, Floats]:
        """Of arrivals at the start of a step: the chances to be answered within, and to wait beyond, the limit."""
        course, states = self._course, self._states
        whole = int(min(limit.max() // course.step_s, course.steps - 1 - step))
        ahead, base, waiting = self._closed(step + whole)
        rest = np.maximum(limit[states.queue] - whole * course.step_s, 0.0)
        r = course.impatience[states.queue]
        answered = np.where(waiting, waits.answered_within(ahead, base, r, rest), 1.0)
        beyond = np.where(waiting, waits.waits_beyond(ahead, base, r, rest), 0.0)
        for at in range(step + whole - 1, step - 1, -1):
            answered = self._back(at, answered, 1.0, tires=True)
            beyond = self._back(at, beyond, 0.0, tires=True)
        return answered, beyond

    def _closed(self, step: int) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """(ahead, base, waits) of each state, as if the staffing of a step held for ever."""
        course, queue = self._course, self._states.queue
        room = (course.agents[step] * course.slots)[queue]
        waiting = self._states.present >= room
        ahead = np.where(waiting, np.ceil(self._states.present - room), 0.0)
        return ahead, (course.agents[step] * course.full_pace)[queue], waiting

    def _of(self, step: int) -> _Step:
        kind = int(self._kind[step])
        if kind not in self._steps:
            self._steps[kind] = self._make(step)
        return self._steps[kind]

    def _make(self, step: int) -> _Step:
        from scipy.special import gammaln

        course, states = self._course, self._states
        room = (course.agents[step] * course.slots)[states.queue]
        waiting = states.present >= room
        rate = np.where(waiting, leaving(course, step, states.present, states.queue), 0.0)
        clock = np.maximum(np.maximum.reduceat(rate, states.first), 1e-9) + course.impatience
        mean = clock * course.step_s
        most = int(mean.max() + 6.5 * np.sqrt(mean.max()) + 10)
        k = np.arange(most)[:, None]
        events = np.exp(k * np.log(mean) - mean - gammaln(k + 1.0))
        later = np.maximum(1.0 - np.cumsum(events, axis=0), 0.0) / clock
        gone = np.where(waiting, (course.impatience / clock)[states.queue], 0.0)
        return _Step(waiting, rate / clock[states.queue], gone, events[:, states.queue], later[:, states.queue])

    def _back(self, step: int, value: Floats, below: float, *, tires: bool = False, reward: bool = False) -> Floats:
        """The value a step earlier.

        `below` is that of one served at once; who `tires` may give up and then has 0; with `reward`, waiting counts 1 a
        second.
        """
        now = self._of(step)
        keep = 1.0 - now.share - (now.gone if tires else 0.0)
        value = np.where(now.waits, value, below)
        gain = now.waits.astype(np.float64)
        out = np.zeros_like(value)
        for events, later in zip(now.events, now.later, strict=True):
            out += events * value
            value = keep * value + now.share * self._one_less(value, below)
            if reward:
                out += later * gain
                gain = keep * gain + now.share * self._one_less(gain, 0.0)
        return np.where(now.waits, out, below)

    def _one_less(self, value: Floats, below: float) -> Floats:
        """The value of each queue's state with one contact less."""
        self._shifted[1:] = value[:-1]
        self._shifted[self._states.first] = below
        return self._shifted
