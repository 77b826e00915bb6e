"""Reads `forecast.csv` and `roster.csv`, and says exactly where one is wrong.

Columns: `site`; `category` or `queue`; `interval_start`, a time with its offset; `contacts` or `agents`. The intervals
of a series follow each other without a gap, and all of a file are equally long. Other columns are passed over, but for
the `mean_handle_s`, `mean_patience_s` and `concurrency` of a forecast, which `dutydeck forecast` works with.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from alerts.forecast.table import By, DayPlan, Key, PlanSeries, PlanTable
from feeds.errors import InputError
from feeds.sources.logfile import lines_of, shown
from feeds.text import clean

FORECAST, ROSTER = "forecast.csv", "roster.csv"
MOST = 1e7
"""No interval has more contacts or agents."""
STEPS_S = (300, 600, 900, 1_200, 1_800, 3_600)
TRAITS = ("mean_handle_s", "mean_patience_s", "concurrency")
"""What a forecast may say of the contacts of an interval, beside how many there are."""

_A_TIME = "a time with its offset, such as 2026-11-11T00:00+08:00"


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A table as its file has it, with the traits that it names: for each, a table like it."""

    table: PlanTable
    traits: dict[str, PlanTable] = field(default_factory=dict)


def read_day_plan(folder: Path) -> DayPlan:
    """The plan in a folder; a file that is not there is a plan that there is not. Raises InputError."""
    forecast, roster = folder / FORECAST, folder / ROSTER
    read = read_forecast(forecast) if forecast.is_file() else None
    return DayPlan(
        read.table if read is not None else None,
        read_roster(roster).table if roster.is_file() else None,
        read.traits if read is not None else {},
    )


def read_forecast(path: Path) -> ReadPlan:
    """The contacts expected. Raises InputError."""
    return _Reader(path, "contacts", ("category", "queue"), TRAITS).plan()


def read_roster(path: Path) -> ReadPlan:
    """The agents rostered, by category. Raises InputError."""
    return _Reader(path, "agents", ("category",), ()).plan()


@dataclass(slots=True)
class _Series:
    start: float
    last: float
    line: int
    values: list[float]
    traits: list[list[float]]


class _Reader:
    """One file; `plan` reads it through."""

    def __init__(self, path: Path, figure: str, keys: tuple[str, ...], traits: tuple[str, ...]) -> None:
        self._path, self._line, self._figure, self._keys = path, 0, figure, keys
        self._all_traits = traits
        self._traits: tuple[str, ...] = ()
        self._places: dict[str, int] = {}
        self._by: By = "category"
        self._step: float = 0.0
        self._found: dict[Key, _Series] = {}

    def plan(self) -> ReadPlan:
        try:
            rows = csv.reader(self._lines(), strict=True)
            header = next(rows, [])
            self._header(header)
            for fields in rows:
                if any(text.strip() for text in fields):
                    self._row(fields, len(header))
        except csv.Error as error:
            raise self._wrong(f"broken CSV: {error}", "comma-separated values, quotes in pairs") from error
        if not self._found:
            raise InputError(str(self._path), "no rows", "one row for each interval after the header")
        if not self._step:
            raise InputError(str(self._path), "one interval only", "at least two, one after the other")
        table = self._table([one.values for one in self._found.values()])
        return ReadPlan(
            table,
            {name: self._table([one.traits[i] for one in self._found.values()]) for i, name in enumerate(self._traits)},
        )

    def _table(self, values: Sequence[list[float]]) -> PlanTable:
        pairs = zip(self._found.items(), values, strict=True)
        series = {key: PlanSeries(one.start, np.array(figures, np.float64)) for (key, one), figures in pairs}
        return PlanTable(self._by, self._step, series)

    def _lines(self) -> Iterator[str]:
        for self._line, line in lines_of(self._path):  # noqa: B020 - the line that an error names
            if self._line == 1 and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise self._wrong("the file is UTF-16: it begins with that byte-order mark", "text in UTF-8")
            try:
                text = line.decode("utf-8-sig" if self._line == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise self._wrong(*_encoding(line, error.start)) from error
            if "\0" in text:
                raise self._wrong("a NUL byte", "a text file in UTF-8")
            yield text

    def _header(self, header: Sequence[str]) -> None:
        names = [name.strip().lower() for name in header]
        self._line = max(self._line, 1)
        wanted = f"a header with site, {' or '.join(self._keys)}, interval_start, {self._figure}"
        keys = [name for name in self._keys if name in names]
        missing = [name for name in ("site", "interval_start", self._figure) if name not in names]
        if missing or not keys:
            raise self._wrong(f"no column {', '.join(missing or [' or '.join(self._keys)])}", wanted)
        if len(keys) > 1:
            raise self._wrong("both category and queue", "one of them")
        used = ("site", keys[0], "interval_start", self._figure, *self._all_traits)
        twice = next((name for name in used if names.count(name) > 1), None)
        if twice:
            raise self._wrong(f"two columns {twice}", wanted)
        self._by = "queue" if keys[0] == "queue" else "category"
        self._traits = tuple(name for name in self._all_traits if name in names)
        self._places = {name: names.index(name) for name in used if name in names}

    def _row(self, fields: Sequence[str], width: int) -> None:
        if len(fields) != width:
            raise self._wrong(f"{len(fields)} fields", f"{width}, as in the header")
        cells = {name: fields[place].strip() for name, place in self._places.items()}
        for name in ("site", self._by):
            if not cells[name] or clean(cells[name]) != cells[name]:
                raise self._wrong(f"{name} is {shown(cells[name])}", f"the id of a {name}", name)
        start = self._start(cells["interval_start"])
        figure = self._number(cells, self._figure, least=0.0)
        traits = [self._number(cells, name) if cells[name] else math.nan for name in self._traits]
        series = self._found.get((cells["site"], cells[self._by]))
        if series is None:
            self._found[cells["site"], cells[self._by]] = _Series(
                start, start, self._line, [figure], [[trait] for trait in traits]
            )
            return
        self._follows(series, start, f"{clean(cells['site'])}/{clean(cells[self._by])}")
        series.values.append(figure)
        for kept, trait in zip(series.traits, traits, strict=True):
            kept.append(trait)

    def _follows(self, series: _Series, start: float, name: str) -> None:
        """Refuse an interval that does not come right after the last one of its series."""
        gone = start - series.last
        if gone == 0:
            raise self._wrong(
                f"{name} has this interval twice, first in line {series.line}", "each interval once", "interval_start"
            )
        if gone < 0:
            raise self._wrong(f"{name}: a time before that of line {series.line}", "times that rise", "interval_start")
        if not self._step:
            if gone not in STEPS_S:
                lengths = ", ".join(f"{step // 60}" for step in STEPS_S)
                raise self._wrong(f"{name}: intervals of {gone / 60:g} min", f"{lengths} min", "interval_start")
            self._step = gone
        if gone != self._step:
            missing = gone / self._step - 1
            what = (
                f"{name}: a gap of {missing:g} intervals after line {series.line}"
                if missing > 0
                else (f"{name}: {gone / 60:g} min after the interval of line {series.line}")
            )
            raise self._wrong(what, f"the interval {self._step / 60:g} min later", "interval_start")
        series.last, series.line = start, self._line

    def _start(self, text: str) -> float:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            what = f"{shown(text)} names no offset" if moment is not None else f"{shown(text)} is no time"
            raise self._wrong(what, _A_TIME, "interval_start")
        at = moment.timestamp()
        if at % 300:
            raise self._wrong(f"{shown(text)} is no start of an interval", "a whole 5 minutes", "interval_start")
        return at

    def _number(self, cells: dict[str, str], name: str, least: float = 1e-6) -> float:
        text = cells[name]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not text.isascii() or "_" in text or not least <= value <= MOST:
            expected = f"a number from 0 to {MOST:g}" if least == 0.0 else f"a number above 0, at most {MOST:g}"
            raise self._wrong(f"{name} is {shown(text)}", expected, name)
        return value

    def _wrong(self, what: str, expected: str, column: str = "") -> InputError:
        place = self._places[column] + 1 if column in self._places else None
        return InputError(str(self._path), what, expected, line=self._line or None, column=place)


def _encoding(line: bytes, at: int) -> tuple[str, str]:
    """What a line that is not UTF-8 looks like, and what was expected."""
    try:
        line.decode("gbk")
    except UnicodeDecodeError:
        return f"byte 0x{line[at]:02x} is not UTF-8", "text in UTF-8"
    return f"byte 0x{line[at]:02x} is not UTF-8; the line reads as GBK", "text in UTF-8 (save it as CSV UTF-8)"
