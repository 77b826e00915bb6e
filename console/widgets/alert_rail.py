"""The alerts beside or above the table: one or two lines each, what needs a person first."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size

from console.draw.alert_groups import AlertGroup, group_line, group_lines
from console.draw.lines import Line, line, sides, width_of
from console.i18n import _
from console.picture import Picture
from console.widgets.two_line_rows import TwoLineRows


class AlertRail(TwoLineRows):
    """Alerts with a cursor. They do not jump: a new one comes after those of its gravity."""

    two_lines_from = 8

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self._groups: Sequence[AlertGroup] = ()

    @property
    def chosen(self) -> AlertGroup | None:
        """The alert, or the group of them, under the cursor."""
        return next((group for group in self._groups if group.id == self.cursor_id), None)

    def show(self, picture: Picture, groups: Sequence[AlertGroup]) -> None:
        """Show these alerts."""
        self._picture, self._groups = picture, groups
        self.choose_height()
        self.show_ids([group.id for group in groups])

    def row_line(self, row: int, part: int, width: int) -> Line:
        """Line `part` of one alert."""
        if self._picture is None:
            return ()
        if self.lines_per_row == 1:
            return group_line(self._groups[row], self._picture, width)
        return group_lines(self._groups[row], self._picture, width)[part]

    def line_at(self, y: int, size: Size) -> Line:
        """What line `y` shows; the last one says how many more alerts there are, an only one at its end."""
        room = size.height // self.lines_per_row
        seen = (self.scroll_offset.y // self.lines_per_row) + room
        if self.lines_per_row > 1 or y != size.height - 1 or seen >= len(self.ids) or self.has_focus:
            return super().line_at(y, size)
        more = sum(len(group.alerts) for group in self._groups[seen - 1 if y else seen :])
        rest = line((_("  … {n} more").format(n=more), "dim"))
        if y:
            return rest
        return sides(super().line_at(y, Size(size.width - width_of(rest), size.height)), rest, size.width)

    def empty_line(self, y: int, width: int) -> Line:  # noqa: ARG002
        """Nothing fires, or nobody knows."""
        reach = self._picture.view.reach if self._picture is not None else None
        if reach is not None and not reach.up:
            return line((_("? nobody knows what fires now"), "unknown")) if y == 0 else ()
        return line((_("● no alerts"), "dim")) if y == 0 else ()
