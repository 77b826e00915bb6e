"""Rows with a cursor that take two lines each where there is height for it, and one where there is not."""

from __future__ import annotations

from typing import ClassVar

from console.picture import Picture
from console.widgets.live_rows import LiveRows


class TwoLineRows(LiveRows):
    """The common ground of the alerts and the runs: the picture they draw from, and how high a row is."""

    follows_top = True
    two_lines_from: ClassVar[int] = 8
    """With at least this height a row has two lines."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self._picture: Picture | None = None

    def choose_height(self) -> None:
        """Settle the lines of a row for the height there is."""
        self.lines_per_row = 2 if self.scrollable_content_region.height >= self.two_lines_from else 1

    def on_resize(self) -> None:
        """Settle anew, and draw."""
        self.choose_height()
        self.repaint()
