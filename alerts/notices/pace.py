"""How often a receiver may be sent to, and how long to wait after it failed."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
REFUSED_WAIT_S = 300.0
"""How long until one that refused for good is tried again: somebody may have mended it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A bucket of `burst` messages that fills by one every `every_s`.

    In no stretch of L seconds are there more than burst + floor(L / every_s). Spacing them out, rather than sending a
    minute's worth at once and then nothing, leaves room for what comes in a moment; what waits shares a message.
    """

    burst: int
    every_s: float

    def free_at(self, spent_until: float) -> float:
        """When the next one may go; `spent_until` is what `spent` gave last."""
        return spent_until - (self.burst - 1) * self.every_s

    def spent(self, spent_until: float, now: float) -> float:
        """After one that goes at `now`: until when all that has gone is paid for (the generic cell rate algorithm)."""
        return max(spent_until, now) + self.every_s


def back_off_s(tries: int, chance: float) -> float:
    """How long to wait after `tries` failures in a row: doubling up to a minute, less up to a half by `chance` (0–1).

    So that desks which lost a receiver at the same moment do not come back to it at the same moment.
    """
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(max(tries, 1) - 1, 16))
    return longest * (1.0 - 0.5 * chance)
