"""The line at the bottom: the keys of this screen, or what was just said, or what is being asked."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message

from console.actions import Action
from console.draw.footer import answer_at, ask_line, key_at, keys_line, said_line
from console.draw.lines import Line
from console.widgets.painted import LinePanel

SAID_FOR_S = 6.0
"""How long what was said stays."""


class FooterBar(LinePanel):
    """Keys; over them for a few seconds what was said; over both a question until it is answered."""

    DEFAULT_CSS = "FooterBar { height: 1; dock: bottom; overflow: hidden hidden; }"

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._actions = actions
        self._said: tuple[str, str] | None = None
        self._asked = ""
        self._remark = ""
        self._instead: Sequence[Action] | None = None

    def use(self, actions: Sequence[Action] | None) -> None:
        """Name these keys instead of the screen's; None: the screen's again."""
        if actions != self._instead:
            self._instead = actions
            self.repaint()

    class KeyClicked(Message):
        """A key was clicked instead of pressed."""

        def __init__(self, action: Action) -> None:
            super().__init__()
            self.action = action

    class AnswerClicked(Message):
        """`y` or `n` was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def on_click(self, event: events.Click) -> None:
        """A click on a key is that key, unless something is being said over it."""
        x, width = event.get_content_offset_capture(self).x, self.size.width
        if self._asked:
            if key := answer_at(self._asked, width, x):
                self.post_message(self.AnswerClicked(key))
        elif self._said is None and (action := key_at(self._actions, width, self._remark, x)) is not None:
            self.post_message(self.KeyClicked(action))

    def remark(self, text: str) -> None:
        """Keep something before the keys."""
        self._remark = text
        self.repaint()

    def say(self, text: str, kind: str = "note") -> None:
        """Say something for a while; `kind` is ok, bad or note."""
        self._said = (text, kind) if text else None
        self.repaint()

    def ask(self, question: str) -> None:
        """Ask until told to stop asking (with an empty question)."""
        self._asked = question
        self.repaint()

    def line_at(self, y: int, size: Size) -> Line:  # noqa: ARG002 - one line
        """The line."""
        if self._asked:
            return ask_line(self._asked, size.width)
        if self._said is not None:
            return said_line(*self._said, size.width)
        return keys_line(self._actions if self._instead is None else self._instead, size.width, self._remark)

    def lines_total(self) -> int:
        """One."""
        return 1
