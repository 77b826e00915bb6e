"""The matrix as lines: a mark a cell, with a figure where there is room; what has none is rolled up and counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from console.draw.lines import ELLIPSIS, Line, Span, cells, fill, fit, line, merge
from console.draw.marks import LATE
from console.draw.matrix_plan import BETWEEN, SHOWS_FIGURE, MatrixPlan
from console.draw.matrix_plan import Span as Sight
from console.format import UNKNOWN, metric_value
from console.i18n import _
from console.matrix import EMPTY, FINE, GRADES, Grades, Matrix
from feeds.columns import Floats

MARKS: tuple[tuple[str, str], ...] = tuple(
    ("○" if sign is LATE else sign.mark, "faint" if grade == FINE else sign.style) for grade, sign in enumerate(GRADES)
)
"""The mark and style of each state; each has a shape of its own, since no word stands beside it."""

NETWORK_ROW = -1
WHOLE = -1


@dataclass(frozen=True)
class MatrixSheet:
    """All that a matrix draws, for one picture, plan and place of the cursor.

    `order` are the sites in the order of their rows, `names` their names by place on the floor; `across` the columns.
    """

    matrix: Matrix
    plan: MatrixPlan
    order: Sequence[int]
    names: Sequence[str]
    across: Sequence[int]
    rows: Sight
    columns: Sight
    figures: Floats | None
    metric: str
    cursor: tuple[int, int]
    """(place in `order` or -1 for the network, place in `across` or -1 for the whole site)."""

    def slots(self) -> list[tuple[str, int]]:
        """What stands on each line, band after band: ("row", place in order), the network, or a roll-up."""
        out: list[tuple[str, int]] = [("network", NETWORK_ROW)]
        if self.rows.before:
            out.append(("before", 0))
        out += [("row", at) for at in range(self.rows.first, self.rows.last)]
        if self.rows.after:
            out.append(("after", 0))
        return out

    def slot_at(self, band: int, y: int) -> tuple[str, int] | None:
        """What stands on line `y` under the heading of a band."""
        slots, at = self.slots(), band * self.plan.lines + y
        return slots[at] if 0 <= at < len(slots) and 0 <= y < self.plan.lines else None


def sheet_line(sheet: MatrixSheet, slots: Sequence[tuple[str, int]], y: int, *, focused: bool) -> Line:
    """Line `y`: the headings of all bands, or a row of each."""
    out: list[Span] = []
    for band in range(sheet.plan.bands):
        if band:
            out.append((" " * BETWEEN, "bar" if y == 0 else ""))
        if y == 0:
            out += _heading(sheet)
            continue
        at = band * sheet.plan.lines + y - 1
        if at < len(slots):
            out += _row(sheet, *slots[at], focused=focused)
        elif band + 1 < sheet.plan.bands:
            out.append((" " * sheet.plan.band, ""))
    return merge(out)


def _heading(sheet: MatrixSheet) -> list[Span]:
    plan = sheet.plan
    titles = [_("all")]
    titles += [f"<{sheet.columns.before}"] if sheet.columns.before else []
    titles += [sheet.matrix.floor.columns[sheet.across[at]] for at in range(sheet.columns.first, sheet.columns.last)]
    titles += [f"+{sheet.columns.after}"] if sheet.columns.after else []
    here = _column_slot(sheet)
    out: list[Span] = [(fit(_("site"), plan.name), "heading bar")]
    for i, title in enumerate(titles):
        text = fit_both_ends(title, plan.cell - 1) if plan.cell >= SHOWS_FIGURE else _short(title, plan.cell - 1)
        out.append((f" {text}", "title bar" if i == here else "heading bar"))
    return out


def _short(title: str, width: int) -> str:
    """As much of a title as fits, without a mark that it was cut: the one under the cursor is written out below."""
    kept = ""
    for char in title:
        if cells(kept + char) > width:
            break
        kept += char
    return fit(kept, width)


def fit_both_ends(name: str, width: int) -> str:
    """A name in `width` cells, cut in its middle: those that begin alike end in what tells them apart."""
    if cells(name) <= width or width < SHOWS_FIGURE:
        return fit(name, width)
    tail = ""
    for char in reversed(name):
        if cells(char + tail) > width // 2:
            break
        tail = char + tail
    head = _short(name, width - cells(tail) - 1).rstrip()
    return fit(head + ELLIPSIS + tail, width)


def _column_slot(sheet: MatrixSheet) -> int:
    """At which of the drawn columns the cursor is."""
    at = sheet.cursor[1]
    return 0 if at == WHOLE else at - sheet.columns.first + 1 + bool(sheet.columns.before)


def _row(sheet: MatrixSheet, kind: str, at: int, *, focused: bool) -> Sequence[Span]:
    if kind in ("before", "after"):
        return _rolled(sheet, kind)
    here = sheet.cursor[0] == at
    row = NETWORK_ROW if kind == "network" else sheet.order[at]
    name = _("network") if kind == "network" else sheet.names[row]
    plan, dense = sheet.plan, sheet.figures is None or sheet.plan.cell < SHOWS_FIGURE
    if dense and not here:
        return _dense_row(name, plan.name, plan.cell, tuple(_grade(sheet, row, one) for one in _drawn(sheet)))
    cursor = ("cursor" if focused else "here") if here else ""
    style = f"{_name_style(sheet.matrix.grade(row, WHOLE))}{' here' if here else ''}".strip()
    out: list[Span] = [(fit_both_ends(name, plan.name), style)]
    slot = _column_slot(sheet) if here else -1
    for i, column in enumerate(_drawn(sheet)):
        on = cursor if i == slot else ""
        grade = _grade(sheet, row, column)
        if dense or isinstance(column, range) or grade == EMPTY:
            out += [(" ", ""), (fit(_mark(grade), plan.cell - 1), _style(grade, on))]
        else:
            out += _figure_cell(sheet, row, column, grade, on)
    return out


@lru_cache(8_192)
def _dense_row(name: str, width: int, cell: int, grades: tuple[int, ...]) -> tuple[Span, ...]:
    """A row of marks alone; hundreds of rows look the same from one second to the next."""
    out: list[Span] = [(fit_both_ends(name, width), _name_style(grades[0]))]
    for grade in grades:
        out += [(" ", ""), (fit(_mark(grade), cell - 1), _style(grade, ""))]
    return merge(out)


def _name_style(grade: int) -> str:
    style = MARKS[grade][1] if grade < FINE else ""
    return style if style in ("critical", "warning", "unknown") else ""


def _drawn(sheet: MatrixSheet) -> list[int | range]:
    """The columns that are drawn: the whole site, then one each, or a range of those that are rolled up."""
    sight = sheet.columns
    out: list[int | range] = [WHOLE]
    out += [range(sight.first)] if sight.before else []
    out += [sheet.across[at] for at in range(sight.first, sight.last)]
    out += [range(sight.last, sight.total)] if sight.after else []
    return out


def _grade(sheet: MatrixSheet, row: int, column: int | range) -> int:
    if isinstance(column, range):
        return min((sheet.matrix.grade(row, sheet.across[at]) for at in column), default=EMPTY)
    return sheet.matrix.grade(row, column)


def _figure_cell(sheet: MatrixSheet, row: int, column: int, grade: int, cursor: str) -> list[Span]:
    assert sheet.figures is not None  # noqa: S101 - for the types; without figures nobody comes here
    value = float(sheet.figures[row, column])
    text = metric_value(sheet.metric, value) if math.isfinite(value) else UNKNOWN
    quiet = _style(grade, cursor) if grade < FINE else cursor
    return [(" ", ""), (_mark(grade), _style(grade, cursor)), (fit(text, sheet.plan.cell - 2, "right"), quiet)]


def _mark(grade: int) -> str:
    return "" if grade == EMPTY else MARKS[grade][0]


def _style(grade: int, cursor: str) -> str:
    return cursor if grade == EMPTY else f"{MARKS[grade][1]} {cursor}".strip()


def _rolled(sheet: MatrixSheet, kind: str) -> list[Span]:
    """The sites that have no room: how many, and the worst of each column with how many stand so badly."""
    sight, plan = sheet.rows, sheet.plan
    hidden = [sheet.order[at] for at in (range(sight.first) if kind == "before" else range(sight.last, sight.total))]
    arrow = "↑" if kind == "before" else "↓"
    text = _("{arrow} +{n} more").format(arrow=arrow, n=len(hidden))
    if cells(text) > plan.name:
        text = f"{arrow}+{len(hidden)}"
    out: list[Span] = [(fit(text, plan.name), "strong")]
    for column in _drawn(sheet):
        columns = [sheet.across[at] for at in column] if isinstance(column, range) else [column]
        found = _grades(sheet.matrix, hidden, columns)
        worst = int(found.min(initial=EMPTY))
        text = _mark(worst)
        if plan.cell >= SHOWS_FIGURE and worst < FINE:
            text = f"{text}×{int((found == worst).sum())}"
        out += [(" ", ""), (fit(text, plan.cell - 1), _style(worst, ""))]
    return out


def _grades(matrix: Matrix, sites: Sequence[int], columns: Sequence[int]) -> Grades:
    if list(columns) == [WHOLE]:
        return matrix.sites[list(sites)]
    return matrix.cells[np.ix_(list(sites), list(columns))].ravel()


def legend_line(width: int) -> Line:
    """What the marks mean."""
    parts: list[Span] = []
    for grade, (mark, style) in enumerate(MARKS):
        if GRADES[grade].word == "no data":
            continue
        parts += [(f" {mark} ", style), (_(GRADES[grade].word) + " ", "dim")]
    return fill(line(*parts), width)
