"""The handover: what is open, who has the desk; whoever comes in accepts it here."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.handover import handover_hint, handover_lines, handover_page, plan_handover, standing_line
from console.draw.lines import line
from console.i18n import _, local
from console.intents import AcceptHandover, HandOver
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.painted import LinePanel, ReadPanel
from console.widgets.planned import Planned


class HandoverScreen(DeckScreen):
    """A page to read to its end; O offers the desk, x takes it over."""

    scope = "handover"
    BINDINGS = bindings("handover")

    def body(self) -> Sequence[Widget]:
        """Who has it, and the page: in one column, or in two."""
        panels = (LinePanel(id="standing"), ReadPanel(id="all"), ReadPanel(id="open"), ReadPanel(id="kept"))
        return [Planned(*panels, plan=plan_handover, id="panels")]

    def show_picture(self, picture: Picture) -> None:
        """Draw the page."""
        page = handover_page(picture)
        standing = self.query_one("#standing", LinePanel)
        standing.border_title = Content(local(page.title.zh, page.title.en))
        standing.show_lines([line(*standing_line(page), (f"  {handover_hint(page)}", "dim"))])
        titles = {"all": _("Handover"), "open": _("Needs somebody"), "kept": _("In force and noted")}
        for part, title in titles.items():
            panel = self.query_one(f"#{part}", ReadPanel)
            panel.border_title = Content(title)
            panel.show_text(lambda width, part=part: handover_lines(page, width, part))  # type: ignore[misc]

    def action_offer(self, text: str = "") -> None:
        """Offer the desk to whoever comes in; a note may go with it."""
        if text:
            self._offer(text)
            return
        self.ask("offer", _("hand over"), self._offer, hint=_("Enter: offer it; or a note for whoever comes in"))

    def _offer(self, note: str) -> None:
        self.deck.send(HandOver(note.strip()), _("offered: it is theirs once they accept it"))

    def action_take_over(self) -> None:
        """Take the desk over as it stands, after a yes: what is shown is what is accepted."""
        shift = self.deck.newest.view.shift
        offered = shift.offer.at if shift.offer is not None else None
        page = handover_page(self.deck.newest)
        open_ends = sum(len(section.items) for section in page.sections if section.id not in ("notes", "silences"))
        question = _("take the desk over, with {n} open ends?").format(n=open_ends)
        self.deck.ask_first(question, AcceptHandover(offered), _("the desk is yours"))
