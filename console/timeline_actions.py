"""What an operator does on the time line: open it, go back and forth, jump, type a time, come back to now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import TYPE_CHECKING

from textual.actions import ActionParseResult
from textual.dom import DOMNode

from console.format import clock
from console.i18n import _, local
from console.intents import (
    AskCoach,
    AskDay,
    AskPast,
    CoachIntent,
    Intent,
    Outcome,
    Panic,
    Request,
    SetPace,
    StopAutomatic,
)
from console.past.looking import Looking
from console.past.times import time_meant
from console.picture import Picture
from console.run_actions import RunActions
from console.screens.deck_screen import DeckScreen
from console.widgets.prompt import Prompt
from console.widgets.time_bar import TimeBar
from feeds.errors import InputError

if TYPE_CHECKING:
    from console.past.frames import PastFrames
    from console.past.reader import PastReader

_ALLOWED = (AskCoach, SetPace, Panic, StopAutomatic)
"""What may be done while somebody looks back: nothing of it is decided by what they see."""

_DEEDS = frozenset(
    {
        "accept", "acknowledge", "answer", "approve", "assign", "best_playbook", "break_glass", "confirm", "done",
        "extend", "inject", "lock", "lock_rules", "mark", "note", "offer", "parameters", "phoned", "ready",
        "reload_rules", "revert", "reveal", "seek", "silence", "take", "take_over", "try_receivers", "unacknowledge",
        "unlock", "unlock_rules", "unsilence",
    }
)  # fmt: skip
"""Actions that begin a deed: refused at once, before anything is typed for them."""

HEAR_EVERY_S = 5.0


class TimelineActions(RunActions):
    """The part of the app that looks back. It keeps the frames that it was handed, and asks for no more."""

    _zone: tzinfo

    def __init__(self) -> None:
        super().__init__()
        self.looking = Looking()
        self._reader: PastReader | None = None
        self._following = False

    async def answer_to(self, intent: Intent) -> Outcome | None:
        """The desk's answer."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the screen in front."""
        raise NotImplementedError

    # What may not be done from then -----------------------------------------------------------------------------

    def refusal(self, intent: Intent) -> Outcome | None:
        """Why this cannot be asked for now: somebody looks back; None where it can."""
        deed = isinstance(intent, Request | CoachIntent) and not isinstance(intent, _ALLOWED)
        if self.looking.then is None or not deed:
            return None
        return Outcome("looking_back", self.not_from_then(), self.not_from_then())

    def not_from_then(self) -> str:
        """The sentence of a deed that is refused."""
        then = self.looking.then
        at = clock(then.view.at, self._zone) if then is not None else ""
        return _("you look at {clock}: nothing is done from there; esc leads back to now").format(clock=at)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of the time line are in force while it is open and nothing is being typed."""
        if action.startswith("past_"):
            return self.looking.open and not any(prompt.display for prompt in self.screen.query(Prompt))
        return super().check_action(action, parameters)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key means; what would be a deed is refused while somebody looks back."""
        if self.looking.then is not None:
            name = action if isinstance(action, str) else action[1]
            if name.split("(")[0].rpartition(".")[2] in _DEEDS:
                self.say(self.not_from_then(), "bad")
                return True
        return await super().run_action(action, default_namespace, namespaces)

    # Going back and forth ---------------------------------------------------------------------------------------

    def action_timeline(self) -> None:
        """Open the time line, or close it and be back."""
        if self.looking.open:
            self.action_past_now()
        elif isinstance(self.screen, DeckScreen):
            self._open()

    def _open(self) -> None:
        self.looking.open = True
        self._hear()
        self.draw()

    def action_past_now(self) -> None:
        """Back to now."""
        was_back = self.looking.then is not None
        self.looking.close()
        if was_back:
            self.say(_("this is now again"), "ok")
        self.draw()

    def leave_then_for(self, screen: DeckScreen) -> None:
        """Back to now where a screen knows nothing else."""
        if self.looking.then is not None and screen.only_now:
            self.looking.close()
            self.say(_("this screen knows only now: back to now"))

    def action_past_step(self, seconds: float) -> None:
        """Go back or on by so many seconds."""
        self._look_at(self.looking.step(seconds, self.newest.view.at))

    def action_past_jump(self, by: int) -> None:
        """Go to the alert or deed before, or to the next one."""
        event = self.looking.jump(by, self.newest.view.at)
        if event is None:
            self.say(_("nothing before") if by < 0 else _("nothing after"))
            return
        self._look_at(AskPast(event.at, since=True))
        self.looking.mark = event

    def action_past_time(self) -> None:
        """Type a time."""
        if isinstance(self.screen, DeckScreen):
            hint = _("20:03, 20:03:10, -5m, now; esc stays here")
            self.screen.ask("time", _("time"), self.action_at, hint=hint)

    def action_at(self, text: str = "") -> None:
        """Look at what was seen at a time: `20:03`."""
        now = self.newest.view.at
        if not text.strip():
            self.action_past_time()
            return
        try:
            at = time_meant(text, now, self._zone)
        except InputError as problem:
            self.say(str(problem), "bad")
            return
        if not self.looking.open:
            self._open()
        self.looking.mark = None
        self._look_at(AskPast(at) if at < now else None)

    def _look_at(self, wanted: AskPast | None) -> None:
        looking = self.looking
        if looking.then is None and wanted is not None:
            looking.known = frozenset(alert.id for alert in self.newest.firing)
        looking.wanted = wanted
        if wanted is None:
            looking.then = None
            self.draw()
        elif not self._following:
            self._following = True
            self.run_worker(self._follow(), group="past")

    async def _follow(self) -> None:
        """Ask for one picture after the other until the operator is where they want to be."""
        from console.past.reader import PastReader  # takes long to import

        reader = self._reader = self._reader or PastReader()
        try:
            while (wanted := self.looking.wanted) is not None:
                outcome = await self.answer_to(replace(wanted, stretch=reader.stretch, have=reader.have))
                if outcome is None or outcome.past is None:
                    if outcome is not None and outcome.code == "TOO_MANY":  # asked from elsewhere, and too fast
                        await asyncio.sleep(0.3)
                        continue
                    self._not_had(outcome)
                    return
                await self._show(reader, outcome.past, wanted)
        finally:
            self._following = False

    def _not_had(self, outcome: Outcome | None) -> None:
        self.looking.wanted = None
        if outcome is not None:
            self.say(local(outcome.zh, outcome.en) or outcome.code, "bad")

    async def _show(self, reader: PastReader, found: PastFrames, wanted: AskPast) -> None:
        looking = self.looking
        looking.kept = found.kept
        if not found.stretch:
            looking.wanted = None
            self.say(_("nothing is kept yet"), "bad")
            return
        newest = self.newest.view
        try:
            view = await asyncio.to_thread(reader.read, found, newest.operator, newest.reach)
        except (ValueError, KeyError, TypeError, IndexError) as problem:
            looking.wanted = None
            self.say(_("what was kept cannot be read: {problem}").format(problem=type(problem).__name__), "bad")
            return
        if looking.wanted is not wanted and looking.wanted is not None:
            return  # they are further on by now
        if looking.wanted is None and not looking.open:
            return
        board = replace(view.board, courses=newest.board.courses.as_of(view.at))
        looking.then = Picture(replace(view, board=board), self._zone)
        looking.wanted = None
        if wanted.at < found.kept.start:
            self.say(_("nothing is kept before {clock}").format(clock=clock(found.kept.start, self._zone)))
        self.draw()

    def _hear(self) -> None:
        self.run_worker(self._hear_of_the_day(), group="day", exclusive=True)

    async def _hear_of_the_day(self) -> None:
        """Hear what happened, again and again while the time line is open."""
        while self.looking.open:
            outcome = await self.answer_to(AskDay(self.looking.number))
            if outcome is not None and outcome.day is not None:
                self.looking.hear(outcome.day)
                self.draw_time_bar()
            await asyncio.sleep(HEAR_EVERY_S)

    def draw_time_bar(self) -> None:
        """Draw the time line of the screen in front."""
        for bar in self.screen.query(TimeBar):
            bar.show(self.looking, self.newest)
