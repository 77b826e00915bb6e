"""Who leads: sites or teams by sales, conversion, order value, response or satisfaction, in a window of time."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.leaders import TITLES, LeaderRows, leader_columns, leader_notes, window_words
from console.draw.saved_views import plan_views
from console.draw.table import Sort
from console.i18n import _, local
from console.intents import AskLeaders
from console.leaders.ranking import FIGURES, By, Figure, leaders
from console.leaders.table import LeaderTable
from console.leaders.window import READY, LeaderWindow, read_window
from console.picture import NETWORK, Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.live_table import LiveTable
from console.widgets.painted import LinePanel
from console.widgets.planned import Planned
from feeds.errors import InputError

ASK_EVERY_S = 10.0
"""The desk is asked again after so many seconds: rows that change places more often cannot be read."""


class LeadersScreen(DeckScreen):
    """The desk counts; this asks it for a window and ranks."""

    scope = "leaders"
    only_now = True
    BINDINGS = bindings("leaders")

    def __init__(self, window: str = "today") -> None:
        super().__init__()
        self.window = window
        self.by: By = "site"
        self.first: Figure = "sales"
        self.table_of: LeaderTable | None = None
        self._asked_at = float("-inf")
        self._asking = False

    def body(self) -> Sequence[Widget]:
        """The board, and what must be known of it."""
        panels = (LiveTable((), id="views"), LinePanel(id="how"))
        return [Planned(*panels, plan=plan_views, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The board."""
        return self.query_one("#views", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the board."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw the board as it was counted last; ask again where that is a while ago."""
        if abs(picture.view.at - self._asked_at) >= ASK_EVERY_S and not self._asking:
            self._asking, self._asked_at = True, picture.view.at
            self.run_worker(self._ask(picture.view.at), exit_on_error=True)
        self._show(picture)

    async def _ask(self, now: float) -> None:
        window = self._window(now)
        try:
            outcome = await self.deck.answer_to(AskLeaders(window.begin, window.end))
        finally:
            self._asking = False
        if outcome is None or not self.is_attached:
            return
        if outcome.leaders is None:
            self.deck.say(local(outcome.zh, outcome.en), "bad")
            return
        self.table_of = outcome.leaders
        self._show(self.deck.picture)

    def _window(self, now: float) -> LeaderWindow:
        return read_window(self.window, now, self.deck.zone)

    def _show(self, picture: Picture) -> None:
        found = self.table_of
        rows = leaders(found, self.by, self.first) if found is not None else []
        self.table.columns = leader_columns(self.by, self.first)
        self.table.sort = Sort(self.first)
        self.table.empty = _("nothing is counted yet") if found is not None else _("the desk counts …")
        self.table.show(LeaderRows(rows, self.first, picture))
        words = window_words(found, picture.zone) if found is not None else "…"
        who = _("sites") if self.by == "site" else _("teams")
        title = _("Leaders: {who} by {figure}, {window}").format(who=who, figure=_(TITLES[self.first]), window=words)
        self.table.border_title = Content(title)
        self.deck.remark(title if not self.table.has_class("framed") else "")
        self.query_one("#how", LinePanel).show_lines(leader_notes(found, picture.zone))

    def again(self) -> None:
        """Another window: ask at once."""
        self._asked_at = float("-inf")
        self.deck.draw()

    def use_window(self, text: str) -> bool:
        """Another window, as people write it; False, and that said, where it is none."""
        try:
            read_window(text, self.deck.picture.view.at, self.deck.zone)
        except InputError as problem:
            self.deck.say(str(problem), "bad")
            return False
        self.window = text
        self.again()
        return True

    def action_next_window(self) -> None:
        """The next of the usual windows."""
        at = READY.index(self.window) if self.window in READY else -1
        self.use_window(READY[(at + 1) % len(READY)])

    def action_ask_window(self) -> None:
        """Type a window."""
        hint = _("2h, 20:00, 20:00-22:00 or today")
        self.ask("window", _("window"), self._typed_window, text=self.window, hint=hint)

    def _typed_window(self, text: str) -> None:
        self.use_window(text)

    def action_next_leading(self, by: int) -> None:
        """Rank by the next figure."""
        names = list(FIGURES)
        self.first = names[(names.index(self.first) + by) % len(names)]
        self.deck.draw()

    def action_leaders_by(self, by: By) -> None:
        """Sites or teams."""
        self.by = by
        self.deck.draw()

    def figure_here(self) -> tuple[str, str]:
        """The figure that ranks, at the site under the cursor; the desk explains it over the day, not the window."""
        return self.place_here() or NETWORK, FIGURES[self.first].metric

    def place_here(self) -> str:
        """The site of the row under the cursor."""
        return self.table.cursor_id.partition("/")[0]

    def action_open_row(self) -> None:
        """Open the site under the cursor."""
        from console.screens.site import SiteScreen

        if self.place_here():
            self.deck.push_screen(SiteScreen(self.place_here()))
