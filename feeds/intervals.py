"""The interval table: what became of the contacts that joined in each interval, by queue, by site or in all.

offered = answered + abandoned + timed_out + open, to the last contact: each belongs to the interval in which it joined.
Service level: answered within the threshold over all that ended or are
already past it and still wait. Waits and handle times are the log's own; an unknown one is in no mean, and an answer
after an unknown wait is not in time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from feeds.contacts import ContactEvent
from feeds.errors import InputError

By = Literal["queue", "site", "all"]
BY: tuple[By, ...] = get_args(By)
ALL = "*"
"""The key of what was rolled up."""

_DAY_S = 86_400
_OUTCOMES = frozenset({"answered", "abandoned", "timed_out"})

Key = tuple[str, str, str]
"""Start of the interval, site, queue."""


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One row of the table; the fields are its columns. None where there is nothing to take a mean or a share of."""

    interval_start: str
    site: str
    queue: str
    offered: int
    answered: int
    abandoned: int
    timed_out: int
    open: int
    mean_wait_answered_s: float | None
    mean_wait_abandoned_s: float | None
    mean_handle_s: float | None
    service_level: float | None


@dataclass(slots=True)
class Cell:
    """The sums behind one row. `blind` is set when it is unknown how many of the open ones are past the threshold."""

    answered: int = 0
    abandoned: int = 0
    timed_out: int = 0
    open: int = 0
    in_time: int = 0
    open_late: int = 0
    waits_answered: int = 0
    wait_answered_s: float = 0.0
    waits_abandoned: int = 0
    wait_abandoned_s: float = 0.0
    handled: int = 0
    handle_s: float = 0.0
    blind: bool = False

    def row(self, key: Key) -> IntervalRow:
        """The row of these sums."""
        ended = self.answered + self.abandoned + self.timed_out
        level = None if self.blind else _ratio(self.in_time, ended + self.open_late)
        return IntervalRow(
            *key,
            ended + self.open,
            self.answered,
            self.abandoned,
            self.timed_out,
            self.open,
            _ratio(self.wait_answered_s, self.waits_answered),
            _ratio(self.wait_abandoned_s, self.waits_abandoned),
            _ratio(self.handle_s, self.handled),
            level,
        )


@dataclass(slots=True)
class _Contact:
    """What is known of one contact so far. The first of two contradicting outcomes holds."""

    queue: str = ""
    joined_at: float = math.nan
    outcome: str = ""
    wait_s: float = math.nan
    completed: bool = False
    handle_s: float = math.nan


class IntervalClock:
    """Which interval a moment belongs to, in local time of `tz`.

    `interval_s` must divide a day or be whole days, else InputError. Intervals of a day or longer begin at midnight,
    those of several days are counted from a Monday. Where the clocks go back, an hour happens twice under one name:
    its contacts are in one row, as in a log that is written in local time.
    """

    def __init__(self, interval_s: float, tz: ZoneInfo) -> None:
        seconds = round(interval_s)
        if seconds != interval_s or seconds < 1 or (_DAY_S % seconds and seconds % _DAY_S):
            raise InputError(
                "--interval", f"{interval_s:g} s neither divides a day nor is whole days", "such as 15m, 1h, 1d or 7d"
            )
        self.seconds, self.tz = seconds, tz
        self._names: dict[tuple[int, int], str] = {}

    def start(self, at: float) -> str:
        """The local start, such as `1999-02-01T07:00:00`, of the interval that `at` (seconds since the epoch) is in."""
        local = datetime.fromtimestamp(math.floor(at), self.tz)
        days = local.toordinal()
        second = local.hour * 3600 + local.minute * 60 + local.second
        if self.seconds >= _DAY_S:
            place = days - (days - 1) % (self.seconds // _DAY_S), 0
        else:
            place = days, second - second % self.seconds
        name = self._names.get(place)
        if name is None:
            midnight = datetime.combine(date.fromordinal(place[0]), datetime.min.time())
            name = self._names[place] = (midnight + timedelta(seconds=place[1])).isoformat(timespec="seconds")
        return name


def row_key(start: str, site: str, queue: str, by: By) -> Key:
    """The key of the row to which a queue's figures go."""
    return start, ALL if by == "all" else site, queue if by == "queue" else ALL


class ContactIntervals:
    """Collects contact events, in any order and repeated or not, and sorts their contacts into intervals."""

    def __init__(self) -> None:
        self._contacts: dict[tuple[str, str], _Contact] = {}

    @property
    def sites(self) -> set[str]:
        """The sites of which there are contact events."""
        return {site for site, _ in self._contacts}

    def add(self, event: ContactEvent) -> None:
        """Take one event; a kind that is not known is left out."""
        key = event.site, event.contact
        contact = self._contacts.get(key)
        if contact is None:
            contact = self._contacts[key] = _Contact()
        if event.kind == "joined":
            if math.isnan(contact.joined_at):
                contact.joined_at, contact.queue = event.at, event.queue
        elif event.kind == "completed":
            if not contact.completed:
                contact.completed, contact.handle_s = True, event.handle_s
        elif event.kind in _OUTCOMES and not contact.outcome:
            contact.outcome, contact.wait_s = event.kind, event.wait_s

    def count(self, cells: dict[Key, Cell], clock: IntervalClock, *, by: By, threshold_s: float, end_at: float) -> None:
        """Add the contacts to `cells`; one of which no event says when it joined is left out.

        `end_at` is when the log ends (seconds since the epoch): until then the open contacts have waited.
        """
        for (site, _), contact in self._contacts.items():
            if not math.isnan(contact.joined_at):
                key = row_key(clock.start(contact.joined_at), site, contact.queue, by)
                _count(cells.setdefault(key, Cell()), contact, threshold_s, end_at)


def table(cells: Mapping[Key, Cell]) -> list[IntervalRow]:
    """The rows, sorted by interval, site and queue."""
    return [cells[key].row(key) for key in sorted(cells)]


def _count(cell: Cell, contact: _Contact, threshold_s: float, end_at: float) -> None:
    known = not math.isnan(contact.wait_s)
    if contact.outcome == "answered":
        cell.answered += 1
        cell.in_time += known and contact.wait_s <= threshold_s
        cell.waits_answered += known
        cell.wait_answered_s += contact.wait_s if known else 0.0
        if contact.completed and not math.isnan(contact.handle_s):
            cell.handled += 1
            cell.handle_s += contact.handle_s
    elif contact.outcome == "abandoned":
        cell.abandoned += 1
        cell.waits_abandoned += known
        cell.wait_abandoned_s += contact.wait_s if known else 0.0
    elif contact.outcome == "timed_out":
        cell.timed_out += 1
    else:
        cell.open += 1
        cell.open_late += end_at - contact.joined_at > threshold_s


def _ratio(above: float, below: int) -> float | None:
    return round(above / below, 6) if below else None
