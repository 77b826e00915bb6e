"""How a matrix is laid into a terminal: how much a cell shows, in how many bands, and what has no room."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.draw.plan import BORDERS, SMALL_HEIGHT, SMALL_WIDTH, Place, Plan

BETWEEN = 2
"""Blank cells between two bands."""

_GRAINS: tuple[tuple[int, int, int], ...] = ((16, 9, 14), (14, 7, 12), (12, 6, 10), (10, 3, 8), (8, 2, 6))
"""(width of names, of a cell, least width of names), the most telling first; under 6 a cell is its mark alone."""

SHOWS_FIGURE = 6
"""A cell as wide as this shows a figure beside its mark."""

_LONGEST_NAME = 18
_WIDEST_CELL = 14

_OVERFLOW = 4
"""A cell's width where there are more columns than room: `+12` must fit."""


@dataclass(frozen=True, slots=True)
class MatrixPlan:
    """`bands` beside each other, each a heading over `lines` rows of a name and cells of `cell` cells.

    `columns` have room beside the column of the whole site; `rows` in all bands together.
    """

    name: int
    cell: int
    bands: int
    lines: int
    columns: int

    @property
    def rows(self) -> int:
        """How many rows have room."""
        return self.bands * self.lines

    @property
    def band(self) -> int:
        """The width of a band."""
        return self.name + self.cell * (self.columns + 1)


def plan_cells(width: int, height: int, rows: int, columns: int) -> MatrixPlan:
    """The most telling way in which all `rows` and `columns` fit; else the densest, of which some are rolled up."""
    lines = max(1, height - 1)
    for name, cell, least in _GRAINS:
        for called in (name, least):
            band = called + cell * (columns + 1)
            bands = (width + BETWEEN) // (band + BETWEEN)
            if bands >= 1 and bands * lines >= rows:
                needed = -(-rows // lines) if rows else 1
                return _roomy(MatrixPlan(called, cell, needed, lines, columns), width)
    name, cell, least = _GRAINS[-1]
    bands = (width + BETWEEN) // (least + cell * (columns + 1) + BETWEEN)
    if bands >= 1:
        return _roomy(MatrixPlan(least, cell, bands, lines, columns), width)
    called = min(10, max(1, width - 3 * _OVERFLOW))
    return MatrixPlan(called, _OVERFLOW, 1, lines, max(1, (width - called) // _OVERFLOW - 1))


def _roomy(plan: MatrixPlan, width: int) -> MatrixPlan:
    """The same with names, and then headings, as wide as the width allows."""
    each = (width - BETWEEN * (plan.bands - 1)) // plan.bands
    name = max(plan.name, min(_LONGEST_NAME, each - plan.cell * (plan.columns + 1)))
    cell = plan.cell
    if cell >= SHOWS_FIGURE:  # room for longer headings
        cell = max(cell, min(_WIDEST_CELL, (each - name) // (plan.columns + 1)))
    return replace(plan, name=name, cell=cell)


@dataclass(frozen=True, slots=True)
class Span:
    """What of `total` things is in sight: from `first` to before `last`; `before` and `after` are rolled up."""

    first: int
    last: int
    total: int

    @property
    def before(self) -> int:
        """How many stand before those in sight."""
        return self.first

    @property
    def after(self) -> int:
        """How many stand after them."""
        return self.total - self.last


def in_sight(total: int, room: int, first: int, cursor: int) -> Span:
    """Which of `total` things are shown in `room` places beginning near `first`, so that `cursor` is among them.

    Where not all fit, a place at either end that hides something stands for all that it hides.
    """
    if total <= room:
        return Span(0, total, total)
    inner = max(1, room - 2)
    cursor = max(0, min(cursor, total - 1))
    first = max(min(first, cursor), cursor - inner + 1)
    if first <= 1 and cursor < max(1, room - 1):
        return Span(0, max(1, room - 1), total)
    first = max(0, min(first, total - inner))
    if total - (first + inner) <= 1 and room > 2:
        return Span(total - (room - 1), total, total)
    return Span(first, first + inner, total)


def plan_matrix(width: int, height: int, rows: int = 10_000) -> Plan:
    """The matrix of so many rows over what there is to say of the cell under the cursor, which has what is left over.

    The places depend on the size and on how many sites there are, never on what is filtered: nothing jumps.
    """
    framed = width >= SMALL_WIDTH and height >= SMALL_HEIGHT - 2
    least = 0 if height < 8 else 2 if height < 16 else 3 if not framed else 7
    needed = rows + 2 + (BORDERS if framed else 0)  # heading and network
    details = max(least, height - needed) if least else 0
    places = {"matrix": Place(0, 0, width, height - details)}
    if details:
        places["details"] = Place(0, height - details, width, details)
    return Plan(places, framed)
