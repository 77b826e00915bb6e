"""What the shift before does in a drill on the screen: the same deeds, at the same times, as in a headless one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from console.intents import AskPreview, HandOver, Intent, Outcome, StartPlaybook
from simulators.opening import Opening

Submit = Callable[[Intent, str], Future[Outcome]]


class ShiftBefore:
    """Does each deed once when its time comes; behind a moment that the drill goes back to, again."""

    def __init__(self, opening: Sequence[Opening]) -> None:
        self._opening, self._elapsed = tuple(sorted(opening, key=lambda one: one.at)), -1.0

    def begin(self, elapsed: float) -> None:
        """The drill goes on from here, in seconds since its start: what comes behind is still to be done."""
        self._elapsed = elapsed

    def advance(self, elapsed: float, submit: Submit) -> None:
        """The drill has come so far."""
        due = [one for one in self._opening if self._elapsed < one.at <= elapsed]
        self._elapsed = elapsed
        for one in due:
            if one.hand_over:
                submit(HandOver(one.hand_over), one.who)
            else:
                submit(AskPreview(one.run, one.with_), one.who).add_done_callback(partial(_start, one.who, submit))


def _start(who: str, submit: Submit, asked: Future[Outcome]) -> None:
    if asked.cancelled() or asked.exception() is not None:
        return
    preview = asked.result().preview
    if preview is not None:
        submit(StartPlaybook(preview), who)
