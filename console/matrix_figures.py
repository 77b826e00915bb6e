"""A figure for each cell of the matrix, added up over its queues as the catalogue says."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from console.matrix_floor import Ints, MatrixFloor
from feeds.catalog import COUNTER_INDEX, METRICS
from feeds.columns import Floats
from feeds.metric import Add, Derived
from feeds.site_view import SiteView

CELL_FIGURES: tuple[str, ...] = (
    "waiting",
    "oldest_wait_s",
    "service_level_30s_15m",
    "first_response_s_15m",
    "abandon_rate_15m",
)
"""What cells can show: sums, maxima and ratios of sums of what belongs to the queue and to no group of agents."""


def cell_figures(sites: Sequence[SiteView], floor: MatrixFloor, metric: str) -> Floats:
    """Values by (site, column), the network as one row more and the whole site as one column more; NaN is unknown."""
    found = METRICS[metric]
    if isinstance(found, Derived):
        above = _total(sites, floor, found.numerator, found.window)
        below = _total(sites, floor, found.denominator, found.window)
        return above / np.where(below == 0.0, np.nan, below)
    values = _all_rows(sites, (metric,), "")
    return _spread(values, floor, largest=found.add is Add.MAX)


def figures_of_second(sites: Sequence[SiteView], floor: MatrixFloor, metric: str, at: float) -> Floats:
    """The same, worked out once a second of `at`: a thousand sites take some milliseconds for each metric."""
    second = int(at)
    found = floor.kept.get(metric)
    if found is None or found[0] != second:
        found = floor.kept[metric] = second, cell_figures(sites, floor, metric)
    return found[1]


def _total(sites: Sequence[SiteView], floor: MatrixFloor, names: tuple[str, ...], window: str) -> Floats:
    return _spread(_all_rows(sites, names, window), floor, largest=False)


def _all_rows(sites: Sequence[SiteView], names: tuple[str, ...], window: str) -> Floats:
    """The sum of some columns over all rows of all sites: growth of counters, gauges as they stand."""
    parts = []
    for site in sites:
        columns = site.columns
        total = np.zeros(columns.size)
        for name in names:
            total += columns.growth(name, window) if name in COUNTER_INDEX else columns[name]
        parts.append(total)
    return np.concatenate(parts) if parts else np.empty(0)


def _spread(values: Floats, floor: MatrixFloor, *, largest: bool) -> Floats:
    """Rows into their cells, their sites and the network; a cell to which nothing known was added is NaN."""
    shape = (len(floor.sites) + 1, len(floor.columns) + 1)
    out = np.full(shape, np.nan)
    known = ~np.isnan(values)
    placed, own = known & (floor.column_of >= 0), known & floor.own
    _put(out, floor.site_of[placed], floor.column_of[placed], values[placed], largest=largest)
    last = np.full(int(own.sum()), shape[1] - 1, np.int64)
    _put(out, floor.site_of[own], last, values[own], largest=largest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column that nobody knows anything of
        below = out[:-1]
        out[-1] = np.fmax.reduce(below, axis=0, initial=np.nan) if largest else np.nansum(below, axis=0)
    out[-1, ~(~np.isnan(below)).any(axis=0)] = np.nan
    return out


def _put(out: Floats, rows: Ints, columns: Ints, values: Floats, *, largest: bool) -> None:
    if largest:
        np.fmax.at(out, (rows, columns), values)
        return
    flat = rows * out.shape[1] + columns
    sums = np.bincount(flat, values, out.size)
    count = np.bincount(flat, minlength=out.size)
    hit = count > 0
    out.flat[np.flatnonzero(hit)] = sums[hit]
