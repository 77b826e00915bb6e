"""The line in which a filter, a command, a note or parameters are typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from console.draw.lines import cells, line
from console.widgets.painted import LinePanel

MOST_RECALLED = 100
"""So much of what was typed before is kept."""

Complete = Callable[[str], Sequence[str]]
"""What could stand in the line instead of what is typed."""


MOST_TYPED = 2_000
"""No more characters than this are taken: a paste of a megabyte would be measured and drawn anew with each key."""


class Prompt(Widget):
    """Hidden until `open`; Enter hands the text over, escape takes it back, tab completes it."""

    DEFAULT_CSS = """
    Prompt { height: 2; dock: bottom; display: none; background: $panel; }
    Prompt Horizontal { height: 1; }
    Prompt #label { width: auto; height: 1; overflow: hidden hidden; }
    Prompt #hint { height: 1; overflow: hidden hidden; }
    Prompt Input { height: 1; border: none; padding: 0; background: $panel; width: 1fr; }
    Prompt Input:focus { border: none; background: $panel; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("tab", "complete", show=False),
        Binding("up", "recall(-1)", show=False),
        Binding("down", "recall(1)", show=False),
    ]

    class Typed(Message):
        """Something happened to the text; `kind` is what was asked for."""

        def __init__(self, kind: str, text: str) -> None:
            super().__init__()
            self.kind, self.text = kind, text

    class Changed(Typed):
        """The text is another one now."""

    class Done(Typed):
        """Enter was pressed."""

    class Cancelled(Typed):
        """Escape was pressed."""

    def __init__(self, typed_before: dict[str, list[str]] | None = None) -> None:
        """`typed_before`: what was typed for each kind, which the prompts of all screens may share."""
        super().__init__()
        self.kind = ""
        self._hint = ""
        self._complete: Complete | None = None
        self._history: dict[str, list[str]] = typed_before if typed_before is not None else {}
        self._recalled = 0
        self._back_to: Widget | None = None

    def compose(self) -> ComposeResult:
        """A line for hints over the line that is typed in."""
        yield LinePanel(id="hint")
        with Horizontal():
            yield LinePanel(id="label")
            yield Input(select_on_focus=False, compact=True, max_length=MOST_TYPED)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    def open(self, kind: str, label: str, *, text: str = "", hint: str = "", complete: Complete | None = None) -> None:
        """Ask for a text; the messages carry `kind`."""
        self._back_to = self.screen.focused
        self.kind, self._hint, self._complete, self._recalled = kind, hint, complete, 0
        panel = self.query_one("#label", LinePanel)
        panel.styles.width = cells(label) + 2
        panel.show_lines([line((f" {label} ", "title bar"))])
        field = self.query_one(Input)
        field.cursor_blink = not self.app.has_class("still")
        field.value = text
        field.cursor_position = len(text)
        self.display = True
        self.screen.set_focus(field)  # at once: who types fast has sent the next keys already
        self.say(hint)
        self._offer(text)

    def close(self) -> None:
        """Give the keys back to where they went before."""
        self.display = False
        self.kind = ""
        if self._back_to is not None and self._back_to.is_attached:
            self._back_to.focus()

    def say(self, text: str, *, bad: bool = False) -> None:
        """Say something above the line."""
        self.query_one("#hint", LinePanel).show_lines([line((f" {text}", "warning" if bad else "dim"))])

    def reassure(self) -> None:
        """What is typed makes sense (again)."""
        if self.kind:
            self.say(self._hint)

    def _offer(self, text: str) -> None:
        if self._complete is not None:
            offers = self._complete(text)
            self.say("  ".join(offers[:12]) if offers else self._hint)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.kind:
            self._offer(event.value)
            self.post_message(self.Changed(self.kind, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.kind:
            return
        history = self._history.setdefault(self.kind, [])
        if event.value:
            history[:] = [*[one for one in history if one != event.value][1 - MOST_RECALLED :], event.value]
        self.post_message(self.Done(self.kind, event.value))

    def action_cancel(self) -> None:
        """Take it back."""
        kind = self.kind
        self.close()
        self.post_message(self.Cancelled(kind, ""))

    def action_complete(self) -> None:
        """Write the first of what could stand here."""
        offers = self._complete(self.text) if self._complete is not None else ()
        if offers:
            field = self.query_one(Input)
            field.value = offers[0] if offers[0].endswith((":", ">")) else offers[0] + " "
            field.cursor_position = len(field.value)

    def action_recall(self, by: int) -> None:
        """Go through what was typed here before."""
        history = self._history.get(self.kind, [])
        self._recalled = max(-len(history), min(0, self._recalled + by))
        field = self.query_one(Input)
        field.value = history[self._recalled] if self._recalled < 0 else ""
        field.cursor_position = len(field.value)
