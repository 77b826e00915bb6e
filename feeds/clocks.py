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

Unit = Literal["turn", "message", "session", "person", "contact"]
"""What a clock counts: each turn of a conversation (all that a buyer writes before a reply), each message of a buyer,
each session's first reply, each person a day (late once is late), each contact."""

CONVERSATION_UNITS: tuple[Unit, ...] = ("turn", "message", "person")
"""Units that only a source with the messages of a conversation can count."""

Abandons = Literal["late", "ignored", "good_within", "ignored_within", "short_good", "short_ignored"]
"""How a contact counts whose customer gave up. `late`: missed, whatever it waited. `ignored`: not at all.
`good_within`: met within the limit, missed after it. `ignored_within`: not at all within the limit, missed after it.
`short_good`, `short_ignored`: the same by `short_s`."""

Assessed = Literal["asked", "answered", "either"]
"""Which end must lie within the assessed hours: the question, the answer, or one of the two."""

Bots = Literal["count", "count_in_human_stage", "excluded"]
"""Whether a bot's reply stops the clock: always, only where it helps a person, or never."""

Outcome = Literal["answered", "abandoned", "timed_out"]
Verdict = Literal["met", "missed", "not_counted"]

MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class Limit:
    """A stretch of the assessed hours with a limit of its own: minutes of the local day, `until` excluded.

    One that runs past midnight has until < begin. With `promotion` it goes for promotion days alone.
    """

    begin: int
    until: int
    limit_s: float
    promotion: bool = False

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day lies in the stretch."""
        if self.begin < self.until:
            return self.begin <= minute < self.until
        return minute >= self.begin or minute < self.until


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
    hours: tuple[tuple[int, int], ...] = ((0, MINUTES),)
    """Assessed hours: (from, until) with `until` excluded; a pair that runs past midnight has until < from."""
    limits: tuple[Limit, ...] = ()
    """Where the limit depends on the hour: these are the assessed hours then, and `limit_s` is the tightest of them."""
    promotion_days: tuple[str, ...] = ()
    """Days on which limits for promotions go: `2026-11-11`, or `11-11` for every year."""
    tz: str = "Asia/Shanghai"
    assessed: Assessed = "asked"
    min_sample: int = 0
    """Below this many in the period nobody is assessed."""
    bots: Bots = "excluded"
    abandons: Abandons = "late"
    short_s: float = 5.0
    period: str = "day"
    """Over what the share is taken: `day`, `30d`, `month`."""
    consequence_zh: str = ""
    consequence_en: str = ""
    """What happens below the target."""
    platforms: tuple[str, ...] = ()
    """Rows of these platforms count; of all where it is empty."""
    channels: tuple[str, ...] = ()
    source: str = ""
    verified: date | None = None
    """When somebody last read the source."""
    note_zh: str = ""
    note_en: str = ""
    """Where sources disagree, and what to verify before the day."""

    def applies(self, platform: str, channel: str) -> bool:
        """Whether a row of this platform and channel is measured by the clock."""
        return (not self.platforms or platform in self.platforms) and (not self.channels or channel in self.channels)

    def stretches(self) -> tuple[Limit, ...]:
        """The assessed hours with their limits."""
        return self.limits or tuple(Limit(begin, until, self.limit_s) for begin, until in self.hours)

    def promotes(self, day: date) -> bool:
        """Whether a day is one of the clock's promotion days."""
        return day.isoformat() in self.promotion_days or day.isoformat()[5:] in self.promotion_days

    def limit_at(self, at: float) -> float:
        """The limit that goes at `at` (seconds since the epoch); NaN outside the assessed hours."""
        if not self.limits and self.hours == ((0, MINUTES),):
            return self.limit_s
        local = datetime.fromtimestamp(math.floor(at), ZoneInfo(self.tz))
        minute = local.hour * 60 + local.minute
        for stretch in self.stretches():
            if stretch.holds(minute) and (not stretch.promotion or self.promotes(local.date())):
                return stretch.limit_s
        return math.nan

    def limit_for(self, asked_at: float, ended_at: float) -> float:
        """The limit for what was asked and ended at these times; NaN where it is not assessed."""
        if self.assessed == "answered":
            return self.limit_at(ended_at)
        limit = self.limit_at(asked_at)
        return self.limit_at(ended_at) if math.isnan(limit) and self.assessed == "either" else limit

    def assesses(self, at: float) -> bool:
        """Whether `at` (seconds since the epoch) lies in the assessed hours."""
        return not math.isnan(self.limit_at(at))

    def counts(self, asked_at: float, ended_at: float) -> bool:
        """Whether what was asked and ended at these times is assessed."""
        return not math.isnan(self.limit_for(asked_at, ended_at))

    def within(self, wait_s: float, limit_s: float = math.nan) -> bool:
        """Whether `wait_s` keeps the limit (the clock's own, unless given); an unknown wait (NaN) does not."""
        limit_s = self.limit_s if math.isnan(limit_s) else limit_s
        return wait_s <= limit_s if self.inclusive else wait_s < limit_s

    def past(self, age_s: float, limit_s: float = math.nan) -> bool:
        """Whether what has waited `age_s` without an answer is late already."""
        return not math.isnan(age_s) and not self.within(age_s, limit_s)

    def overdue(self, asked_at: float, now: float) -> bool:
        """Whether what was asked at `asked_at` and still waits is assessed and late already."""
        limit = self.limit_for(asked_at, now)
        return not math.isnan(limit) and self.past(now - asked_at, limit)

    def verdict(self, outcome: Outcome, wait_s: float, limit_s: float = math.nan) -> Verdict:
        """What one assessed contact counts as, once it has been answered or has left."""
        if outcome == "answered":
            return "met" if self.within(wait_s, limit_s) else "missed"
        if outcome == "timed_out" or self.abandons == "late":
            return "missed"
        if self.abandons == "ignored":
            return "not_counted"
        by_short = self.abandons in ("short_good", "short_ignored")
        if not (wait_s <= self.short_s if by_short else self.within(wait_s, limit_s)):
            return "missed"
        return "met" if self.abandons in ("good_within", "short_good") else "not_counted"

    def judge(self, outcome: Outcome, asked_at: float, ended_at: float, wait_s: float) -> Verdict:
        """What was asked and ended at these times counts as; `wait_s` is the source's own figure."""
        limit = self.limit_for(asked_at, ended_at)
        return "not_counted" if math.isnan(limit) else self.verdict(outcome, wait_s, limit)
