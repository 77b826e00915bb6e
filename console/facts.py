"""The board as playbooks ask about it (`playbooks.facts.Facts`)."""

from __future__ import annotations

import math

from feeds.board_view import BoardView
from feeds.contract import Row
from feeds.site_view import SiteView


class BoardFacts:
    """One board view, answered by site, queue and metric. Whatever is not known is NaN."""

    def __init__(self, view: BoardView) -> None:
        self._view = view

    def sites(self) -> tuple[str, ...]:
        """Every configured site, in the desk's order."""
        return tuple(self._view.by_id)

    def unknown(self, site: str) -> bool:
        """Whether nothing can be said of the site now."""
        found = self._view.by_id.get(site)
        return found is None or found.state in ("never", "unknown")

    def categories(self, site: str) -> tuple[str, ...]:
        """The categories that the site serves, in the order of its rows."""
        return tuple(dict.fromkeys(row.category for row in self._rows(site) if row.category))

    def queues(self, site: str, category: str | None = None) -> tuple[str, ...]:
        """Ids of the site's queues, or of those of one category."""
        return tuple(row.id for row in self._rows(site) if category in (None, row.category))

    def _rows(self, site: str) -> list[Row]:
        found = self._view.by_id.get(site)
        return [row for row in found.rows if row.kind == "queue"] if found else []

    def value(self, site: str, row: str | None, metric: str) -> float:
        """A metric for one queue, or with `row` None for the site's own row."""
        found = self._view.by_id.get(site)
        if found is None or metric not in found.columns:
            return math.nan
        index = found.site_row if row is None else _index(found, row)
        return float(found.columns[metric][index]) if index >= 0 else math.nan

    def network(self, metric: str) -> float:
        """A metric over all known sites."""
        columns = self._view.rollup("all").columns
        return float(columns[metric][0]) if metric in columns and columns.size else math.nan


def _index(site: SiteView, row_id: str) -> int:
    return next((i for i, row in enumerate(site.rows) if row.id == row_id), -1)
