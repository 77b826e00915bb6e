"""What a person does about the rules: take those of the files, lock them for the peak, unlock them."""

from __future__ import annotations

from console.i18n import _
from console.intents import AskReload, LockRules, Outcome, UnlockRules
from console.run_actions import RunActions
from console.screens.deck_screen import DeckScreen
from console.screens.reload import ReloadScreen
from feeds.durations import parse_duration
from feeds.errors import InputError


class RuleActions(RunActions):
    """The part of the app that changes rules while the desk is at work."""

    def action_reload_rules(self) -> None:
        """Have the rule files read, and show what they would change."""
        self.send(AskReload(), "", self._show_proposal)

    def _show_proposal(self, answer: Outcome) -> None:
        if answer.proposal is not None or answer.code == "bad_rules":
            self.push_screen(ReloadScreen(answer))

    def action_lock_rules(self) -> None:
        """Ask for how long, and why."""
        if isinstance(self.screen, DeckScreen):
            hint = _("how long, and why: 2h peak")
            self.screen.ask("lock", _("lock the rules for"), self.lock_rules, hint=hint)

    def lock_rules(self, text: str) -> None:
        """Lock the rules for the time that the text begins with; the rest is the reason."""
        time, _blank, note = text.strip().partition(" ")
        try:
            seconds = parse_duration(time)
        except InputError:
            self.say(_("write how long, such as 2h, not {text}").format(text=time or "–"), "bad")
            return
        self.send(LockRules(seconds, note.strip()))

    def action_unlock_rules(self) -> None:
        """Let the rules be changed again."""
        self.send(UnlockRules())
