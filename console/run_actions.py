"""What a person does about runs by key: answer what is asked, undo, keep for longer."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App

from console.draw.runs import choice_of, choice_words
from console.i18n import _, local
from console.intents import AnswerRun, ApproveRun, Intent, Outcome, RenewRun, RevertRun, WriteNote
from console.picture import Picture
from console.screens.deck_screen import DeckScreen
from console.widgets.footer_bar import FooterBar
from playbooks.run import RunState, RunView

EXTEND_S = 1800.0
"""How much longer a run is kept by one key press."""


class RunActions(App[int]):
    """The part of the app that asks before it undoes, and hands answers on."""

    newest: Picture
    monotonic: Callable[[], float]

    def __init__(self) -> None:
        super().__init__()
        self._asked: tuple[str, Intent, str] | None = None

    @property
    def question(self) -> str:
        """What is being asked; empty for nothing."""
        return self._asked[0] if self._asked is not None else ""

    def say(self, text: str, kind: str = "note") -> None:
        """Say something at the foot of the screen."""
        raise NotImplementedError

    def send(self, intent: Intent, done: str = "", then: Callable[[Outcome], None] | None = None) -> None:
        """Hand an intent to the desk."""
        raise NotImplementedError

    def ask_first(self, question: str, intent: Intent, done: str = "") -> None:
        """Send an intent only after a yes; then say that it is `done`, or the question again."""
        self._asked = (question, intent, done or question)
        for footer in self.screen.query(FooterBar):
            footer.ask(question)

    def action_answer(self, key: str) -> None:
        """Answer what the console asks, else what a run asks."""
        if self._asked is not None:
            _question, intent, done = self._asked
            self.stop_asking()
            if key == "y":
                self.send(intent, done)
            return
        proposed = self._proposed_here()
        if key == "y" and proposed is not None:
            self.send(ApproveRun(proposed.id), _("approved: {run}").format(run=proposed.id))
            return
        asking = self._asking_run()
        choice = choice_of(asking.choices, key) if asking is not None else None
        if asking is None or choice is None:
            self.say(_("nothing is being asked"))
        else:
            self.send(AnswerRun(asking.id, choice), _("answered: {choice}").format(choice=choice_words(choice)))

    def _proposed_here(self) -> RunView | None:
        """The run under the cursor, where it waits for one more person."""
        screen = self.screen
        here = screen.run_here() if isinstance(screen, DeckScreen) else None
        return here if here is not None and here.state is RunState.PROPOSED else None

    def action_done(self, argument: str) -> None:
        """Say that the task of a run is done: of the one named, else of the one that asks."""
        tasks = [run for run in self.newest.view.runs if run.task and "done" in run.choices]
        found = [run for run in tasks if argument in ("", run.id, run.playbook)]
        if not found:
            self.say(_("no run has a task for anybody now"), "bad")
            return
        self.send(AnswerRun(found[0].id, "done"), _("answered: {choice}").format(choice=choice_words("done")))

    def action_note(self, argument: str) -> None:
        """Write into the log of the desk."""
        if not argument.strip():
            self.say(_("a note has words: :note TEXT"), "bad")
        else:
            self.send(WriteNote(argument), _("written down"))

    def _asking_run(self) -> RunView | None:
        screen = self.screen
        here = screen.run_here() if isinstance(screen, DeckScreen) else None
        runs = [run for run in self.newest.view.runs if run.question is not None]
        return next((run for run in runs if here is not None and run.id == here.id), runs[0] if runs else None)

    def stop_asking(self) -> bool:
        """Take the question back; False where none was asked."""
        if self._asked is None:
            return False
        self._asked = None
        for footer in self.screen.query(FooterBar):
            footer.ask("")
        return True

    def revert(self, run: RunView | None) -> None:
        """Undo a run, after a yes."""
        if run is None or run.state in (RunState.REVERTED, RunState.FAILED):
            self.say(_("nothing is in force that could be undone"))
            return
        title = local(run.title.zh, run.title.en) or run.playbook
        self.ask_first(_("undo {title} now?").format(title=f"{title} ({run.id})"), RevertRun(run.id))

    def extend(self, run: RunView | None) -> None:
        """Keep a run in force for longer."""
        if run is None or run.until is None:
            self.say(_("nothing is in force that could be kept longer"))
            return
        self.send(RenewRun(run.id, EXTEND_S), _("kept for 30 more minutes"))
