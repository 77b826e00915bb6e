"""A curve as a CSV file: two columns, `from` (07:15, local time) and `contacts`, a row each interval.

The intervals are as long as the first two rows are apart. They may begin after midnight and end before the next; the
rest of the day is 0. A gap inside, a repeat or a row out of order is refused with its line.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from pathlib import Path

from feeds.durations import format_duration
from feeds.errors import InputError
from feeds.sources.logfile import lines_of, not_utf8, shown
from simulators.curves import DAY_S

COLUMNS = ("from", "contacts")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_EXPECTED_HEADER = f"a header with {', '.join(COLUMNS)}"


def read_levels(path: Path) -> tuple[float, list[float]]:
    """Length of the intervals in seconds, and the contacts of each interval from midnight on. Raises InputError."""
    return _Levels(path).read()


class _Levels:
    """One file."""

    def __init__(self, path: Path) -> None:
        self._path, self._line = path, 0

    def read(self) -> tuple[float, list[float]]:
        rows: list[tuple[float, float]] = []
        every = math.nan
        for begins, contacts in self._rows():
            if rows:
                every = self._next(rows, begins, every)
            rows.append((begins, contacts))
        if len(rows) < 2:
            raise InputError(str(self._path), f"{len(rows)} rows", "one row each interval, two or more")
        if not sum(contacts for _, contacts in rows):
            raise InputError(str(self._path), "the contacts add up to 0", "at least one above 0")
        before = round(rows[0][0] / every)
        after = round(DAY_S / every) - before - len(rows)
        return every, [0.0] * before + [contacts for _, contacts in rows] + [0.0] * after

    def _next(self, rows: list[tuple[float, float]], begins: float, every: float) -> float:
        apart = begins - rows[-1][0]
        if apart <= 0:
            what = "appears twice" if apart == 0 else "is out of order"
            raise self._wrong(f"{_clock(begins)} {what}", f"a time after {_clock(rows[-1][0])}")
        if math.isnan(every):
            if DAY_S % apart or apart < 60 or rows[0][0] % apart:
                raise self._wrong(f"{format_duration(apart)} after the row before", "intervals that divide the day")
            return apart
        if apart != every:
            raise self._wrong(f"{_clock(begins)} after {_clock(rows[-1][0])}", _clock(rows[-1][0] + every))
        return every

    def _rows(self) -> Iterator[tuple[float, float]]:
        rows = csv.reader(self._lines(), strict=True)
        try:
            header = [name.strip().lower() for name in next(rows, [])]
            self._line = max(self._line, 1)
            if any(header.count(name) != 1 for name in COLUMNS):
                raise self._wrong(f"the header is {shown(','.join(header))}", _EXPECTED_HEADER)
            places = [header.index(name) for name in COLUMNS]
            for fields in rows:
                if any(field.strip() for field in fields):
                    if len(fields) != len(header):
                        raise self._wrong(f"{len(fields)} fields", f"{len(header)}, as in the header")
                    yield self._begins(fields[places[0]].strip()), self._contacts(fields[places[1]].strip())
        except csv.Error as error:
            raise self._wrong(f"broken CSV: {error}", "comma-separated values, quotes in pairs") from error

    def _lines(self) -> Iterator[str]:
        for number, line in lines_of(self._path):
            self._line = number
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise not_utf8(self._path, number, line, error) from error
            if "\0" in text:
                raise self._wrong("a NUL byte", "a text file in UTF-8")
            yield text

    def _begins(self, text: str) -> float:
        match = _CLOCK.fullmatch(text)
        if match is None:
            raise self._wrong(f"from is {shown(text)}", "a time of the day such as 07:15")
        return int(match[1]) * 3600.0 + int(match[2]) * 60 + int(match[3] or 0)

    def _contacts(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value < 1e9 or "_" in text:
            raise self._wrong(f"contacts is {shown(text)}", "a number from 0 up")
        return value

    def _wrong(self, what: str, expected: str) -> InputError:
        return InputError(str(self._path), what, expected, line=self._line)


def _clock(day_s: float) -> str:
    minutes, seconds = divmod(round(day_s), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
