"""Which queue of which site stands in which cell of the matrix: worked out once, until a site has other rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from feeds.contract import Row
from feeds.row_groups import UNTOLD, RowGroup, group_of
from feeds.site_view import SiteView

Ints = NDArray[np.int64]

Passes = Callable[[SiteView, Row], bool]
"""Whether a queue is wanted."""


@dataclass(frozen=True)
class MatrixFloor:
    """The rows of all sites, one below the other as `BoardView.column` has them, and where each goes.

    `column_of[i]` is the column of row i, -1 where it has none; `site_of[i]` its site. `own[i]` says that the row
    counts towards its site as a whole: the site's own row where it sends one, else its queues.
    """

    by: RowGroup
    sites: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Row, ...], ...]
    site_of: Ints
    column_of: Ints
    own: NDArray[np.bool_]
    counts: Ints
    """Queues by (site, column)."""
    _placed: dict[int, dict[str, int]] = field(default_factory=dict, repr=False)
    kept: dict[str, tuple[int, NDArray[np.float64]]] = field(default_factory=dict, repr=False)
    """Figures of all cells by metric, and of which second they are (`matrix_figures.figures_of_second`)."""

    @cached_property
    def index(self) -> dict[str, int]:
        """Site id → its place."""
        return {site: i for i, site in enumerate(self.sites)}

    @cached_property
    def starts(self) -> list[int]:
        """The first row of each site among all rows."""
        return [0, *np.cumsum([len(rows) for rows in self.rows]).tolist()]

    def holds(self, sites: Sequence[SiteView]) -> bool:
        """Whether it is still about these sites and rows."""
        return len(sites) == len(self.rows) and all(
            site.rows is rows for site, rows in zip(sites, self.rows, strict=True)
        )

    def cell_of(self, site: int, row_id: str) -> int:
        """The column of a queue of a site; -1 where it has none, or is not there."""
        found = self._placed.get(site)
        if found is None:
            start = self.starts[site]
            found = {row.id: int(self.column_of[start + i]) for i, row in enumerate(self.rows[site])}
            self._placed[site] = found
        return found.get(row_id, -1)

    def queues(self, site: int, column: int) -> list[Row]:
        """The queues of a cell."""
        start = self.starts[site]
        return [row for i, row in enumerate(self.rows[site]) if self.column_of[start + i] == column]


def matrix_floor(sites: Sequence[SiteView], by: RowGroup, passes: Passes | None = None) -> MatrixFloor:
    """The floor of these sites. Columns come in the order in which sites name them, tiers by number, `–` last."""
    keys: dict[str, int] = {}
    found: list[str] = []
    for site in sites:
        for row in site.rows:
            wanted = row.kind == "queue" and (passes is None or passes(site, row))
            found.append(group_of(row, by) if wanted else "")
            if wanted:
                keys.setdefault(found[-1], len(keys))
    columns = tuple(sorted(keys, key=lambda key: (key == UNTOLD, _number(key) if by == "tier" else 0, keys[key])))
    at = {key: i for i, key in enumerate(columns)} | {"": -1}
    column_of = np.array([at[key] for key in found], np.int64)
    site_of = np.repeat(np.arange(len(sites), dtype=np.int64), [len(site.rows) for site in sites])
    own = np.zeros(len(found), np.bool_)
    start = 0
    for site in sites:
        here = slice(start, start + len(site.rows))
        if site.site_row >= 0 and passes is None:
            own[start + site.site_row] = True
        else:
            own[here] = column_of[here] >= 0
        start += len(site.rows)
    counts = np.zeros((len(sites), len(columns)), np.int64)
    placed = column_of >= 0
    np.add.at(counts, (site_of[placed], column_of[placed]), 1)
    rows = tuple(site.rows for site in sites)
    return MatrixFloor(by, tuple(site.id for site in sites), columns, rows, site_of, column_of, own, counts)


def _number(key: str) -> int:
    return int(key) if key.isdigit() else 0
