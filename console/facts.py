"""The board as playbooks ask about it (`playbooks.facts.Facts`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cached_property

from alerts.clock_floor import NETWORK, By
from alerts.clocks_view import ClocksView
from alerts.projected import PROJECTED
from console.projecting import NOTHING, Basis, Projected
from feeds.board_view import BoardView
from feeds.columns import Columns
from feeds.contract import Hello, Row
from feeds.site_view import SiteView
from playbooks.ahead.lanes import LanesAhead
from playbooks.facts import CONFIRMED_UP


class BoardFacts:
    """One board view, answered by site, queue and metric. Whatever is not known is NaN."""

    def __init__(
        self,
        view: BoardView,
        clocks: ClocksView | None = None,
        projected: Projected = NOTHING,
        hello_of: Callable[[str], Hello | None] = lambda _: None,
        confirmed_up: Callable[[str], float] = lambda _site: math.nan,
        basis: Basis | None = None,
    ) -> None:
        self._view, self._clocks, self._projected, self._hello_of = view, clocks, projected, hello_of
        self._confirmed_up, self._basis = confirmed_up, basis

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

    def ages(self, sites: Iterable[str]) -> dict[str, float]:
        """How many seconds old the data of these sites is; a site of which nothing is known is left out."""
        known = {site: self._view.at - self._view.by_id[site].at for site in sites if site in self._view.by_id}
        return {site: age for site, age in known.items() if math.isfinite(age)}

    def _rows(self, site: str) -> list[Row]:
        found = self._view.by_id.get(site)
        return [row for row in found.rows if row.kind == "queue"] if found else []

    def phase(self, site: str, queue: str) -> str:
        """The phase that a queue serves; empty where the site does not say."""
        return next((row.phase for row in self._rows(site) if row.id == queue), "")

    def can(self, site: str, verb: str) -> bool:
        """Whether the site's hello lists a command; one that said none yet may know it."""
        hello = self._hello_of(site)
        return hello is None or verb in hello.verbs

    def value(self, site: str, row: str | None, metric: str) -> float:
        """A metric, or a figure of a clock, for one queue; with `row` None for the site's own row."""
        if metric == CONFIRMED_UP:
            return self._confirmed_up(site)
        if "." in metric:
            return self._clock(metric, *(("site", site) if row is None else ("queue", f"{site}/{row}")))
        found = self._view.by_id.get(site)
        if found is None:
            return math.nan
        index = found.site_row if row is None else _index(found, row)
        if metric in PROJECTED:
            return self._projected.value(found, index, metric)
        if metric not in found.columns:
            return math.nan
        return float(found.columns[metric][index]) if index >= 0 else math.nan

    def ahead(self) -> LanesAhead | None:
        """Every lane of the sites that were believed when the board was projected last; None before."""
        return self._basis.foresight if self._basis is not None else None

    def network(self, metric: str) -> float:
        """A metric, or a figure of a clock, over all known sites."""
        if "." in metric:
            return self._clock(metric, "all", NETWORK)
        columns = self._network
        return float(columns[metric][0]) if metric in columns and columns.size else math.nan

    @cached_property
    def _network(self) -> Columns:
        return self._view.rollup("all").columns

    def _clock(self, name: str, by: By, key: str) -> float:
        clock, _, figure = name.partition(".")
        if self._clocks is None or clock not in self._clocks.clocks:
            return math.nan
        found = self._clocks.clock_at(clock, by, key)
        if found is None:
            return math.nan
        return float(found.state != "not_assessed") if figure == "assessed" else found.figure(figure)


def _index(site: SiteView, row_id: str) -> int:
    return next((i for i, row in enumerate(site.rows) if row.id == row_id), -1)
