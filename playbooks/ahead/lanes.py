"""Every pool of agents on the board with the half hour before it: what a plan would change is changed here.

A *lane* is a pool of agents with one limit (`alerts.projection.pools`). Its course holds all who come to the pool; the
customers that are the lane's own are a share of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from alerts.projection.board import MOST_LEVELS, Ahead, lane_course
from alerts.projection.board_inputs import LaneInputs
from alerts.projection.course import Course
from alerts.projection.decay import Floats
from alerts.projection.pools import Ints, SitePools
from playbooks.ahead.worth import Worth

Place = tuple[str, str]
"""Site and category, or site and queue."""

COUNTED_S = 300.0
"""Arrivals are measured over so long; their number says how well they are known."""


@dataclass(frozen=True)
class LanesAhead:
    """Arrays are over lanes. A lane of which something is not known has NaN in its course, and so in every figure."""

    course: Course
    present: Floats
    """Contacts waiting or served now."""
    limit_s: Floats
    agent: Floats
    """What one agent counts for in the course's agents."""
    own: Floats
    """The share of the pool's arrivals that comes to this lane."""
    worth: Floats
    """Of one of its customers who is answered in time."""
    noise: Floats
    """The relative standard error of its arrivals, which were counted over a few minutes."""
    pool: Ints
    of_site: Mapping[str, Ints]
    """The lanes of each site."""
    of_category: Mapping[Place, Ints]
    """The lanes of the pools that serve a category at a site."""
    of_queue: Mapping[Place, int]
    """The lane of each queue."""
    in_pool: Mapping[Place, float]
    """The share of its pool's arrivals that each queue has."""
    calls: frozenset[Place]
    """The queues that are telephone lines."""

    def agents_now(self, lanes: Ints) -> Floats:
        """The agents of some lanes' pools now, as the course counts them."""
        return np.asarray(self.course.agents[0, lanes], np.float64)

    def shares(self, lanes: Ints) -> Floats:
        """How people who join or leave are dealt out among the pools of these lanes: by size; sums to 1 over pools."""
        if len(lanes) == 1:
            return np.ones(1)
        first = np.unique(self.pool[lanes], return_index=True)[1]
        size = self.course.agents[0, lanes[first]]
        total = float(size.sum())
        each = size / total if total > 0 else np.full(len(first), 1.0 / max(len(first), 1))
        by_pool = dict(zip(self.pool[lanes[first]].tolist(), each.tolist(), strict=True))
        return np.array([by_pool[pool] for pool in self.pool[lanes].tolist()])


@runtime_checkable
class Foresight(Protocol):
    """Facts that know where the board is heading. What is not known of it is None."""

    def ahead(self) -> LanesAhead | None:
        """Every lane of the sites that can be believed."""


def lanes_ahead(
    sites: Sequence[tuple[str, SitePools]],
    inputs: LaneInputs,
    plan: Ahead | None,
    arrivals: Sequence[Floats],
    worth: Worth,
) -> LanesAhead:
    """The lanes of some sites, in the order of `inputs`. `arrivals` are over the queues of each site, per second."""
    course = lane_course(inputs, plan)
    found = _Gathered()
    for (site, pools), come in zip(sites, arrivals, strict=True):
        found.take(site, pools, np.nan_to_num(come), worth)
    levels = np.clip(np.nan_to_num(inputs.cap, nan=1.0), 1.0, MOST_LEVELS)
    counted = np.maximum(inputs.arrivals_per_s * COUNTED_S, 1.0)
    return LanesAhead(
        course=course,
        present=inputs.present,
        limit_s=inputs.limit_s,
        agent=np.maximum(np.nan_to_num(inputs.cap, nan=1.0), 1.0) / np.floor(levels),
        own=np.array(found.own),
        worth=np.array(found.worth),
        noise=1.0 / np.sqrt(counted),
        pool=np.array(found.pool, np.intp),
        of_site={site: np.array(lanes, np.intp) for site, lanes in found.of_site.items()},
        of_category={place: np.array(sorted(lanes), np.intp) for place, lanes in found.of_category.items()},
        of_queue=found.of_queue,
        in_pool=found.in_pool,
        calls=frozenset(found.calls),
    )


class _Gathered:
    """What the sites' rows say of their lanes, one site after the other."""

    def __init__(self) -> None:
        self.own: list[float] = []
        self.worth: list[float] = []
        self.pool: list[int] = []
        self.of_site: dict[str, list[int]] = {}
        self.of_category: dict[Place, set[int]] = {}
        self.of_queue: dict[Place, int] = {}
        self.in_pool: dict[Place, float] = {}
        self.calls: set[Place] = set()
        self._pools = 0

    def take(self, site: str, pools: SitePools, come: Floats, worth: Worth) -> None:
        first, lanes = len(self.own), len(pools.lane_pool)
        to_pool = np.bincount(pools.pool, come, pools.pools)
        worths = np.array([worth.of(pools.rows[row]) for row in pools.queues.tolist()])
        # A lane to which nobody comes now has its share by its queues, so that nothing is divided by nothing.
        weight = np.where(to_pool[pools.pool] > 0, come, 1.0)
        to_lane, to_pool = np.bincount(pools.lane, weight, lanes), np.bincount(pools.pool, weight, pools.pools)
        self.own += (to_lane / to_pool[pools.lane_pool]).tolist()
        per_lane = np.bincount(pools.lane, weight, lanes)
        weighed = np.bincount(pools.lane, weight * worths, lanes)
        self.worth += np.where(per_lane > 0, weighed / np.where(per_lane > 0, per_lane, 1.0), 1.0).tolist()
        self.pool += (pools.lane_pool + self._pools).tolist()
        self._pools += pools.pools
        self.of_site[site] = list(range(first, first + lanes))
        lanes_of_pool: dict[int, list[int]] = {}
        for lane, pool in enumerate(pools.lane_pool.tolist()):
            lanes_of_pool.setdefault(pool, []).append(first + lane)
        for at, row_index in enumerate(pools.queues.tolist()):
            row, pool = pools.rows[row_index], int(pools.pool[at])
            self.of_queue[site, row.id] = first + int(pools.lane[at])
            self.in_pool[site, row.id] = float(weight[at] / to_pool[pool])
            self.of_category.setdefault((site, row.category), set()).update(lanes_of_pool[pool])
            if row.channel == "voice":
                self.calls.add((site, row.id))
