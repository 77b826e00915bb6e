"""The table of everything that changes each second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from textual import events
from textual.message import Message

from console.draw.lines import Line, Span, line
from console.draw.table import Column, Fitted, Sort, column_at, fit_columns, heading, row_line
from console.i18n import _
from console.widgets.live_rows import LiveRows


class RowSource(Protocol):
    """What a table shows, asked for the rows in sight only: 2,600 rows cost no more than 40."""

    @property
    def ids(self) -> Sequence[str]:
        """The rows, in the order in which they are shown."""
        ...

    def value(self, row: int, key: str, width: int) -> Span:
        """What row `row` shows in the column `key`, `width` cells wide."""
        ...


class LiveTable(LiveRows):
    """A table with a heading. Columns drop by priority when it gets narrow; nothing ever scrolls sideways."""

    header_lines = 1

    class HeadingClicked(Message):
        """The heading of a column was clicked."""

        def __init__(self, table: LiveTable, key: str) -> None:
            super().__init__()
            self.table, self.key = table, key

    def __init__(self, columns: Sequence[Column] = (), *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id, classes=classes)
        self._columns: tuple[Column, ...] = tuple(columns)
        self._fitted: tuple[int, Fitted] | None = None
        self._source: RowSource | None = None
        self.sort: Sort | None = None
        self.column = ""
        """The key of the column under the cursor; empty while none was chosen."""
        self.empty: str = ""
        """What stands there when no row is to be shown."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, whether they fit or not."""
        return self._columns

    @columns.setter
    def columns(self, columns: Sequence[Column]) -> None:
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self._fitted = None

    def on_click(self, event: events.Click) -> None:
        """A click on the heading is told; on rows it does what it does on all rows."""
        at = event.get_content_offset_capture(self)
        if at.y == 0 and (key := column_at(self.shown_columns(self.scrollable_content_region.width), at.x)):
            self.post_message(self.HeadingClicked(self, key))

    def show(self, source: RowSource) -> None:
        """Show these rows; only those that look different are drawn."""
        self._source = source
        self.show_ids(source.ids)

    def shown_columns(self, width: int) -> Fitted:
        """The columns that fit into `width` cells."""
        if self._fitted is None or self._fitted[0] != width:
            self._fitted = (width, fit_columns(self._columns, width))
        return self._fitted[1]

    def header_line(self, part: int, width: int) -> Line:  # noqa: ARG002 - one line
        """The heading."""
        return heading(self.shown_columns(width), self.sort, self.column)

    def row_line(self, row: int, part: int, width: int) -> Line:  # noqa: ARG002 - one line a row
        """One row."""
        source = self._source
        return (
            ()
            if source is None
            else row_line(self.shown_columns(width), lambda key, cells: source.value(row, key, cells))
        )

    def empty_line(self, y: int, width: int) -> Line:  # noqa: ARG002
        """What stands where there are no rows."""
        return line((self.empty or _("nothing to show"), "dim")) if y == 0 else ()
