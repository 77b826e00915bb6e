"""Sites by categories as a panel with a cursor over cells; only the lines that changed are drawn."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.message import Message

from console.actions import bindings
from console.board_rows import board_rows
from console.draw.lines import Line, line
from console.draw.matrix import NETWORK_ROW, WHOLE, MatrixSheet, sheet_line
from console.draw.matrix_plan import BETWEEN, SHOWS_FIGURE, in_sight, plan_cells
from console.filtering import Filter
from console.i18n import _, name_of
from console.matrix import FINE, Matrix, matrix_of
from console.matrix_figures import CELL_FIGURES, cell_figures
from console.matrix_floor import MatrixFloor, Passes, matrix_floor
from console.picture import NETWORK, Picture
from console.widgets.painted import Painted
from feeds.contract import Row
from feeds.row_groups import RowGroup
from feeds.site_view import SiteView


class MatrixPanel(Painted, can_focus=True):
    """`by` says what the columns are. Sites keep their own places until the worst are asked for first."""

    BINDINGS = bindings("list")

    class Moved(Message):
        """The cursor went to another cell."""

    class Opened(Message):
        """A cell was clicked twice, to be opened."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self.by: RowGroup = "category"
        self.metric = CELL_FIGURES[0]
        self.breaches = False
        self.filter = Filter()
        """Which queues count."""
        self.matrix: Matrix | None = None
        self._picture: Picture | None = None
        self._floor: MatrixFloor | None = None
        self._sorted: list[str] | None = None
        self._at = (NETWORK, "")
        self._first = (0, 0)
        self._sheet: MatrixSheet | None = None
        self._slots: list[tuple[str, int]] = []
        self._order: list[int] = []
        self._across: list[int] = []

    # What it shows ------------------------------------------------------------------------------------------------

    def show_picture(self, picture: Picture) -> None:
        """Show how this picture's sites stand."""
        self._picture = picture
        sites = picture.view.board.sites
        floor = self._floor
        if floor is None or floor.by != self.by or self.filter.changes or not floor.holds(sites):
            floor = self._floor = matrix_floor(sites, self.by, self._passes(picture))
        self.matrix = matrix_of(picture, floor, filtered=bool(self.filter))
        self._order, self._across = self._chosen(self.matrix)
        self._lay()

    def _passes(self, picture: Picture) -> Passes | None:
        """Which queues count, as they are in a picture; None: all of them."""
        if not self.filter:
            return None
        wanted, rows = self.filter, {row.id: row for row in board_rows(picture, "queue")}

        def passes(site: SiteView, queue: Row) -> bool:
            row = rows[f"{site.id}/{queue.id}"]
            return wanted.matches(row.text(), row.figure, unknown=row.sign.mark == "?", told=row.told)

        return passes

    def use_filter(self, wanted: Filter) -> None:
        """Count only the queues that pass."""
        self.filter = wanted
        self.again()

    def again(self) -> None:
        """Columns, filter or order are others now."""
        self._floor = None
        if self._picture is not None:
            self.show_picture(self._picture)

    def _chosen(self, matrix: Matrix) -> tuple[list[int], list[int]]:
        """The sites and columns that are shown, in order."""
        floor, bad = matrix.floor, matrix.cells < FINE
        order = [i for i in range(len(floor.sites)) if not self.filter or floor.counts[i].any()]
        across = list(range(len(floor.columns)))
        if self.breaches:
            order = [i for i in order if matrix.sites[i] < FINE or bad[i].any()]
            across = [j for j in across if bad[:, j].any() or matrix.columns[j] < FINE]
        if self._sorted is not None:
            place = {site: at for at, site in enumerate(self._sorted)}
            order.sort(key=lambda i: place.get(floor.sites[i], len(place)))
        return order, across

    def _lay(self) -> None:
        """The sheet for what there is to show, where the cursor is, and the room there is."""
        if self._picture is None or self.matrix is None:
            return
        size, floor = self.scrollable_content_region.size, self.matrix.floor
        plan = plan_cells(size.width, size.height, len(self._order) + 1, len(self._across))
        row, column = self.cursor
        rows = in_sight(len(self._order), max(1, plan.rows - 1), self._first[0], max(0, row))
        columns = in_sight(len(self._across), plan.columns, self._first[1], max(0, column))
        self._first = rows.first, columns.first
        sites = self._picture.view.board.sites
        figures = cell_figures(sites, floor, self.metric) if plan.cell >= SHOWS_FIGURE else None
        names = [name_of(site) for site in sites]
        self._sheet = MatrixSheet(
            self.matrix, plan, self._order, names, self._across, rows, columns, figures, self.metric, (row, column)
        )
        self._slots = self._sheet.slots()
        self.repaint()

    # The cursor ---------------------------------------------------------------------------------------------------

    @property
    def cursor(self) -> tuple[int, int]:
        """(place among the rows, place among the columns) of the cursor; -1 for the network and the whole site."""
        if self.matrix is None:
            return NETWORK_ROW, WHOLE
        floor, (site, key) = self.matrix.floor, self._at
        at = floor.index.get(site, -1)
        row = self._order.index(at) if at in self._order else NETWORK_ROW
        column = floor.columns.index(key) if key in floor.columns else -1
        return row, self._across.index(column) if column in self._across else WHOLE

    @property
    def place(self) -> tuple[int, int]:
        """(site, column) of the cursor on the matrix's floor; -1 for the network and the whole site."""
        row, column = self.cursor
        return (self._order[row] if row >= 0 else NETWORK_ROW, self._across[column] if column >= 0 else WHOLE)

    def go(self, row: int, column: int) -> None:
        """Put the cursor on a cell, as near as there is one."""
        if self.matrix is None:
            return
        floor = self.matrix.floor
        row = max(NETWORK_ROW, min(row, len(self._order) - 1))
        column = max(WHOLE, min(column, len(self._across) - 1))
        at = (
            floor.sites[self._order[row]] if row >= 0 else NETWORK,
            floor.columns[self._across[column]] if column >= 0 else "",
        )
        if at != self._at:
            self._at = at
            self._lay()
            self.post_message(self.Moved())

    def move(self, down: int, right: int) -> None:
        """Move by cells; past the edge of a band on into the next one."""
        (row, column), sheet = self.cursor, self._sheet
        across = column + right
        if right and sheet is not None and sheet.plan.bands > 1 and not WHOLE <= across < len(self._across):
            row += right * sheet.plan.lines
            if NETWORK_ROW <= row < len(self._order):
                self.go(row, WHOLE if right > 0 else len(self._across) - 1)
            return
        self.go(row + down, across)

    def action_move(self, by: int) -> None:
        """Move by rows."""
        self.move(by, 0)

    def action_move_to(self, at: int) -> None:
        """Go to the first (0) or the last (-1) row."""
        self.go(NETWORK_ROW if at == 0 else len(self._order) - 1, self.cursor[1])

    def action_page(self, by: int) -> None:
        """Move by as many rows as one band shows."""
        row, column = self.cursor
        self.go(row + by * (self._sheet.plan.lines if self._sheet is not None else 1), column)

    def next_bad(self) -> bool:
        """Go to the next cell that is not in order, row by row, from the start after the last; False for none."""
        if self.matrix is None or not self._order:
            return False
        row, column = self.cursor
        width = len(self._across) + 1
        total, here = len(self._order) * width, row * width + column + 1 if row >= 0 else -1
        for step in range(1, total + 1):
            at = (here + step) % total
            to, across = at // width, at % width - 1
            site = self._order[to]
            alone = across == WHOLE and self.matrix.sites[site] < FINE and not (self.matrix.cells[site] < FINE).any()
            if alone or (across >= 0 and self.matrix.cells[site, self._across[across]] < FINE):
                self.go(to, across)
                return True
        return False

    # Order --------------------------------------------------------------------------------------------------------

    def worst_first(self) -> None:
        """The worst rows first, as they are now; they stay so."""
        if self.matrix is None:
            return
        matrix = self.matrix
        keys = sorted(
            range(len(matrix.floor.sites)), key=lambda i: (matrix.sites[i], -int((matrix.cells[i] < FINE).sum()))
        )
        self._sorted = [matrix.floor.sites[i] for i in keys]
        self.again()

    def own_places(self) -> None:
        """Rows in their own places."""
        self._sorted = None
        self.again()

    @property
    def sorted_worst(self) -> bool:
        """Whether the worst rows were asked for first."""
        return self._sorted is not None

    def next_figure(self) -> str:
        """Show the next figure in the cells; its metric."""
        self.metric = CELL_FIGURES[(CELL_FIGURES.index(self.metric) + 1) % len(CELL_FIGURES)]
        self._lay()
        return self.metric

    @property
    def shown(self) -> tuple[int, int]:
        """How many sites and columns there are to show, whether or not they have room."""
        return len(self._order), len(self._across)

    # Lines --------------------------------------------------------------------------------------------------------

    def line_at(self, y: int, size: Size) -> Line:  # noqa: ARG002 - the sheet is laid for the size
        """What line `y` shows."""
        if self._sheet is None:
            return ()
        if not self._order and y == 2:
            nothing = (
                _("nothing passes the filter") if self.filter or self.breaches else _("no site has said anything yet")
            )
            return line((f" {nothing}", "dim"))
        return sheet_line(self._sheet, self._slots, y, focused=self.has_focus) if y <= self._sheet.plan.lines else ()

    def lines_total(self) -> int:
        """It never scrolls: what has no room is rolled up."""
        return 1

    def on_resize(self) -> None:
        """Another size has room for other things."""
        super().on_resize()
        self._lay()

    def on_focus(self) -> None:
        """The cursor shows where the keys go."""
        self.repaint()

    def on_blur(self) -> None:
        """The cursor fades where they do not."""
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        """A click goes to a cell, a second one opens it; on a roll-up it goes on to what that stands for."""
        sheet, at = self._sheet, event.get_content_offset_capture(self)
        if sheet is None or at.y < 1:
            return
        band, x = divmod(at.x, sheet.plan.band + BETWEEN)
        place = band * sheet.plan.lines + at.y - 1
        if band >= sheet.plan.bands or not 0 <= place < len(self._slots):
            return
        kind, row = self._slots[place]
        slot = max(0, (x - sheet.plan.name) // sheet.plan.cell) if x >= sheet.plan.name else 0
        column = slot - 1 - bool(sheet.columns.before) + sheet.columns.first if slot else WHOLE
        row = sheet.rows.first - 1 if kind == "before" else sheet.rows.last if kind == "after" else row
        self.go(row, column)
        if event.chain >= 2 and kind in ("row", "network"):
            self.post_message(self.Opened())
