"""What the app does about a terminal that does not keep up: draws less, says so, and lets a person decide."""

from __future__ import annotations

import math
from typing import cast, get_args

from rich.color import ColorSystem

from console.driver_watch import DriverWatch
from console.i18n import _
from console.run_actions import RunActions
from console.slow_link import BEHIND_S, SLOW_DRAW_EVERY_S, WORDS, LinkState, SlowLink, Wanted
from console.view import DeskView


class LinkActions(RunActions):
    """The part of the app that knows its terminal: `keeps_up` before each look, `draws_now` before each picture."""

    def __init__(self) -> None:
        super().__init__()
        self._slow_link = SlowLink()
        self._watch: DriverWatch | None = None
        self._drawn_at = -math.inf
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
        """Whether a new view is drawn at once. On a slow link only each other second, but for a new alert."""
        if self._slow_link.slow and now - self._drawn_at < SLOW_DRAW_EVERY_S:
            known = {alert.id for alert in self.newest.view.alerts}
            if all(alert.id in known for alert in view.alerts):
                return False
        self._drawn_at = now
        return True

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
        self._drawn_at = -math.inf
        console = self.console
        if self._slow_link.slow and console._color_system is ColorSystem.TRUECOLOR:
            self._colours, console._color_system = console._color_system, ColorSystem.EIGHT_BIT
        elif not self._slow_link.slow and self._colours is not None:
            console._color_system, self._colours = self._colours, None
