"""When somebody is called: bell and flash at new alerts, and never as a storm of their own.

The bell rings at most once in `BELL_EVERY_S`, however many alerts come; those that came meanwhile ring when it may
again. A flash is on for half a second and off for half a second: one a second, where WCAG 2.2 (2.3.1) bears three.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.alert import Alert
from console.settings import ConsoleSettings, Loudness

BELL_EVERY_S = 10.0
FLASH_FOR_S = 3.0
FLASH_HALF_S = 0.5

_FROM: dict[Loudness, int] = {"off": 0, "critical": 2, "warning": 1}
"""From which gravity on somebody is called; 0 for never."""


def gravity(severity: str) -> int:
    """How grave a severity is: info 0, warning 1, critical 2, and one that is not known as grave as critical."""
    return {"info": 0, "warning": 1}.get(severity, 2)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a look at the alerts calls for."""

    ring: bool
    lit: bool


class Attention:
    """Remembers what was there. `now` is monotonic, seconds."""

    def __init__(self) -> None:
        self._known: dict[str, int] | None = None
        self._rang_at = -math.inf
        self._owed = False
        self._flash_from, self._flash_until = 0.0, -math.inf

    def look(self, firing: Iterable[Alert], settings: ConsoleSettings, now: float, *, quiet: bool) -> Heard:
        """Take the alerts that stand. What stood at the first look calls nobody: whoever opens the deck reads it."""
        self._take(firing, settings, now)
        return self.again(settings, now, quiet=quiet)

    def again(self, settings: ConsoleSettings, now: float, *, quiet: bool) -> Heard:
        """The same alerts a moment later: a bell that waited for its time, the next half of a flash."""
        return Heard(self._rings(now, quiet=quiet or settings.bell == "off"), self.lit(now))

    def _take(self, firing: Iterable[Alert], settings: ConsoleSettings, now: float) -> None:
        standing = {a.id: gravity(a.severity) for a in firing if a.acknowledged is None and not a.silenced}
        known = self._known
        worst = max(
            (grave for alert, grave in standing.items() if known is not None and grave > known.get(alert, -1)),
            default=-1,
        )
        self._known = standing
        if _calls(settings.bell, worst):
            self._owed = True
        if _calls(settings.flash, worst) and not settings.reduced_motion:
            if now >= self._flash_until:
                self._flash_from = now
            self._flash_until = now + FLASH_FOR_S

    def _rings(self, now: float, *, quiet: bool) -> bool:
        if quiet:
            self._owed = False
        if not self._owed or now - self._rang_at < BELL_EVERY_S:
            return False
        self._owed, self._rang_at = False, now
        return True

    def lit(self, now: float) -> bool:
        """Whether a flash is on at this moment."""
        return now < self._flash_until and int((now - self._flash_from) / FLASH_HALF_S) % 2 == 0


def _calls(wished: Loudness, worst: int) -> bool:
    return _FROM[wished] > 0 and worst >= _FROM[wished]
