"""Silences: alerts that people decided not to be told of for a while. They are shown as silenced, and go on living."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alerts.rows import RowAttributes
from alerts.rules import Severity
from feeds.errors import RefusedError

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which alerts are meant: those that match every tuple that is not empty; all of them when all are empty.

    Of `tags` a row needs one.
    """

    rules: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    tags: tuple[str, ...] = ()

    def matches(self, rule: str, severity: Severity, row: RowAttributes) -> bool:
        """Whether an alert of this rule on this row is meant."""
        wanted = (
            (self.rules, rule),
            (self.keys, row.key),
            (self.sites, row.site),
            (self.shops, row.shop),
            (self.platforms, row.platform),
            (self.categories, row.category),
            (self.severities, severity),
        )
        if self.tags and not any(tag in self.tags for tag in row.tags):
            return False
        return all(not allowed or own in allowed for allowed, own in wanted)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A window of the day in a time zone, on some days of the week (0 is Monday; none means all).

    `begins` and `ends` are seconds of the local day; one that ends before it begins lasts over midnight and belongs to
    the day on which it begins.
    """

    begins: float
    ends: float
    days: tuple[int, ...] = ()
    zone: str = "Asia/Shanghai"

    def covers(self, now: float) -> bool:
        """Whether the window is open at `now` (seconds since 1970)."""
        local = datetime.fromtimestamp(now, ZoneInfo(self.zone))
        clock = local.hour * 3_600 + local.minute * 60 + local.second + local.microsecond / 1e6
        if self.begins <= self.ends:
            return self._on(local) and self.begins <= clock < self.ends
        return (self._on(local) and clock >= self.begins) or (self._on(local - timedelta(days=1)) and clock < self.ends)

    def next_edge(self, now: float) -> float:
        """When it next opens or closes after `now`."""
        zone = ZoneInfo(self.zone)
        local = datetime.fromtimestamp(now, zone)
        edges = []
        for ahead in range(-1, 9):
            day = datetime(local.year, local.month, local.day, tzinfo=zone) + timedelta(days=ahead)
            if self._on(day):
                over = 1 if self.ends < self.begins else 0
                edges += [_moment(day, self.begins), _moment(day + timedelta(days=over), self.ends)]
        return min((edge for edge in edges if edge > now), default=math.inf)

    def _on(self, day: datetime) -> bool:
        return not self.days or day.weekday() in self.days


@dataclass(frozen=True, slots=True)
class Silence:
    """Who silences what, why, from when until when; within that time only inside its `windows`, if it has any."""

    id: str
    matcher: Matcher
    author: str
    note: str
    begins: float
    until: float
    windows: tuple[Recurrence, ...] = ()

    def holds(self, now: float) -> bool:
        """Whether it silences at `now`."""
        inside = self.begins <= now < self.until
        return inside and (not self.windows or any(window.covers(now) for window in self.windows))

    def next_edge(self, now: float) -> float:
        """When it next begins or ceases to hold after `now`."""
        edges = [at for at in (self.begins, self.until) if at > now]
        if self.windows and now < self.until:
            edges += [window.next_edge(max(now, self.begins)) for window in self.windows]
        return min(edges, default=math.inf)

    def dump(self) -> dict[str, Any]:
        """Plain data that `restored_silence` reads back."""
        return asdict(self)


def _moment(day: datetime, seconds: float) -> float:
    """A time of the local day, as its clocks show it, in seconds since 1970."""
    whole, fraction = divmod(seconds, 1.0)
    days, rest = divmod(int(whole), int(DAY_S))
    shown = (day + timedelta(days=days)).replace(hour=rest // 3_600, minute=rest // 60 % 60, second=rest % 60)
    return shown.timestamp() + fraction


def restored_silence(saved: Mapping[str, Any]) -> Silence:
    """A silence as it was."""
    windows = tuple(restored_window(one) for one in saved["windows"])
    return Silence(**{**saved, "matcher": restored_matcher(saved["matcher"]), "windows": windows})


def restored_matcher(saved: Mapping[str, Any]) -> Matcher:
    """A matcher from plain data."""
    return Matcher(**{name: tuple(values) for name, values in saved.items()})


def restored_window(saved: Mapping[str, Any]) -> Recurrence:
    """A window from plain data."""
    return Recurrence(**{**saved, "days": tuple(saved["days"])})


class Silences:
    """All silences of a desk, in the order in which they were made."""

    def __init__(self) -> None:
        self._silences: dict[str, Silence] = {}

    def add(self, silence: Silence) -> None:
        """Silence; one of the same id is replaced."""
        self._silences[silence.id] = silence

    def begin(self, silence: Silence, now: float) -> None:
        """Silence from now on. Raises RefusedError for one without an end or that is over already."""
        if not math.isfinite(silence.until) or silence.until <= max(silence.begins, now):
            raise RefusedError("bad_until", "a silence ends, and after it begins")
        self.forget(now)
        self.add(silence)

    def end(self, silence_id: str) -> Silence:
        """End one before its time. Raises RefusedError when there is none of this id."""
        ended = self._silences.pop(silence_id, None)
        if ended is None:
            raise RefusedError("no_such_silence", f"there is no silence {silence_id}, or it is over")
        return ended

    def forget(self, now: float) -> None:
        """Forget those that are over."""
        self._silences = {name: one for name, one in self._silences.items() if now < one.until}

    def all(self) -> tuple[Silence, ...]:
        """All of them, also those that do not hold just now."""
        return tuple(self._silences.values())

    def next_edge(self, now: float) -> float:
        """When any of them next begins or ceases to hold after `now`; infinite when there is none."""
        return min((one.next_edge(now) for one in self._silences.values()), default=math.inf)

    def over(self, rule: str, severity: Severity, row: RowAttributes, now: float) -> str:
        """The id of the first silence that means this alert at `now`; empty when there is none."""
        if not self._silences:
            return ""
        found = (s.id for s in self._silences.values() if s.holds(now) and s.matcher.matches(rule, severity, row))
        return next(found, "")
