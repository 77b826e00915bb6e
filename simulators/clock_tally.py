"""What every response clock counts, by queue, as a site's own platform would count it.

Session and contact clocks are counted contact by contact. Of a conversation the model knows how many replies came
within 180 s and not when each message was written: so it feeds turn and message clocks of that limit (one message a
turn), the turns after the first at the end of the conversation. It knows no persons, so person clocks have no data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from feeds.clocks import MINUTES, ClockDefinition

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

REPLY_LIMIT_S = 180.0
"""The response limit that turns are counted against."""


class ClockTally:
    """Counters and overdue contacts of the clocks that `measured` says something is measured by: clocks × queues."""

    def __init__(self, clocks: Sequence[ClockDefinition], queues: Sequence[tuple[str, str]], chat: Marks) -> None:
        """`queues` are the platform and channel of each queue, `chat` marks those of conversations."""
        rows = [(clock, _rows(clock, queues, chat)) for clock in clocks if _is_fed(clock)]
        rows = [(clock, measured) for clock, measured in rows if measured.any()]
        self.clocks = tuple(clock for clock, _ in rows)
        self.measured = tuple(measured for _, measured in rows)
        self.now = 0.0
        """Seconds since the Unix epoch; set by whoever counts."""
        self._measured: Marks = np.array(self.measured, np.bool_).reshape(len(self.clocks), len(queues))
        self._limits = tuple(_Limits(clock) for clock in self.clocks)
        self._inclusive = np.array([[clock.inclusive] for clock in self.clocks], np.bool_).reshape(-1, 1)
        self._cells = np.arange(len(self.clocks))[:, None] * len(queues)
        self._met: Floats = np.zeros((len(self.clocks), len(queues)))
        self._missed: Floats = np.zeros((len(self.clocks), len(queues)))

    def answered(self, queue: Ints, waited: Ints, took: Floats) -> None:
        """Contacts were taken now after so long in the queue; their first reply comes `took` after they joined."""
        if not len(queue):
            return
        asked = self.now - waited.astype(np.float64)
        limit = self._limits_of(asked, asked + took)
        counts = self._measured.take(queue, axis=1) & ~np.isnan(limit)
        good = self._within(took, limit)
        self._met += self._counted(queue, counts & good)
        self._missed += self._counted(queue, counts & ~good)

    def abandoned(self, queue: Ints, waited: Ints) -> None:
        """Customers gave up now after so long in the queue."""
        for number, mine in self._of(queue):
            clock = self.clocks[number]
            if clock.abandons == "ignored":
                continue
            wait = waited[mine].astype(np.float64)
            limit = self._limits[number].of(self.now - wait, np.full(len(wait), self.now))
            good, counts = np.zeros(len(wait), np.bool_), ~np.isnan(limit)
            if clock.abandons != "late":
                by_short = clock.abandons in ("short_good", "short_ignored")
                short = wait <= clock.short_s if by_short else _within(clock, wait, limit)
                if clock.abandons in ("good_within", "short_good"):
                    good = short
                else:
                    counts &= ~short
            self._count(number, queue[mine], good, counts)

    def let_go(self, queue: Ints, waited: Ints) -> None:
        """The queue itself let contacts go now after so long: late by every clock (`ClockDefinition.verdict`)."""
        for number, mine in self._of(queue):
            asked = self.now - waited[mine].astype(np.float64)
            limit = self._limits[number].of(asked, np.full(len(asked), self.now))
            self._count(number, queue[mine], np.zeros(len(asked), np.bool_), ~np.isnan(limit))

    def replied(self, queue: Ints, turns: Ints, within: Ints) -> None:
        """Conversations ended now; they had so many turns after the first, so many of them answered within 180 s."""
        for number, clock in enumerate(self.clocks):
            if clock.unit in ("turn", "message") and clock.assesses(self.now):
                mine = self.measured[number][queue]
                size = self._met.shape[1]
                self._met[number] += np.bincount(queue[mine], within[mine], size)
                self._missed[number] += np.bincount(queue[mine], (turns - within)[mine], size)

    def counters(self) -> Floats:
        """The counters as `feeds.clock_columns.counter_columns` announces them, columns × queues."""
        pairs: Floats = np.stack((self._met, self._missed), axis=1)
        return pairs.reshape(2 * len(self.clocks), self._met.shape[1])

    def overdue(self, queue: Ints, waited: Ints) -> Floats:
        """Of the contacts that wait now, how many are late already: clocks × queues."""
        late: Floats = np.zeros_like(self._met)
        if not len(queue):
            return late
        age = waited.astype(np.float64)
        asked, size = self.now - age, late.shape[1]
        by_limit: dict[tuple[float, bool], Ints] = {}
        for number, clock in enumerate(self.clocks):
            limit = self._limits[number].alike(asked, np.full(1, self.now))
            if not isinstance(limit, float):
                past = ~_within(clock, age, limit) & ~np.isnan(limit)
                late[number] = np.bincount(queue[past], minlength=size)
            elif not math.isnan(limit):
                found = by_limit.get((limit, clock.inclusive))
                if found is None:
                    found = np.bincount(queue[~_within(clock, age, limit)], minlength=size)
                    by_limit[limit, clock.inclusive] = found
                late[number] = found
        late *= self._measured
        return late

    def _limits_of(self, asked: Floats, ended: Floats) -> Floats:
        """The limit of every clock for each contact, clocks × contacts; NaN where it is not assessed."""
        limits = np.empty((len(self.clocks), len(asked)))
        for number, limit in enumerate(self._limits):
            limits[number] = limit.of(asked, ended)
        return limits

    def _within(self, waits: Floats, limits: Floats) -> Marks:
        """Which of these waits keep their limits, clocks × contacts."""
        kept: Marks = (waits < limits) | (self._inclusive & (waits == limits))
        return kept

    def _counted(self, queue: Ints, chosen: Marks) -> Ints:
        """How many contacts are chosen, clocks × queues."""
        size = self._met.shape
        return np.bincount((self._cells + queue)[chosen], minlength=size[0] * size[1]).reshape(size)

    def _of(self, queue: Ints) -> Iterator[tuple[int, Marks]]:
        """The clocks that measure one of these queues, each with which of them it measures."""
        mine = self._measured.take(queue, axis=1)
        return ((number, mine[number]) for number in np.flatnonzero(mine.any(axis=1)).tolist())

    def _count(self, number: int, queue: Ints, good: Marks, counts: Marks) -> None:
        size = self._met.shape[1]
        self._met[number] += np.bincount(queue[good & counts], minlength=size)
        self._missed[number] += np.bincount(queue[~good & counts], minlength=size)


class _Limits:
    """`ClockDefinition.limit_for` over arrays: the hours change by the minute, so each minute is looked up once."""

    def __init__(self, clock: ClockDefinition) -> None:
        self._clock = clock
        self._always = float(clock.limit_s) if not clock.limits and clock.hours == ((0, MINUTES),) else None
        self._minutes: dict[int, float] = {}
        self._spans: dict[tuple[int, int], Floats | float] = {}

    def of(self, asked: Floats, ended: Floats) -> Floats:
        """The limit of each; NaN where it is not assessed."""
        if self._always is not None:
            return np.full(len(asked), self._always)
        found = self.alike(asked, ended)
        return np.full(len(asked), found) if isinstance(found, float) else found

    def alike(self, asked: Floats, ended: Floats) -> Floats | float:
        """The same; one figure where all have one limit."""
        if self._always is not None:
            return self._always
        if self._clock.assessed == "answered":
            return self._at(ended)
        limit = self._at(asked)
        if self._clock.assessed != "either":
            return limit
        answered = self._at(ended)
        if isinstance(limit, float) and (isinstance(answered, float) or not math.isnan(limit)):
            return answered if math.isnan(limit) else limit
        return np.where(np.isnan(limit), answered, limit)

    def _at(self, at: Floats) -> Floats | float:
        first, last = math.floor(at.min() / 60.0), math.floor(at.max() / 60.0)
        span = self._spans.get((first, last))
        if span is None:
            if len(self._spans) > 1_000:
                self._spans.clear()
            limits = [self._of(minute) for minute in range(first, last + 1)]
            alike = len(set(limits)) == 1 or all(map(math.isnan, limits))
            span = self._spans[first, last] = limits[0] if alike else np.array(limits)
        if isinstance(span, float):
            return span
        found: Floats = span[np.floor(at / 60.0).astype(np.int64) - first]
        return found

    def _of(self, minute: int) -> float:
        limit = self._minutes.get(minute)
        if limit is None:
            if len(self._minutes) > 10_000:
                self._minutes.clear()
            limit = self._minutes[minute] = float(self._clock.limit_at(minute * 60.0))
        return limit


def _within(clock: ClockDefinition, waits: Floats, limit: Floats | float) -> Marks:
    kept: Marks = waits <= limit if clock.inclusive else waits < limit
    return kept


def _is_fed(clock: ClockDefinition) -> bool:
    if clock.unit in ("turn", "message"):
        return all(one.limit_s == REPLY_LIMIT_S for one in clock.stretches())
    return clock.unit in ("session", "contact") and not math.isnan(clock.limit_s)


def _rows(clock: ClockDefinition, queues: Sequence[tuple[str, str]], chat: Marks) -> Marks:
    measured = np.array([clock.applies(*queue) for queue in queues], np.bool_)
    return measured & chat if clock.unit in ("turn", "message") else measured
