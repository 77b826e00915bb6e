"""What the app does about a terminal that does not keep up: draws less, says so, and lets a person decide."""

from __future__ import annotations

import math
from typing import cast, get_args

from rich.color import ColorSystem

from console.driver_watch import DriverWatch
from console.i18n import _
from console.run_actions import RunActions
from console.slow_link import (
    BEHIND_S,
    DRAW_EVERY_S,
    HURRY_EVERY_S,
    SLOW_DRAW_EVERY_S,
    WORDS,
    LinkState,
    SlowLink,
    Wanted,
)
from console.view import DeskView


def happened(old: DeskView, new: DeskView) -> bool:
    """Whether a view tells of more than other figures: an alert, somebody who took one, a run, a notice, the reach."""
    if new.notices[-1:] != old.notices[-1:] or (new.reach is None or new.reach.up) != (
        old.reach is None or old.reach.up
    ):
        return True
    if new.alerts is not old.alerts:
        known = {(alert.id, alert.state, alert.severity, alert.acknowledged) for alert in old.alerts}
        if len(new.alerts) != len(old.alerts) or any(
            (alert.id, alert.state, alert.severity, alert.acknowledged) not in known for alert in new.alerts
        ):
            return True
    return new.runs is not old.runs and [(run.id, run.state) for run in new.runs] != [
        (run.id, run.state) for run in old.runs
    ]


class LinkActions(RunActions):
    """The part of the app that knows its terminal: `keeps_up` before each look, `draws_now` before each picture."""

    def __init__(self) -> None:
        super().__init__()
        self._slow_link = SlowLink()
        self._watch: DriverWatch | None = None
        self._drawn_at = self._hurried_at = -math.inf
        self._colours: ColorSystem | None = None

    @property
    def link(self) -> LinkState:
        """What there is to say of the link to the terminal."""
        return LinkState(self._slow_link.slow, self._watch.bytes_per_s() if self._watch is not None else math.nan)

    def keeps_up(self, now: float) -> bool:
        """Whether the terminal has taken what it was sent. While it has not, what is added only comes later.

        Nothing is added then, so that the toolkit's queue never fills: a full one would block keys and timers.
        """
        if self._watch is None:
            if self.is_headless or self._driver is None:
                return True
            self._watch = DriverWatch(self._driver, self.monotonic)
        behind_s = self._watch.behind_s()
        if self._slow_link.observe(now, behind_s):
            self._take_link()
        return behind_s < BEHIND_S

    def draws_now(self, view: DeskView, now: float) -> bool:
        """Whether a new view is drawn at once: where something happened, or the last one was long enough ago."""
        every_s = SLOW_DRAW_EVERY_S if self._slow_link.slow else DRAW_EVERY_S if self._watch is not None else 0.0
        if now - self._drawn_at < every_s:
            if now - self._hurried_at < HURRY_EVERY_S or not happened(self.newest.view, view):
                return False
            self._hurried_at = now
        self._drawn_at = now
        return True

    def draw_next(self) -> None:
        """Draw the next view at once: somebody waits for what their deed did."""
        self._drawn_at = -math.inf

    def action_slow_link(self, argument: str) -> None:
        """`on`, `off` or `auto`; without a word say how it stands."""
        word = argument.strip().lower()
        if word and word not in get_args(Wanted):
            self.say(_("on, off or auto, not {word}").format(word=word[:20]), "bad")
            return
        if word:
            self._slow_link.wanted = cast("Wanted", word)
            self._take_link()
        self.say(_(WORDS[self._slow_link.wanted]))

    def _take_link(self) -> None:
        """Fewer colours where the link is slow: what is drawn from now on is shorter."""
        self.draw_next()
        console = self.console
        if self._slow_link.slow and console._color_system is ColorSystem.TRUECOLOR:
            self._colours, console._color_system = console._color_system, ColorSystem.EIGHT_BIT
        elif not self._slow_link.slow and self._colours is not None:
            console._color_system, self._colours = self._colours, None
