"""The list behind a figure: who waits longest, who gave up, who is over their rest, who has no chat."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.behind import TITLES, ListRows, columns_of, head_lines, plan_behind
from console.figures.place import place_of
from console.i18n import _
from console.intents import AskBehind
from console.listing import gathered, places_of
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.live_table import LiveTable
from console.widgets.painted import LinePanel
from console.widgets.planned import Planned

ASK_EVERY_S = 5.0
"""While it is in front the sites are asked again after so many seconds."""


class BehindScreen(DeckScreen):
    """One list of the place `key`; it is asked for again as long as somebody looks at it."""

    scope = "behind"
    BINDINGS = bindings("behind")

    def __init__(self, key: str, what: str) -> None:
        super().__init__()
        self.key, self.what = key, what
        self._asked_at = float("-inf")

    def body(self) -> Sequence[Widget]:
        """What is to be said, and the list."""
        return [Planned(LinePanel(id="said"), LiveTable((), id="list"), plan=plan_behind, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one("#list", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the list."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:
        """Ask where it is time to, and draw what was told."""
        now = self.deck.newest.view.at
        if not 0.0 <= now - self._asked_at < ASK_EVERY_S:
            self._asked_at = now
            if places := places_of(picture, self.key):
                self.run_worker(self.deck.answer_to(AskBehind(self.what, places)))
        found = gathered(picture, self.key, self.what)
        table, said = self.table, self.query_one("#said", LinePanel)
        table.columns = columns_of(self.what)
        table.empty = _("nobody is on it") if found.total == found.total else _("nobody was told of")
        table.show(ListRows(found.rows, picture))
        place = place_of(picture, self.key)
        name = place.name if place is not None else self.key
        table.border_title = Content(f"{_(TITLES[self.what])} · {name}")
        said.show_lines(head_lines(self.what, self.key, found, picture, said.scrollable_content_region.width))

    def figure_here(self) -> tuple[str, str]:
        """The queue under the cursor, else the place."""
        return self.table.cursor_id.partition(" ")[0] or self.key, ""

    def action_choose(self, what: str) -> None:
        """Another list of the same place."""
        self.what, self._asked_at = what, float("-inf")
        self.deck.draw()

    def action_open_row(self) -> None:
        """Open the queue of the one under the cursor."""
        from console.screens.queue import QueueScreen

        place = self.table.cursor_id.partition(" ")[0]
        if "/" in place:
            self.deck.push_screen(QueueScreen(place))
