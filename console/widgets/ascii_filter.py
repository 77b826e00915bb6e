"""Puts everything that is drawn, frames and inputs included, into ASCII on its way to the terminal."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from console.draw.ascii import ascii_text


class AsciiFilter(LineFilter):
    """Off until a terminal needs it: then the last thing that happens to a line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the toolkit's hook
        """The same segments in ASCII."""
        return [Segment(ascii_text(text), style, control) for text, style, control in segments]
