"""The line at the top of every screen."""

from __future__ import annotations

from textual.geometry import Size

from console.draw.header import header_line
from console.draw.lines import Line
from console.picture import Picture
from console.slow_link import LinkState
from console.widgets.painted import LinePanel


class HeaderBar(LinePanel):
    """Mode, clock, sites, alerts, operator; always of the newest view."""

    DEFAULT_CSS = "HeaderBar { height: 1; dock: top; overflow: hidden hidden; }"

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None
        self._operator = ""
        self._link = LinkState()

    def show(self, picture: Picture, operator: str, link: LinkState) -> None:
        """Draw the header of this picture."""
        self._picture, self._operator, self._link = picture, operator, link
        self.repaint()

    def line_at(self, y: int, size: Size) -> Line:  # noqa: ARG002 - one line
        """The line."""
        return header_line(self._picture, self._operator, size.width, self._link) if self._picture else ()

    def lines_total(self) -> int:
        """One."""
        return 1
