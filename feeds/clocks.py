"""Response clocks as plain values: what a platform or merchant promises about how fast people are answered.

Only values and the judgement of one contact live here. The dated files that define clocks, and their loader, are in
`alerts`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

Unit = Literal["turn", "session", "person", "contact"]
"""What a clock counts: each turn of a conversation, each session's first reply, each customer a day, each contact."""

Abandons = Literal["late", "ignored", "good_within", "ignored_within", "short_good", "short_ignored"]
"""How a contact counts whose customer gave up. `late`: missed, whatever it waited. `ignored`: not at all.
`good_within`: met within the limit, missed after it. `ignored_within`: not at all within the limit, missed after it.
`short_good`, `short_ignored`: the same by `short_s`."""

Assessed = Literal["asked", "asked_or_answered"]
"""Whether the contact must begin within the assessed hours, or an answer within them is enough."""

Bots = Literal["count", "count_in_human_stage", "excluded"]
"""Whether a bot's reply stops the clock: always, only where it helps a person, or never."""

Verdict = Literal["met", "missed", "not_counted"]

_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class ClockDefinition:
    """One response clock. Limits in seconds, shares from 0 to 1, hours as minutes of the day local to `tz`."""

    id: str
    zh: str
    en: str
    unit: Unit
    limit_s: float
    inclusive: bool = True
    """Whether an answer after exactly the limit is in time."""
    target: float = math.nan
    """The share that must be met; NaN where none is published."""
    hours: tuple[tuple[int, int], ...] = ((0, _MINUTES),)
    """Assessed hours: (from, until) with `until` excluded; a pair that runs past midnight has until < from."""
    tz: str = "Asia/Shanghai"
    assessed: Assessed = "asked"
    min_sample: int = 0
    """Below this many in the period nobody is assessed."""
    bots: Bots = "excluded"
    abandons: Abandons = "late"
    short_s: float = 5.0
    period: str = "day"
    """Over what the share is taken: `day`, `30d`, `month`."""
    below: str = ""
    """What happens below the target."""
    platform: str = ""
    source: str = ""
    verified: date | None = None

    def within(self, wait_s: float) -> bool:
        """Whether `wait_s` keeps the limit; an unknown wait (NaN) does not."""
        return wait_s <= self.limit_s if self.inclusive else wait_s < self.limit_s

    def past(self, age_s: float) -> bool:
        """Whether a contact that has waited `age_s` without an answer is late already."""
        return not math.isnan(age_s) and not self.within(age_s)

    def assesses(self, at: float) -> bool:
        """Whether `at` (seconds since the epoch) lies in the assessed hours."""
        if self.hours == ((0, _MINUTES),):
            return True
        local = datetime.fromtimestamp(math.floor(at), ZoneInfo(self.tz))
        minute = local.hour * 60 + local.minute
        return any(
            begin <= minute < until if begin <= until else minute >= begin or minute < until
            for begin, until in self.hours
        )

    def counts(self, joined_at: float, ended_at: float) -> bool:
        """Whether a contact of these times is assessed."""
        return self.assesses(joined_at) or (self.assessed == "asked_or_answered" and self.assesses(ended_at))

    def verdict(self, outcome: Literal["answered", "abandoned", "timed_out"], wait_s: float) -> Verdict:
        """What one assessed contact counts as, once it has been answered or has left."""
        if outcome == "answered":
            return "met" if self.within(wait_s) else "missed"
        if outcome == "timed_out" or self.abandons == "late":
            return "missed"
        if self.abandons == "ignored":
            return "not_counted"
        short = wait_s <= self.short_s if self.abandons in ("short_good", "short_ignored") else self.within(wait_s)
        if not short:
            return "missed"
        return "met" if self.abandons in ("good_within", "short_good") else "not_counted"
