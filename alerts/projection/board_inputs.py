"""What the projection needs of a board: the columns of all sites' queues, gathered and added up by pool of agents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alerts.projection.decay import Floats
from alerts.projection.patience import FEWEST_ABANDONED
from alerts.projection.pools import Ints, SitePools
from feeds.columns import Columns

SHORTEST_S = 60.0
"""Rates over a shorter time than this are not believed."""

FEWEST_COMPLETED = 10
"""With fewer in the last 15 minutes, the handle time is the day's."""

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
    oldest_wait_s: Floats
    chats: Floats
    slots: Floats
    cap: Floats
    busy: Floats
    acw: Floats
    waited_s: Floats
    """Time that those who left the queue in the last 15 minutes had waited; next, over the day."""
    waited_day_s: Floats
    abandoned: Floats
    abandoned_day: Floats
    completed: Floats
    completed_day: Floats
    handled_s: Floats
    handled_day_s: Floats


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


def queue_inputs(columns: Columns, queues: Ints) -> QueueInputs:
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

    def waited(window: str) -> Floats:
        return grown("wait_answered_sum_s", window) + grown("wait_abandoned_sum_s", window)

    # Without after-contact work of its own a site has it in its handle times, or has none.
    acw = now("agents_acw")
    window = columns.windows.get("15m")
    return QueueInputs(
        rate("15m", SHORTEST_S),
        np.full(len(queues), window.seconds if window is not None else np.nan),
        rate("1m", SHORTEST_S * 0.8),
        now("waiting"),
        now("oldest_wait_s"),
        now("chats_open"),
        now("slots"),
        now("concurrency_cap"),
        now("agents_busy"),
        np.where(np.isnan(acw), 0.0, acw) if "agents_acw" not in columns.gauge_at else acw,
        waited("15m"),
        waited("day"),
        grown("abandoned", "15m"),
        grown("abandoned", "day"),
        grown("completed", "15m"),
        grown("completed", "day"),
        grown("handle_sum_s", "15m"),
        grown("handle_sum_s", "day"),
    )


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
    with np.errstate(invalid="ignore", divide="ignore"):
        concurrency = np.where(voice, 1.0, np.where(chats > 0, chats / of.greatest("busy"), 1.0))
        concurrency = np.where(np.isfinite(concurrency), concurrency, 1.0)
    per_pool = LaneInputs(
        *_arrivals(of),
        chats + acw + waiting,
        np.where(np.isnan(chats), np.nan, np.maximum(places, 0.0)),
        cap,
        concurrency,
        _handle(of),
        _patience(of, waiting),
        np.empty(0),
    )
    lane = _joined([pools.lane_pool + at for (pools, _), at in zip(sites, offsets, strict=False)]).astype(np.intp)
    limits = _joined([pools.limit_s for pools, _ in sites])
    fields = ("arrivals_per_s", "measured_ago_s", "present", "places", "cap", "concurrency", "handle_s", "patience_s")
    return LaneInputs(*(getattr(per_pool, name)[lane] for name in fields), limits)


class _Pooled:
    """The queues' figures added up by pool; NaN in one queue makes its pool unknown."""

    def __init__(self, pool: Ints, pools: int, sites: Sequence[tuple[SitePools, QueueInputs]]) -> None:
        self._pool, self._pools, self._sites = pool, pools, sites

    def column(self, name: str) -> Floats:
        return _joined([getattr(queues, name) for _, queues in self._sites])

    def sum(self, name: str) -> Floats:
        return self.sum_of(self.column(name))

    def sum_of(self, values: Floats) -> Floats:
        return np.bincount(self._pool, values, self._pools)

    def greatest(self, name: str) -> Floats:
        return self.greatest_of(self.column(name))

    def greatest_of(self, values: Floats) -> Floats:
        out = np.full(self._pools, -np.inf)
        np.maximum.at(out, self._pool, values)
        return np.where(np.isneginf(out), np.nan, out)


def _arrivals(of: _Pooled) -> tuple[Floats, Floats]:
    usual, recent = of.sum("arrivals_per_s"), of.sum("recent_per_s")
    with np.errstate(invalid="ignore"):
        jumped = recent * 60.0 > usual * 60.0 + BEYOND_CHANCE * np.sqrt(np.maximum(usual * 60.0, 1.0))
    return np.where(jumped, recent, usual), np.where(jumped, SHORTEST_S / 2, of.greatest("window_s") / 2)


def _handle(of: _Pooled) -> Floats:
    few = of.sum("completed")
    with np.errstate(invalid="ignore", divide="ignore"):
        lately, today = of.sum("handled_s") / few, of.sum("handled_day_s") / of.sum("completed_day")
    found = np.where(few >= FEWEST_COMPLETED, lately, today)
    return np.where(np.isfinite(found) & (found > 0), found, np.nan)


def _patience(of: _Pooled, waiting: Floats) -> Floats:
    """Mean patience: time waited over those who gave up; inf where too few did."""
    still = of.sum_of(of.column("waiting") * of.column("oldest_wait_s") / 2)
    still = np.where(waiting > 0, still, 0.0)

    def over(waited: str, abandoned: str) -> Floats:
        gone, spent = of.sum(abandoned), of.sum(waited) + still
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where((gone >= FEWEST_ABANDONED) & (spent > 0), spent / gone, np.nan)

    lately, today = over("waited_s", "abandoned"), over("waited_day_s", "abandoned_day")
    found = np.where(np.isnan(lately), today, lately)
    return np.where(np.isnan(found), np.inf, found)


def _joined(parts: Sequence[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)
