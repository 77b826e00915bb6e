"""What the screens of a site and of a shop share: queues, clocks, course and alerts, and beside them all figures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from alerts.clock_floor import By
from console.board_columns import board_columns
from console.draw.alert_groups import single
from console.draw.alerts import sorted_alerts
from console.draw.chart import Chart
from console.draw.lines import Line
from console.draw.site_plan import plan_site
from console.figures.listed import CLOCK
from console.i18n import _
from console.picture import Picture
from console.screens.board_screen import BoardScreen
from console.widgets.alert_rail import AlertRail
from console.widgets.board_table import BoardTable
from console.widgets.clock_table import ClockTable
from console.widgets.day_chart import CourseChart
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned


class PlaceScreen(BoardScreen):
    """Queues as rows, and all there is to know about the place that they belong to."""

    @abstractmethod
    def table(self) -> BoardTable:
        """The table of the place's queues."""

    @abstractmethod
    def name_here(self, picture: Picture) -> str:
        """What people call the place."""

    @abstractmethod
    def alerts_of(self, picture: Picture) -> Sequence[Alert]:
        """The alerts of the place and of its queues."""

    @abstractmethod
    def scope_of_clocks(self) -> tuple[By, str]:
        """Under what its clocks are added up."""

    @abstractmethod
    def course_of(self, picture: Picture) -> Chart:
        """How it moved in the last 15 minutes."""

    @abstractmethod
    def facts_of(self, picture: Picture, width: int) -> list[Line]:
        """All its figures."""

    def body(self) -> Sequence[Widget]:
        """Queues, clocks, course, alerts, facts."""
        panels = (
            self.table(),
            ClockTable(id="clocks"),
            CourseChart(id="chart"),
            AlertRail(id="alerts"),
            ReadPanel(id="facts"),
        )
        return [Planned(*panels, plan=plan_site, id="panels")]

    def on_mount(self) -> None:
        """The keys go to the table."""
        super().on_mount()
        self.board.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        columns = board_columns(sites=False, of=_("{site}: queues").format(site=self.name_here(picture)))
        self.board.columns = self.board.picked(columns)
        self.board.show_picture(picture)
        here = self.alerts_of(picture)
        self.query_one(AlertRail).show(picture, single(sorted_alerts(here)))
        if (chart := self.query_one(CourseChart)).size:
            chart.show(self.course_of(picture))
            chart.border_title = Content(_("15 min"))
        if (clocks := self.query_one(ClockTable)).size:
            clocks.show_clocks(picture, picture.view.clocks.at(*self.scope_of_clocks()))
            clocks.border_title = Content(_("Clocks"))
        facts = self.query_one("#facts", ReadPanel)
        facts.show_text(lambda width: self.facts_of(picture, width))
        self._described()
        self.query_one(AlertRail).border_title = Content(_("Alerts: {n}").format(n=len(here)))

    def figure_here(self) -> tuple[str, str]:
        """The clock or alert under the cursor, the figure under that of the table, or those of the place."""
        rail, clocks = self.query_one(AlertRail), self.query_one(ClockTable)
        by, key = self.scope_of_clocks()
        place = key if by == "site" else f"{by}:{key}"
        if rail.has_focus and rail.chosen is not None:
            return self.figure_of_alert(rail.chosen.lead)
        if clocks.has_focus and clocks.chosen is not None:
            return place, CLOCK + clocks.chosen.clock.id
        return super().figure_here() if self.board.has_focus else (place, "")

    def alert_here(self) -> Alert | None:
        """The alert under the cursor, else the first of the queue under it, else of the place."""
        rail = self.query_one(AlertRail)
        if rail.has_focus:
            return rail.chosen.lead if rail.chosen is not None else None
        return self.first_alert(self.board.cursor_id) or next(
            iter(sorted_alerts([a for a in self.alerts_of(self.deck.picture) if a in self.deck.picture.firing])), None
        )

    def action_open_row(self) -> None:
        """Open the queue under the cursor, or that of the alert, or explain the clock."""
        rail, clocks = self.query_one(AlertRail), self.query_one(ClockTable)
        if rail.has_focus:
            self.open_alerts(rail.chosen)
        elif clocks.has_focus:
            self.open_clocks(clocks.chosen, *self.scope_of_clocks())
        else:
            self.open_board_row(self.board.cursor_id)
