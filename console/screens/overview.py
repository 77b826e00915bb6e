"""The deck: every site, what fires, the day, what runs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from console.actions import bindings
from console.board_rows import board_rows
from console.day_charts import load_day_chart
from console.draw.alert_groups import grouped
from console.draw.alerts import sorted_alerts
from console.draw.plan import Plan, plan_overview
from console.i18n import N_, _
from console.picture import NETWORK, Picture
from console.screens.board_screen import BoardScreen
from console.widgets.alert_rail import AlertRail
from console.widgets.board_table import BoardTable
from console.widgets.day_chart import CourseChart
from console.widgets.glance_panel import GlancePanel
from console.widgets.planned import Planned
from console.widgets.runs_panel import RunsPanel
from console.widgets.worst_queues import WorstQueues
from playbooks.run import FINAL, RunState, RunView

_TITLES = {
    "site": N_("Sites"),
    "shop": N_("Shops"),
    "category": N_("Categories"),
    "platform": N_("Platforms"),
    "phase": N_("Phases"),
    "tier": N_("Tiers"),
    "channel": N_("Channels"),
    "group": N_("Teams"),
    "queue": N_("Queues"),
}


class OverviewScreen(BoardScreen):
    """Where the duty manager sits."""

    scope = "overview"
    BINDINGS = bindings("overview")

    def __init__(self) -> None:
        super().__init__()
        self._rows = 0

    def body(self) -> Sequence[Widget]:
        """Table, glance, alerts, day, worst queues, runs."""
        panels = (
            BoardTable("site", id="board"),
            GlancePanel(id="glance"),
            AlertRail(id="alerts"),
            WorstQueues(id="worst"),
            CourseChart(id="chart"),
            RunsPanel(id="runs"),
        )
        return [Planned(*panels, plan=self._plan, id="panels")]

    def _plan(self, width: int, height: int) -> Plan:
        return plan_overview(width, height, max(1, self._rows))

    def on_mount(self) -> None:
        """The keys go to the table."""
        super().on_mount()
        self.board.focus()

    def title_of_board(self) -> str:
        """What the table's rows are."""
        return _(_TITLES[self.board.by])

    def name_columns(self) -> None:
        """Headings in the language in use."""
        self.board.group(self.board.by)
        self.query_one(WorstQueues).name_columns()

    def show_picture(self, picture: Picture) -> None:
        """Draw all panels that have a place."""
        board = self.board
        rows = len(board_rows(picture, board.by)) if board.by != "queue" else 10_000
        if rows != self._rows:
            self._rows = rows
            self.query_one(Planned).replan()
        board.show_picture(picture)
        self.query_one(GlancePanel).show(picture)
        self.query_one(AlertRail).show(picture, grouped(sorted_alerts(picture.firing)))
        self.query_one(RunsPanel).show(picture)
        if (chart := self.query_one("#chart", CourseChart)).size:
            chart.show(load_day_chart(picture))
        if (worst := self.query_one(WorstQueues)).size:
            worst.show_picture(picture)
        self._titles(picture)

    def _titles(self, picture: Picture) -> None:
        self._described()
        runs = picture.view.runs
        going = sum(run.state not in FINAL for run in runs)
        asking = sum(run.state in (RunState.ASKING, RunState.UNKNOWN) for run in runs)
        title = _("Playbooks: {n} running").format(n=going) + (_(", {n} ask").format(n=asking) if asking else "")
        titles = {
            "#glance": _("At a glance"),
            "#alerts": _("Alerts: {n}").format(n=len(picture.firing)),
            "#chart": _("Today: load, forecast, capacity")
            if picture.view.outlook.sites
            else _("Today: arrivals and answers"),
            "#runs": title,
            "#worst": _("Queues that wait longest"),
        }
        for selector, text in titles.items():
            widget = self.query_one(selector)
            if widget.border_title != text:
                widget.border_title = Content(text)

    def clear(self) -> bool:
        """Back to all sites; False where they are shown."""
        if super().clear():
            return True
        if self.board.by == "site":
            return False
        self.action_group("site")
        return True

    def place_meant(self) -> str:
        """The row of the table under the cursor, or that of the alert."""
        return self.board.cursor_id if self.board.has_focus else super().place_meant()

    def figure_here(self) -> tuple[str, str]:
        """What the alert under the cursor is about, else the figure under the cursor of a table."""
        rail = self.query_one(AlertRail)
        if rail.has_focus and rail.chosen is not None:
            return self.figure_of_alert(rail.chosen.lead)
        return super().figure_here()

    def alert_here(self) -> Alert | None:
        """The alert under the cursor, or the first one of the row under it."""
        return next(iter(self.alerts_here()), None)

    def alerts_here(self) -> Sequence[Alert]:
        """The group under the cursor, or that of the first alert of the row under it."""
        rail, worst = self.query_one(AlertRail), self.query_one(WorstQueues)
        if rail.has_focus:
            return rail.chosen.alerts if rail.chosen is not None else ()
        if worst.has_focus:
            alert = self.first_alert(worst.cursor_id)
            return (alert,) if alert is not None else ()
        first = self.first_alert(self.board.cursor_id or NETWORK)
        groups = grouped(sorted_alerts(self.deck.picture.firing))
        return next((group.alerts for group in groups if first in group.alerts), ())

    def alerts_to_answer(self) -> Sequence[Alert]:
        """On a row of the table: all alerts there that a playbook answers; else what is under the cursor."""
        if not self.board.has_focus:
            return self.alerts_here()
        key = self.board.cursor_id or NETWORK
        here = [a for a in self.deck.picture.firing if a.playbook and key in (NETWORK, a.site, a.key)]
        return here or self.alerts_here()

    def run_here(self) -> RunView | None:
        """The run under the cursor where the runs have the keys, else the newest one."""
        panel = self.query_one(RunsPanel)
        return panel.chosen if panel.has_focus else super().run_here()

    def action_open_row(self) -> None:
        """Open a row, the queue of an alert, or the log of a run."""
        from console.screens.playbooks import PlaybooksScreen

        focused = self.focused
        if isinstance(focused, AlertRail):
            self.open_alerts(focused.chosen)
        elif isinstance(focused, RunsPanel):
            self.deck.push_screen(PlaybooksScreen(None, run=focused.cursor_id))
        elif isinstance(focused, BoardTable):
            self.open_board_row(focused.cursor_id)
