"""The matrix at 200×60 for 13, 200 and 1,000 sites: one look, from a new view to the lines of the screen, on one core.

Held against drawing a line for every queue of the same view, as a table that shows all of them would.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from alerts.alert import Alert
from benchmarks.outcome import Figures, Outcome, run_alone
from console.board_columns import board_columns
from console.board_rows import BoardRows, board_rows
from console.draw.matrix import MatrixSheet, sheet_line
from console.draw.matrix_plan import SHOWS_FIGURE, in_sight, plan_cells
from console.draw.table import fit_columns, row_line
from console.matrix import matrix_of
from console.matrix_figures import cell_figures
from console.matrix_floor import MatrixFloor, matrix_floor
from console.picture import Picture
from console.view import DeskView
from tests.console.fake_desk import alert, desk_view

WIDTH, HEIGHT = 198, 47
SITES, QUEUES, ALERTS = (13, 200, 1_000), 13, 40
TARGET_MS = 20.0
"""A look at a thousand sites, four of which a second are then under a tenth of a core."""


def _view(number: int) -> DeskView:
    sites = tuple((f"s{i:03d}", f"基地{i:03d}", f"Site {i:03d}") for i in range(number))
    alerts: tuple[Alert, ...] = tuple(
        alert(f"{sites[i * 37 % number][0]}/q{i % QUEUES:02d}", number=i, site=sites[i * 37 % number])
        for i in range(ALERTS)
    )
    return replace(desk_view(sites=sites, queues=QUEUES), alerts=alerts)


def _look(view: DeskView, floor: MatrixFloor) -> list[object]:
    """What a screen does with a view that is new to it."""
    picture, sites = Picture(view), view.board.sites
    assert floor.holds(sites)
    matrix = matrix_of(picture, floor)
    order, across = range(len(sites)), range(len(floor.columns))
    plan = plan_cells(WIDTH, HEIGHT, len(sites) + 1, len(across))
    rows = in_sight(len(sites), plan.rows - 1, 0, 0)
    columns = in_sight(len(across), plan.columns, 0, 0)
    figures = cell_figures(sites, floor, "waiting") if plan.cell >= SHOWS_FIGURE else None
    names = [site.en for site in sites]
    sheet = MatrixSheet(matrix, plan, order, names, across, rows, columns, figures, "waiting", (0, 0))
    slots = sheet.slots()
    return [sheet_line(sheet, slots, y, focused=True) for y in range(HEIGHT)]


def _all_queues(view: DeskView) -> list[object]:
    picture = Picture(view)
    rows = board_rows(picture, "queue")
    source, fitted = BoardRows(picture, rows), fit_columns(board_columns(sites=False)[:8], WIDTH)
    return [row_line(fitted, lambda key, width, at=at: source.value(at, key, width)) for at in range(len(rows))]  # type: ignore[misc]


def _best_ms(work: Callable[[], Sequence[object]], times: int) -> float:
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best * 1e3


def measure(quick: bool) -> Outcome:
    """CPU of one look, and of laying the floor when a site has other rows."""
    figures: Figures = {}
    limit: Figures = {}
    times = 5 if quick else 30
    for number in SITES:
        view = _view(number)
        floor = matrix_floor(view.board.sites, "category")
        figures[f"look_ms_{number}"] = _best_ms(lambda: _look(view, floor), times)  # noqa: B023 - called at once
        figures[f"floor_ms_{number}"] = _best_ms(lambda: matrix_floor(view.board.sites, "category").columns, 3)  # noqa: B023
        if number < SITES[-1]:
            limit[f"all_queues_ms_{number}"] = _best_ms(lambda: _all_queues(view), 2)  # noqa: B023
    ratio = {"look_200": figures["look_ms_200"] / limit["all_queues_ms_200"]}
    met = figures["look_ms_1000"] <= TARGET_MS
    target = f"a look at 1,000 sites in {TARGET_MS:g} ms of CPU"
    return Outcome("matrix", figures, ratio, limit=limit, target=target, met=met)


if __name__ == "__main__":
    run_alone(measure)
