"""A block of rows as named columns, derived metrics computed when somebody asks for one, and then kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, METRICS
from feeds.metric import Derived, Kind
from feeds.metrics_stored import WAIT_EDGES_S

Floats = NDArray[np.float64]

WINDOWS = ("1m", "15m", "day")
"""The windows that a block can have."""

_EDGES = np.array((0.0, *WAIT_EDGES_S))

FEW_COUNTERS = 12
"""Of a window so many counters are worked out each by itself, as rules ask for them; a screen asks for most."""


@dataclass(frozen=True, slots=True)
class Window:
    """Where a window began: the counters as they stood then (same shape as the block's), and its length in seconds.

    `lengths` are the lengths by row, where the rows of several sites stand in one block.
    """

    counters: Floats
    seconds: float
    lengths: Floats | None = None


class Columns(Mapping[str, Floats]):
    """An immutable block of `size` rows, a float64 array per metric of the catalogue.

    `gauges` and `counters` are rows × columns in the order of the two index maps; a metric that the block does not
    hold is NaN in every row. `windows` gives the start of `1m`, `15m` and `day`; a missing window is NaN. `pseudo`
    adds columns that are not in the catalogue, such as a site's ages; the counts of clocks (`feeds.clock_columns`) that
    the block holds are there by their names too.
    """

    __slots__ = (
        "_cache", "_few", "_grown", "_pseudo", "counter_at", "counters", "gauge_at", "gauges", "place", "size", "whole",
        "windows",
    )  # fmt: skip

    def __init__(
        self,
        size: int,
        gauges: NDArray[np.float32] | Floats,
        gauge_at: Mapping[str, int],
        counters: Floats,
        counter_at: Mapping[str, int],
        windows: Mapping[str, Window],
        pseudo: Mapping[str, float] | None = None,
    ) -> None:
        self.size, self.gauges, self.counters, self.windows = size, gauges, counters, windows
        self.gauge_at, self.counter_at, self._pseudo = gauge_at, counter_at, pseudo or {}
        self._cache: dict[str, Floats] = {}
        self._grown: dict[str, Floats] = {}
        self._few: dict[str, dict[int, Floats]] = {}
        self.whole: Columns | None = None
        self.place = slice(0)

    def stands_in(self, whole: Columns, place: slice) -> None:
        """These rows are those at `place` of `whole`, too: what has been worked out there is not worked out again."""
        self.whole, self.place = whole, place

    def __getitem__(self, name: str) -> Floats:
        """The column called `name`; KeyError when the catalogue has no such metric."""
        column = self._cache.get(name)
        if column is None:
            if self.whole is not None and name in METRICS:
                column = self.whole[name][self.place]
            else:
                column = self._compute(name)
                column.flags.writeable = False
            self._cache[name] = column
        return column

    def __iter__(self) -> Iterator[str]:
        """Every metric of the catalogue and the block's pseudo-columns."""
        yield from METRICS
        yield from self._pseudo
        yield from (name for held in (self.gauge_at, self.counter_at) for name in held if name not in METRICS)

    def __contains__(self, name: object) -> bool:
        return name in METRICS or name in self._pseudo or name in self.gauge_at or name in self.counter_at

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _compute(self, name: str) -> Floats:
        if name in self._pseudo:
            return np.full(self.size, self._pseudo[name])
        metric = METRICS.get(name)
        if metric is None:
            gauge = name in self.gauge_at
            block, at = (self.gauges, self.gauge_at[name]) if gauge else (self.counters, self.counter_at[name])
            return block[:, at].astype(np.float64)
        if isinstance(metric, Derived):
            return self._quantile(metric) if metric.quantile is not None else self._ratio(metric)
        held = self.gauge_at.get(name) if metric.kind is Kind.GAUGE else self.counter_at.get(name)
        if held is None:
            return np.full(self.size, np.nan)
        block = self.gauges if metric.kind is Kind.GAUGE else self.counters
        return block[:, held].astype(np.float64)

    def growth(self, name: str, window: str) -> Floats:
        """How much the counter called `name` grew over `window`; NaN where the block cannot tell."""
        at, start = self.counter_at.get(name), self.windows.get(window)
        if at is None or start is None:
            return np.full(self.size, np.nan)
        if self.whole is not None and name in METRICS:
            return self.whole.growth(name, window)[self.place]
        grown = self._grown.get(window)
        if grown is None:
            few = self._few.setdefault(window, {})
            if at not in few and len(few) < FEW_COUNTERS:
                few[at] = self.counters[:, at] - start.counters[:, at]
                few[at].flags.writeable = False
            if at in few:
                return few[at]
            grown = self._grown[window] = np.subtract(self.counters.T, start.counters.T, order="C")
            grown.flags.writeable = False
        row: Floats = grown[at]
        return row

    def _part(self, name: str, window: str) -> Floats:
        if name == "seconds":
            start = self.windows.get(window)
            if start is not None and start.lengths is not None:
                return start.lengths
            return np.full(self.size, start.seconds if start else np.nan)
        return self.growth(name, window) if name in COUNTER_INDEX else self[name]

    def _total(self, names: tuple[str, ...], window: str) -> Floats:
        total = self._part(names[0], window).copy()
        for name in names[1:]:
            total += self._part(name, window)
        return total

    def _ratio(self, metric: Derived) -> Floats:
        above = self._total(metric.numerator, metric.window)
        below = self._total(metric.denominator, metric.window)
        below[below == 0.0] = np.nan
        return above / below

    def _quantile(self, metric: Derived) -> Floats:
        """The quantile by linear interpolation inside its bucket; past the last edge, the last edge."""
        within = np.stack([self._part(name, metric.window) for name in metric.numerator], axis=1)
        total = self._total(metric.denominator, metric.window)
        wanted = total * (metric.quantile or 0.0)
        reached = np.concatenate([np.zeros((self.size, 1)), within], axis=1)
        bucket = (reached[:, 1:] < wanted[:, None]).sum(axis=1)
        inside = np.minimum(bucket, len(WAIT_EDGES_S) - 1)
        rows = np.arange(self.size)
        below, above = reached[rows, inside], reached[rows, inside + 1]
        share = (wanted - below) / np.where(above > below, above - below, np.nan)
        value = _EDGES[inside] + share * (_EDGES[inside + 1] - _EDGES[inside])
        value = np.where(bucket == len(WAIT_EDGES_S), _EDGES[-1], value)
        return np.where(total > 0.0, value, np.nan)


def unknown_columns(size: int, pseudo: Mapping[str, float] | None = None) -> Columns:
    """A block of which nothing is known: NaN everywhere but in its pseudo-columns."""
    return Columns(size, np.empty((size, 0)), {}, np.empty((size, 0)), {}, {}, pseudo)
