"""The desk's clock: epoch seconds that only go forward, at a pace that a drill or replay may change."""

from __future__ import annotations

import time
from collections.abc import Callable

TIME_ZONE = "Asia/Shanghai"
"""Where the desk is: times are shown in it, and a time written without its offset is meant in it."""


class DeskClock:
    """`start` (epoch seconds) at the moment of creation, then `speed` seconds a second; 0 stands still.

    It runs on a monotonic clock, so that a jump of the machine's clock neither makes data old nor runs a deadline. With
    a `limit`, which must only rise, it never runs ahead of that: a drill's pace gives way to a slow machine.
    """

    def __init__(
        self,
        start: float,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
        limit: Callable[[], float] | None = None,
    ) -> None:
        self._monotonic, self._limit = monotonic, limit
        self._base, self._since, self.speed = start, monotonic(), speed

    def now(self) -> float:
        """The desk's time."""
        at = self._base + (self._monotonic() - self._since) * self.speed
        return at if self._limit is None else min(at, self._limit())

    def set_speed(self, speed: float) -> None:
        """Go on at another pace from here."""
        self._base, self._since, self.speed = self.now(), self._monotonic(), speed

    def advance_to(self, at: float) -> None:
        """Jump forward to `at`; a time that has passed already changes nothing."""
        if at > self.now():
            self._base, self._since = at, self._monotonic()

    def wall(self, at: float) -> float:
        """How many real seconds from now the desk's time `at` is; infinite while the clock stands still."""
        ahead = at - self.now()
        return 0.0 if ahead <= 0.0 else (ahead / self.speed if self.speed > 0.0 else float("inf"))
