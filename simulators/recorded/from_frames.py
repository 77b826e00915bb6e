"""The load from recorded frames: each site's state at the edges of the intervals, as a desk would have believed it.

Frames go through the same session as on the desk, so that repeats, older frames, faults of single figures and counters
that begin again are treated alike. A state that nothing confirmed for `STALE_S` (or three of the site's beats) is not
known at an edge; nor is one whose figures stand still while beats go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from feeds.contract import Delta, Row, Snapshot
from feeds.errors import InputError
from feeds.recording import Record
from feeds.session import SiteSession
from simulators.recorded.gaps import grown
from simulators.recorded.load import COUNTS, GAUGES, SUMS, Bools, Floats, SiteLoad
from simulators.recorded.stretch import Stretch, stretch

STALE_S = 30.0

COUNTERS = (*COUNTS, *SUMS)
_WHOLE = np.array([name in COUNTS for name in COUNTERS])


@dataclass(frozen=True, slots=True)
class _Seen:
    """A site's queues at one edge; arrays are queues × figures."""

    ids: tuple[str, ...]
    run: int
    counters: Floats
    gauges: Floats


@dataclass(slots=True)
class _Site:
    session: SiteSession
    edges: dict[int, _Seen] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    at: float = -np.inf
    next_edge: int = 0
    run: int = 0


def span_of_frames(where: str, records: Iterable[Record], skip_s: float, minutes: float | None) -> Stretch:
    """The stretch asked for, from the first frame's time to the last one's. Raises InputError."""
    first, last = np.inf, -np.inf
    for record in records:
        if record.kind == "frame":
            first, last = min(first, record.at), max(last, record.at)
    if not np.isfinite(first):
        raise InputError(where, "there is no frame in this recording", "figures of at least one site")
    return stretch(where, float(first), float(last), skip_s, minutes)


def read_frames(records: Iterable[Record], part: Stretch) -> tuple[list[SiteLoad], list[str]]:
    """The sites that told of themselves in this stretch, in the order in which they came, and those that did not."""
    sites: dict[str, _Site] = {}
    end = part.edge(part.intervals)
    for record in records:
        if record.kind != "frame" or record.at > end:
            continue
        site = sites.setdefault(record.site, _Site(SiteSession(record.site, mode="replay")))
        _look(site, part, record.at)
        _take(site, record.body, record.at)
    for site in sites.values():
        _look(site, part, np.inf)
    told = {name: site for name, site in sites.items() if len(site.edges) > 1}
    return [_load(name, site, part) for name, site in told.items()], [name for name in sites if name not in told]


def _take(site: _Site, data: bytes, at: float) -> None:
    epoch = site.session.epoch
    arrival = site.session.receive(data, at)
    if arrival.announced:
        site.run += site.session.epoch != epoch
        site.rows |= {row.id: row for row in site.session.board.rows if row.kind == "queue"}
    if arrival.landed and isinstance(arrival.frame, Snapshot | Delta) and site.session.moved_at == at:
        site.at = at
        _ = site.session.board.counters  # looked at each time: a counter that begins again shows in a few frames


def _look(site: _Site, part: Stretch, before: float) -> None:
    """Note the state at every edge before this time; it is as the last frame left it."""
    while site.next_edge <= part.intervals and part.edge(site.next_edge) < before:
        hello = site.session.board.hello
        stale = max(STALE_S, 3 * hello.beat_s if hello else 0.0)
        if part.edge(site.next_edge) - site.at <= stale:
            site.edges[site.next_edge] = _seen(site)
        site.next_edge += 1


def _seen(site: _Site) -> _Seen:
    board = site.session.board
    columns = board.columns()
    rows = [i for i, row in enumerate(board.rows) if row.kind == "queue"]
    nothing, zero = np.full(len(rows), np.nan), np.zeros(len(rows))

    def counter(name: str) -> Floats:
        place = columns.counter_at.get(name)
        return zero if place is None else np.asarray(columns.counters[rows, place], np.float64)

    def gauge(name: str) -> Floats:
        return np.asarray(columns[name][rows], np.float64) if name in columns.gauge_at else nothing

    return _Seen(
        tuple(board.rows[i].id for i in rows),
        site.run,
        np.stack([counter(name) for name in COUNTERS], axis=1),
        np.stack([gauge(name) for name in GAUGES], axis=1),
    )


def _load(name: str, site: _Site, part: Stretch) -> SiteLoad:
    hello = site.session.board.hello
    rows = tuple(site.rows.values())
    place = {row.id: number for number, row in enumerate(rows)}
    total = np.full((part.intervals + 1, len(rows), len(COUNTERS)), np.nan)
    gauges = np.full((part.intervals + 1, len(rows), len(GAUGES)), np.nan)
    run, seen = np.zeros(part.intervals + 1, np.int64), np.zeros(part.intervals + 1, np.bool_)
    for edge, state in site.edges.items():
        places = [place[one] for one in state.ids]
        total[edge, places], gauges[edge, places] = state.counters, state.gauges
        run[edge], seen[edge] = state.run, True
    more, how = grown(_without_holes(total, seen), seen, run, _WHOLE)
    return SiteLoad(
        name,
        hello.zh if hello and hello.zh else name,
        hello.en if hello and hello.en else name,
        rows,
        {one: more[:, :, number] for number, one in enumerate(COUNTERS)},
        {one: gauges[1:, :, number] for number, one in enumerate(GAUGES)},
        how,
        {one: gauges[0, :, number] for number, one in enumerate(GAUGES)},
        part.every_s,
    )


def _without_holes(total: Floats, seen: Bools) -> Floats:
    """A queue that is not there (yet, or any more) has no contacts: its total stands still, from its first figure."""
    known = np.flatnonzero(seen)
    part = total[known]
    for step in range(1, len(part)):
        part[step] = np.where(np.isnan(part[step]), part[step - 1], part[step])
    for step in range(len(part) - 2, -1, -1):
        part[step] = np.where(np.isnan(part[step]), part[step + 1], part[step])
    out = total.copy()
    out[known] = part
    return out
