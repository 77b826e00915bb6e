"""Rows with a cursor that stays on its row, whatever moves around it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message

from console.actions import bindings
from console.draw.lines import Line
from console.widgets.painted import FocusTint, Painted


class LiveRows(Painted, can_focus=True):
    """A list of rows of `lines_per_row` lines each, under `header_lines` lines that do not scroll.

    A subclass gives `row_line` and, where it has one, `header_line`, and calls `show_ids` when its rows changed.
    """

    BINDINGS = bindings("list")

    lines_per_row = 1
    header_lines = 0
    follows_top = False
    """Without the keys it shows its first rows, whatever was under the cursor before: what is worst stands there."""

    shows_cursor = True
    """Off where nobody can move it."""
    cursor_is_clear = False
    """Clear also without the keys, where what is typed elsewhere moves it."""

    class Opened(Message):
        """A row was clicked twice, to be opened."""

        def __init__(self, rows: LiveRows, row_id: str) -> None:
            super().__init__()
            self.rows, self.row_id = rows, row_id

    class Moved(Message):
        """The cursor went to another row."""

        def __init__(self, rows: LiveRows, row_id: str) -> None:
            super().__init__()
            self.rows, self.row_id = rows, row_id

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id, classes=classes)
        self.ids: Sequence[str] = ()
        self._cursor = 0
        self._cursor_id = ""
        self._told = False
        """Whether rows were shown yet: before that, nothing may be said about there being none."""

    @property
    def cursor_id(self) -> str:
        """The id of the row under the cursor; empty where there are no rows."""
        return self.ids[self._cursor] if self._cursor < len(self.ids) else ""

    def row_line(self, row: int, part: int, width: int) -> Line:
        """Line `part` of row `row`."""
        raise NotImplementedError

    def header_line(self, part: int, width: int) -> Line:
        """Line `part` of what does not scroll."""
        raise NotImplementedError

    def empty_line(self, y: int, width: int) -> Line:  # noqa: ARG002
        """What stands where there are no rows."""
        return ()

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show these rows: the cursor stays on its row, or in its place where the row is gone."""
        self._told = True
        if ids != self.ids:
            was_in_sight = self._in_sight(self._cursor)
            self.ids = ids
            if self._cursor_id in ids:
                self._cursor = ids.index(self._cursor_id)
            self._cursor = max(0, min(self._cursor, len(ids) - 1))
            self.repaint()
            if was_in_sight:
                self._bring_in_sight()
        if self.follows_top and not self.has_focus:
            self._cursor = 0
            self._bring_in_sight()
        self._cursor_id = self.cursor_id or self._cursor_id
        self.repaint()

    def prefer(self, row_id: str) -> None:
        """Have the cursor on this row as soon as it is there."""
        if row_id and not self.move_cursor(row_id):
            self._cursor_id = row_id

    def move_cursor(self, row_id: str) -> bool:
        """Put the cursor on a row; False where it is not there."""
        if row_id not in self.ids:
            return False
        self._go(self.ids.index(row_id))
        return True

    def lines_total(self) -> int:
        """How many lines there are."""
        return self.header_lines + max(len(self.ids), 1) * self.lines_per_row

    def line_at(self, y: int, size: Size) -> Line:
        """What line `y` of the visible content shows."""
        if y < self.header_lines:
            return self.header_line(y, size.width)
        row, part = divmod(self.scroll_offset.y + y - self.header_lines, self.lines_per_row)
        if not self._told:
            return ()
        if not self.ids:
            return self.empty_line(y - self.header_lines, size.width)
        if row >= len(self.ids):
            return ()
        spans = self.row_line(row, part, size.width)
        return (
            FocusTint.apply(spans, size.width, focused=self.has_focus or self.cursor_is_clear)
            if self._has_cursor(row)
            else spans
        )

    def _has_cursor(self, row: int) -> bool:
        return self.shows_cursor and row == self._cursor

    def _room(self) -> int:
        return max(1, (self.scrollable_content_region.height - self.header_lines) // self.lines_per_row)

    def _in_sight(self, row: int) -> bool:
        first = self.scroll_offset.y / self.lines_per_row
        return first <= row < first + self._room()

    def _bring_in_sight(self) -> None:
        first = self.scroll_offset.y // self.lines_per_row
        room = self._room()
        if self._cursor < first:
            self.scroll_to(y=self._cursor * self.lines_per_row, animate=False, force=True)
        elif self._cursor >= first + room:
            self.scroll_to(y=(self._cursor - room + 1) * self.lines_per_row, animate=False, force=True)

    def _go(self, row: int) -> None:
        row = max(0, min(row, len(self.ids) - 1))
        moved = row != self._cursor
        self._cursor = row
        self._cursor_id = self.cursor_id
        self._bring_in_sight()
        self.repaint()
        if moved:
            self.post_message(self.Moved(self, self.cursor_id))

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self._cursor + by)

    def action_move_to(self, at: int) -> None:
        """Move the cursor to the first (0) or the last (-1) row."""
        self._go(at if at >= 0 else len(self.ids) + at)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self._go(self._cursor + by * self._room())

    def on_focus(self) -> None:
        """The cursor shows where the keys go."""
        self.repaint()

    def on_blur(self) -> None:
        """The cursor fades where they do not."""
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens the row."""
        y = event.get_content_offset_capture(self).y
        if y < self.header_lines or not self.ids:
            return
        row = (self.scroll_offset.y + y - self.header_lines) // self.lines_per_row
        if row >= len(self.ids):
            return
        self._go(row)
        if event.chain >= 2:
            self.post_message(self.Opened(self, self.cursor_id))
