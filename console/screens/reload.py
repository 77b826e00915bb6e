"""What the rule files would change, to read, and then to take by key."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from console.actions import bindings
from console.draw.lines import Line, line
from console.draw.rule_changes import problem_lines, proposal_lines
from console.i18n import _, local
from console.intents import AskReload, Outcome, ReloadRules
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.painted import LinePanel, ReadPanel


class ReloadScreen(DeckScreen):
    """Enter takes exactly these rules, once their end has been in sight; where they are wrong, it reads them again."""

    scope = "reload"
    only_now = True
    BINDINGS = bindings("reload")

    def __init__(self, answer: Outcome) -> None:
        super().__init__()
        self.answer = answer
        self._shown_at = 0.0
        self._read = False

    def body(self) -> Sequence[Widget]:
        """The difference, and what Enter does."""
        return [ReadPanel(id="plan", classes="framed"), LinePanel(id="verdict")]

    def on_mount(self) -> None:
        """The keys scroll the text."""
        super().on_mount()
        self._shown_at = self.deck.monotonic()
        self.text.border_title = Content(_("Rules: files against those in force"))
        self.text.focus()

    @property
    def text(self) -> ReadPanel:
        """The difference."""
        return self.query_one("#plan", ReadPanel)

    @property
    def proposal(self) -> ReloadRules | None:
        """What Enter sends; None where there is nothing to take."""
        found = self.answer.proposal
        return ReloadRules(found.rules, found.before) if found is not None and found.diff else None

    def show_picture(self, picture: Picture) -> None:
        """Draw the difference, and what may be done."""
        found, problem = self.answer.proposal, local(self.answer.zh, self.answer.en)
        self.text.show_text(
            lambda width: proposal_lines(found, picture, width) if found is not None else problem_lines(problem, width)
        )
        self._read = self._read or self.text.end_seen
        self.query_one("#verdict", LinePanel).show_lines([self._verdict(picture)])

    def _verdict(self, picture: Picture) -> Line:
        if self.answer.proposal is None:
            return line((_(" ↵ reads the files again "), "ask"), ("  esc ", "key"), (_("the rules stay"), "dim"))
        if self.proposal is None:
            return line((_(" the rules in force are those of the files "), "dim"))
        if picture.view.rules.lock is not None:
            return line((_(" ▲ locked; :unlockrules first "), "alarm"))
        if not self._read:
            return line((_(" ↓ read on to the end, then ↵ takes them "), "ask"))
        return line((_(" ↵ TAKES THESE RULES "), "ask"), ("  esc ", "key"), (_("does not"), "dim"))

    def action_take(self) -> None:
        """Take exactly these rules; or read the files again, where they could not be used."""
        self._read = self._read or self.text.end_seen
        if self.answer.proposal is None:
            self.deck.send(AskReload(), "", self._replace)
        elif self.proposal is None:
            self.deck.pop_screen()
        elif not self._read:
            self.text.action_page(1)
            self.deck.draw()
        elif self.deck.monotonic() - self._shown_at >= self.deck.settle_s:
            self.deck.send(self.proposal, "", self._taken)

    def _taken(self, outcome: Outcome) -> None:
        if outcome.ok and self.is_current:
            self.deck.pop_screen()
        elif outcome.code == "rules_changed":
            self.deck.send(AskReload(), "", self._replace)

    def _replace(self, outcome: Outcome) -> None:
        if not self.is_current:
            return
        self.answer, self._read = outcome, False
        self._shown_at = self.deck.monotonic()
        self.text.action_move_to(0)
        self.deck.draw()
