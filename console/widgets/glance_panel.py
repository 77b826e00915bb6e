"""The one glance over everything, in whatever room it has."""

from __future__ import annotations

from textual.geometry import Size

from console.draw.glance import glance_lines
from console.draw.lines import Line
from console.picture import Picture
from console.widgets.painted import Painted


class GlancePanel(Painted):
    """The answers to the seven questions of a duty manager who has just sat down."""

    DEFAULT_CSS = "GlancePanel { overflow: hidden hidden; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self._picture: Picture | None = None
        self._drawn: tuple[Size, list[Line]] | None = None

    def show(self, picture: Picture) -> None:
        """Answer from this picture."""
        self._picture, self._drawn = picture, None
        self.repaint()

    def line_at(self, y: int, size: Size) -> Line:
        """Line `y` of the answers."""
        if self._picture is None:
            return ()
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, glance_lines(self._picture, size.width, size.height))
        lines = self._drawn[1]
        return lines[y] if y < len(lines) else ()

    def lines_total(self) -> int:
        """Always as high as it is given."""
        return self.scrollable_content_region.height
