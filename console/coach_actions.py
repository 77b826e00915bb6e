"""What a coach does by key or command: pause, pace, inject, go back, mark, reveal. Only in a drill."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from console.i18n import _
from console.intents import AskCoach, Inject, Intent, MarkMoment, Outcome, Reveal, Seek, SetPace
from console.rule_actions import RuleActions
from console.screens.coach import CoachScreen
from console.screens.deck_screen import DeckScreen

if TYPE_CHECKING:
    from console.coach_view import CoachView

SLOWEST, FASTEST = 1 / 8, 60.0
"""Seconds of the drill in one; slower than this it stands still."""


class CoachActions(RuleActions):
    """The part of the app for who runs a drill. It keeps the last look of the panel, and the pace before a pause."""

    def __init__(self) -> None:
        super().__init__()
        self.coach: CoachView | None = None
        self._pace_before = 1.0

    @property
    def in_drill(self) -> bool:
        """Whether there is something for a coach to do here; says it where there is not."""
        mode = self.newest.view.mode
        if mode == "drill":
            return True
        text = _("the day has no coach") if mode == "live" else _("a replay is what was: it has no coach")
        self.say(text, "bad")
        return False

    def action_drill(self) -> None:
        """Open the coach's panel."""
        if self.in_drill and not isinstance(self.screen, CoachScreen):
            self.push_screen(CoachScreen())

    def look_as_coach(self, *, opened: bool = False) -> None:
        """Have the panel's look made anew."""
        # Not a coroutine: one that is overtaken before it began would never be awaited.
        look: Callable[[], Coroutine[None, None, None]] = partial(self._looked, opened=opened)
        self.run_worker(look, group="coach", exclusive=not opened)  # type: ignore[arg-type]  # its result is None

    async def _looked(self, *, opened: bool) -> None:
        answer = await self.answer_to(AskCoach(opened))
        if answer is None:
            return
        if answer.coach is not None:
            self.coach = answer.coach
        if isinstance(self.screen, CoachScreen):
            self.screen.told(answer)

    async def answer_to(self, intent: Intent) -> Outcome | None:
        """The desk's answer."""
        raise NotImplementedError

    def action_pause(self) -> None:
        """Stand still, or go on at the pace before."""
        if not self._has_pace():
            return
        speed = self.newest.view.speed
        if speed > 0.0:
            self._pace_before = speed
            self.send(SetPace(0.0), _("paused"))
        else:
            self._go(self._pace_before)

    def action_pace(self, factor: float) -> None:
        """Faster or slower."""
        if not self._has_pace():
            return
        speed = self.newest.view.speed
        wanted = speed * factor if speed > 0.0 else factor
        self._go(0.0 if wanted < SLOWEST else min(wanted, FASTEST))

    def action_pace_to(self, text: str = "") -> None:
        """Run so many times as fast as life: `12`."""
        if not self._has_pace():
            return
        try:
            wanted = float(text.strip().lstrip("×x"))
        except ValueError:
            wanted = -1.0
        if not (wanted == 0.0 or SLOWEST <= wanted <= FASTEST):
            self.say(_("a pace is 0 (pause) or 1 to 60, not {text}").format(text=text.strip() or "–"), "bad")
            return
        self._go(wanted)

    def _has_pace(self) -> bool:
        if self.newest.view.mode == "live":
            self.say(_("the day has its own pace"), "bad")
            return False
        return True

    def _go(self, speed: float) -> None:
        self.send(SetPace(speed), _("pace ×{speed}").format(speed=f"{speed:g}") if speed else _("paused"))

    def action_inject(self, text: str = "") -> None:
        """Let something happen: as typed behind the command, else after asking."""
        hint = _("a number of the list, or KIND key=value …; tab completes; esc does nothing")
        self._heard("inject", _("inject"), lambda typed: Inject(self._numbered(typed)), text, hint, self._kinds)

    def action_ready(self, number: int) -> None:
        """One of the ready injections, to change or to take as it is."""
        ready = self.coach.ready if self.coach is not None else ()
        if not self.in_drill or not isinstance(self.screen, DeckScreen) or number > len(ready):
            return
        self.screen.ask(
            "inject", _("inject"), self.action_inject, text=ready[number - 1], hint=_("Enter lets it happen")
        )

    def _numbered(self, typed: str) -> str:
        ready = self.coach.ready if self.coach is not None else ()
        number = int(typed) if typed.strip().isdecimal() else 0
        return ready[number - 1] if 1 <= number <= len(ready) else typed

    def action_seek(self, text: str = "") -> None:
        """Go back: `-5m`, `20:10`, `start`, or a named moment."""
        hint = _("-5m, 20:10, start, or a moment's name; what came after it is undone; esc stays")
        self._heard("seek", _("back to"), Seek, text, hint, self._moments)

    def action_mark(self, text: str = "") -> None:
        """Give this moment a name."""
        self._heard("mark", _("name of this moment"), MarkMoment, text, _("a name to go back to; none: a number"))

    def action_reveal(self) -> None:
        """Say what really happens, after a yes: it cannot be taken back."""
        if self.in_drill:
            self.ask_first(_("reveal the truth to all? it is written down"), Reveal())

    def coach_words(self) -> Mapping[str, Sequence[str]]:
        """What may stand behind the coach's commands."""
        if self.newest.view.mode != "drill":
            return {}
        from simulators.injecting import KINDS  # with the whole simulator behind it

        ready = self.coach.ready if self.coach is not None else ()
        moments = [one.label for one in self.coach.moments] if self.coach is not None else ["start"]
        return {"inject": [*ready, *KINDS], "seek": ["-1m", "-5m", *moments], "pace": ["0", "1", "10", "60"]}

    def _kinds(self, text: str) -> Sequence[str]:
        """What could stand in the line: ready ones and kinds, then the keys of the kind."""
        from simulators.injecting import KINDS, keys_of

        kind, blank, _rest = text.lstrip().partition(" ")
        if not blank:
            ready = self.coach.ready if self.coach is not None else ()
            return [one for one in (*ready, *KINDS) if one.startswith(kind)] if kind else [*KINDS]
        if kind not in KINDS or not text.endswith(" "):
            return []
        return [f"{text}{key}=" for key in keys_of(kind) if f" {key}=" not in text]

    def _moments(self, text: str) -> Sequence[str]:
        return [one for one in self.coach_words().get("seek", ()) if one.startswith(text)]

    def _heard(
        self,
        kind: str,
        label: str,
        make: Callable[[str], Intent],
        text: str,
        hint: str,
        complete: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        """Send what stands behind a command, or what is typed after asking for it."""
        if not self.in_drill:
            return

        def send(typed: str) -> None:
            self.send(make(typed), "", lambda _outcome: self.look_as_coach())

        if text.strip():
            send(text.strip())
        elif isinstance(self.screen, DeckScreen):
            self.screen.ask(kind, label, send, hint=hint, complete=complete)
