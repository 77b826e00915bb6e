"""One site: its queues, its people, whether it can be believed, what fires there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from console.actions import bindings
from console.board_columns import board_columns
from console.day import course_chart
from console.draw.alert_groups import single
from console.draw.alerts import sorted_alerts
from console.draw.columns import in_columns
from console.draw.facts import Figure, figure_blocks, row_figure, source_lines
from console.draw.lines import Line, line
from console.draw.site_plan import plan_site
from console.format import duration
from console.i18n import _, name_of
from console.picture import NETWORK, Picture
from console.screens.board_screen import BoardScreen
from console.widgets.alert_rail import AlertRail
from console.widgets.board_table import BoardTable
from console.widgets.day_chart import CourseChart
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned
from feeds.board_view import SiteView


class SiteScreen(BoardScreen):
    """A site's queues as rows, and beside them all there is to know about the site itself."""

    scope = "site"
    BINDINGS = bindings("site")

    def __init__(self, site: str) -> None:
        super().__init__()
        self.site = site

    def body(self) -> Sequence[Widget]:
        """Queues, alerts, facts."""
        panels = (
            BoardTable("queue", site=self.site, id="board"),
            CourseChart(id="chart"),
            AlertRail(id="alerts"),
            ReadPanel(id="facts"),
        )
        return [Planned(*panels, plan=plan_site, id="panels")]

    def on_mount(self) -> None:
        """The keys go to the table."""
        super().on_mount()
        self.board.focus()

    def _site_name(self, picture: Picture) -> str:
        site = picture.site(self.site)
        return name_of(site) if site is not None else self.site

    def title_of_board(self) -> str:
        """The site's name and state."""
        site = self.deck.picture.site(self.site)
        if site is None:
            return _("{site}: not on the board").format(site=self.site)
        sign = self.deck.picture.site_sign(site)
        return f"{sign.mark} {name_of(site)} · {_(sign.word)}"

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        self.board.columns = board_columns(sites=False, of=_("{site}: queues").format(site=self._site_name(picture)))
        self.board.show_picture(picture)
        here = [alert for alert in picture.view.alerts if alert.site == self.site]
        self.query_one(AlertRail).show(picture, single(sorted_alerts(here)))
        if (chart := self.query_one(CourseChart)).size:
            chart.show(course_chart(picture, self.site, NETWORK, (("waiting", "one"),)))
            chart.border_title = Content(_("15 min"))
        facts = self.query_one("#facts", ReadPanel)
        site = picture.site(self.site)
        if site is not None:
            facts.show_text(lambda width: site_facts(site, picture, width))
        self._described()
        self.query_one(AlertRail).border_title = Content(_("Alerts: {n}").format(n=len(here)))
        facts.border_title = Content(_("The site"))

    def alert_here(self) -> Alert | None:
        """The alert under the cursor, else the first of the queue under it, else of the site."""
        rail = self.query_one(AlertRail)
        if rail.has_focus:
            return rail.chosen.lead if rail.chosen is not None else None
        return self.first_alert(self.board.cursor_id) or self.first_alert(self.site)

    def action_open_row(self) -> None:
        """Open the queue under the cursor, or that of the alert."""
        rail = self.query_one(AlertRail)
        if rail.has_focus:
            self.open_alerts(rail.chosen)
        else:
            self.open_board_row(self.board.cursor_id)


def site_facts(site: SiteView, picture: Picture, width: int) -> list[Line]:
    """What the site says of itself; of one that is not known what was known last, grey and with its age."""

    def source(column: int) -> list[Line]:
        return source_lines(site, picture.link(site.id), picture, column)

    if site.state in ("never", "unknown"):
        if site.state == "never" or site.site_row < 0:
            return [line((_("Nothing is known of this site."), "unknown")), *in_columns([source], width)]
        age = duration(picture.view.at - site.at)
        head = line((_("NOT KNOWN NOW. What was known last, {age} ago:").format(age=age), "unknown"))
        return [head, *in_columns([source, *_people_first(row_figure(site.last, site.site_row), "faint")], width)]
    if site.site_row >= 0:
        return in_columns([source, *_people_first(row_figure(site.columns, site.site_row))], width)
    rollup = picture.rollup("site")
    index = rollup.keys.index(site.id) if site.id in rollup.keys else rollup.columns.size
    return in_columns([source, *_people_first(row_figure(rollup.columns, index))], width)


def _people_first(figure: Figure, style: str = "") -> list[Callable[[int], list[Line]]]:
    """The blocks of a site: its people before its queues."""
    waiting, response, people, *rest = figure_blocks(figure, style)
    return [people, waiting, response, *rest]
