"""Which queues of a site share agents: what is projected is a pool of agents with all who wait for it, not a queue.

A site names the pool in the `group` of a row; a queue without one has its agents to itself. Every queue of a pool
waits in the same line, but its platform's limit may be another: each (pool, limit) is a lane of the projection.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.projection.decay import Floats
from feeds.clocks import ClockDefinition
from feeds.contract import Row

USUAL_LIMIT_S = 30.0
"""The limit of a queue that no clock of a platform or a channel measures."""

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class SitePools:
    """The rows of one site by pool and lane; `queues` are the rows that are queues, the other arrays are over them."""

    rows: tuple[Row, ...]
    queues: Ints
    pool: Ints
    pools: int
    lane: Ints
    lane_pool: Ints
    limit_s: Floats
    """Of each lane."""
    voice: NDArray[np.bool_]
    """Of each pool: whether its agents hold one contact at a time by nature."""


def site_pools(rows: tuple[Row, ...], clocks: Iterable[ClockDefinition], *, whole: bool = False) -> SitePools:
    """The pools of a site's rows. `whole` takes the site's own row as one pool of all its agents instead."""
    clocks = tuple(clocks)
    chosen = [i for i, row in enumerate(rows) if (row.kind == "site") is whole]
    keys = [f"g {rows[i].group}" if rows[i].group else f"r {i}" for i in chosen]
    limits = [limit_of(rows[i], clocks) for i in chosen]
    pools = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    lanes = {lane: place for place, lane in enumerate(dict.fromkeys(zip(keys, limits, strict=True)))}
    pool = [pools[key] for key in keys]
    voice = np.zeros(len(pools), np.bool_)
    for place, i in zip(pool, chosen, strict=True):
        voice[place] |= rows[i].channel == "voice"
    return SitePools(
        rows,
        np.array(chosen, np.intp),
        np.array(pool, np.intp),
        len(pools),
        np.array([lanes[lane] for lane in zip(keys, limits, strict=True)], np.intp),
        np.array([pools[key] for key, _ in lanes], np.intp),
        np.array([limit for _, limit in lanes], np.float64),
        voice,
    )


def joined_pools(sites: Sequence[SitePools]) -> SitePools:
    """The pools of several sites as one block of rows, one site below the other. Their lanes keep that order."""
    rows = np.cumsum([0, *(len(one.rows) for one in sites)])
    pools, lanes = np.cumsum([0, *(one.pools for one in sites)]), np.cumsum([0, *(len(one.lane_pool) for one in sites)])

    def joined(name: str, begins: Ints) -> Ints:
        parts = [getattr(one, name) + at for one, at in zip(sites, begins, strict=False)]
        return np.concatenate([np.empty(0, np.intp), *parts]).astype(np.intp)

    return SitePools(
        tuple(row for one in sites for row in one.rows),
        joined("queues", rows),
        joined("pool", pools),
        int(pools[-1]),
        joined("lane", lanes),
        joined("lane_pool", pools),
        np.concatenate([np.empty(0), *(one.limit_s for one in sites)]),
        np.concatenate([np.empty(0, np.bool_), *(one.voice for one in sites)]),
    )


def limit_of(row: Row, clocks: Sequence[ClockDefinition]) -> float:
    """The tightest limit of the platform's clocks, else of the channel's, else the usual one; in seconds."""
    here = [clock for clock in clocks if clock.applies(row.platform, row.channel)]
    for mine in (
        [clock.limit_s for clock in here if clock.platforms],
        [clock.limit_s for clock in here if clock.channels and not clock.platforms],
    ):
        known = [limit for limit in mine if math.isfinite(limit) and limit > 0]
        if known:
            return min(known)
    return USUAL_LIMIT_S
