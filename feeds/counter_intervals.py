"""Interval tables of recorded frames: sites that send counters, and of whose contacts nothing is known one by one.

A counter tells when something happened, not when its contact joined. So answered, abandoned and timed_out are counted
in the interval in which they happened, `open` is what still waits at the end (in the last interval of its site), and
offered is their sum, as everywhere. What happened before the first frame recorded is left out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from feeds.codec import decode
from feeds.columns import Columns, Floats
from feeds.contract import Delta, Hello, Snapshot
from feeds.errors import FrameError, InputError
from feeds.intervals import By, Cell, IntervalClock, Key, row_key
from feeds.metrics_stored import WAIT_EDGES_S, WAITING_OVER_S
from feeds.site_board import SiteBoard
from feeds.text import clean

_COUNTS = ("answered", "abandoned", "timed_out", "completed")
_SUMS = ("wait_answered_sum_s", "wait_abandoned_sum_s", "handle_sum_s")
_IN_TIME = len(_COUNTS) + len(_SUMS)
"""The column, among those counted, of the answers within the threshold."""


@dataclass(slots=True)
class _Site:
    """One site's frames so far.

    `before` and `grown` are queues × counted columns: as they stood last, and grew since `start`.
    """

    board: SiteBoard = field(default_factory=SiteBoard)
    ids: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    start: str = ""
    before: Floats | None = None
    grown: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    told: list[bool] = field(default_factory=list)
    columns: Columns | None = None


class CounterIntervals:
    """Adds up what counters grew by, interval by interval. `threshold_s` must be an edge of the wait histograms."""

    def __init__(self, clock: IntervalClock, *, by: By, threshold_s: float) -> None:
        self._clock, self._by, self._threshold_s = clock, by, threshold_s
        self._names = (*_COUNTS, *_SUMS, f"answered_within_{threshold_s:g}s")
        self._sites: dict[str, _Site] = {}
        self._found: list[tuple[str, Key, Cell]] = []

    def frame(self, site: str, data: bytes) -> None:
        """One recorded frame of `site`; one that cannot be used is left out."""
        state = self._sites.setdefault(site, _Site())
        try:
            frame = decode(data)
            if isinstance(frame, Hello):
                self._announce(site, state, frame)
            elif isinstance(frame, Snapshot | Delta):
                state.board.land(frame)
                self._grow(site, state, frame.at_ns / 1e9)
        except FrameError:
            return

    def cells(self, *, without: Collection[str] = ()) -> dict[Key, Cell]:
        """The sums of all sites but those in `without`. Raises InputError for a threshold that no histogram has."""
        cells: dict[Key, Cell] = {}
        for site in sorted(self._sites.keys() - set(without)):
            if self._threshold_s not in WAIT_EDGES_S:
                edges = ", ".join(f"{edge}s" for edge in WAIT_EDGES_S)
                raise InputError(
                    "--threshold", f"{site} sends histograms, and {self._threshold_s:g} s is no edge of them", edges
                )
            state = self._sites[site]
            self._flush(site, state)
            self._wait_at_end(site, state)
        for site, key, cell in self._found:
            if site not in without:
                _merge(cells.setdefault(key, Cell()), cell)
        return cells

    def _announce(self, site: str, state: _Site, hello: Hello) -> None:
        self._flush(site, state)
        state.board.announce(hello)
        queues = [(i, clean(row.id)) for i, row in enumerate(hello.rows) if row.kind == "queue"]
        before, ids = state.before, state.ids
        state.rows, state.ids = [i for i, _ in queues], [name for _, name in queues]
        state.told = [any(c.kind == "counter" and c.name == name for c in hello.columns) for name in self._names]
        if before is not None:  # the queues that stay go on from where they stood; new ones from zero
            stood = dict(zip(ids, before, strict=True))
            zero = np.zeros(len(self._names))
            state.before = np.array([stood.get(name, zero) for name in state.ids]).reshape(len(state.ids), -1)
        state.grown = np.zeros((len(state.ids), len(self._names)))

    def _grow(self, site: str, state: _Site, happened_at: float) -> None:
        columns = state.columns = state.board.columns()
        places = [columns.counter_at.get(name) for name in self._names]
        zero = np.zeros(len(state.rows))
        now = np.stack([zero if place is None else columns.counters[state.rows, place] for place in places], axis=1)
        start = self._clock.start(happened_at)
        if start != state.start:
            self._flush(site, state)
            state.start = start
        if state.before is not None:
            state.grown += np.maximum(now - state.before, 0.0)
        state.before = now

    def _flush(self, site: str, state: _Site) -> None:
        for row in np.flatnonzero(state.grown.any(axis=1)):
            key = row_key(state.start, clean(site), state.ids[row], self._by)
            self._found.append((site, key, self._cell(state.grown[row], state.told)))
        state.grown = np.zeros_like(state.grown)

    def _cell(self, grown: Floats, told: list[bool]) -> Cell:
        answered, abandoned, timed_out, completed = (round(float(value)) for value in grown[: len(_COUNTS)])
        wait_answered, wait_abandoned, handle = grown[len(_COUNTS) : _IN_TIME].tolist()
        knows = dict(zip(self._names, told, strict=True))
        return Cell(
            answered,
            abandoned,
            timed_out,
            in_time=round(float(grown[_IN_TIME])),
            blind=not told[_IN_TIME],
            waits_answered=answered * knows["wait_answered_sum_s"],
            wait_answered_s=wait_answered,
            waits_abandoned=abandoned * knows["wait_abandoned_sum_s"],
            wait_abandoned_s=wait_abandoned,
            handled=completed * knows["handle_sum_s"],
            handle_s=handle,
        )

    def _wait_at_end(self, site: str, state: _Site) -> None:
        if state.columns is None:
            return
        waiting, oldest = state.columns["waiting"], state.columns["oldest_wait_s"]
        listed = self._threshold_s in WAITING_OVER_S
        late = state.columns[f"waiting_over_{self._threshold_s:g}s"] if listed else np.full(len(waiting), np.nan)
        for place, row in enumerate(state.rows):
            if waiting[row] > 0:
                past = 0.0 if oldest[row] <= self._threshold_s else late[row]
                cell = Cell(open=round(float(waiting[row])), blind=bool(np.isnan(past)))
                cell.open_late = 0 if cell.blind else round(float(past))
                self._found.append((site, row_key(state.start, clean(site), state.ids[place], self._by), cell))


def _merge(into: Cell, cell: Cell) -> None:
    for name in Cell.__slots__:
        value = (
            getattr(into, name) or getattr(cell, name) if name == "blind" else getattr(into, name) + getattr(cell, name)
        )
        setattr(into, name, value)
