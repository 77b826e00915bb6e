"""Every silence that is not over: what it keeps from people, by whom, until when."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from alerts.silence import Silence
from console.actions import bindings
from console.draw.silences import SilenceRows
from console.draw.site_plan import plan_silences
from console.draw.table import Column
from console.i18n import _
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.live_table import LiveTable
from console.widgets.planned import Planned


def silence_columns() -> tuple[Column, ...]:
    """The columns of the list of silences."""
    return (
        Column("what", _("what"), 34, 0, "left", grow=2, most=60),
        Column("now", _("alerts"), 7, 0),
        Column("until", _("until"), 18, 0, "left"),
        Column("by", _("by"), 10, 1, "left", grow=1, most=24),
        Column("note", _("why"), 10, 2, "left", grow=2),
        Column("hours", _("hours"), 20, 3, "left"),
        Column("id", _("id"), 14, 4, "left"),
    )


class SilencesScreen(DeckScreen):
    """One line a silence; x ends the one under the cursor."""

    scope = "silences"
    BINDINGS = bindings("silences")

    def body(self) -> Sequence[Widget]:
        """The list."""
        return [Planned(LiveTable(silence_columns(), id="silences"), plan=plan_silences, id="panels")]

    @property
    def table(self) -> LiveTable:
        """The list."""
        return self.query_one("#silences", LiveTable)

    def on_mount(self) -> None:
        """The keys go to the list."""
        super().on_mount()
        self.table.focus()

    def show_picture(self, picture: Picture) -> None:
        """Draw the list."""
        self.table.empty = _("● nothing is silenced")
        self.table.show(SilenceRows(picture))
        self.table.border_title = Content(_("Silences: {n}").format(n=len(picture.view.silences)))

    def silence_here(self) -> Silence | None:
        """The silence under the cursor."""
        return next((one for one in self.deck.picture.view.silences if one.id == self.table.cursor_id), None)
