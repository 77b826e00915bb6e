"""What a playbook would do, to read, and then to confirm by key."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from console.actions import bindings
from console.draw.lines import Line, line
from console.draw.preview import preview_lines
from console.format import duration
from console.i18n import _, local
from console.intents import AskPreview, Outcome, StartPlaybook
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.painted import LinePanel, ReadPanel
from playbooks.preview import Preview


class PreviewScreen(DeckScreen):
    """Enter confirms exactly this plan: once its end has been in sight, and not by the key press that opened it."""

    scope = "preview"
    only_now = True
    BINDINGS = bindings("preview")

    def __init__(self, asked: AskPreview, preview: Preview) -> None:
        super().__init__()
        self.asked, self.preview = asked, preview
        self._shown_at = 0.0
        self._read = False

    def body(self) -> Sequence[Widget]:
        """The plan, and what Enter does."""
        return [ReadPanel(id="plan", classes="framed"), LinePanel(id="verdict")]

    def on_mount(self) -> None:
        """The keys scroll the plan."""
        super().on_mount()
        self._shown_at = self.deck.monotonic()
        self.query_one("#plan").focus()

    @property
    def plan(self) -> ReadPanel:
        """The text."""
        return self.query_one("#plan", ReadPanel)

    def show_picture(self, picture: Picture) -> None:
        """Draw the plan, and how old it is."""
        self.plan.show_text(lambda width: preview_lines(self.preview, picture, width))
        self._read = self._read or self.plan.end_seen
        self.query_one("#verdict", LinePanel).show_lines([self._verdict(picture)])

    def _verdict(self, picture: Picture) -> Line:
        age = _("as of {time} ago").format(time=duration(max(0.0, picture.view.at - self.preview.at)))
        change = ((" = ", "key"), (_("change parameters"), "dim"))
        if not self.preview.ok:
            return line((_(" ▲ cannot be started "), "alarm"), (f" {age} ", "dim"), *change)
        if not self._read:
            return line((_(" ↓ read on to the end, then ↵ runs it "), "ask"), (f" {age} ", "dim"), *change)
        return line(
            (_(" ↵ RUNS IT "), "ask"), ("  esc ", "key"), (_("does not"), "dim"), (f"   {age} ", "dim"), *change
        )

    def action_explain(self, text: str = "") -> None:
        """Explain the figures of this preview."""
        from console.screens.figure import FigureScreen

        if text:
            super().action_explain(text)
            return
        places = self.preview.outlook.places if self.preview.outlook is not None else ()
        first = places[0].site if places else next(iter(self.preview.sites), "*")
        self.deck.push_screen(FigureScreen(first, "", self.preview))

    def action_confirm(self) -> None:
        """Start exactly this plan."""
        self._read = self._read or self.plan.end_seen
        if not self.preview.ok:
            self.deck.say(_("it cannot be started; the reasons are above"), "bad")
        elif not self._read:
            self.plan.action_page(1)
            self.deck.draw()
        elif self.deck.monotonic() - self._shown_at >= self.deck.settle_s:
            title = local(self.preview.title.zh, self.preview.title.en)
            proposed = _("{title}: proposed; another person approves it")
            done = proposed if self.preview.approvals > 1 else _("{title}: started")
            self.deck.send(StartPlaybook(self.preview), done.format(title=title), self._started)

    def _started(self, outcome: Outcome) -> None:
        if outcome.ok and self.is_current:
            self.deck.pop_screen()
        elif outcome.preview is not None:
            self._replace(outcome)

    def action_parameters(self) -> None:
        """Type other parameters, and see what it would do then."""
        given = " ".join(f"{name}={value}" for name, value in self.asked.parameters.items())
        names = " ".join(f"{name}=" for name in self.preview.params)
        self.ask(
            "parameters",
            "=",
            self._asked_again,
            text=given,
            hint=_("name=value name=value; {names}").format(names=names),
        )

    def _asked_again(self, text: str) -> None:
        given: dict[str, object] = {}
        for part in text.split():
            name, sign, value = part.partition("=")
            if not sign or not value:
                self.deck.say(_("write name=value, not {part}").format(part=part), "bad")
                return
            given[name] = _number(value)
        self.asked = AskPreview(self.asked.playbook, given, self.asked.alert)
        self.deck.send(self.asked, "", self._replace)

    def _replace(self, outcome: Outcome) -> None:
        if outcome.preview is not None:
            self.preview, self._read = outcome.preview, False
            self._shown_at = self.deck.monotonic()
            self.plan.action_move_to(0)
            self.deck.draw()


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text
