"""What must not be missed, under the header; takes no room while there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from console.draw.lines import Line
from console.widgets.painted import LinePanel


class Banner(LinePanel):
    """A drill, a frozen view, a desk that hands nothing over, a journal that cannot be written."""

    DEFAULT_CSS = "Banner { height: 0; display: none; overflow: hidden hidden; }"

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines and take just their room."""
        if len(lines) != len(self.lines):
            self.styles.height = len(lines)
            self.display = bool(lines)
        super().show_lines(lines)
