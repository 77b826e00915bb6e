"""What leads to the ledger, to the handover, and from an alert to its best playbook."""

from __future__ import annotations

from console.people_actions import PeopleActions
from console.screens.deck_screen import DeckScreen
from console.screens.handover import HandoverScreen
from console.screens.ledger import LedgerScreen


class LedgerActions(PeopleActions):
    """The part of the app that opens what is kept from one person to the next."""

    def action_ledger(self) -> None:
        """What is borrowed, switched on or promised."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, LedgerScreen):
            self.push_screen(LedgerScreen())

    def action_handover(self) -> None:
        """What a shift leaves to the next one."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, HandoverScreen):
            self.push_screen(HandoverScreen())
