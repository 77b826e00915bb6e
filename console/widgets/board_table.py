"""The board's table: what its rows are, in which order, and which are left out. The data are the view's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.board_columns import FILTER_COLUMNS, board_columns
from console.board_rows import BoardRow, BoardRows, By, Within, board_rows, chosen, ordered
from console.draw.table import Column, Sort
from console.filtering import Filter, parse_filter
from console.i18n import _
from console.picture import NETWORK, Picture
from console.row_attributes import ROW_ATTRIBUTES
from console.widgets.live_table import LiveTable

RESORT_S = 5.0
"""A sorted table is put in order again after so many seconds: rows that jump each second cannot be read."""

_NO_FIGURE = ("mark", "name")


class BoardTable(LiveTable):
    """Sites, shops, categories, platforms or queues. Rows keep their own places until sorting is asked for."""

    def __init__(self, by: By, *, site: str = "", within: Within | None = None, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(board_columns(sites=by == "site"), id=id)
        self.by: By = by
        self.site, self.within = site, within
        self.filter = Filter()
        self.filter_text = ""
        self.breaches = False
        self.only: tuple[str, ...] = ()
        """The columns that are shown, in this order, behind mark, state and name; empty: all."""
        self._picture: Picture | None = None
        self._order: dict[str, int] = {}
        self._sorted_at = float("-inf")

    @property
    def passed(self) -> tuple[int, int]:
        """How many rows are shown, of how many; the network's is no such row."""
        rows = board_rows(self._picture, self.by, self.site, self.within) if self._picture else []
        return sum(one != NETWORK for one in self.ids), sum(row.id != NETWORK for row in rows)

    def show_picture(self, picture: Picture) -> None:
        """Show this picture's rows."""
        self._picture = picture
        rows = chosen(board_rows(picture, self.by, self.site, self.within), self.filter, breaches=self.breaches)
        self.empty = (
            _("nothing passes the filter") if self.filter or self.breaches else _("no site has said anything yet")
        )
        self.show(BoardRows(picture, self._in_order(rows, picture.view.at)))

    def _in_order(self, rows: list[BoardRow], now: float) -> list[BoardRow]:
        if self.sort is None:
            return rows
        if not 0 <= now - self._sorted_at < RESORT_S or any(row.id not in self._order for row in rows):
            rows = ordered(rows, self.sort)
            self._sorted_at = now
            self._order = {row.id: i for i, row in enumerate(rows)}
        return sorted(rows, key=lambda row: self._order[row.id])

    def again(self) -> None:
        """Order, filter or kind of rows has changed: show them now."""
        self._sorted_at = float("-inf")
        if self._picture is not None:
            self.show_picture(self._picture)
        self.repaint()

    def group(self, by: By) -> None:
        """Show other rows."""
        self.by = by
        self.columns = self.picked(board_columns(sites=by == "site"))
        if self.sort is not None and self.sort.key not in {column.key for column in self.columns}:
            self.sort = None
        self.again()

    def picked(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """Of these columns those that were chosen, in their order; where room is wanting the last is dropped first."""
        if not self.only:
            return tuple(columns)
        by_key = {column.key: column for column in columns}
        chosen_ones = [by_key[key] for key in self.only if key in by_key]
        places = enumerate(chosen_ones, 1)
        return (*columns[:3], *(replace(column, priority=place) for place, column in places))

    def choose_columns(self, keys: Sequence[str]) -> None:
        """Show only these columns; none: all of them."""
        self.only = tuple(keys)
        self.group(self.by)

    def use_filter(self, text: str) -> None:
        """Show only what passes. FilterError where it makes no sense; what was shown stays then."""
        self.filter, self.filter_text = parse_filter(text, FILTER_COLUMNS, ROW_ATTRIBUTES), text.strip()
        self.again()

    def sort_next(self, by: int) -> None:
        """Sort by the next column that is in sight; the first time by the state, the worst first."""
        keys = [
            c.key
            for c, _w in self.shown_columns(self.scrollable_content_region.width)
            if c.key not in ("mark", "course")
        ]
        if not keys:
            return
        if self.sort is None:
            self.sort = Sort(keys[0])
        else:
            at = keys.index(self.sort.key) if self.sort.key in keys else 0
            self.sort = Sort(keys[(at + by) % len(keys)])
        self.again()

    def next_column(self, by: int) -> None:
        """Put the column cursor on the next column in sight that shows a figure; the first time on the sorted one."""
        keys = [c.key for c, _w in self.shown_columns(self.scrollable_content_region.width) if c.key not in _NO_FIGURE]
        if not keys:
            return
        if self.column in keys:
            self.column = keys[(keys.index(self.column) + by) % len(keys)]
        else:
            self.column = self.sort.key if self.sort is not None and self.sort.key in keys else keys[0]
        self.repaint()

    def sort_by(self, key: str) -> bool:
        """Sort by a column; False where there is none of that name."""
        if key not in {column.key for column in self.columns}:
            return False
        self.sort = Sort(key, bool(self.sort and self.sort.key == key and not self.sort.reverse))
        self.again()
        return True

    def sort_turn(self) -> None:
        """Turn the order round."""
        if self.sort is not None:
            self.sort = Sort(self.sort.key, not self.sort.reverse)
            self.again()

    def sort_none(self) -> None:
        """Rows in their own places again."""
        self.sort = None
        self.again()

    def describe(self) -> str:
        """How the rows were chosen and ordered, for the frame; empty where nothing was."""
        parts = []
        if self.filter_text:
            parts.append(f"/{self.filter_text}  {self.passed[0]}/{self.passed[1]}")
        if self.breaches:
            parts.append(_("! not in order only"))
        if self.sort is not None:
            title = next((c.title for c in self.columns if c.key == self.sort.key and c.title), _("state"))
            parts.append(f"{'▲' if self.sort.reverse else '▼'}{title}")
        return "  ".join(parts)
