"""Tables as pure functions: which columns fit, and one row or heading as a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.draw.lines import Align, Line, Span, cells, fit, merge

GAP = 1
"""Blank cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `key` names it for sorting and filtering; `title` is the heading as drawn. A column with a higher `priority` is
    dropped sooner when the table gets narrow; priority 0 never. What is left over goes to columns with `grow`, by
    weight, up to `most` cells.
    """

    key: str
    title: str
    width: int
    priority: int = 0
    align: Align = "right"
    grow: int = 0
    most: int = 0
    metric: str = ""
    """The metric of the catalogue that the column shows, for its help."""


@dataclass(frozen=True, slots=True)
class Sort:
    """The column by which a table is sorted; `worst` first as each column means it, or turned round."""

    key: str
    reverse: bool = False


Fitted = tuple[tuple[Column, int], ...]


def fit_columns(columns: Sequence[Column], width: int) -> Fitted:
    """The columns that fit into `width` cells, each with its own width. The order stays."""
    kept = list(columns)
    while kept and _total(kept) > width:
        droppable = [column for column in kept if column.priority > 0]
        if not droppable:
            break
        kept.remove(max(droppable, key=lambda column: (column.priority, kept.index(column))))
    return _grown(kept, width)


def column_at(fitted: Fitted, x: int) -> str:
    """The key of the column at cell `x`; the gap behind a column belongs to it. Empty beyond the last."""
    end = 0
    for column, width in fitted:
        end += width + GAP
        if x < end:
            return column.key
    return ""


def _total(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)


def _grown(columns: Sequence[Column], width: int) -> Fitted:
    widths = {column.key: column.width for column in columns}
    spare = width - _total(columns)
    if spare < 0:
        _shrink(columns, widths, -spare)
    while spare > 0:
        growing = [c for c in columns if c.grow and (not c.most or widths[c.key] < c.most)]
        if not growing:
            break
        weight = sum(column.grow for column in growing)
        before = spare
        for column in growing:
            share = max(1, before * column.grow // weight)
            share = min(share, spare, (column.most or width) - widths[column.key])
            widths[column.key] += share
            spare -= share
    return tuple((column, widths[column.key]) for column in columns if widths[column.key] > 0)


def _shrink(columns: Sequence[Column], widths: dict[str, int], missing: int) -> None:
    """Take what is missing from the columns at the right, down to nothing: the first ones stay whole."""
    for column in reversed(columns):
        take = min(missing, widths[column.key])
        widths[column.key] -= take
        missing -= take
        if missing <= 0:
            return


def heading(fitted: Fitted, sort: Sort | None = None, at: str = "") -> Line:
    """The heading line; the sorted column carries `▼` or `▲` (turned round) and stands out.

    The column under the cursor, `at`, is drawn turned over.
    """
    out: list[Span] = []
    for column, width in fitted:
        title, style = column.title, "heading bar"
        if sort is not None and sort.key == column.key:
            mark = "▲" if sort.reverse else "▼"
            style = "title bar"
            title = mark + fit(title, min(cells(title), width - 1)) if width > 1 else mark
        style += " reverse" if at == column.key else ""
        out.extend(_spaced(out, (fit(title, width, column.align), style), "bar"))
    return merge(out)


def row_line(fitted: Fitted, value: Callable[[str, int], Span]) -> Line:
    """One row: for each column that fits, its value (asked for by the column's key and width) in its width."""
    out: list[Span] = []
    for column, width in fitted:
        text, style = value(column.key, width)
        out.extend(_spaced(out, (fit(text, width, column.align), style), ""))
    return merge(out)


def _spaced(before: list[Span], span: Span, style: str) -> tuple[Span, ...]:
    return ((" " * GAP, style), span) if before else (span,)
