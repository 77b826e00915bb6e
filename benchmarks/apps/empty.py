"""An app with nothing in it but a line to wait for."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Label


class EmptyApp(App[None]):
    """What the toolkit alone costs to start."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Label("#ready#", markup=False)


if __name__ == "__main__":
    EmptyApp().run()
