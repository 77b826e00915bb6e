"""The matrix: how every site stands in every category (phase, platform, shop …), the worst of what a cell stands for.

States, not values: a cell is as bad as the worst alert of its queues, and what is not known is said before that, never
as what is in order. Everything is worked out over all rows at once; alerts alone are gone through one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from alerts.alert import Alert
from console.draw.marks import CRITICAL, LATE, NEVER, OK, UNKNOWN, WARNING, Sign, row_sign
from console.matrix_floor import MatrixFloor
from console.picture import NETWORK, Picture

GRADES: tuple[Sign, ...] = (CRITICAL, UNKNOWN, NEVER, WARNING, LATE, OK)
"""The states of a cell, the worst first."""

FINE = GRADES.index(OK)
EMPTY = len(GRADES)
"""A cell that no queue stands in."""

_GRADE_OF = {sign: grade for grade, sign in enumerate(GRADES)}
_UNKNOWN = (_GRADE_OF[UNKNOWN], _GRADE_OF[NEVER])

Grades = NDArray[np.int8]


@dataclass(frozen=True)
class Matrix:
    """`cells` by (site, column); `sites` of each site as a whole; `columns` and `network` of all sites together."""

    floor: MatrixFloor
    cells: Grades
    sites: Grades
    columns: Grades
    network: int
    alerts: dict[tuple[int, int], list[Alert]] = field(default_factory=dict)
    """What stands in a cell; column -1 is the site as a whole."""

    def grade(self, row: int, column: int) -> int:
        """One cell: row -1 is the network, column -1 the site as a whole."""
        if row < 0:
            return self.network if column < 0 else int(self.columns[column])
        return int(self.sites[row] if column < 0 else self.cells[row, column])

    def alerts_in(self, row: int, column: int) -> Sequence[Alert]:
        """The alerts of a cell; those of a whole site or column are those of all its cells."""
        if row >= 0 and column >= 0:
            return self.alerts.get((row, column), ())
        return [
            alert
            for (site, at), alerts in self.alerts.items()
            if (row < 0 or site == row) and (column < 0 or at == column)
            for alert in alerts
        ]


def matrix_of(picture: Picture, floor: MatrixFloor, *, filtered: bool = False) -> Matrix:
    """The matrix of a picture. With a filter a site as a whole is what passes of it."""
    sites = picture.view.board.sites
    base = np.array(
        [_GRADE_OF[row_sign(site.state, suspect=site.suspect, worst=None)] for site in sites] or [EMPTY], np.int8
    )[: len(sites)]
    cells: Grades = np.where(floor.counts > 0, base[:, None], np.int8(EMPTY)).astype(np.int8)
    whole = base.copy()
    alerts: dict[tuple[int, int], list[Alert]] = {}
    for alert in picture.firing:
        _lay_in(alert, floor, base, cells, whole, alerts)
    if filtered:
        whole = cells.min(axis=1, initial=EMPTY)
    columns = cells.min(axis=0, initial=EMPTY)
    _platforms(picture, floor, columns)
    network = int(whole.min(initial=EMPTY))
    if not filtered and len(sites):
        network = min(network, _severity(picture.worst.get(NETWORK, "")))
    return Matrix(floor, cells, whole, columns.astype(np.int8), network, alerts)


def _lay_in(
    alert: Alert,
    floor: MatrixFloor,
    base: Grades,
    cells: Grades,
    whole: Grades,
    alerts: dict[tuple[int, int], list[Alert]],
) -> None:
    """One alert into its cell and its site, unless the site is unknown: that is said first."""
    site = floor.index.get(alert.site, -1)
    if site < 0:
        return
    column = floor.cell_of(site, alert.key.partition("/")[2])
    alerts.setdefault((site, column), []).append(alert)
    grade = _severity(alert.severity)
    if int(base[site]) in _UNKNOWN:
        return
    whole[site] = min(int(whole[site]), grade)
    if column >= 0:
        cells[site, column] = min(int(cells[site, column]), grade)


def _platforms(picture: Picture, floor: MatrixFloor, columns: Grades) -> None:
    """A platform that fails at all sites at once stands in its column, whatever its queues say."""
    if floor.by != "platform":
        return
    for alert in picture.firing:
        if alert.row.level == "platform" and alert.row.platform in floor.columns:
            at = floor.columns.index(alert.row.platform)
            columns[at] = min(int(columns[at]), _severity(alert.severity))


def _severity(severity: str) -> int:
    return _GRADE_OF[row_sign("live", suspect=False, worst=severity)]
