"""The toolkit's own DataTable with the same rows and the same changes."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from benchmarks.apps.marked import MarkedApp
from benchmarks.apps.table_data import TITLES, TableData


class Table(DataTable[str]):
    """Tells the app of every key."""

    def on_key(self, _event: events.Key) -> None:
        """A key came."""
        self.app.key_taken()  # type: ignore[attr-defined]


class StockTableApp(MarkedApp):
    """2,600 rows in a DataTable, each changed cell updated by itself."""

    def compose(self) -> ComposeResult:
        """The table and the mark."""
        self.data = TableData()
        yield Table(cursor_type="row")
        yield self.mark()

    def on_mount(self) -> None:
        """Show the rows."""
        table = self.query_one(Table)
        for column, title in enumerate(TITLES):
            table.add_column(title, width=18 if column == 0 else 13)
        table.add_rows(self.data.cells)
        table.focus()

    def second(self) -> None:
        """Show the next second's figures."""
        table = self.query_one(Table)
        for row, column, text in self.data.next_second():
            table.update_cell_at(Coordinate(row, column), text)


if __name__ == "__main__":
    StockTableApp().run()
