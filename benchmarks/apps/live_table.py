"""The console's own table in a bare app."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult

from benchmarks.apps.marked import MarkedApp
from benchmarks.apps.table_data import TITLES, TableData
from console.draw.lines import Span
from console.draw.table import Column
from console.widgets.live_table import LiveTable


class Rows:
    """The cells as the table asks for them."""

    def __init__(self, data: TableData) -> None:
        self._data = data
        self._at = {title: column for column, title in enumerate(TITLES)}

    @property
    def ids(self) -> Sequence[str]:
        """Every row's id."""
        return self._data.ids

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - cells are shorter than their columns
        """One cell; what is high stands out, as it does on the deck."""
        text = self._data.cells[row][self._at[key]]
        return text, "warning" if key == "waiting" and len(text) > 3 else ""


class Table(LiveTable):
    """Tells the app of every key."""

    def on_key(self, _event: events.Key) -> None:
        """A key came."""
        self.app.key_taken()  # type: ignore[attr-defined]


class LiveTableApp(MarkedApp):
    """2,600 rows drawn line by line."""

    def compose(self) -> ComposeResult:
        """The table and the mark."""
        self.data = TableData()
        first, *others = TITLES
        yield Table([Column(first, first, 20, align="left"), *(Column(title, title, 14, grow=1) for title in others)])
        yield self.mark()

    def on_mount(self) -> None:
        """Show the rows."""
        self.rows = Rows(self.data)
        self.query_one(Table).show(self.rows)
        self.query_one(Table).focus()

    def second(self) -> None:
        """Show the next second's figures."""
        self.data.next_second()
        self.query_one(Table).show(self.rows)


if __name__ == "__main__":
    LiveTableApp().run()
