"""What the projection needs of a board: the columns of all sites' queues, gathered and added up by pool of agents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.projection.decay import Floats
from alerts.projection.held import Held
from alerts.projection.pools import Ints, SitePools
from feeds.columns import Columns

SHORTEST_S = 60.0
"""Rates over a shorter time than this are not believed."""

FEWEST_ABANDONED = 5
"""With fewer who gave up, nothing is said of patience."""

FEWEST_COMPLETED = 10
"""With fewer lately, the handle time is that of the day's completed contacts."""

BEYOND_CHANCE = 3.0
"""So many standard deviations above what was expected, the last minute's arrivals are the new rate."""


@dataclass(frozen=True, slots=True)
class QueueInputs:
    """One site's queues, an array each over them; NaN where unknown."""

    arrivals_per_s: Floats
    window_s: Floats
    """The time over which they were counted."""
    recent_per_s: Floats
    """Arrivals of the last minute."""
    waiting: Floats
    chats: Floats
    slots: Floats
    cap: Floats
    acw: Floats
    held_s: Floats
    """Contact-seconds held lately (`alerts.projection.held`); next, handle times of the day's completed contacts."""
    handled_day_s: Floats
    busy_s: Floats
    completed: Floats
    completed_day: Floats
    waited_s: Floats
    """Contact-seconds waited lately; next, the waits of those who left the queue in the day."""
    waited_day_s: Floats
    abandoned: Floats
    abandoned_day: Floats


@dataclass(frozen=True, slots=True)
class LaneInputs:
    """Every lane of every site: what is true of its pool now, and its own limit."""

    arrivals_per_s: Floats
    measured_ago_s: Floats
    """How long ago the middle of the time lies over which arrivals were counted."""
    present: Floats
    places: Floats
    """Contacts that the pool's agents can hold at once."""
    cap: Floats
    concurrency: Floats
    handle_s: Floats
    patience_s: Floats
    limit_s: Floats


def queue_inputs(columns: Columns, queues: Ints, held: Held) -> QueueInputs:
    """The figures of some rows of a site."""

    def now(name: str) -> Floats:
        return columns[name][queues]

    def grown(name: str, window: str, absent: float = np.nan) -> Floats:
        if name not in columns.counter_at and absent == absent:
            return np.full(len(queues), absent)
        return columns.growth(name, window)[queues]

    def rate(window: str, shortest: float) -> Floats:
        start = columns.windows.get(window)
        seconds = start.seconds if start is not None and start.seconds >= shortest else np.nan
        # A site without a bot does not count what a bot contained: then everybody asks for a person.
        people = grown("offered", window) - grown("bot_contained", window, absent=0.0)
        return np.asarray(np.maximum(people, 0.0) / seconds, np.float64)

    # Without after-contact work of its own a site has it in its handle times, or has none.
    acw = now("agents_acw")
    lately, window = held.arrivals_s, columns.windows.get("15m")
    watched = np.asarray(lately) >= SHORTEST_S
    arrivals, counted_s = held.arrived / np.where(watched, lately, 1.0), np.where(watched, lately, 0.0)
    if not watched.all():
        arrivals = np.where(watched, arrivals, rate("15m", SHORTEST_S))
        counted_s = np.where(watched, lately, window.seconds if window is not None else np.nan)
    return QueueInputs(
        arrivals,
        np.broadcast_to(counted_s, len(queues)),
        rate("1m", SHORTEST_S * 0.8),
        now("waiting"),
        now("chats_open"),
        now("slots"),
        now("concurrency_cap"),
        np.where(np.isnan(acw), 0.0, acw) if "agents_acw" not in columns.gauge_at else acw,
        held.held_s,
        grown("handle_sum_s", "day"),
        held.busy_s,
        held.completed,
        grown("completed", "day"),
        held.waited_s,
        grown("wait_answered_sum_s", "day") + grown("wait_abandoned_sum_s", "day"),
        held.abandoned,
        grown("abandoned", "day"),
    )


def joined_inputs(sites: Sequence[QueueInputs]) -> QueueInputs:
    """The queues of several sites, one site below the other."""
    return QueueInputs(*(np.concatenate([getattr(one, field.name) for one in sites]) for field in fields(QueueInputs)))


def lane_inputs(sites: Sequence[tuple[SitePools, QueueInputs]]) -> LaneInputs:
    """All lanes of some sites, one after the other."""
    offsets = np.cumsum([0, *(pools.pools for pools, _ in sites)])
    pool = _joined([pools.pool + at for (pools, _), at in zip(sites, offsets, strict=False)]).astype(np.intp)
    of = _Pooled(pool, int(offsets[-1]), sites)
    chats, acw = of.sum("chats"), of.greatest("acw")
    # What a queue may hold of the agents it shares is what the others do not: slots less chats is the same for all.
    places = chats + of.greatest_of(of.column("slots") - of.column("chats"))
    voice = _joined([pools.voice for pools, _ in sites]).astype(np.bool_)
    cap = of.greatest("cap")
    cap = np.where(np.isnan(cap) & voice, 1.0, cap)
    waiting = of.sum("waiting")
    rate, ago = _arrivals(of)
    handle, concurrency = _handle(of, voice)
    lane = _joined([pools.lane_pool + at for (pools, _), at in zip(sites, offsets, strict=False)]).astype(np.intp)
    return LaneInputs(
        arrivals_per_s=rate[lane],
        measured_ago_s=ago[lane],
        present=(chats + acw + waiting)[lane],
        places=np.where(np.isnan(chats), np.nan, np.maximum(places, 0.0))[lane],
        cap=cap[lane],
        concurrency=concurrency[lane],
        handle_s=handle[lane],
        patience_s=_patience(of)[lane],
        limit_s=_joined([pools.limit_s for pools, _ in sites]),
    )


class _Pooled:
    """The queues' figures added up by pool; NaN in one queue makes its pool unknown."""

    def __init__(self, pool: Ints, pools: int, sites: Sequence[tuple[SitePools, QueueInputs]]) -> None:
        self._pool, self._pools, self._sites = pool, pools, sites

    def column(self, name: str) -> Floats:
        return _joined([getattr(queues, name) for _, queues in self._sites])

    def sum(self, name: str) -> Floats:
        return self.sum_of(self.column(name))

    def sum_of(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self._pool, values, self._pools), np.float64)

    def greatest(self, name: str) -> Floats:
        return self.greatest_of(self.column(name))

    def greatest_of(self, values: Floats) -> Floats:
        out = np.full(self._pools, -np.inf)
        with np.errstate(invalid="ignore"):
            np.maximum.at(out, self._pool, values)
        return np.where(np.isneginf(out), np.nan, out)


def _arrivals(of: _Pooled) -> tuple[Floats, Floats]:
    usual, recent = of.sum("arrivals_per_s"), of.sum("recent_per_s")
    with np.errstate(invalid="ignore"):
        jumped = recent * 60.0 > usual * 60.0 + BEYOND_CHANCE * np.sqrt(np.maximum(usual * 60.0, 1.0))
    return np.where(jumped, recent, usual), np.where(jumped, SHORTEST_S / 2, of.greatest("window_s") / 2)


def _handle(of: _Pooled, voice: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Mean handle time, and how many contacts at once an agent held meanwhile."""
    few, held = of.sum("completed"), of.sum("held_s")
    with np.errstate(invalid="ignore", divide="ignore"):
        lately, today = held / few, of.sum("handled_day_s") / of.sum("completed_day")
        at_once = held / of.greatest("busy_s")
    measured = few >= FEWEST_COMPLETED
    found = np.where(measured, lately, today)
    handle = np.where(np.isfinite(found) & (found > 0), found, np.nan)
    # Of the day nobody knows how many were held at once: as if it had been one, a chat then slows down the most.
    return handle, np.where(measured & ~voice & np.isfinite(at_once), np.maximum(at_once, 1.0), 1.0)


def _patience(of: _Pooled) -> Floats:
    """Mean patience: time waited over those who gave up; inf where too few did."""
    gone, gone_day = of.sum("abandoned"), of.sum("abandoned_day")
    with np.errstate(invalid="ignore", divide="ignore"):
        lately, today = of.sum("waited_s") / gone, of.sum("waited_day_s") / gone_day
    found = np.where(gone >= FEWEST_ABANDONED, lately, np.where(gone_day >= FEWEST_ABANDONED, today, np.inf))
    return np.where(found > 0, found, np.inf)


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0)
