"""An app whose last line says how many keys it has taken: what the terminal at the other end waits for."""

from __future__ import annotations

import sys
from typing import ClassVar

from textual.app import App
from textual.widgets import Label


class MarkedApp(App[None]):
    """`--still` leaves the figures as they are, to tell what keys alone cost."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    CSS = "#mark { height: 1; width: 1fr; dock: bottom; }"

    def on_mount(self) -> None:
        """The figures change once a second."""
        self.animation_level = "none"
        self.pressed = 0
        if "--still" not in sys.argv:
            self.set_interval(1.0, self.second)

    def second(self) -> None:
        """Show the next second's figures."""

    def mark(self) -> Label:
        """The line that the terminal waits for."""
        return Label("#k00000#", id="mark", markup=False)

    def key_taken(self) -> None:
        """Say that one more key was taken, in the frame that shows what it did."""
        self.pressed += 1
        self.query_one("#mark", Label).update(f"#k{self.pressed:05}#", layout=False)
