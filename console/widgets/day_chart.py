"""Courses over time, drawn again only where a line of the picture changes."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size

from console.draw.chart import Chart, chart_lines
from console.draw.lines import Line
from console.widgets.painted import Painted


class CourseChart(Painted):
    """One chart in whatever size it is given."""

    DEFAULT_CSS = "CourseChart { overflow: hidden hidden; }"

    def __init__(
        self,
        *,
        draw: Callable[[Chart, int, int], list[Line]] = chart_lines,
        id: str | None = None,  # noqa: A002 - the toolkit's name
    ) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._chart: Chart | None = None
        self._drawn: tuple[Size, list[Line]] | None = None

    def show(self, chart: Chart) -> None:
        """Show this chart."""
        self._chart, self._drawn = chart, None
        self.repaint()

    def line_at(self, y: int, size: Size) -> Line:
        """Line `y` of the chart."""
        if self._chart is None:
            return ()
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, self._draw(self._chart, size.width, size.height))
        lines = self._drawn[1]
        return lines[y] if y < len(lines) else ()

    def lines_total(self) -> int:
        """Always as high as it is given."""
        return self.scrollable_content_region.height
