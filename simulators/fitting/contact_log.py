"""A log's contacts as columns, by local day and second of the day."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from feeds.contacts import ContactEvent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ContactLog:
    """One contact an element. `queue` counts in `queues`, `day` in `days` (local dates, in order)."""

    queues: tuple[str, ...]
    days: tuple[date, ...]
    queue: Ints
    day: Ints
    second: Floats
    """Since local midnight, when the contact joined."""
    wait: Floats
    """Seconds in the queue, until whatever ended it; NaN where the log does not say."""
    answered: Bools
    abandoned: Bools
    handle: Floats
    """Seconds with the agent; NaN where the log does not say."""
    repeats: int = 0
    """Rows that said again what another row had said; they are not among the elements."""

    def __len__(self) -> int:
        return len(self.queue)

    def only(self, chosen: Bools) -> ContactLog:
        """The contacts where `chosen` holds; queues and days keep their numbers."""
        columns = ("queue", "day", "second", "wait", "answered", "abandoned", "handle")
        return replace(self, **{name: getattr(self, name)[chosen] for name in columns})

    def of_days(self, wanted: Iterable[int]) -> ContactLog:
        """The contacts of these days."""
        return self.only(np.isin(self.day, np.array(list(wanted), dtype=np.int64)))


@dataclass(slots=True)
class _Contact:
    at: float
    queue: str
    wait: float = math.nan
    handle: float = math.nan
    end: str = ""


def contact_log(events: Iterable[ContactEvent], tz: ZoneInfo) -> ContactLog:
    """The contacts that these events tell of, in order of joining.

    A contact that left for elsewhere counts as neither answered nor abandoned. Of rows that agree in queue, time, wait
    and handle time, which no two contacts do, one is kept; where nobody served, two may agree, and both stay.
    """
    found: dict[str, _Contact] = {}
    for event in events:
        if event.kind == "joined":
            found[event.contact] = _Contact(event.at, event.queue)
        elif (contact := found.get(event.contact)) is not None:
            _add(contact, event)
    kept, repeats = _without_repeats(sorted(found.values(), key=lambda one: (one.at, one.queue)))
    queues = tuple(sorted({one.queue for one in kept}))
    local = [datetime.fromtimestamp(one.at, tz) for one in kept]
    days = tuple(sorted({time.date() for time in local}))
    number = {day: place for place, day in enumerate(days)}
    return ContactLog(
        queues=queues,
        days=days,
        queue=np.array([queues.index(one.queue) for one in kept], dtype=np.int64),
        day=np.array([number[time.date()] for time in local], dtype=np.int64),
        second=np.array([t.hour * 3600 + t.minute * 60 + t.second + t.microsecond / 1e6 for t in local]),
        wait=np.array([one.wait for one in kept]),
        answered=np.array([one.end == "answered" for one in kept], dtype=np.bool_),
        abandoned=np.array([one.end == "abandoned" for one in kept], dtype=np.bool_),
        handle=np.array([one.handle for one in kept]),
        repeats=repeats,
    )


def _add(contact: _Contact, event: ContactEvent) -> None:
    if event.kind in ("answered", "abandoned", "timed_out"):
        contact.wait = event.wait_s if not math.isnan(event.wait_s) else max(event.at - contact.at, 0.0)
        contact.end = event.kind
    elif event.kind == "completed":
        contact.handle = event.handle_s


def _without_repeats(contacts: list[_Contact]) -> tuple[list[_Contact], int]:
    seen: set[tuple[float, str, float, float]] = set()
    kept = []
    for one in contacts:
        key = (one.at, one.queue, one.wait, one.handle)
        if not math.isnan(one.handle) and one.handle > 0 and key in seen:
            continue
        seen.add(key)
        kept.append(one)
    return kept, len(contacts) - len(kept)


def changes_clock(day: date, tz: ZoneInfo) -> bool:
    """Whether the local day is not 24 hours long."""
    begins, ends = (datetime(d.year, d.month, d.day, tzinfo=tz) for d in (day, day + _DAY))
    return ends.timestamp() - begins.timestamp() != _DAY.total_seconds()
