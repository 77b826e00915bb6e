"""The matrix of net staffing: a row a place, a column an interval, as many as fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from console.draw.lines import Line, line
from console.draw.staffing import CELL, LEAST_AT, Matrix, cell_length, no_plan_lines
from console.draw.table import Fitted, fit_columns
from console.i18n import _
from console.staffing import Place
from console.widgets.live_table import LiveTable

BEFORE = 1
"""Intervals shown before the present one."""


class StaffingTable(LiveTable):
    """Places over time; `shift` goes to other hours of the day."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__((), id=id)
        self.shifted = 0
        """By how many intervals later it begins than it would by itself."""
        self.live = False
        self._matrix: Matrix | None = None

    def room(self) -> int:
        """How many intervals fit."""
        width = self.scrollable_content_region.width
        taken = 12 + CELL + 1 + (6 if width >= LEAST_AT else 0) + (21 if width >= 150 else 0)
        return max(1, (width - taken) // CELL)

    def span(self, now: float, step_s: float) -> tuple[float, float, float]:
        """(begin, end, length of an interval) of what is in sight."""
        cell_s = cell_length(step_s, self.room() - BEFORE)
        begin = (now // cell_s - BEFORE + self.shifted) * cell_s
        return begin, begin + self.room() * cell_s, cell_s

    def show_places(self, rows: Sequence[Place], now: float, step_s: float, zone: tzinfo | None) -> None:
        """Show these places, worked out for `span`."""
        begin, _end, cell_s = self.span(now, step_s)
        self._matrix = Matrix(rows, begin, cell_s, self.room(), now, zone)
        self._fitted = None
        self.show(self._matrix)

    def shown_columns(self, width: int) -> Fitted:
        """The place, the worst to come, and the intervals."""
        if self._matrix is None:
            return ()
        return fit_columns(self._matrix.columns(_("site") if not self.drilled else _("category"), width), width)

    drilled = False
    """Whether the rows are the categories of one site."""

    def empty_line(self, y: int, width: int) -> Line:
        """What stands where there is no plan."""
        said = no_plan_lines(width, live=self.live)
        return line((said[y], "unknown" if y == 0 else "")) if y < len(said) else ()
