"""The columns of several sites as one block: what rules and courses ask of each is worked out for all in one go.

Work on the dozen rows of one site costs little more than calling numpy; thirteen sites at once cost hardly more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feeds.columns import Columns, Floats, Window

MOST_RUNS = 4

_Where = NDArray[np.int64] | slice
_Places = tuple[_Where, _Where]
"""Columns of the block of all, and the columns of a site's own block that go there."""


class ColumnStack:
    """Puts the columns of the same sites below each other again and again; keeps what has not changed meanwhile."""

    def __init__(self) -> None:
        self._layouts: list[tuple[Mapping[str, int], Mapping[str, int]]] = []
        self._sizes: list[int] = []
        self._gauge_at: dict[str, int] = {}
        self._counter_at: dict[str, int] = {}
        self._gauges: list[list[_Places]] = []
        self._counters: list[list[_Places]] = []
        self._rows: list[slice] = []
        self._starts: dict[str, tuple[list[Floats], Floats]] = {}

    def stacked(self, parts: Sequence[Columns]) -> Columns:
        """All rows of `parts` in their order, which have the same windows; the parts go by it from now on.

        A metric that a site does not send is NaN in its rows.
        """
        if not self._fits(parts):
            self._lay_out(parts)
        whole = Columns(
            self._rows[-1].stop,
            self._block([part.gauges for part in parts], self._gauges, len(self._gauge_at), np.float32),
            self._gauge_at,
            self._block([part.counters for part in parts], self._counters, len(self._counter_at), np.float64),
            self._counter_at,
            {name: self._window(name, parts) for name in parts[0].windows},
        )
        for part, rows in zip(parts, self._rows, strict=True):
            part.stands_in(whole, rows)
        return whole

    def _fits(self, parts: Sequence[Columns]) -> bool:
        return len(parts) == len(self._layouts) and all(
            part.gauge_at is known[0] and part.counter_at is known[1] and part.size == size
            for part, known, size in zip(parts, self._layouts, self._sizes, strict=True)
        )

    def _lay_out(self, parts: Sequence[Columns]) -> None:
        self._layouts = [(part.gauge_at, part.counter_at) for part in parts]
        self._sizes = [part.size for part in parts]
        edges = np.cumsum([0, *self._sizes]).tolist()
        self._rows = [slice(begin, end) for begin, end in pairwise(edges)]
        self._gauge_at, self._gauges = _common([part.gauge_at for part in parts])
        self._counter_at, self._counters = _common([part.counter_at for part in parts])
        self._starts = {}

    def _block(
        self,
        blocks: Sequence[NDArray[Any]],
        places: Sequence[Sequence[_Places]],
        width: int,
        kind: Any,  # noqa: ANN401 - a type of numpy's
    ) -> NDArray[Any]:
        whole = np.full((self._rows[-1].stop, width), np.nan, kind)
        for block, runs, rows in zip(blocks, places, self._rows, strict=True):
            for there, here in runs:
                whole[rows, there] = block[:, here]
        return whole

    def _window(self, name: str, parts: Sequence[Columns]) -> Window:
        """Where a window began at all sites; the states then are joined anew only when one of them is another."""
        windows = [part.windows[name] for part in parts]
        kept, block = self._starts.get(name, ([], None))
        if block is None or any(one.counters is not start for one, start in zip(windows, kept, strict=True)):
            starts = [one.counters for one in windows]
            block = self._block(starts, self._counters, len(self._counter_at), np.float64)
            self._starts[name] = starts, block
        seconds = windows[0].seconds
        if all(one.seconds == seconds for one in windows):
            return Window(block, seconds)
        lengths = np.repeat([one.seconds for one in windows], self._sizes)
        return Window(block, float(lengths.max()), lengths)


def common_block(parts: Sequence[Columns]) -> Columns | None:
    """The block whose rows are exactly those of `parts`, in their order, with windows of one length; None: no such."""
    whole = parts[0].whole if parts else None
    if whole is None or any(window.lengths is not None for window in whole.windows.values()):
        return None
    end = 0
    for part in parts:
        if part.whole is not whole or part.place.start != end:
            return None
        end = part.place.stop
    return whole if end == whole.size else None


def _common(layouts: Sequence[Mapping[str, int]]) -> tuple[dict[str, int], list[list[_Places]]]:
    """Where each name stands in the block of all, and for each layout where its columns go."""
    index: dict[str, int] = {}
    for layout in layouts:
        for name in layout:
            index.setdefault(name, len(index))
    return index, [_places([index[name] for name in layout], list(layout.values())) for layout in layouts]


def _places(there: Sequence[int], here: Sequence[int]) -> list[_Places]:
    """Some columns and where they go: as slices, a few of which cost a third, where most follow each other."""
    runs: list[list[int]] = []
    for to, of in zip(there, here, strict=True):
        if runs and (to, of) == (runs[-1][0] + runs[-1][2], runs[-1][1] + runs[-1][2]):
            runs[-1][2] += 1
        else:
            runs.append([to, of, 1])
    if len(runs) > MOST_RUNS:
        return [(np.array(there, np.int64), np.array(here, np.int64))]
    return [(slice(to, to + size), slice(of, of + size)) for to, of, size in runs]
