"""How the table of a screen stands, taken down and put back. What does not exist any more is left out."""

from __future__ import annotations

from typing import cast, get_args

from console.board_rows import By
from console.draw.table import Sort
from console.resuming.session import Table
from console.screens.alerts import AlertsScreen
from console.screens.board_screen import BoardScreen
from console.screens.deck_screen import DeckScreen


def table_of(screen: DeckScreen) -> Table | None:
    """How its table stands; None for a screen without one, or one that is not drawn yet."""
    if isinstance(screen, AlertsScreen) and screen.is_mounted:
        return Table(row=screen.table.cursor_id, filter=screen.filter_text, only_bad=screen.breaches)
    if not isinstance(screen, BoardScreen) or not screen.is_mounted or not screen.query("#board"):
        return None
    board = screen.board
    return Table(
        rows=board.by,
        row=board.cursor_id,
        sort=board.sort.key if board.sort is not None else "",
        turned=board.sort is not None and board.sort.reverse,
        filter=board.filter_text,
        only_bad=board.breaches,
    )


def put_back(screen: DeckScreen, table: Table, *, filtered: bool = True) -> None:
    """Have its table stand so again; without `filtered` all rows are shown."""
    if isinstance(screen, AlertsScreen):
        screen.breaches = filtered and table.only_bad
        screen.table.prefer(table.row)
        if filtered:
            screen.use_filter(table.filter)
    elif isinstance(screen, BoardScreen):
        _put_back_board(screen, table, filtered=filtered)


def _put_back_board(screen: BoardScreen, table: Table, *, filtered: bool) -> None:
    board = screen.board
    if screen.scope == "overview" and table.rows in get_args(By):
        board.group(cast("By", table.rows))
    if table.sort in {column.key for column in board.columns}:
        board.sort = Sort(table.sort, table.turned)
    if filtered:
        board.breaches = table.only_bad
        screen.use_filter(table.filter)
    board.prefer(table.row)
