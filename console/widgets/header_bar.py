"""The line at the top of every screen."""

from __future__ import annotations

from textual.geometry import Size

from console.draw.header import header_line
from console.draw.lines import Line, restyle
from console.picture import Picture
from console.slow_link import LinkState
from console.widgets.painted import LinePanel


class HeaderBar(LinePanel):
    """Mode, clock, sites, alerts, operator: of the newest view, or of then with the time now beside it."""

    DEFAULT_CSS = "HeaderBar { height: 1; dock: top; overflow: hidden hidden; }"

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None
        self._operator = ""
        self._now: float | None = None
        self._link = LinkState()
        self._lit = False

    def flash(self, *, on: bool) -> None:
        """Light the whole line up, or let it be."""
        if on != self._lit:
            self._lit = on
            self.repaint()

    def show(self, picture: Picture, operator: str, now: float | None, link: LinkState) -> None:
        """Draw the header of this picture; of one of then with the time now."""
        self._picture, self._operator, self._now, self._link = picture, operator, now, link
        self.repaint()

    def line_at(self, y: int, size: Size) -> Line:  # noqa: ARG002 - one line
        """The line."""
        if self._picture is None:
            return ()
        found = header_line(self._picture, self._operator, size.width, self._now, self._link)
        return restyle(found, "alarm") if self._lit else found

    def lines_total(self) -> int:
        """One."""
        return 1
