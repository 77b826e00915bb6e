"""The table mode of `dutydeck erlang`: a CSV file of questions, and the same with its answers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from alerts.projection.erlang_rows import Asked, Cell
from feeds.errors import InputError
from feeds.sources.logfile import lines_of, shown

COLUMNS = ("arrivals_per_s", "mean_handle_s", "agents", "mean_patience_s", "within_s")
MOST = 1e9
"""No rate, time or number of agents is beyond this; nor is one below 1 / MOST."""

_A_NUMBER = f"a number above 0, at most {MOST:g}"


def read_asked(path: Path) -> list[Asked]:
    """The questions of a file, in its order; columns other than `COLUMNS` are passed over. Raises InputError."""
    return list(_Reader(path).rows())


def number(text: str, where: str, what: str, *, line: int | None = None, column: int | None = None) -> Fraction:
    """A number above 0, exactly as it is written. Raises InputError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not text.isascii() or "_" in text or not 1 / MOST <= value <= MOST:
        said = f"{what} is {shown(text)}" if text else f"no {what}"
        raise InputError(where, said, _A_NUMBER, line=line, column=column)
    return Fraction(text)


def as_csv(rows: Sequence[dict[str, Cell]]) -> str:
    """Answers as CSV: numbers with every digit they have, what has no value empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0].keys())
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else repr(value)


class _Reader:
    """One file; `rows` reads it through."""

    def __init__(self, path: Path) -> None:
        self._path, self._line = path, 0

    def rows(self) -> Iterator[Asked]:
        found = False
        try:
            lines = csv.reader(self._lines(), strict=True)
            header = next(lines, [])
            places = self._places(header)
            for fields in lines:
                if any(field.strip() for field in fields):
                    found = True
                    yield self._asked(fields, places, len(header))
        except csv.Error as error:
            raise self._wrong(f"broken CSV: {error}", "comma-separated values, quotes in pairs") from error
        if not found:
            raise InputError(str(self._path), "no rows", "one row a question after the header")

    def _lines(self) -> Iterator[str]:
        for number_, line in lines_of(self._path):
            self._line = number_
            try:
                text = line.decode("utf-8-sig" if self._line == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise self._wrong(f"byte 0x{line[error.start]:02x} is not UTF-8", "text in UTF-8") from error
            if "\0" in text:
                raise self._wrong("a NUL byte", "a text file in UTF-8")
            yield text

    def _places(self, header: Sequence[str]) -> list[int]:
        names = [name.strip().lower() for name in header]
        wanted = f"a header with {', '.join(COLUMNS)}"
        self._line = max(self._line, 1)
        if not any(names):
            raise self._wrong("the file has no header", wanted)
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise self._wrong(f"no column {', '.join(missing)}", wanted)
        repeated = next((name for name in COLUMNS if names.count(name) > 1), None)
        if repeated:
            raise self._wrong(f"two columns {repeated}", wanted)
        return [names.index(name) for name in COLUMNS]

    def _asked(self, fields: Sequence[str], places: Sequence[int], width: int) -> Asked:
        if len(fields) != width:
            raise self._wrong(f"{len(fields)} fields", f"{width}, as in the header")
        cells = [fields[place].strip() for place in places]
        arrivals, handle, within = (self._number(cells, places, i) for i in (0, 1, 4))
        agents = self._number(cells, places, 2)
        if agents.denominator != 1:
            raise self._wrong(f"agents is {shown(cells[2])}", "a whole number, 1 or more", places[2] + 1)
        patience = self._number(cells, places, 3) if cells[3] else None
        return Asked(arrivals, handle, int(agents), patience, within)

    def _number(self, cells: Sequence[str], places: Sequence[int], i: int) -> Fraction:
        return number(cells[i], str(self._path), COLUMNS[i], line=self._line, column=places[i] + 1)

    def _wrong(self, what: str, expected: str, column: int | None = None) -> InputError:
        return InputError(str(self._path), what, expected, line=self._line or None, column=column)
