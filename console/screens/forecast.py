"""Staffing and forecast: who is required, rostered and there in each interval, where it breaks and by how much."""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.day_charts import with_moments
from console.draw.forecast_plan import plan_forecast
from console.draw.staffing import Intervals, break_lines, summary_lines
from console.figures.listed import PLAN
from console.forecast_chart import load_chart
from console.i18n import _, name_of
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.staffing import Place, breaks_of, places, whole_day
from console.widgets.day_chart import CourseChart
from console.widgets.live_rows import LiveRows
from console.widgets.live_table import LiveTable
from console.widgets.painted import LinePanel, ReadPanel
from console.widgets.planned import Planned
from console.widgets.staffing_table import StaffingTable


class ForecastScreen(DeckScreen):
    """All sites, or with `site` the categories of one, over the place under the cursor in figures and as a chart."""

    scope = "forecast"
    BINDINGS = bindings("forecast")

    def __init__(self, site: str = "") -> None:
        super().__init__()
        self.site = site
        self._rows: list[Place] = []
        self._placed = False
        """Whether the intervals have been brought to now."""

    def body(self) -> Sequence[Widget]:
        """Summary, matrix, chart, intervals, breaks."""
        panels = (
            LinePanel(id="summary"),
            StaffingTable(id="matrix"),
            CourseChart(id="chart"),
            LiveTable((), id="intervals"),
            ReadPanel(id="breaks"),
        )
        return [Planned(*panels, plan=lambda w, h: plan_forecast(w, h, len(self._rows)), id="panels")]

    @property
    def matrix(self) -> StaffingTable:
        """Places × intervals."""
        return self.query_one(StaffingTable)

    def on_mount(self) -> None:
        """The keys go to the matrix."""
        super().on_mount()
        self.matrix.drilled = bool(self.site)
        self.matrix.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        outlook, now, matrix = picture.view.outlook, picture.view.at, self.matrix
        matrix.live = picture.view.mode == "live"
        begin, end, _cell = matrix.span(now, outlook.step_s)
        rows = places(picture, self.site, min(begin, now - 7_200.0), max(end, now + 14_400.0)) if outlook.sites else []
        if len(rows) != len(self._rows):
            self._rows = rows
            self.query_one(Planned).replan()
        self._rows = rows
        matrix.show_places(rows, now, outlook.step_s, picture.zone)
        found = breaks_of(picture, self.site) if rows else []
        summary = self.query_one("#summary", LinePanel)
        width = summary.scrollable_content_region.width
        summary.show_lines(summary_lines(picture, rows, found, width) if rows else [])
        if (breaks := self.query_one("#breaks", ReadPanel)).size:
            breaks.show_text(lambda w: break_lines(found, picture, w))
        self._titles(picture)
        self._follow()

    def _titles(self, picture: Picture) -> None:
        site = picture.site(self.site) if self.site else None
        place = name_of(site) if site is not None else _("all sites")
        goal = _("80 % within the limit")
        self.matrix.border_title = Content(_("Net staffing · {place} · {goal}").format(place=place, goal=goal))
        self.query_one("#breaks").border_title = Content(_("Where it breaks · next 4 h"))

    @on(LiveRows.Moved)
    def _follow(self) -> None:
        """What stands below is about the place under the cursor."""
        picture = self.deck.picture
        place = next((row for row in self._rows if row.id == self.matrix.cursor_id), None)
        chart, table = self.query_one(CourseChart), self.query_one("#intervals", LiveTable)
        if place is None or not place.planned:
            table.empty = " "
            table.show(_NOTHING)
            return
        if chart.size:
            chart.show(with_moments(load_chart(picture, place), picture))
            chart.border_title = Content(
                _("{place}: contacts per {minutes} min").format(place=place.name, minutes=round(place.step_s / 60))
            )
        table.columns = Intervals.columns()
        source = Intervals(place, picture.view.at, picture.zone)
        table.show(source)
        if not self._placed and table.size.height > 1 and source.ids:
            self._placed = True
            here = sum(at <= picture.view.at for at in place.starts.tolist()) - 1
            for row in (here + table.size.height - 4, here):  # now near the top
                table.move_cursor(source.ids[max(0, min(row, len(source.ids) - 1))])
        table.border_title = Content(_("{place}: interval by interval").format(place=place.name))

    def figure_here(self) -> tuple[str, str]:
        """The net staffing of the place under the cursor."""
        return self.matrix.cursor_id.partition("/")[0] or self.site or "*", PLAN + "net"

    def action_open_row(self) -> None:
        """Open the categories of the site under the cursor; from there the site itself."""
        from console.screens.site import SiteScreen

        chosen = self.matrix.cursor_id
        if self.site:
            self.deck.push_screen(SiteScreen(self.site))
        elif chosen in self.deck.picture.view.outlook.sites:
            self.deck.push_screen(ForecastScreen(chosen))

    def action_shift(self, by: int) -> None:
        """Show hours that are earlier or later, as far as the plan reaches; 0 is now."""
        outlook, now = self.deck.picture.view.outlook, self.deck.picture.view.at
        matrix, before = self.matrix, self.matrix.shifted
        matrix.shifted = before + by * max(1, matrix.room() // 2) if by else 0
        begin, end, _cell = matrix.span(now, outlook.step_s)
        first, last = whole_day(outlook, self.site)
        if math.isnan(first) or end <= first or begin >= last:
            matrix.shifted = before
            self.deck.say(_("the plan says nothing of that time"))
        self.deck.draw()


class _Nothing:
    """A table without rows."""

    ids: Sequence[str] = ()

    def value(self, row: int, key: str, width: int) -> tuple[str, str]:  # noqa: ARG002 - as a table asks
        """Never asked."""
        return "", ""


_NOTHING = _Nothing()
