"""The runs of playbooks: what asks first, then what is in force."""

from __future__ import annotations

from collections.abc import Sequence

from console.draw.lines import Line, line
from console.draw.runs import run_line, run_lines, sorted_runs
from console.i18n import _
from console.picture import Picture
from console.widgets.live_rows import LiveRows
from playbooks.run import RunView

TWO_LINES_FROM = 4
"""With at least this height a run has two lines."""


class RunsPanel(LiveRows):
    """Runs with a cursor; two lines each where there is height for it."""

    follows_top = True

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self._picture: Picture | None = None
        self._runs: Sequence[RunView] = ()

    @property
    def chosen(self) -> RunView | None:
        """The run under the cursor."""
        return next((run for run in self._runs if run.id == self.cursor_id), None)

    def show(self, picture: Picture) -> None:
        """Show the runs of this picture."""
        self._picture, self._runs = picture, sorted_runs(picture.view.runs)
        self._choose_height()
        self.show_ids([run.id for run in self._runs])

    def _choose_height(self) -> None:
        self.lines_per_row = 2 if self.scrollable_content_region.height >= TWO_LINES_FROM else 1

    def on_resize(self) -> None:
        """Two lines a run where there is height for it."""
        self._choose_height()
        self.repaint()

    def row_line(self, row: int, part: int, width: int) -> Line:
        """Line `part` of one run."""
        if self._picture is None:
            return ()
        if self.lines_per_row == 1:
            return run_line(self._runs[row], self._picture, width)
        return run_lines(self._runs[row], self._picture, width)[part]

    def empty_line(self, y: int, width: int) -> Line:  # noqa: ARG002
        """Nothing runs."""
        return line((_("· no playbook is running"), "dim")) if y == 0 else ()
