"""What a plan says of the lanes of a board: the forecast and the roster of the queues or categories of each pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alerts.forecast.table import DayPlan, PlanTable
from alerts.projection.board import STEP_S, STEPS, Ahead
from alerts.projection.decay import Floats
from alerts.projection.pools import Ints, SitePools


class PoolPlan:
    """A plan laid out over the lanes of some sites, to be asked again and again."""

    def __init__(self, plan: DayPlan, sites: Sequence[tuple[str, SitePools]]) -> None:
        self._sites = tuple(sites)
        lanes = [(site, pools, members) for site, pools in sites for members in _members(pools)]
        self._lanes = len(lanes)
        self._forecast, self._roster = _laid(plan.forecast, lanes), _laid(plan.roster, lanes)

    def is_of(self, sites: Sequence[tuple[str, SitePools]]) -> bool:
        """Whether it was laid out for these."""
        return len(sites) == len(self._sites) and all(
            site == name and pools is held for (site, pools), (name, held) in zip(sites, self._sites, strict=True)
        )

    def ahead(self, measured_ago_s: Floats, now: float) -> Ahead:
        """The plan's word on every lane; `measured_ago_s` as in `LaneInputs`."""
        middles: Floats = now + STEP_S * (np.arange(STEPS, dtype=np.float64) + 0.5)
        then = np.where(np.isnan(measured_ago_s), now, now - measured_ago_s)[:, None]
        middles = np.broadcast_to(middles, (self._lanes, STEPS))
        contacts = self._told(self._forecast, np.concatenate([then, middles], axis=1), rate=True)
        agents = self._told(self._roster, np.concatenate([np.full_like(then, now), middles], axis=1), rate=False)
        return Ahead(contacts[:, 1:].T.copy(), contacts[:, 0].copy(), agents[:, 1:].T.copy(), agents[:, 0].copy())

    def _told(self, laid: _Laid | None, times: Floats, *, rate: bool) -> Floats:
        """The figure of every lane's interval at its own times, the series of its pool added up."""
        if laid is None:
            return np.full(times.shape, np.nan)
        place = np.floor((times[laid.lane] - laid.start) / laid.step_s + 1e-9)
        inside = (place >= 0) & (place < laid.length)
        found = np.where(inside, laid.values[np.where(inside, place, 0).astype(np.intp) + laid.first], np.nan)
        total = np.zeros(times.shape)
        for rows in laid.turns:
            total[laid.lane[rows]] += found[rows] / laid.step_s if rate else found[rows]
        return total


@dataclass(frozen=True, slots=True)
class _Laid:
    """The series of a table one after the other in `values`, each beside the lane that it is about.

    `turns` are the series in the order in which a lane adds them up: the first of every lane, then the second ones.
    """

    step_s: float
    lane: Ints
    start: Floats
    length: Ints
    first: Ints
    values: Floats
    turns: tuple[Ints, ...]


def _laid(table: PlanTable | None, lanes: Sequence[tuple[str, SitePools, list[int]]]) -> _Laid | None:
    if table is None or not lanes:
        return None
    lane, start, length, turn, values = [], [], [], [], [np.zeros(1)]
    for number, (site, pools, members) in enumerate(lanes):
        keys = dict.fromkeys(pools.rows[i].id if table.by == "queue" else pools.rows[i].category for i in members)
        for nth, key in enumerate(keys):
            series = table.series.get((site, key))
            lane.append(number)
            turn.append(nth)
            start.append(series.start if series is not None else np.nan)
            length.append(len(series.values) if series is not None else 0)
            values.append(series.values if series is not None else np.empty(0))
    lengths, turns = np.array(length, np.intp), np.array(turn, np.intp)
    first = np.minimum(1 + np.cumsum(lengths) - lengths, max(int(lengths.sum()), 0))
    return _Laid(
        table.step_s,
        np.array(lane, np.intp),
        np.array(start)[:, None],
        lengths[:, None],
        first[:, None],
        np.concatenate(values),
        tuple(np.flatnonzero(turns == nth) for nth in range(int(turns.max()) + 1)),
    )


def _members(pools: SitePools) -> list[list[int]]:
    """For each lane the rows of its pool."""
    of_pool: list[list[int]] = [[] for _ in range(pools.pools)]
    for row, pool in zip(pools.queues, pools.pool, strict=True):
        of_pool[pool].append(int(row))
    return [of_pool[pool] for pool in pools.lane_pool]
