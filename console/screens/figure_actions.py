"""The part of every screen that can be asked for a figure: which one is meant, and its explanation."""

from __future__ import annotations

from console.i18n import _
from console.listing import list_of
from console.picture import NETWORK
from console.screens.alert_actions import AlertActions
from feeds.catalog import METRICS, nearest
from feeds.contract import LISTS


class FigureActions(AlertActions):
    """Names figures by the key of their place and their own id (`console.figures.listed`)."""

    def figure_here(self) -> tuple[str, str]:
        """(place, figure) that is meant on this screen; an empty figure for the first."""
        return NETWORK, ""

    def figure_chosen(self) -> bool:
        """Whether a cursor stands on a figure, so that `?` means it and not the help."""
        return False

    def action_explain(self, text: str = "") -> None:
        """Explain the figure that is meant, or the one named."""
        from console.screens.figure import FigureScreen

        place, figure = self.figure_here()
        if text and text not in METRICS:
            near = nearest(text)
            hint = _("; did you mean {word}?").format(word=near) if near else ""
            self.deck.say(_("no figure {text}").format(text=text) + hint, "bad")
            return
        self.deck.push_screen(FigureScreen(place, text or figure))

    def action_behind(self, text: str = "") -> None:
        """Open the list behind the figure that is meant, or the list that is named."""
        from console.screens.behind import BehindScreen

        if text and text not in LISTS:
            self.deck.say(_("no list {text}; there are {names}").format(text=text, names=" ".join(LISTS)), "bad")
            return
        place, figure = self.figure_here()
        self.deck.push_screen(BehindScreen(place, text or list_of(figure)))
