"""One site: its queues, its clocks, its people, whether it can be believed, what fires there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from alerts.alert import Alert
from alerts.clock_floor import By
from console.actions import bindings
from console.board_rows import Within
from console.day import course_chart
from console.draw.chart import Chart
from console.draw.columns import in_columns
from console.draw.facts import Figure, figure_blocks, row_figure, source_lines
from console.draw.lines import Line, line
from console.draw.people import contact_lines
from console.format import duration
from console.i18n import _, name_of
from console.picture import NETWORK, Picture
from console.screens.place_screen import PlaceScreen
from console.widgets.board_table import BoardTable
from feeds.board_view import SiteView


class SiteScreen(PlaceScreen):
    """A site's queues as rows (with `within` those of a group), and beside them all there is to know about the site."""

    scope = "site"
    BINDINGS = bindings("site")

    def __init__(self, site: str, within: Within | None = None) -> None:
        super().__init__()
        self.site, self.within = site, within

    def crumb(self) -> str:
        """Its name."""
        site = self.deck.picture.site(self.site)
        return name_of(site) if site is not None else self.site

    def action_belongs(self) -> None:
        """To the network, the cursor on this site."""
        self.deck.to_site_of(self, self.site)

    def place_meant(self) -> str:
        """The queue under the cursor where there is one, else the site."""
        return self.board.cursor_id if self.board.has_focus and self.board.cursor_id else self.site

    def where(self) -> str:
        """The site."""
        return f"{self.scope} {self.site}"

    def place_here(self) -> str:
        """This site."""
        return self.site

    def table(self) -> BoardTable:
        """The site's queues."""
        return BoardTable("queue", site=self.site, within=self.within, id="board")

    def name_here(self, picture: Picture) -> str:
        """The site's name, and of which group its queues are where not all are shown."""
        site = picture.site(self.site)
        name = name_of(site) if site is not None else self.site
        return f"{name}·{self.within.key}" if self.within is not None else name

    def title_of_board(self) -> str:
        """The site's name and state."""
        site = self.deck.picture.site(self.site)
        if site is None:
            return _("{site}: not on the board").format(site=self.site)
        sign = self.deck.picture.site_sign(site)
        only = f" · {self.within.key}" if self.within is not None else ""
        return f"{sign.mark} {name_of(site)}{only} · {_(sign.word)}"

    def alerts_of(self, picture: Picture) -> Sequence[Alert]:
        """The alerts of the site."""
        return [alert for alert in picture.view.alerts if alert.site == self.site]

    def scope_of_clocks(self) -> tuple[By, str]:
        """The site."""
        return "site", self.site

    def course_of(self, picture: Picture) -> Chart:
        """Customers who wait."""
        return course_chart(picture, self.site, NETWORK, (("waiting", "one"),))

    def facts_of(self, picture: Picture, width: int) -> list[Line]:
        """What the site says of itself."""
        site = picture.site(self.site)
        return [*contact_lines(self.site, picture), *(site_facts(site, picture, width) if site is not None else [])]

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        super().show_picture(picture)
        self.query_one("#facts").border_title = Content(_("The site"))


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
