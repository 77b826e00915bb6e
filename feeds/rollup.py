"""Rows added up: by site, shop, category or platform, and the whole network, with the coverage of each figure.

A site's own row counts every agent once; queue rows of one group each show the whole group. So sites and the network
add up site rows where a site sends one, and the other groupings count each group of agents once per key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.columns import Columns, Floats, Window
from feeds.contract import Row
from feeds.metric import Add, Unit
from feeds.metrics_stored import COUNTERS, GAUGES
from feeds.site_view import Grouping, SiteView

NETWORK = "*"
"""The key of the roll-up of everything."""

_MAXIMUM = np.array([m.add is Add.MAX for m in GAUGES])
_OWN = np.array([m.add is Add.OWN for m in GAUGES])
_POOL = np.array([m.unit is Unit.AGENTS or m.name in ("slots", "slots_free") for m in GAUGES])
"""Gauges that belong to the group of agents behind a queue, not to the queue."""


@dataclass(frozen=True, slots=True)
class Rollup:
    """Rows added up. `known[i]` of `total[i]` sites stand behind key `i`; a key with none known is NaN throughout."""

    keys: tuple[str, ...]
    columns: Columns
    known: NDArray[np.int64]
    total: NDArray[np.int64]


def roll_up(sites: Sequence[SiteView], by: Grouping) -> Rollup:
    """Add up the rows of `sites` by `by`; keys in order of first appearance, so that rows keep their places."""
    index: dict[str, int] = {}
    parts = [_part(site, by, index) for site in sites]
    keys = tuple(index)
    sums = _Sums(len(keys))
    for site, part in zip(sites, parts, strict=True):
        sums.add(site, part)
    return Rollup(keys, sums.columns(), sums.known, sums.total)


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one site that take part: their index, the key of each, and whether it stands for its group."""

    rows: NDArray[np.int64]
    keys: NDArray[np.int64]
    first: NDArray[np.bool_]


def _part(site: SiteView, by: Grouping, index: dict[str, int]) -> _Part:
    own = by in ("site", "all")
    chosen = [i for i, row in enumerate(site.rows) if (i == site.site_row) == (own and site.site_row >= 0)]
    keys, first, seen = [], [], set()
    for i in chosen:
        key = index.setdefault(_key(site, site.rows[i], by), len(index))
        group = (key, site.rows[i].group or site.rows[i].id)
        keys.append(key)
        first.append(group not in seen)
        seen.add(group)
    if own and not chosen:
        index.setdefault(site.id if by == "site" else NETWORK, len(index))
    return _Part(np.array(chosen, np.int64), np.array(keys, np.int64), np.array(first, np.bool_))


def _key(site: SiteView, row: Row, by: Grouping) -> str:
    if by == "all":
        return NETWORK
    return site.id if by == "site" else str(getattr(row, by)) or "–"


class _Sum:
    """A matrix that rows are added into; a cell that nothing was added to is NaN, not zero."""

    def __init__(self, size: int, width: int) -> None:
        self._total = np.zeros((size, width))
        self._count = np.zeros((size, width), np.int64)

    def add(self, keys: NDArray[np.int64], values: Floats) -> None:
        """Add each row of `values` to the row that `keys` names; NaN adds nothing."""
        missing = np.isnan(values)
        np.add.at(self._total, keys, np.where(missing, 0.0, values))
        np.add.at(self._count, keys, ~missing)

    def value(self) -> Floats:
        """The sums so far."""
        return np.where(self._count > 0, self._total, np.nan)


class _Sums:
    """The running sums of a roll-up, in the catalogue's column order."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.known = np.zeros(size, np.int64)
        self.total = np.zeros(size, np.int64)
        self._rows = np.zeros(size, np.int64)
        self._gauges = _Sum(size, len(GAUGES))
        self._maximum = np.full((size, int(_MAXIMUM.sum())), np.nan)
        self._counters = _Sum(size, len(COUNTERS))
        self._starts: dict[str, _Sum] = {}
        self._seconds: dict[str, float] = {}

    def add(self, site: SiteView, part: _Part) -> None:
        """Add one site's part; a site that is unknown counts towards `total` only."""
        touched = np.unique(part.keys)
        self.total[touched] += 1
        if site.state in ("never", "unknown"):
            return
        self.known[touched] += 1
        columns = site.columns
        np.add.at(self._rows, part.keys, 1)
        gauges = _by_catalog(columns.gauges, columns.gauge_at, GAUGE_INDEX)[part.rows]
        gauges[np.ix_(~part.first, _POOL)] = np.nan
        self._gauges.add(part.keys, gauges)
        np.fmax.at(self._maximum, part.keys, gauges[:, _MAXIMUM])
        self._counters.add(part.keys, _by_catalog(columns.counters, columns.counter_at, COUNTER_INDEX)[part.rows])
        for name, window in columns.windows.items():
            start = self._starts.setdefault(name, _Sum(self.size, len(COUNTERS)))
            start.add(part.keys, _by_catalog(window.counters, columns.counter_at, COUNTER_INDEX)[part.rows])
            self._seconds[name] = max(self._seconds.get(name, 0.0), window.seconds)

    def columns(self) -> Columns:
        """The sums as columns."""
        gauges = self._gauges.value()
        gauges[:, _MAXIMUM] = self._maximum
        gauges[np.ix_(self._rows > 1, _OWN)] = np.nan
        windows = {name: Window(start.value(), self._seconds[name]) for name, start in self._starts.items()}
        return Columns(self.size, gauges, GAUGE_INDEX, self._counters.value(), COUNTER_INDEX, windows)


def _by_catalog(block: NDArray[np.floating], at: Mapping[str, int], index: Mapping[str, int]) -> Floats:
    """A block's columns in the catalogue's order; NaN for those it does not hold."""
    full = np.full((len(block), len(index)), np.nan)
    held = [name for name in at if name in index]
    if held:
        full[:, [index[name] for name in held]] = block[:, [at[name] for name in held]]
    return full
