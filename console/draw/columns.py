"""Blocks of lines set in columns, like a newspaper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.draw.lines import Line, fill

LEAST_WIDTH = 36
BETWEEN = 2


def in_columns(blocks: Sequence[Callable[[int], list[Line]]], width: int) -> list[Line]:
    """The blocks, each asked for its lines at a column's width, in reading order in as many columns as fit.

    A block stays whole; columns are as even as whole blocks allow.
    """
    number = max(1, (width + BETWEEN) // (LEAST_WIDTH + BETWEEN))
    column = (width - BETWEEN * (number - 1)) // number
    drawn = [block(column) for block in blocks]
    target = sum(len(lines) + 1 for lines in drawn) / number
    columns: list[list[Line]] = [[]]
    for lines in drawn:
        if columns[-1] and len(columns) < number and len(columns[-1]) + len(lines) / 2 > target:
            columns.append([])
        columns[-1] += [(), *lines] if columns[-1] else lines
    height = max(len(lines) for lines in columns)
    return [_across(columns, y, column) for y in range(height)]


def _across(columns: Sequence[Sequence[Line]], y: int, width: int) -> Line:
    out: list[tuple[str, str]] = []
    for i, lines in enumerate(columns):
        here = lines[y] if y < len(lines) else ()
        last = i == len(columns) - 1
        out.extend(here if last else (*fill(here, width), (" " * BETWEEN, "")))
    return tuple(out)
