"""What there is to say of one cell of the matrix: where it is, how it stands, its figures, its gravest alerts."""

from __future__ import annotations

import math

from console.draw.alerts import alert_place, said_after_place, sorted_alerts
from console.draw.lines import Line, Span, crop, line
from console.draw.marks import alert_sign
from console.draw.matrix import MARKS, NETWORK_ROW, WHOLE, legend_line
from console.format import UNKNOWN, metric_with_unit
from console.i18n import _, local, name_of
from console.matrix import EMPTY, GRADES, Matrix
from console.matrix_figures import CELL_FIGURES, figures_of_second
from console.matrix_floor import MatrixFloor, matrix_floor
from console.picture import Picture
from feeds.catalog import METRICS
from feeds.contract import Row
from feeds.site_view import SiteView


def cell_lines(picture: Picture, matrix: Matrix, place: tuple[int, int], width: int, height: int) -> list[Line]:
    """The cell, its figures, what the marks mean, then its alerts, the gravest first, and how many have no room."""
    grade, (row, column) = matrix.grade(*place), place
    if grade == EMPTY:
        head = line((_where(picture, matrix, place), "strong"), (f"  {_('no queue of this site stands here')}", "dim"))
        return [crop(head, width), legend_line(width)][:height]
    mark, style = MARKS[grade]
    queues = _queues(matrix, row, column)
    parts: list[Span] = [
        (_where(picture, matrix, place), "strong"),
        (f"  {mark} {_(GRADES[grade].word)}", style),
        (f"  {_('{n} queues').format(n=queues)}", "dim"),
    ]
    out = [crop(line(*parts), width), crop(_figures(picture, matrix, place), width)]
    alerts, room = sorted_alerts(list(matrix.alerts_in(row, column))), max(0, height - 3)
    shown = alerts if len(alerts) <= room else alerts[: max(0, room - 1)]
    for alert in shown:
        sign = alert_sign(alert)
        said = line(
            (f"{sign.mark} ", sign.style), (alert_place(alert, picture), ""), (f"  {said_after_place(alert)}", "dim")
        )
        out.append(crop(said, width))
    more = len(alerts) - len(shown)
    rest = [line((_("… {n} more alerts").format(n=more), "dim"))] if more and room else []
    return [*out[:2], legend_line(width), *out[2:], *rest][:height]


def _where(picture: Picture, matrix: Matrix, place: tuple[int, int]) -> str:
    row, column = place
    site = _("network") if row == NETWORK_ROW else name_of(picture.view.board.sites[row])
    return site if column == WHOLE else f"{site} · {matrix.floor.columns[column]}"


def _queues(matrix: Matrix, row: int, column: int) -> int:
    counts = matrix.floor.counts
    counts = counts if row == NETWORK_ROW else counts[row : row + 1]
    return int(counts.sum() if column == WHOLE else counts[:, column].sum())


def _figures(picture: Picture, matrix: Matrix, place: tuple[int, int]) -> Line:
    """All the figures that cells can show, of this one."""
    row, column = place
    sites = picture.view.board.sites
    floor = matrix.floor if row == NETWORK_ROW else _floor_of(sites[row], matrix.floor, row)
    shown = sites if row == NETWORK_ROW else sites[row : row + 1]
    at = len(floor.columns) if column == WHOLE else floor.columns.index(matrix.floor.columns[column])
    out: list[Span] = []
    for name in CELL_FIGURES:
        value = float(figures_of_second(shown, floor, name, picture.view.at)[-1, at])
        text = metric_with_unit(name, value) if math.isfinite(value) else UNKNOWN
        out += [(f"{local(METRICS[name].zh, METRICS[name].en)} ", "dim"), (f"{text}  ", "")]
    return line(*out)


def _floor_of(site: SiteView, floor: MatrixFloor, at: int) -> MatrixFloor:
    """The floor of one site alone, of the queues that stand on the whole one."""
    start = floor.starts[at]
    placed = {row.id for i, row in enumerate(floor.rows[at]) if floor.column_of[start + i] >= 0}

    def passes(_site: SiteView, row: Row) -> bool:
        return row.id in placed

    everything = len(placed) == sum(row.kind == "queue" for row in site.rows)
    return matrix_floor((site,), floor.by, None if everything else passes)
