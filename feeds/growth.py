"""Where the windows of one site's counters began: past states, so that "the last 15 minutes" is a difference.

Counters that start again (a new epoch) are carried on: what was counted before is added, so that a restart is neither
a negative rate nor a lost day.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf

import numpy as np

from feeds.columns import Floats, Window

_SHORT_S, _LONG_S = 60.0, 900.0

SHORTEST_S = 3.0
"""A window that has hardly begun tells nothing: a rate over it would be noise."""


class Growth:
    """Past counters of one site: `step_s` apart for the last minute, 30 times that for the last 15 minutes.

    `coarse` keeps four long steps instead of thirty: for boards so large that memory matters more than the exact
    length of a window, which is always stated.
    """

    def __init__(self, *, coarse: bool = False) -> None:
        self._short_step, self._long_step = (30.0, 300.0) if coarse else (5.0, 30.0)
        self._short: deque[tuple[float, Floats]] = deque()
        self._long: deque[tuple[float, Floats]] = deque()
        self._day: tuple[float, Floats] | None = None
        self.noted, self.due = float("inf"), float("-inf")
        """Between these times `note` has nothing to do, and need not be called."""

    def begin(self, at: float, counters: Floats, since: float) -> None:
        """Start anew with `counters` at `at`; the day's window begins at `since` with zero."""
        self._short.clear()
        self._long.clear()
        self._day = (min(since, at), np.zeros_like(counters))
        self.note(at, counters)

    def lay_out(self, change: Callable[[Floats], Floats]) -> None:
        """Other rows or columns than before: every past state as `change` lays it out."""
        for kept in (self._short, self._long):
            states = [(at, change(counters)) for at, counters in kept]
            kept.clear()
            kept.extend(states)
        if self._day is not None:
            self._day = self._day[0], change(self._day[1])

    def note(self, at: float, counters: Floats) -> None:
        """Remember the counters at `at` where a step has passed since the last that was remembered."""
        self.noted = at
        for kept, step, span in ((self._short, self._short_step, _SHORT_S), (self._long, self._long_step, _LONG_S)):
            if kept and not 0.0 <= at - kept[-1][0] <= span:
                kept.clear()  # after so long a silence, or a clock set back, what it knew is not "the last minute"
            if not kept or at - kept[-1][0] >= step:
                kept.append((at, counters))
            while len(kept) > 1 and at - kept[1][0] >= span:
                kept.popleft()
        self.due = min(
            min(kept[-1][0] + step, kept[1][0] + span if len(kept) > 1 else inf)
            for kept, step, span in ((self._short, self._short_step, _SHORT_S), (self._long, self._long_step, _LONG_S))
        )

    def windows(self, at: float) -> dict[str, Window]:
        """The windows that end at `at`, by name. A window that has not filled yet is as long as what is known."""
        found: dict[str, Window] = {}
        for name, kept in (("1m", self._short), ("15m", self._long)):
            if kept and at - kept[0][0] >= SHORTEST_S:
                found[name] = Window(kept[0][1], at - kept[0][0])
        if self._day is not None and at > self._day[0]:
            found["day"] = Window(self._day[1], at - self._day[0])
        return found
