"""One queue, one site as a whole, or the network: how it moves, and every figure with its unit."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from alerts.alert import Alert
from alerts.clock_floor import By
from console.actions import bindings
from console.day import course_chart
from console.draw.ahead import ahead_lines
from console.draw.columns import in_columns
from console.draw.facts import Figure, figure_blocks, row_figure
from console.draw.lines import Line, line
from console.draw.site_plan import plan_queue
from console.draw.waits import wait_lines
from console.figures.listed import CLOCK
from console.i18n import _, name_of
from console.picture import NETWORK, Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.clock_table import ClockTable
from console.widgets.day_chart import CourseChart
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned
from feeds.columns import Columns
from feeds.contract import Row

_COURSES = (
    ("waiting", (("waiting", "one"),)),
    ("flow", (("arrivals_per_s", "one"),)),
    ("oldest", (("oldest_wait_s", "one"), ("wait_p90_s", "bright"))),
    ("level", (("service_level_30s_15m", "one"),)),
)


class QueueScreen(DeckScreen):
    """`key` is `site/queue`, or `*` for the network."""

    scope = "queue"
    BINDINGS = bindings("queue")

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key

    def crumb(self) -> str:
        """Its name."""
        return self._title(self.deck.picture)

    def place_meant(self) -> str:
        """This queue."""
        return self.key

    def where(self) -> str:
        """The queue."""
        return f"{self.scope} {self.key}"

    def body(self) -> Sequence[Widget]:
        """Courses, clocks and figures."""
        charts = [CourseChart(id=name) for name, _metrics in _COURSES]
        panels = (*charts, ClockTable(id="clocks"), ReadPanel(id="facts"))
        return [Planned(*panels, plan=plan_queue, id="panels")]

    def on_mount(self) -> None:
        """The keys scroll the figures."""
        super().on_mount()
        self.query_one("#facts").focus()

    def alert_here(self) -> Alert | None:
        """The first alert of this queue."""
        return self.first_alert(self.key)

    def show_picture(self, picture: Picture) -> None:
        """Draw courses, clocks and figures."""
        site_id, _slash, row_id = self.key.partition("/")
        for name, metrics in _COURSES:
            chart = self.query_one(f"#{name}", CourseChart)
            if chart.size:
                chart.show(course_chart(picture, site_id, row_id or NETWORK, metrics))
        if (clocks := self.query_one(ClockTable)).size:
            clocks.show_clocks(picture, picture.view.clocks.at(*self._scope()))
            clocks.border_title = Content(_("Clocks"))
        facts = self.query_one("#facts", ReadPanel)
        facts.show_text(lambda width: self._facts(picture, width))
        facts.border_title = Content(self._title(picture))

    def _scope(self) -> tuple[By, str]:
        return ("all", NETWORK) if self.key == NETWORK else ("queue", self.key)

    def figure_here(self) -> tuple[str, str]:
        """The clock under the cursor, else the first figure of the queue."""
        clocks = self.query_one(ClockTable)
        on_clock = clocks.has_focus and clocks.chosen is not None
        return self.key, CLOCK + clocks.chosen.clock.id if on_clock and clocks.chosen is not None else ""

    def action_open_row(self) -> None:
        """Explain the clock under the cursor."""
        self.open_clocks(self.query_one(ClockTable).chosen, *self._scope())

    def _title(self, picture: Picture) -> str:
        return _("network") if self.key == NETWORK else picture.place(self.key)

    def _facts(self, picture: Picture, width: int) -> list[Line]:
        if self.key != NETWORK:
            return row_lines(self.key, picture, width)
        rollup = picture.rollup("all")
        known, total = (int(rollup.known[0]), int(rollup.total[0])) if rollup.keys else (0, 0)
        coverage = _("{known} of {total} sites known").format(known=known, total=total)
        head = [line((self._title(picture), "strong"), (f"  {coverage}", "dim" if known == total else "unknown"))]
        return head + figures(rollup.columns, 0, width) if rollup.keys else head


def row_lines(key: str, picture: Picture, width: int) -> list[Line]:
    """All that is known of a queue."""
    found = picture.row(key)
    if found is None or found[1] is None:
        return [line((_("{key}: not on the board").format(key=key), "unknown"))]
    site, row = found[0], found[1]
    sign = picture.queue_sign(site, row)
    head = [
        line((f"{sign.mark} {_(sign.word)}  ", sign.style), (f"{name_of(site)} · {name_of(row)}", "strong")),
        line((_attributes(row), "dim")),
        line((worth_words(row, picture), "dim")),
    ]
    index = site.rows.index(row)
    if sign.mark == "?":
        return [
            *head,
            line((_("NOT KNOWN NOW. What was known last:"), "unknown")),
            *figures(site.last, index, width, "faint"),
        ]
    projected = picture.view.projected
    return head + figures(site.columns, index, width, ahead=lambda name: projected.value(site, index, name))


def worth_words(row: Row, picture: Picture) -> str:
    """The tier of a row's shop, what a customer of it counts, and whether a contract says so."""
    worth = picture.view.worth
    tier = _("tier {n}").format(n=row.tier) if row.tier else _("no tier")
    contract = _(", a contract of its own") if row.shop in worth.shops else ""
    return _("{tier}, counts {n}{contract}").format(tier=tier, n=f"{worth.of(row):g}", contract=contract)


def _attributes(row: Row) -> str:
    parts = (
        row.id,
        row.shop,
        row.platform,
        row.category,
        row.channel,
        row.phase,
        row.skill and _("skill {skill}").format(skill=row.skill),
    )
    return " · ".join(part for part in parts if part)


def figures(columns: Columns, index: int, width: int, style: str = "", ahead: Figure | None = None) -> list[Line]:
    """All figures of one row, in as many columns as fit; where it is heading, if that is known, behind the waits."""
    figure = row_figure(columns, index)
    blocks = figure_blocks(figure, style)
    heading = [lambda column: ahead_lines(ahead, column, style)] if ahead is not None else []
    waits = [blocks[0], blocks[1], lambda column: wait_lines(figure, column, style)]
    return in_columns([*waits, *heading, *blocks[2:]], width)
