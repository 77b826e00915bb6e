"""Where the budget is going: every clock of the network (or of one place), and who has the least left of one."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget

from alerts.clock_floor import By
from console.actions import bindings
from console.board_rows import Within
from console.draw.clock_formula import formula_lines
from console.draw.clocks import clock_name
from console.draw.site_plan import plan_clocks
from console.figures.listed import CLOCK
from console.i18n import _, name_of
from console.picture import NETWORK, Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.clock_table import ClockRanking, ClockTable
from console.widgets.live_rows import LiveRows
from console.widgets.painted import ReadPanel
from console.widgets.planned import Planned


class ClocksScreen(DeckScreen):
    """The clocks of the place `key` (as `by` groups them), the cursor on `clock` where it is given."""

    scope = "clocks"
    BINDINGS = bindings("clocks")

    def __init__(self, clock: str = "", by: By = "all", key: str = NETWORK) -> None:
        super().__init__()
        self.clock, self.by, self.key = clock, by, key

    def body(self) -> Sequence[Widget]:
        """Clocks, sites, shops, and the sums behind the clock under the cursor."""
        panels = (
            ClockTable(follows_top=False, id="clocks"),
            ClockRanking("site", id="sites"),
            ClockRanking("shop", id="shops"),
            ReadPanel(id="formula"),
        )
        return [Planned(*panels, plan=plan_clocks, id="panels")]

    @property
    def clocks(self) -> ClockTable:
        """The clocks of the place."""
        return self.query_one(ClockTable)

    def on_mount(self) -> None:
        """The keys go to the clocks."""
        super().on_mount()
        self.clocks.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw the panels."""
        self.clocks.show_clocks(picture, picture.view.clocks.at(self.by, self.key))
        if self.clock and self.clocks.move_cursor(self.clock):
            self.clock = ""
        self.clocks.border_title = Content(_("Clocks · {place}").format(place=self._place(picture)))
        self._follow()

    def _place(self, picture: Picture) -> str:
        if self.by == "all":
            known = picture.states["live"] + picture.states["late"]
            coverage = _("{known} of {total} sites known").format(known=known, total=sum(picture.states.values()))
            return f"{_('network')} · {coverage}"
        site = picture.site(self.key)
        return name_of(site) if site is not None else picture.place(self.key) if self.by == "queue" else self.key

    @on(LiveRows.Moved)
    def _follow(self) -> None:
        """What stands below is about the clock under the cursor."""
        picture, at = self.deck.picture, self.clocks.chosen
        name = clock_name(at.clock) if at is not None else ""
        for ranking in self.query(ClockRanking):
            words = _("Sites with the least left · {clock}") if ranking.by == "site" else _("Shops · {clock}")
            ranking.border_title = Content(words.format(clock=name))
            if ranking.size:
                ranking.show_clock(picture, at.clock.id if at is not None else "")
        formula = self.query_one("#formula", ReadPanel)
        view, zone = picture.view.clocks, picture.zone
        formula.show_text(lambda width: formula_lines(at, view, zone, width) if at is not None else [])
        formula.border_title = Content(_("How it comes about"))

    def figure_here(self) -> tuple[str, str]:
        """The clock under the cursor."""
        chosen = self.clocks.chosen
        key = self.key if self.by in ("all", "site", "queue") else f"{self.by}:{self.key}"
        return key, CLOCK + chosen.clock.id if chosen is not None else ""

    def action_open_row(self) -> None:
        """Open the site or shop under the cursor; from a clock go to the sums behind it."""
        from console.screens.shop import ShopScreen
        from console.screens.site import SiteScreen

        focused = self.focused
        if isinstance(focused, ClockRanking) and focused.cursor_id:
            opened = focused.cursor_id
            self.deck.push_screen(SiteScreen(opened) if focused.by == "site" else ShopScreen(Within("shop", opened)))
        elif isinstance(focused, ClockTable):
            self.query_one("#formula").focus()
