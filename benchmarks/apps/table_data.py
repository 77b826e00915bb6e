"""What both table programs show: 2,600 rows of 12 columns, the same in both.

A tenth of the cells is other each second; with `--all` on the command line all of them are.
"""

from __future__ import annotations

import sys
from random import Random

ROWS = 2_600
COLUMNS = 12
SHARE = 0.1
_SECONDS = 40
"""Changes are made up for so many seconds before the first paint, and then begin again."""

TITLES = ("queue", "in/s", "waiting", "oldest", "frt90", "level", "budget", "agents", "load", "bot", "handled", "age")

Change = tuple[int, int, str]
"""Row, column, and the cell's new text."""


class TableData:
    """Cells as text, and what changes in each second."""

    def __init__(self, rows: int = ROWS) -> None:
        random = Random(7)
        self._all = "--all" in sys.argv
        self.ids = [f"q{row}" for row in range(rows)]
        self.cells = [[self._cell(random, row, column) for column in range(COLUMNS)] for row in range(rows)]
        self._seconds = [self._changes(random, rows) for _ in range(4 if self._all else _SECONDS)]
        self._second = 0

    def _cell(self, random: Random, row: int, column: int) -> str:
        return f"合肥 服饰 {row:04}" if column == 0 else str(random.randrange(10_000))

    def _changes(self, random: Random, rows: int) -> list[Change]:
        every = rows * (COLUMNS - 1)
        cells = random.sample(range(every), every if self._all else round(rows * COLUMNS * SHARE))
        return [(cell // (COLUMNS - 1), cell % (COLUMNS - 1) + 1, str(random.randrange(10_000))) for cell in cells]

    def next_second(self) -> list[Change]:
        """The changes of the next second, made to the cells as well."""
        changes = self._seconds[self._second % len(self._seconds)]
        self._second += 1
        for row, column, text in changes:
            self.cells[row][column] = text
        return changes
