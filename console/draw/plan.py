"""Where the panels of the overview stand, at any size: a pure function, so that every size can be tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SMALL_WIDTH, SMALL_HEIGHT, WIDE_WIDTH = 100, 30, 160
BORDERS = 2
GLANCE = 3
"""Lines in which all answers of the glance have room in short."""
ANSWERS = 7
"""Lines in which each has its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle in cells, from the top left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The places of the panels that are shown, and whether they have frames."""

    places: Mapping[str, Place]
    framed: bool


def plan_overview(width: int, height: int, rows: int) -> Plan:
    """The panels of the overview in `width` × `height` cells (without header, banner and footer), for `rows` rows.

    The places depend on the size and the number of rows only, never on how many alerts there are: nothing jumps.
    """
    if width < SMALL_WIDTH or height < SMALL_HEIGHT - 2:
        return Plan(_small(width, height, rows), framed=False)
    if width < WIDE_WIDTH:
        return Plan(_stacked(width, height, rows), framed=True)
    return Plan(_wide(width, height, rows), framed=True)


def _small(width: int, height: int, rows: int) -> dict[str, Place]:
    """The glance and the alerts on top, then the table, then what is left for runs and the day."""
    glance = 0 if height < 10 else 1 if height < 16 else GLANCE
    alerts = 0 if height < 6 else 1
    runs = 0 if height < 14 else 1
    table = min(rows + 1, height - glance - alerts - runs)
    spare = max(0, height - glance - alerts - runs - table)
    chart = 0 if spare < 1 else min(spare, 2) if spare < 8 else min(spare - 2, 10)
    runs += min(spare - chart, 3) if runs else 0
    table = min(rows + 1, height - glance - alerts - chart - runs)
    alerts += height - glance - alerts - chart - runs - table if alerts else 0
    table = height - glance - alerts - chart - runs
    parts = (("glance", glance), ("alerts", alerts), ("board", table), ("chart", chart), ("runs", runs))
    return _stack(width, parts)


def _stack(width: int, heights: tuple[tuple[str, int], ...], x: int = 0, y: int = 0) -> dict[str, Place]:
    out: dict[str, Place] = {}
    for name, height in heights:
        if height > 0 and width > 0:
            out[name] = Place(x, y, width, height)
            y += height
    return out


def _stacked(width: int, height: int, rows: int) -> dict[str, Place]:
    """The glance and the table over the whole width; below alerts at the left, the day and the runs at the right."""
    glance = GLANCE + BORDERS if height >= 32 else GLANCE
    table = min(rows + 1 + BORDERS, height * 55 // 100)
    below = height - glance - table
    left = width // 2
    runs = min(8, below * 4 // 10)
    return {
        "glance": Place(0, 0, width, glance),
        "board": Place(0, glance, width, table),
        "alerts": Place(0, glance + table, left, below),
        "chart": Place(left, glance + table, width - left, below - runs),
        "runs": Place(left, height - runs, width - left, runs),
    }


def _wide(width: int, height: int, rows: int) -> dict[str, Place]:
    """The table and the day at the left, and with the height for it the worst queues; alerts and runs at the right."""
    rail = min(64, max(48, width * 30 // 100))
    left = width - rail
    table = min(rows + 1 + BORDERS, height * 55 // 100)
    rest = height - table
    worst = rest - min(18, rest * 45 // 100) if rest >= 26 else 0
    glance = ANSWERS + BORDERS if height >= 34 else GLANCE + BORDERS
    alerts = (height - glance) * 6 // 10
    return {
        **_stack(left, (("board", table), ("chart", rest - worst), ("worst", worst))),
        **_stack(rail, (("glance", glance), ("alerts", alerts), ("runs", height - glance - alerts)), x=left),
    }
