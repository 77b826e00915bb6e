"""The part of the app that knows what its operator has noticed: every key counts, and what changed is marked."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from console.draw.lines import Line
from console.draw.news_line import news_line
from console.noticing import Noticing
from console.picture import Picture
from console.run_actions import RunActions
from console.screens.deck_screen import DeckScreen


class NoticingActions(RunActions):
    """Marks what changed since somebody looked, and tells who was away what happened meanwhile."""

    monotonic: Callable[[], float]

    def notice_from(self, picture: Picture) -> None:
        """The operator sits down before this picture."""
        self.noticing = Noticing(picture.view, self.monotonic())

    async def on_event(self, event: events.Event) -> None:
        """A key or a click: somebody is there."""
        if isinstance(event, events.Key | events.MouseDown):
            self.noticing.pressed(self.monotonic())
        await super().on_event(event)

    def mark_fresh(self, picture: Picture, screen: DeckScreen) -> None:
        """Say in the picture what changed since the operator looked at this screen; what was then carries no marks."""
        self.noticing.goes_to(screen.where(), self.monotonic())
        picture.fresh = self.noticing.marks() if picture is self.newest else frozenset()

    def news_lines(self, width: int) -> list[Line]:
        """What happened while the operator was away, in a line; nothing where nothing did."""
        news = self.noticing.news(self.monotonic())
        line = news_line(news, self.newest, width) if news is not None else ()
        return [line] if line else []
