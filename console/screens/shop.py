"""One shop over all the sites that serve it, or another group of queues: its queues, its clocks, its course."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from alerts.alert import Alert
from alerts.clock_floor import By
from console.actions import bindings
from console.board_rows import Within, board_rows
from console.day import group_chart
from console.draw.chart import Chart
from console.draw.columns import in_columns
from console.draw.facts import figure_blocks, row_figure
from console.draw.lines import Line, line
from console.i18n import N_, _, name_of
from console.picture import Picture
from console.screens.place_screen import PlaceScreen
from console.screens.queue import worth_words
from console.widgets.board_table import BoardTable
from feeds.contract import Row

KINDS = {
    "shop": N_("shop {name}"),
    "category": N_("category {name}"),
    "platform": N_("platform {name}"),
    "phase": N_("phase {name}"),
    "tier": N_("tier {name}"),
    "channel": N_("channel {name}"),
    "group": N_("team {name}"),
}


class ShopScreen(PlaceScreen):
    """`within` says of which shop, category or other group."""

    scope = "shop"
    BINDINGS = bindings("shop")

    def __init__(self, within: Within) -> None:
        super().__init__()
        self.within = within

    def crumb(self) -> str:
        """Its name."""
        return self.within.key

    def place_meant(self) -> str:
        """The queue under the cursor."""
        return self.board.cursor_id

    def where(self) -> str:
        """The shop, category or platform."""
        return f"{self.scope} {self.within.by}:{self.within.key}"

    def table(self) -> BoardTable:
        """Its queues at all sites."""
        return BoardTable("queue", within=self.within, id="board")

    def name_here(self, picture: Picture) -> str:  # noqa: ARG002 - groups have one name in all languages
        """Its key."""
        return self.within.key

    def title_of_board(self) -> str:
        """What it is, and of how many sites its figures are known."""
        title = _(KINDS[self.within.by]).format(name=self.within.key)
        known, total = self._coverage(self.deck.picture)
        return title if known == total else f"{title} {known}/{total}"

    def _coverage(self, picture: Picture) -> tuple[int, int]:
        rollup = picture.rollup(self.within.by)
        at = rollup.keys.index(self.within.key) if self.within.key in rollup.keys else -1
        return (int(rollup.known[at]), int(rollup.total[at])) if at >= 0 else (0, 0)

    def alerts_of(self, picture: Picture) -> Sequence[Alert]:
        """The alerts of its queues."""
        return [
            alert
            for alert in picture.view.alerts
            if (found := picture.row(alert.key)) is not None and found[1] is not None and self.within.holds(found[1])
        ]

    def scope_of_clocks(self) -> tuple[By, str]:
        """The shop, over the sites."""
        return self.within.by, self.within.key

    def course_of(self, picture: Picture) -> Chart:
        """Customers who wait, added up over its queues."""
        rows: dict[str, list[str]] = {}
        for row in board_rows(picture, "queue", within=self.within):
            site, _slash, queue = row.id.partition("/")
            rows.setdefault(site, []).append(queue)
        return group_chart(picture, rows, "waiting")

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        super().show_picture(picture)
        self.query_one("#facts").border_title = Content(_("All its figures"))

    def _worth(self, picture: Picture, rows: Sequence[Row]) -> list[str]:
        """What a customer of a shop counts; of a category or platform nothing, since shops differ."""
        return sorted({worth_words(row, picture) for row in rows}) if self.within.by == "shop" else []

    def facts_of(self, picture: Picture, width: int) -> list[Line]:
        """Its figures, added up over the sites that are known."""
        rollup = picture.rollup(self.within.by)
        if self.within.key not in rollup.keys:
            return [line((_("{key}: not on the board").format(key=self.within.key), "unknown"))]
        known, total = self._coverage(picture)
        coverage = _("{known} of {total} sites known").format(known=known, total=total)
        queues = board_rows(picture, "queue", within=self.within)
        sites = {row.id.split("/")[0] for row in queues}
        names = " · ".join(name_of(site) for site in picture.view.board.sites if site.id in sites)
        head = [
            line((self.within.key, "strong"), (f"  {coverage}", "dim" if known == total else "unknown")),
            line((names, "dim")),
            *(line((words, "dim")) for words in self._worth(picture, [row.row for row in queues if row.row])),
        ]
        index = rollup.keys.index(self.within.key)
        return head + in_columns(figure_blocks(row_figure(rollup.columns, index)), width)
