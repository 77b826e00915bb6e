"""What contacts take and how patient customers are, as the board shows it, for a plan that does not say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from alerts.forecast.demand import Assumed
from alerts.projection.board import SLOWDOWN
from alerts.projection.board_inputs import LaneInputs, lane_inputs, queue_inputs
from alerts.projection.held import HeldTimes
from alerts.projection.pools import SitePools, site_pools
from feeds.clocks import ClockDefinition
from feeds.columns import Columns, Floats
from feeds.contract import Row

FEWEST_OFFERED = 50.0
"""With fewer contacts in the day, a bot is taken to contain none of them."""

Measured = dict[tuple[str, str], Assumed]


class Measuring:
    """Looks at each site once a minute. A handle time that is not known any more stays what it was."""

    def __init__(self, clocks: Sequence[ClockDefinition]) -> None:
        self._clocks = tuple(clocks)
        self._pools: dict[str, SitePools] = {}
        self._held: dict[str, HeldTimes] = {}
        self._last: Measured = {}

    def take(self, site: str, rows: tuple[Row, ...], columns: Columns, now: float) -> Measured:
        """What a believed site shows, by (site, category)."""
        pools = self._pools.get(site)
        if pools is None or pools.rows is not rows:
            pools = self._pools[site] = site_pools(rows, self._clocks)
        held = self._held.setdefault(site, HeldTimes()).take(rows, pools.queues, columns, now)
        if not len(pools.queues):
            return {}
        lanes = lane_inputs([(pools, queue_inputs(columns, pools.queues, held))])
        people = _to_people(columns)[pools.queues]
        category = [rows[i].category for i in pools.queues]
        out: Measured = {}
        for key in dict.fromkeys(category):
            mine = np.array([one == key for one in category])
            found = _of(lanes, np.unique(pools.lane[mine]), float(np.nanmax(people[mine], initial=0.0)) or 1.0)
            before = self._last.get((site, key))
            if before is not None and np.isnan(found.handle_s):
                found = replace(found, handle_s=before.handle_s)
            out[site, key] = found
        self._last |= out
        return out


def _of(lanes: LaneInputs, mine: Floats, to_people: float) -> Assumed:
    """The category's lanes as one: means by arrivals, the tightest limit."""
    weights = np.maximum(np.nan_to_num(lanes.arrivals_per_s[mine]), 1e-9)
    cap = np.maximum(lanes.cap[mine], 1.0)
    now = 1.0 + SLOWDOWN * (np.clip(lanes.concurrency[mine], 1.0, cap) - 1.0)
    handle = lanes.handle_s[mine] / now * (1.0 + SLOWDOWN * (cap - 1.0))

    def mean(values: Floats) -> float:
        return float((values * weights).sum() / weights.sum())

    patience = 1.0 / mean(1.0 / lanes.patience_s[mine]) if np.isfinite(lanes.patience_s[mine]).any() else np.inf
    return Assumed(mean(handle), float(patience), float(lanes.limit_s[mine].min()), 0.8, mean(cap), to_people)


def _to_people(columns: Columns) -> Floats:
    """Of the day's contacts of each row the share that asked for a person."""
    offered = columns.growth("offered", "day")
    contained = columns.growth("bot_contained", "day")
    contained = np.where(np.isnan(contained), 0.0, contained)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 1.0 - contained / offered
    return np.where(offered >= FEWEST_OFFERED, np.clip(share, 0.05, 1.0), 1.0)
