"""The runs of playbooks: what asks first, then what is in force."""

from __future__ import annotations

from collections.abc import Sequence

from console.draw.lines import Line, line
from console.draw.runs import run_line, run_lines, sorted_runs
from console.i18n import _
from console.picture import Picture
from console.widgets.two_line_rows import TwoLineRows
from playbooks.run import RunView


class RunsPanel(TwoLineRows):
    """Runs with a cursor; two lines each where there is height for it."""

    two_lines_from = 4

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the toolkit's name
        super().__init__(id=id)
        self._runs: Sequence[RunView] = ()

    @property
    def chosen(self) -> RunView | None:
        """The run under the cursor."""
        return next((run for run in self._runs if run.id == self.cursor_id), None)

    def show(self, picture: Picture) -> None:
        """Show the runs of this picture."""
        self._picture, self._runs = picture, sorted_runs(picture.view.runs)
        self.choose_height()
        self.show_ids([run.id for run in self._runs])

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
