"""The queues whose customers wait longest, over all sites."""

from __future__ import annotations

from console.board_columns import board_columns
from console.board_rows import BoardRows, board_rows, ordered
from console.draw.table import Sort
from console.picture import Picture
from console.widgets.board_table import BoardTable

RERANK_S = 10.0
"""Ranked anew after so many seconds, and never while the cursor is in it."""


class WorstQueues(BoardTable):
    """A ranking that keeps still long enough to be read."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__("queue", id=id)
        self._ranked: list[str] = []
        self._ranked_at = float("-inf")

    def name_columns(self) -> None:
        """Headings in the language in use."""
        self.columns = board_columns(sites=False)
        self.repaint()

    def on_resize(self) -> None:
        """As many as there is room for."""
        if self._picture is not None:
            self.show_picture(self._picture)
        super().on_resize()

    def show_picture(self, picture: Picture) -> None:
        """Show this picture's rows in the ranking's order."""
        self._picture = picture
        rows = {row.id: row for row in board_rows(picture, "queue")}
        room = max(1, self.scrollable_content_region.height - 1)
        old = not 0 <= picture.view.at - self._ranked_at < RERANK_S
        gone = len(self._ranked) < min(room, len(rows)) or any(key not in rows for key in self._ranked[:room])
        if gone or (old and not self.has_focus):
            known = [row for row in rows.values() if row.figure("oldest_wait_s") > 0]
            self._ranked = [row.id for row in ordered(known or list(rows.values()), Sort("oldest"))]
            self._ranked_at = picture.view.at
        self.show(BoardRows(picture, [rows[key] for key in self._ranked[:room] if key in rows]))
