"""The help of whatever screen it was asked on."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from console.actions import bindings, of_scope
from console.draw.help import help_lines
from console.i18n import _
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.painted import ReadPanel


class HelpScreen(DeckScreen):
    """Keys, marks, definitions."""

    scope = "help"
    BINDINGS = bindings("help")

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about

    def body(self) -> Sequence[Widget]:
        """A text to read."""
        return [ReadPanel(id="help", classes="framed")]

    def on_mount(self) -> None:
        """The keys scroll it."""
        super().on_mount()
        panel = self.query_one("#help")
        panel.border_title = Content(_("Help"))
        panel.focus()

    def show_picture(self, picture: Picture) -> None:  # noqa: ARG002 - the same for every picture
        """Draw it for the width there is."""
        past = ("past",) if self.deck.looking.open else ()
        actions = of_scope(*past, self.about, "list", "app")
        self.query_one("#help", ReadPanel).show_text(lambda width: help_lines(actions, self.about, width))
