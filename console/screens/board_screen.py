"""What the two screens with a board's table share: filter, order, and what a row opens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

from textual import on
from textual.content import Content

from console.actions import key_of
from console.board_columns import FILTER_COLUMNS, METRIC_OF, board_columns
from console.board_rows import By, Group, Within, board_rows
from console.figures.listed import CLOCK, COLUMN_FIGURES
from console.i18n import N_, _
from console.picture import NETWORK, Picture
from console.row_attributes import ROW_ATTRIBUTES, values_of
from console.screens.filtered import FilteredScreen
from console.widgets.board_table import BoardTable
from console.widgets.live_table import LiveTable


class BoardScreen(FilteredScreen):
    """A screen around one `BoardTable`."""

    filter_hint = N_("words, !word, wait>60 sl30<80, site:hefei tier:a, or, ( ), ~pattern, ?; esc shows all rows")

    @property
    def board(self) -> BoardTable:
        """The table."""
        return self.query_one("#board", BoardTable)

    def title_of_board(self) -> str:
        """What the table's frame says."""
        raise NotImplementedError

    def _described(self) -> None:
        """Say in the frame, or where there is none in the footer, how the rows were chosen."""
        board = self.board
        parts = [part for part in (self.title_of_board(), board.describe()) if part]
        board.border_title = Content("  ".join(parts))
        self.deck.remark(board.describe() if not board.has_class("framed") else "")

    @property
    def filter_text(self) -> str:  # type: ignore[override]  # the table keeps it
        """What is filtered by."""
        return self.board.filter_text

    def filter_names(self) -> tuple[Collection[str], Collection[str]]:
        """Attributes of rows, and the columns."""
        return ROW_ATTRIBUTES, FILTER_COLUMNS

    def filter_values(self, name: str) -> Sequence[str]:
        """The values of an attribute over all queues."""
        return values_of(self.deck.picture, name)

    def take_filter(self, text: str) -> None:
        """Show only the rows that pass."""
        self.board.use_filter(text)

    def passed(self) -> tuple[int, int]:
        """How many rows of how many."""
        return self.board.passed

    def filtered(self) -> None:
        """Say what is filtered by."""
        self._described()

    def figure_here(self) -> tuple[str, str]:
        """The figure of the row under the cursor in the chosen column, else in the sorted one."""
        board = self.focused if isinstance(self.focused, BoardTable) else self.board
        return board_figure(board, self.deck.picture)

    def figure_chosen(self) -> bool:
        """Whether the column cursor is shown, where the table has the keys."""
        return bool(self.board.column) and self.board.has_focus

    def action_column(self, by: int) -> None:
        """Choose the figure of the next column."""
        self.board.next_column(by)
        figure = self.board.column
        title = next((c.title for c in self.board.columns if c.key == figure and c.title), _("state"))
        self.deck.say(
            _("{figure} · {explain} or {help} explains it · {left} {right} other figures · {back} none").format(
                figure=title,
                explain=key_of("explain"),
                help=key_of("help"),
                left=key_of("column_left"),
                right=key_of("column_right"),
                back=key_of("back"),
            )
        )

    def clear(self) -> bool:
        """No column cursor, or all rows again; False where there is nothing to take back."""
        if self.board.column:
            self.board.column = ""
            self.board.repaint()
            return True
        return super().clear()

    @property
    def breaches(self) -> bool:  # type: ignore[override]  # the table keeps it
        """Whether only what is not in order is shown."""
        return self.board.breaches

    def show_all(self) -> None:
        """No longer only what is not in order."""
        self.board.breaches = False

    def action_breaches(self) -> None:
        """Only what is not in order, or everything again."""
        self.board.breaches = not self.board.breaches
        self.board.again()
        self._described()

    def action_sort_next(self, by: int) -> None:
        """Sort by the next column."""
        self.board.sort_next(by)
        self._described()
        self.deck.say(
            _("sorted by {how} · {left} {right} other column · {turn} turns it round · {none} own places").format(
                how=self.board.describe(),
                left=key_of("sort_left"),
                right=key_of("sort_right"),
                turn=key_of("sort_turn"),
                none=key_of("sort_none"),
            )
        )

    def action_triage(self) -> None:
        """The rows where a minute of attention saves most first; those that may wait come last."""
        if self.board.sort is None or self.board.sort.key != "saves" or self.board.sort.reverse:
            self.board.sort_none()
            self.sort_by("saves")
        said = _("who first: sorted by what a minute of attention saves · {none} own places")
        self.deck.say(said.format(none=key_of("sort_none")))

    def action_sort_turn(self) -> None:
        """Turn the order round."""
        self.board.sort_turn()
        self._described()

    def action_sort_none(self) -> None:
        """Rows in their own places again."""
        self.board.sort_none()
        self._described()

    def action_group(self, by: By) -> None:
        """Show other rows."""
        self.board.group(by)
        self._described()
        self.deck.draw()

    def action_columns(self, text: str = "") -> None:
        """Show only these columns, in this order; without words all of them."""
        named = {
            name: column.key for column in board_columns(sites=True) for name in (column.key, column.title.lower())
        }
        keys = []
        for word in text.lower().replace(",", " ").split():
            if word not in named or named[word] in ("mark", "state", "name"):
                hint = " ".join(column.key for column in board_columns(sites=True)[3:])
                self.deck.say(_("no column {name}; try {hint}").format(name=word, hint=hint), "bad")
                return
            keys.append(named[word])
        self.board.choose_columns(keys)
        self.deck.draw()

    def sort_by(self, key: str) -> bool:
        """Sort by the column of this key or heading."""
        found = next((c.key for c in self.board.columns if key.lower() in (c.key, c.title.lower())), "")
        done = bool(found) and self.board.sort_by(found)
        self._described()
        return done

    @on(LiveTable.HeadingClicked)
    def _heading_clicked(self, event: LiveTable.HeadingClicked) -> None:
        if event.table is self.board:
            self.sort_by("state" if event.key == "mark" else event.key)

    def open_board_row(self, row_id: str) -> None:
        """Open a row of the table: the network, a site, a queue, a shop, category or platform."""
        from console.screens.queue import QueueScreen
        from console.screens.shop import ShopScreen
        from console.screens.site import SiteScreen

        if not row_id:
            return
        if ":" in row_id.split("/")[0]:
            by, _colon, group = row_id.partition(":")
            self.deck.push_screen(ShopScreen(Within(cast("Group", by), group)))
        elif row_id == "*" or "/" in row_id:
            self.deck.push_screen(QueueScreen(row_id))
        else:
            self.deck.push_screen(SiteScreen(row_id))


def board_figure(board: BoardTable, picture: Picture) -> tuple[str, str]:
    """(place, figure) of the row under the cursor of a table, in its chosen or sorted column."""
    row_id = board.cursor_id or NETWORK
    column = board.column or (board.sort.key if board.sort is not None else "")
    figure = METRIC_OF.get(column) or COLUMN_FIGURES.get(column, "waiting")
    if figure != CLOCK:
        return row_id, figure
    row = next((row for row in board_rows(picture, board.by, board.site, board.within) if row.id == row_id), None)
    clock = row.clocks().clock(row.clock_key) if row is not None and row.clocks is not None else None
    return row_id, CLOCK + clock.id if clock is not None else ""
