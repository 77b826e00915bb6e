"""The days after: after-sale backlog, refunds, disputes and shipping, by site, shop or platform, in the wave."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from console.actions import bindings
from console.aftersale.queues import AfterBy, after_sale, network_plan, queue_ids
from console.aftersale.wave import wave_of
from console.board_columns import FILTER_COLUMNS
from console.board_rows import BoardRow, Within, board_rows, chosen
from console.day import group_chart
from console.draw.after_sale import AfterSaleRows, after_sale_columns, plan_after_sale, wave_lines
from console.draw.saved_views import ROW_KINDS
from console.filtering import Filter, parse_filter
from console.i18n import _
from console.picture import NETWORK, Picture
from console.row_attributes import ROW_ATTRIBUTES, values_of
from console.screens.filtered import FilteredScreen
from console.widgets.day_chart import CourseChart
from console.widgets.live_table import LiveTable
from console.widgets.painted import LinePanel
from console.widgets.planned import Planned


class AfterSaleScreen(FilteredScreen):
    """Where the promotion is paid for."""

    scope = "aftersale"
    BINDINGS = bindings("aftersale")

    def __init__(self) -> None:
        super().__init__()
        self.by: AfterBy = "site"
        self.filter = Filter()

    def body(self) -> Sequence[Widget]:
        """Wave, table, backlog."""
        panels = (LinePanel(id="wave"), LiveTable((), id="board"), CourseChart(id="chart"))
        return [Planned(*panels, plan=plan_after_sale, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The table."""
        return self.query_one("#board", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the table."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        rows = chosen(self._listed(picture), self.filter, breaches=self.breaches)
        table = self.table
        table.columns = after_sale_columns(self.by)
        table.empty = _("nothing passes the filter") if self.filter else _("no site has said anything yet")
        table.show(AfterSaleRows(picture, self.by, rows))
        queues = queue_ids(picture)
        self._titles(sum(len(ids) for ids in queues.values()))
        panel = self.query_one("#wave", LinePanel)
        if panel.size:
            wave = wave_of(picture.view.at, self.deck.zone, picture.view.peak_at)
            number = sum(len(ids) for ids in queues.values())
            panel.show_lines(wave_lines(wave, network_plan(picture), number, panel.content_size.width))
        if (chart := self.query_one(CourseChart)).size:
            chart.show(group_chart(picture, queues, "waiting"))

    def _listed(self, picture: Picture) -> list[BoardRow]:
        """All rows there are; a shop or platform without any after-sale work is not of the days after."""
        rows = board_rows(picture, self.by)
        if self.by == "site":
            return rows
        known = set(after_sale(picture, self.by).keys)
        return [row for row in rows if row.id == NETWORK or row.clock_key in known]

    def _titles(self, queues: int) -> None:
        parts = [_("After-sale by {rows}: {n} queues").format(rows=_(ROW_KINDS[self.by]), n=queues)]
        parts += [f"/{self.filter_text}  {'/'.join(str(n) for n in self.passed())}"] if self.filter_text else []
        parts += [_("! not in order only")] if self.breaches else []
        title = "  ".join(parts)
        self.table.border_title = Content(title)
        self.query_one("#wave").border_title = Content(_("The wave"))
        self.query_one("#chart").border_title = Content(_("After-sale customers who wait, 15 min"))
        self.deck.remark(title if not self.table.has_class("framed") else "")

    def filter_names(self) -> tuple[Collection[str], Collection[str]]:
        """Attributes of rows, and the columns."""
        return ROW_ATTRIBUTES, FILTER_COLUMNS

    def filter_values(self, name: str) -> Sequence[str]:
        """The values of an attribute over all queues."""
        return values_of(self.deck.picture, name)

    def take_filter(self, text: str) -> None:
        """Show only the rows that pass."""
        self.filter, self.filter_text = parse_filter(text, FILTER_COLUMNS, ROW_ATTRIBUTES), text.strip()

    def passed(self) -> tuple[int, int]:
        """How many rows of how many."""
        rows = self._listed(self.deck.picture)
        return sum(one != NETWORK for one in self.table.ids), sum(row.id != NETWORK for row in rows)

    def action_after_by(self, by: AfterBy) -> None:
        """Other rows."""
        self.by = by
        self.deck.draw()

    def action_breaches(self) -> None:
        """Only what is not in order, or everything again."""
        self.breaches = not self.breaches
        self.deck.draw()

    def alert_here(self) -> Alert | None:
        """The first alert of the site under the cursor."""
        return self.first_alert(self.table.cursor_id) if self.by == "site" else None

    def figure_here(self) -> tuple[str, str]:
        """How long refunds take, at the row under the cursor."""
        return self.table.cursor_id or NETWORK, "refund_time_h_day"

    def place_here(self) -> str:
        """The site under the cursor."""
        return self.table.cursor_id if self.by == "site" and self.table.cursor_id != NETWORK else ""

    def action_open_row(self) -> None:
        """Open the site, shop or platform under the cursor."""
        from console.screens.queue import QueueScreen
        from console.screens.shop import ShopScreen
        from console.screens.site import SiteScreen

        row = self.table.cursor_id
        if row == NETWORK:
            self.deck.push_screen(QueueScreen(NETWORK))
        elif self.by == "site" and row:
            self.deck.push_screen(SiteScreen(row))
        elif row and self.by != "site":
            self.deck.push_screen(ShopScreen(Within(self.by, row.partition(":")[2])))
