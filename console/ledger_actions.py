"""What leads to the ledger, to the handover, and from an alert to its best playbook."""

from __future__ import annotations

from console.i18n import _
from console.intents import KeepPromise, MakePromise, RenewPromise
from console.people_actions import PeopleActions
from console.run_actions import EXTEND_S
from console.screens.deck_screen import DeckScreen
from console.screens.handover import HandoverScreen
from console.screens.ledger import LedgerScreen
from feeds.durations import parse_duration
from feeds.errors import InputError


class LedgerActions(PeopleActions):
    """The part of the app that opens what is kept from one person to the next, and keeps promises."""

    def action_promise(self, argument: str) -> None:
        """Write down `2h flagship store: refunds go on by ten`."""
        time, _blank, text = argument.strip().partition(" ")
        try:
            seconds = parse_duration(time)
        except InputError:
            seconds, text = 0.0, ""
        if not text.strip():
            self.say(_("say until when, and what: promise 2h TEXT"), "bad")
        else:
            self.send(MakePromise(text.strip(), seconds), _("promised: it is in the ledger"))

    def action_kept(self, argument: str) -> None:
        """Say that a promise has been kept: the one that is named, else the only one."""
        open_ = [one.id for one in self.newest.view.shift.promises]
        name = argument.strip() or (open_[0] if len(open_) == 1 else "")
        if not name:
            self.say(_("say which: kept m0001") if open_ else _("no promise is open"), "bad")
        else:
            self.send(KeepPromise(name), _("kept: {promise}").format(promise=name))

    def keep_promise(self, promise: str) -> None:
        """Say that a promise has been kept, after a yes."""
        text = next((one.text for one in self.newest.view.shift.promises if one.id == promise), promise)
        question = _("has it been kept: {text}?").format(text=text)
        self.ask_first(question, KeepPromise(promise), _("kept: {promise}").format(promise=promise))

    def put_off_promise(self, promise: str) -> None:
        """Put a promise off by as long as a run is kept by the same key."""
        self.send(RenewPromise(promise, EXTEND_S), _("put off by 30 minutes"))

    def action_ledger(self) -> None:
        """What is borrowed, switched on or promised."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, LedgerScreen):
            self.push_screen(LedgerScreen())

    def action_handover(self) -> None:
        """What a shift leaves to the next one."""
        if isinstance(self.screen, DeckScreen) and not isinstance(self.screen, HandoverScreen):
            self.push_screen(HandoverScreen())
