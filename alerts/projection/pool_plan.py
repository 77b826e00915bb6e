"""What a plan says of the lanes of a board: the forecast and the roster of the queues or categories of each pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from alerts.forecast.table import DayPlan, PlanTable
from alerts.projection.board import STEP_S, STEPS, Ahead
from alerts.projection.decay import Floats
from alerts.projection.pools import SitePools


def ahead_of(plan: DayPlan, sites: Sequence[tuple[str, SitePools]], measured_ago_s: Floats, now: float) -> Ahead:
    """The plan's word on every lane of these sites; `measured_ago_s` as in `LaneInputs`."""
    middles: Floats = now + STEP_S * (np.arange(STEPS, dtype=np.float64) + 0.5)
    columns: list[tuple[Floats, float, Floats, float]] = []
    for site, pools in sites:
        ago = measured_ago_s.tolist()[len(columns) : len(columns) + len(pools.lane_pool)]
        per_lane = zip(_members(pools), ago, strict=True)
        columns.extend(_lane(plan, site, pools, members, middles, then, now) for members, then in per_lane)
    if not columns:
        return Ahead(np.empty((STEPS, 0)), np.empty(0), np.empty((STEPS, 0)), np.empty(0))
    contacts, then, agents, at_work = zip(*columns, strict=True)
    return Ahead(np.stack(contacts, 1), np.array(then), np.stack(agents, 1), np.array(at_work))


def _members(pools: SitePools) -> list[list[int]]:
    """For each lane the rows of its pool."""
    of_pool: list[list[int]] = [[] for _ in range(pools.pools)]
    for row, pool in zip(pools.queues, pools.pool, strict=True):
        of_pool[pool].append(int(row))
    return [of_pool[pool] for pool in pools.lane_pool]


def _lane(
    plan: DayPlan, site: str, pools: SitePools, members: list[int], middles: Floats, ago: float, now: float
) -> tuple[Floats, float, Floats, float]:
    moments = np.array([now - ago if ago == ago else now])
    here = np.array([now])

    def told(table: PlanTable | None, look: Callable[[PlanTable], Callable[[str, str, Floats], Floats]]) -> Floats:
        if table is None:
            return np.full(len(middles) + 1, np.nan)
        first = moments if table is plan.forecast else here
        keys = dict.fromkeys(pools.rows[i].id if table.by == "queue" else pools.rows[i].category for i in members)
        times = np.concatenate([first, middles])
        return np.asarray(sum(look(table)(site, key, times) for key in keys), np.float64)

    contacts = told(plan.forecast, lambda table: table.rate)
    agents = told(plan.roster, lambda table: table.during)
    return contacts[1:], float(contacts[0]), agents[1:], float(agents[0])
