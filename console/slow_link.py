"""Whether the terminal keeps up: bytes a second, how far it is behind, and when less is to be sent to it.

Pure: times are handed in, in seconds that only rise.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

from console.i18n import N_

Wanted = Literal["on", "off", "auto"]

BEHIND_S = 0.4
"""What was written so long ago and has not been taken yet means that the terminal is behind: nothing is added then."""
SLOW_AFTER_S = 1.0
"""Behind for so long at a stretch: the link is slow."""
CALM_S = 20.0
"""Never behind for so long: it is not slow any more."""
MOST_CALM_S = 160.0
_FLAPS_WITHIN_S = 60.0
"""Slow again so soon after: the next calm has to last twice as long."""

DRAW_EVERY_S = 0.9
"""How often figures are drawn, in looks of a quarter of a second once a second: what jumps faster cannot be read. What
happened (an alert, a run, an answer) and what a key changes is drawn at once."""

HURRY_EVERY_S = 3.0
"""What happened is drawn at once, but in a storm with the rest: it would be drawn four times a second."""

SLOW_DRAW_EVERY_S = 2.0
"""How often a slow terminal is drawn; what a key changes is drawn at once."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """What the screen's first line says of the link: slow or not, and bytes a second (NaN: not known)."""

    slow: bool = False
    bytes_per_s: float = math.nan


class Throughput:
    """Bytes a second over the last `over_s`."""

    def __init__(self, over_s: float = 5.0) -> None:
        self._over_s = over_s
        self._written: deque[tuple[float, int]] = deque()
        self._sum = 0
        self._begun = math.nan

    def add(self, now: float, size: int) -> None:
        """So many bytes were written."""
        if math.isnan(self._begun):
            self._begun = now
        self._written.append((now, size))
        self._sum += size
        self._forget(now)

    def per_s(self, now: float) -> float:
        """Bytes a second; NaN before the first second is over."""
        self._forget(now)
        span = now - self._begun
        return self._sum / min(span, self._over_s) if span >= 1.0 else math.nan

    def _forget(self, now: float) -> None:
        while self._written and self._written[0][0] <= now - self._over_s:
            self._sum -= self._written.popleft()[1]


class SlowLink:
    """When to send less, with hysteresis: quick to begin, slow to end, slower each time that it was too quick."""

    def __init__(self) -> None:
        self.wanted: Wanted = "auto"
        self._slow = False
        self._behind_since = self._calm_since = math.nan
        self._ended = -math.inf
        self._calm_s = CALM_S

    @property
    def slow(self) -> bool:
        """Whether less is sent."""
        return self._slow if self.wanted == "auto" else self.wanted == "on"

    def observe(self, now: float, behind_s: float) -> bool:
        """Take how far the terminal is behind now; whether `slow` changed by it."""
        before = self.slow
        if behind_s >= BEHIND_S:
            self._calm_since = math.nan
            self._behind_since = now - behind_s if math.isnan(self._behind_since) else self._behind_since
            if not self._slow and now - self._behind_since >= SLOW_AFTER_S:
                self._slow = True
                soon = now - self._ended < _FLAPS_WITHIN_S
                self._calm_s = min(self._calm_s * 2.0, MOST_CALM_S) if soon else CALM_S
        else:
            self._behind_since = math.nan
            self._calm_since = now if math.isnan(self._calm_since) else self._calm_since
            if self._slow and now - self._calm_since >= self._calm_s:
                self._slow, self._ended = False, now
        return self.slow is not before


WORDS: dict[Wanted, str] = {
    "on": N_("slow link: less is drawn until :slow off or :slow auto"),
    "off": N_("slow link: all is drawn, however far the terminal falls behind"),
    "auto": N_("slow link: less is drawn while the terminal does not keep up"),
}
"""What each wish means, in a sentence."""
