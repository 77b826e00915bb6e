"""One row a contact, in CSV: `joined_at, queue, outcome, wait_s, service_s`; other columns are passed over.

`outcome` is answered or abandoned. `joined_at` is ISO 8601; without an offset it is local time, taken as it is.
`service_s` of an answered contact may be empty: it is still being served, or nobody knows.
"""

from __future__ import annotations

import csv
import heapq
import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.contacts import ContactEvent
from feeds.errors import InputError
from feeds.sources.logfile import MAX_SECONDS, CleanNames, LogReport, lines_of, not_utf8, shown

COLUMNS = ("joined_at", "queue", "outcome", "wait_s", "service_s")
DEFAULT_TZ = ZoneInfo("Asia/Shanghai")

IN_CLOCK_CHANGE = "times without an offset inside a clock change, taken as before it"
"""Counted, not passed over: of two moments with the same local time the first; a time that was left out, an hour on."""

_Contact = tuple[float, int, str, bool, float, float]
"""Joined at, row number from 1, queue, answered, wait, service (NaN when not told)."""


def read(
    path: Path, site: str, *, tz: ZoneInfo | None = None, report: LogReport | None = None
) -> Iterator[ContactEvent]:
    """The contact events of the file in order of time; rows may stand in any order. A contact's id is its row's number.

    `tz` is where times without an offset are local. Raises InputError with line and column.
    """
    report = report if report is not None else LogReport()
    contacts = list(_Rows(path, tz or DEFAULT_TZ, report))
    if not contacts:
        raise InputError(str(path), "no rows", "one row a contact after the header")
    contacts.sort()
    yield from _in_order(_events(site, contacts), report)


def _events(site: str, contacts: list[_Contact]) -> Iterator[list[ContactEvent]]:
    for at, row, queue, answered, wait, service in contacts:
        contact = f"row-{row}"
        events = [ContactEvent(at, site, queue, contact, "joined")]
        events.append(
            ContactEvent(at + wait, site, queue, contact, "answered" if answered else "abandoned", wait_s=wait)
        )
        if answered and not math.isnan(service):
            events.append(ContactEvent(at + wait + service, site, queue, contact, "completed", handle_s=service))
        yield events


def _in_order(batches: Iterator[list[ContactEvent]], report: LogReport) -> Iterator[ContactEvent]:
    """Merge the contacts, which come in order of joining, into one order of events."""
    pending: list[tuple[float, int, ContactEvent]] = []
    number = count()
    for batch in batches:
        while pending and pending[0][0] <= batch[0].at:
            yield heapq.heappop(pending)[2]
        for event in batch:
            heapq.heappush(pending, (event.at, next(number), event))
            report.ended_at = max(report.ended_at, event.at)
    while pending:
        yield heapq.heappop(pending)[2]


class _Rows:
    """The file's rows as contacts."""

    def __init__(self, path: Path, tz: ZoneInfo, report: LogReport) -> None:
        self._path, self._tz, self._report = path, tz, report
        self._queues = CleanNames()
        self._line, self._text = 0, ""
        self._zoned = False

    def __iter__(self) -> Iterator[_Contact]:
        rows = csv.reader(self._lines(), strict=True)
        try:
            header = next(rows, [])
            places = self._places(header)
            for number, fields in enumerate(rows, 1):
                if fields:
                    yield self._contact(number, fields, places, len(header))
        except csv.Error as error:
            raise self._wrong(f"broken CSV: {error}", "comma-separated values, quotes in pairs") from error
        self._report.floating = not self._zoned

    def _lines(self) -> Iterator[str]:
        for number, line in lines_of(self._path):
            self._line = number
            try:
                self._text = line.decode("utf-8-sig" if self._line == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise not_utf8(self._path, number, line, error) from error
            if "\0" in self._text:
                raise self._wrong("a NUL byte", "a text file in UTF-8", self._text.index("\0") + 1)
            yield self._text

    def _places(self, header: Sequence[str]) -> list[int]:
        names = [name.strip().lower() for name in header]
        missing = [name for name in COLUMNS if name not in names]
        if missing or not header:
            self._line = max(self._line, 1)
            what = f"no column {', '.join(missing)}" if header else "the file is empty"
            raise self._wrong(what, f"a header with {', '.join(COLUMNS)}")
        repeated = next((name for name in COLUMNS if names.count(name) > 1), None)
        if repeated:
            raise self._wrong(f"two columns {repeated}", f"a header with {', '.join(COLUMNS)}")
        return [names.index(name) for name in COLUMNS]

    def _contact(self, number: int, fields: list[str], places: list[int], width: int) -> _Contact:
        if len(fields) < width:
            raise self._wrong(f"{len(fields)} fields", f"{width}, as in the header", len(self._text.rstrip("\r\n")) + 1)
        joined, queue, outcome, wait, service = (fields[place].strip() for place in places)
        if outcome not in ("answered", "abandoned"):
            raise self._field(places[2], f"outcome {shown(outcome)}", "answered or abandoned")
        if not queue:
            raise self._field(places[1], "no queue", "the name of the queue")
        served = outcome == "answered" and service
        return (
            self._time(joined, places[0]),
            number,
            self._queues(queue.encode()),
            outcome == "answered",
            self._seconds(wait, places[3], "wait_s"),
            self._seconds(service, places[4], "service_s") if served else math.nan,
        )

    def _time(self, text: str, place: int) -> float:
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            time = None
        if time is None or not 1970 < time.year < 3000 or len(text) < 13:
            raise self._field(place, f"{shown(text)} is not a time", "ISO 8601 such as 2026-11-11T00:00:01")
        if time.tzinfo is None:
            local = time.replace(tzinfo=self._tz)
            if local.utcoffset() != local.replace(fold=1).utcoffset():
                self._report.odd(IN_CLOCK_CHANGE)
            return local.timestamp()
        self._zoned = True
        return time.timestamp()

    def _seconds(self, text: str, place: int, name: str) -> float:
        try:
            seconds = float(text)
        except ValueError:
            seconds = math.nan
        if not 0.0 <= seconds <= MAX_SECONDS or "_" in text:
            raise self._field(place, f"{name} {shown(text)}", "seconds, from 0 to a year")
        return seconds

    def _field(self, place: int, what: str, expected: str) -> InputError:
        return self._wrong(what, expected, _column_of(self._text, place))

    def _wrong(self, what: str, expected: str, column: int = 1) -> InputError:
        return InputError(str(self._path), what, expected, line=max(self._line, 1), column=column)


def _column_of(line: str, place: int) -> int:
    """The column, from 1, in which field number `place` (from 0) of a CSV line begins."""
    quoted = False
    for column, char in enumerate(line, 1):
        if place == 0:
            return column
        quoted ^= char == '"'
        place -= char == "," and not quoted
    return len(line.rstrip("\r\n")) + 1
