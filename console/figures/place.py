"""The place that a figure is about: a queue, a site, a shop, category or platform, or the network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.clock_floor import By
from console.board_rows import Group, Within
from console.format import metric_with_unit
from console.i18n import _, name_of
from console.picture import NETWORK, Picture
from feeds.board_view import SiteView
from feeds.columns import Columns
from feeds.contract import Row
from feeds.row_groups import ROW_GROUPS


@dataclass(frozen=True, slots=True)
class FigurePlace:
    """Where figures stand: row `index` of `columns`. `sites` are those behind it, `known` of them are believed.

    Of a site that is not believed `columns` holds what was known last; `believed` is off then.
    """

    key: str
    name: str
    by: By
    columns: Columns
    index: int
    sites: tuple[SiteView, ...]
    row: Row | None = None
    believed: bool = True

    @property
    def known(self) -> int:
        """How many of its sites are believed."""
        return sum(is_believed(site) for site in self.sites)

    @property
    def clock_key(self) -> str:
        """Under what its clocks are added up."""
        return self.key.partition(":")[2] if self.by in ROW_GROUPS else self.key

    def figure(self, name: str) -> float:
        """A metric here; NaN where it is not known."""
        return float(self.columns[name][self.index]) if self.index < self.columns.size else math.nan

    def grown(self, counter: str, window: str) -> float:
        """How much a counter grew over a window; NaN where it is not known."""
        return float(self.columns.growth(counter, window)[self.index]) if self.index < self.columns.size else math.nan

    def lasted(self, window: str) -> float:
        """How long a window is by now, in seconds; NaN before it began."""
        found = self.columns.windows.get(window)
        if found is None or self.index >= self.columns.size:
            return math.nan
        return found.seconds if found.lengths is None else float(found.lengths[self.index])

    def written(self, name: str) -> str:
        """A metric here with its unit."""
        return metric_with_unit(name, self.figure(name))


def is_believed(site: SiteView) -> bool:
    """Whether what a site says counts now."""
    return site.state in ("live", "late")


def place_of(picture: Picture, key: str) -> FigurePlace | None:
    """The place behind a row's key: `*`, a site, `site/queue` (`site/*` is the site), `shop:` and its like."""
    head, _slash, queue = key.partition("/")
    if key == NETWORK:
        rollup = picture.rollup("all")
        return FigurePlace(key, _("network"), "all", rollup.columns, 0, picture.view.board.sites)
    if ":" in head:
        return _group(picture, *key.split(":", 1))
    site = picture.site(head)
    if site is None:
        return None
    if not queue or queue == NETWORK:
        return _site(picture, site)
    index = next((i for i, row in enumerate(site.rows) if row.id == queue and row.kind == "queue"), -1)
    if index < 0:
        return None
    believed = is_believed(site)
    columns, row = site.columns if believed else site.last, site.rows[index]
    return FigurePlace(key, picture.place(key), "queue", columns, index, (site,), row, believed)


def _site(picture: Picture, site: SiteView) -> FigurePlace:
    name = name_of(site)
    if not is_believed(site):
        index = site.site_row if site.site_row >= 0 else site.last.size
        return FigurePlace(site.id, name, "site", site.last, index, (site,), believed=False)
    rollup = picture.rollup("site")
    index = rollup.keys.index(site.id) if site.id in rollup.keys else rollup.columns.size
    return FigurePlace(site.id, name, "site", rollup.columns, index, (site,))


def _group(picture: Picture, by: str, key: str) -> FigurePlace | None:
    if by not in ROW_GROUPS:
        return None
    kind: Group = by
    rollup = picture.rollup(kind)
    if key not in rollup.keys:
        return None
    within = Within(kind, key)
    sites = tuple(site for site in picture.view.board.sites if any(_holds(within, row) for row in site.rows))
    index = rollup.keys.index(key)
    known = any(is_believed(site) for site in sites)
    return FigurePlace(f"{by}:{key}", key, kind, rollup.columns, index, sites, believed=known)


def _holds(within: Within, row: Row) -> bool:
    return row.kind == "queue" and within.holds(row)


def parts_of(place: FigurePlace, name: str, picture: Picture) -> list[tuple[str, float]]:
    """What a figure is added up from, (name, value): sites of the network, queues of a site or group; NaN: unknown."""
    if place.by == "all":
        rollup = picture.rollup("site")
        values = dict(zip(rollup.keys, rollup.columns[name].tolist(), strict=True))
        return [(name_of(site), values.get(site.id, math.nan)) for site in place.sites]
    if place.by == "queue":
        return []
    within = None if place.by == "site" else Within(place.by, place.clock_key)
    found: list[tuple[str, float]] = []
    for site in place.sites:
        columns = site.columns if place.believed else site.last
        values = columns[name].tolist()
        rows = ((i, row) for i, row in enumerate(site.rows) if row.kind == "queue")
        prefix = "" if place.by == "site" else f"{name_of(site)}·"
        found += [(prefix + name_of(row), values[i]) for i, row in rows if within is None or within.holds(row)]
    return found


def site_names(sites: Sequence[SiteView], most: int = 4) -> str:
    """The first names, and how many more there are."""
    names = " · ".join(name_of(site) for site in sites[:most])
    more = len(sites) - most
    return names + (_(" +{n} more").format(n=more) if more > 0 else "")
