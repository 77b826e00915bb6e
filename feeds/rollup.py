"""Rows added up: by site, shop, category and other groups, and the whole network, with the coverage of each figure.

A site's own row counts every agent once; queue rows of one group each show the whole group. So sites and the network
add up site rows where a site sends one, and the other groupings count each group of agents once per key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.columns import Columns, Floats, Window
from feeds.contract import Row
from feeds.metric import Add, Unit
from feeds.metrics_stored import COUNTERS, GAUGES
from feeds.row_groups import group_of
from feeds.site_view import Grouping, SiteView

NETWORK = "*"
"""The key of the roll-up of everything."""

_MAXIMUM = np.array([m.add is Add.MAX for m in GAUGES])
_OWN = np.array([m.add is Add.OWN for m in GAUGES])
_POOL = np.array([m.unit is Unit.AGENTS or m.name in ("slots", "slots_free", "owed_rest_s") for m in GAUGES])
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
    sums = _Sums(len(index))
    for part in parts:
        sums.count(part)
    for alike in _alike(parts):
        sums.add(alike)
    return Rollup(tuple(index), sums.columns(), sums.known, sums.total)


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one site that take part: their index, the key of each, and whether it stands for its group."""

    site: SiteView
    rows: Sequence[int]
    keys: Sequence[int]
    first: Sequence[bool]


def _part(site: SiteView, by: Grouping, index: dict[str, int]) -> _Part:
    own = by in ("site", "all")
    if own and site.site_row >= 0:
        return _Part(site, (site.site_row,), (_place(index, site.id if by == "site" else NETWORK),), (True,))
    chosen = [i for i in range(len(site.rows)) if i != site.site_row]
    keys, first, seen = [], [], set()
    for i in chosen:
        key = _place(index, _key(site, site.rows[i], by))
        group = (key, site.rows[i].group or site.rows[i].id)
        keys.append(key)
        first.append(group not in seen)
        seen.add(group)
    if own and not chosen:
        _place(index, site.id if by == "site" else NETWORK)
    return _Part(site, chosen, keys, first)


def _place(index: dict[str, int], key: str) -> int:
    return index.setdefault(key, len(index))


def _key(site: SiteView, row: Row, by: Grouping) -> str:
    if by == "all":
        return NETWORK
    return site.id if by == "site" else group_of(row, by)


@dataclass(frozen=True, slots=True)
class _Alike:
    """The parts of all believed sites that send the same columns and have the same windows, as one block."""

    keys: NDArray[np.int64]
    first: NDArray[np.bool_]
    gauges: Floats
    counters: Floats
    starts: Mapping[str, Window]


def _alike(parts: Sequence[_Part]) -> Iterator[_Alike]:
    """Sites are many and their rows here few: they are added as one block, which is ten times faster for a thousand."""
    sorts: dict[object, list[_Part]] = {}
    for part in parts:
        if part.site.state not in ("never", "unknown") and part.rows:
            columns = part.site.columns
            sort = tuple(columns.gauge_at.items()), tuple(columns.counter_at.items()), tuple(columns.windows)
            sorts.setdefault(sort, []).append(part)
    for alike in sorts.values():
        columns = alike[0].site.columns
        blocks = [(part.site.columns, list(part.rows)) for part in alike]
        yield _Alike(
            np.array([key for part in alike for key in part.keys], np.int64),
            np.array([first for part in alike for first in part.first], np.bool_),
            _by_catalog([c.gauges[rows] for c, rows in blocks], columns.gauge_at, GAUGE_INDEX),
            _by_catalog([c.counters[rows] for c, rows in blocks], columns.counter_at, COUNTER_INDEX),
            {
                name: Window(
                    _by_catalog([c.windows[name].counters[r] for c, r in blocks], columns.counter_at, COUNTER_INDEX),
                    max(c.windows[name].seconds for c, _ in blocks),
                )
                for name in columns.windows
            },
        )


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
        self._growths: dict[str, _Sum] = {}
        """What counters grew by: a site whose window has not begun has not grown by all that it ever counted."""
        self._seconds: dict[str, float] = {}

    def count(self, part: _Part) -> None:
        """Count a site behind each of its keys; one that is unknown counts towards `total` only."""
        known = part.site.state not in ("never", "unknown")
        for key in set(part.keys):
            self.total[key] += 1
            self.known[key] += known

    def add(self, alike: _Alike) -> None:
        """Add the rows of sites of one kind."""
        np.add.at(self._rows, alike.keys, 1)
        gauges = alike.gauges
        gauges[np.ix_(~alike.first, _POOL)] = np.nan
        self._gauges.add(alike.keys, gauges)
        np.fmax.at(self._maximum, alike.keys, gauges[:, _MAXIMUM])
        self._counters.add(alike.keys, alike.counters)
        for name, window in alike.starts.items():
            growth = self._growths.setdefault(name, _Sum(self.size, len(COUNTERS)))
            growth.add(alike.keys, alike.counters - window.counters)
            self._seconds[name] = max(self._seconds.get(name, 0.0), window.seconds)

    def columns(self) -> Columns:
        """The sums as columns."""
        gauges = self._gauges.value()
        gauges[:, _MAXIMUM] = self._maximum
        gauges[np.ix_(self._rows > 1, _OWN)] = np.nan
        counters = self._counters.value()
        windows = {name: Window(counters - grown.value(), self._seconds[name]) for name, grown in self._growths.items()}
        return Columns(self.size, gauges, GAUGE_INDEX, counters, COUNTER_INDEX, windows)


def _by_catalog(blocks: Sequence[NDArray[np.floating]], at: Mapping[str, int], index: Mapping[str, int]) -> Floats:
    """Blocks of one layout, one below the other, with the columns in the catalogue's order; NaN for those not held."""
    block = np.concatenate(blocks)
    full = np.full((len(block), len(index)), np.nan)
    held = [name for name in at if name in index]
    if held:
        full[:, [index[name] for name in held]] = block[:, [at[name] for name in held]]
    return full
