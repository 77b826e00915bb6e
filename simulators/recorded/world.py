"""A world that meets the recorded contacts: so many in each interval of each queue as came, at random seconds of it.

The counts are dealt out, not drawn around, so that the contacts offered are the recorded ones to the last. What each
contact brings (work, patience, what the bot does for it) is drawn. Contacts that came again, or from another queue, are
among the recorded ones. The warm-up goes at a pace that keeps as many contacts open as were at the start, and its last
second brings those that are missing; how long they had waited or been served is not told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulators.pooled import Policy, PooledWorld
from simulators.recorded.load import Floats, Ints
from simulators.scenario import Scenario
from simulators.staffing import Staff
from simulators.world import World


@dataclass(frozen=True, slots=True)
class Course:
    """What happens by interval: arrays are intervals × queues, intervals × groups of the scenario, in its order.

    `bot_share` and `cap` are None where they are as the scenario has them, and as people then set them.
    """

    every_s: float
    offered: Ints
    present: Ints
    rests: Floats
    """Intervals × groups × reasons, as shares of those present."""
    recorded_share: Floats
    """Share that met the bot in the recording: beyond it, whom the bot only seemed to help comes back."""
    bot_share: Floats | None
    cap: Ints | None
    false_containment: float
    warm_pace: Floats
    """Contacts per second of each queue in the warm-up."""
    open_at_start: Floats
    """Contacts of each queue that waited or were with an agent at the start; NaN where that is not known."""

    def place(self, elapsed_s: float) -> int:
        """The interval of a moment; the first one before it, the last one after it."""
        return int(min(max(elapsed_s // self.every_s, 0), len(self.offered) - 1))


class _Dealt:
    """Arrivals with the interface of `simulators.arrivals.Arrivals`."""

    def __init__(self, course: Course, rng: np.random.Generator, world: World) -> None:
        self._course, self._rng, self._world = course, rng, world
        self._interval, self._seconds = -1, np.zeros((0, 0), np.int64)

    @property
    def expected(self) -> Floats:
        """The rates of the interval of now."""
        course, elapsed = self._course, self._world.elapsed
        rates: Floats = course.offered[course.place(elapsed)] / course.every_s
        return course.warm_pace if elapsed < 0 else rates

    def counts(self, day_s: float, elapsed_s: float, factor: Floats) -> Ints:  # noqa: ARG002
        """First contacts of one second per queue; `factor`, what a scenario injects, has no place in what was."""
        if elapsed_s < 0:
            drawn: Ints = self._rng.poisson(self._course.warm_pace)
            return drawn if elapsed_s < -1 else self._missing()
        interval = int(elapsed_s // self._course.every_s)
        if interval >= len(self._course.offered):
            after: Ints = self._rng.poisson(self._course.offered[-1] / self._course.every_s)
            return after
        if interval != self._interval:
            self._interval, self._seconds = interval, self._deal(self._course.offered[interval])
        found: Ints = self._seconds[int(elapsed_s - interval * self._course.every_s)]
        return found

    def _missing(self) -> Ints:
        """Who was there at the start and is not yet; of these too some are with the bot."""
        world, size = self._world, len(self._course.warm_pace)
        open_ = np.bincount(world.contacts.queue[world.lines.slots], minlength=size)
        open_ = open_ + np.bincount(world.contacts.queue[world.service.talking()], minlength=size)
        missing = np.maximum(np.nan_to_num(self._course.open_at_start) - open_, 0.0)
        found: Ints = np.round(missing / np.maximum(1.0 - world.bot.share, 0.2)).astype(np.int64)
        return found

    def _deal(self, counts: Ints) -> Ints:
        length = round(self._course.every_s)
        queue = np.repeat(np.arange(len(counts)), counts)
        second = self._rng.integers(0, length, len(queue))
        table = np.bincount(second * len(counts) + queue, minlength=length * len(counts))
        return np.asarray(table.reshape(length, len(counts)), np.int64)


class _Presence:
    """People come, go and rest as in the course; has the interface of `simulators.shifts.Shifts`."""

    def __init__(self, course: Course, elapsed: Callable[[], float]) -> None:
        self._course, self._elapsed, self._interval = course, elapsed, -1

    def step(self, staff: Staff, day_s: float) -> None:  # noqa: ARG002
        """Set what changes with the interval; what people at the desk ordered meanwhile stays."""
        course, interval = self._course, self._course.place(self._elapsed() - 1)
        if interval == self._interval:
            return
        before, self._interval = self._interval, interval
        here, rests = course.present[interval], course.rests[interval]
        for group in range(len(here)):
            same = before >= 0 and here[group] == course.present[before, group]
            if same and (rests[group] == course.rests[before, group]).all():
                continue
            staff.send_off_shift(group, int(staff.home[group] - here[group]))
            left = int(staff.present[group])
            for reason, share in enumerate(rests[group]):
                count = min(left, int(share * staff.present[group] + 0.5))
                staff.rests[group, reason] = count
                left -= count
        if course.cap is not None:
            staff.cap[:] = course.cap[interval]


class RecordedWorld(World):
    """A world under a course."""

    def __init__(self, scenario: Scenario, seed: int, course: Course) -> None:
        self._course = course
        super().__init__(scenario, seed)

    def _prepare(self) -> None:
        self._arrivals = _Dealt(self._course, self.streams.arrivals, self)
        self._shifts = _Presence(self._course, partial(getattr, self, "elapsed"))

    def step(self) -> None:
        """One second passes; the bot does as recorded, or as ordered."""
        course, interval = self._course, self._course.place(self.elapsed)
        if course.bot_share is not None:
            self.bot.share = course.bot_share[interval].copy()
        _comes_back(self, course, interval)
        super().step()


class PooledRecordedWorld(PooledWorld):
    """The best possible under the same contacts; everybody is there all the time, so that it bounds any roster."""

    def __init__(self, scenario: Scenario, seed: int, policy: Policy, course: Course) -> None:
        self._course = course
        super().__init__(scenario, seed, policy)

    def _prepare(self) -> None:
        super()._prepare()
        self._arrivals = _Dealt(self._course, self.streams.arrivals, self)

    def step(self) -> None:
        """One second passes."""
        _comes_back(self, self._course, self._course.place(self.elapsed))
        super().step()


def _comes_back(world: World, course: Course, interval: int) -> None:
    """Of the bot's contacts beyond the recorded ones, some come back; those of the recorded ones are recorded."""
    share: NDArray[np.float64] = world.bot.share
    with np.errstate(invalid="ignore", divide="ignore"):
        beyond = np.where(share > 0, 1.0 - course.recorded_share[interval] / share, 0.0)
    world.bot.false_containment = course.false_containment * np.clip(beyond, 0.0, 1.0)
