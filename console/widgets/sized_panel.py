"""A panel whose lines are written for the size that it has, whenever it gets another one."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size

from console.draw.lines import Line
from console.widgets.painted import Painted


class SizedPanel(Painted):
    """Shows what `write(width, height)` gives; it never scrolls."""

    DEFAULT_CSS = "SizedPanel { overflow: hidden hidden; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self._write: Callable[[int, int], list[Line]] = lambda _width, _height: []
        self._written: tuple[Size, list[Line]] | None = None

    def show(self, write: Callable[[int, int], list[Line]]) -> None:
        """Show this from now on."""
        self._write, self._written = write, None
        self.repaint()

    def line_at(self, y: int, size: Size) -> Line:
        """Line `y`."""
        if self._written is None or self._written[0] != size:
            self._written = (size, self._write(size.width, size.height))
        lines = self._written[1]
        return lines[y] if y < len(lines) else ()

    def lines_total(self) -> int:
        """Never more than there is room for."""
        return 1
