"""What contacts take and how patient customers are, as the board shows it, for a plan that does not say it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from alerts.forecast.demand import Assumed
from alerts.projection.board import SLOWDOWN
from alerts.projection.board_inputs import LaneInputs, lane_inputs
from alerts.projection.held_board import HeldBoard
from alerts.projection.lane_rows import LaneRows
from alerts.projection.pools import Ints, SitePools, site_pools
from alerts.projection.site_queues import site_queues
from feeds.clocks import ClockDefinition
from feeds.column_stack import common_block
from feeds.columns import Columns, Floats
from feeds.site_view import SiteView

FEWEST_OFFERED = 50.0
"""With fewer contacts in the day, a bot is taken to contain none of them."""

Measured = dict[tuple[str, str], Assumed]


class Measuring:
    """Looks at the sites once a minute. A handle time that is not known any more stays what it was."""

    def __init__(self, clocks: Sequence[ClockDefinition]) -> None:
        self._clocks = tuple(clocks)
        self._pools: dict[str, SitePools] = {}
        self._held = HeldBoard()
        self._laid: _Laid | None = None
        self._last: Measured = {}

    def take(self, sites: Sequence[SiteView], now: float) -> Measured:
        """What the believed sites show, by (site, category)."""
        pools = {site.id: self._pools_of(site) for site in sites}
        sites = [site for site in sites if len(pools[site.id].queues)]
        if not sites:
            return {}
        placed = [pools[site.id] for site in sites]
        if self._laid is None or not self._laid.rows.is_of(placed):
            self._laid = _Laid(sites, LaneRows(placed))
        laid = self._laid
        taken = _Taken(lane_inputs([(laid.rows.pools, site_queues(laid.rows, sites, self._held, now))]))
        people = _of_queues(laid.rows, sites)
        out: Measured = {}
        for at, queues, mine in laid.categories:
            found = taken.of(mine, float(np.nanmax(people[queues], initial=0.0)) or 1.0)
            before = self._last.get(at)
            if before is not None and np.isnan(found.handle_s):
                found = replace(found, handle_s=before.handle_s)
            out[at] = found
        self._last |= out
        return out

    def _pools_of(self, site: SiteView) -> SitePools:
        kept = self._pools.get(site.id)
        if kept is None or kept.rows is not site.rows:
            kept = self._pools[site.id] = site_pools(site.rows, self._clocks)
        return kept


class _Laid:
    """The queues and lanes of each category of some sites, among those of all of them."""

    def __init__(self, sites: Sequence[SiteView], rows: LaneRows) -> None:
        self.rows = rows
        self.categories: list[tuple[tuple[str, str], Ints, Ints]] = []
        for site, pools, queues in zip(sites, rows.sites, rows.queues, strict=True):
            category = [site.rows[i].category for i in pools.queues]
            for key in dict.fromkeys(category):
                mine = np.flatnonzero([one == key for one in category]) + queues.start
                self.categories.append(((site.id, key), mine, np.unique(rows.pools.lane[mine])))


def _of_queues(laid: LaneRows, sites: Sequence[SiteView]) -> Floats:
    """Of the day's contacts of each queue the share that asked for a person."""
    block = common_block([site.columns for site in sites])
    if block is not None:
        return _to_people(block)[laid.pools.queues]
    return np.concatenate([_to_people(site.columns)[one.queues] for site, one in zip(sites, laid.sites, strict=True)])


class _Taken:
    """What contacts of each lane take, and by how much each weighs."""

    def __init__(self, lanes: LaneInputs) -> None:
        self._lanes = lanes
        self._weights = np.maximum(np.nan_to_num(lanes.arrivals_per_s), 1e-9)
        self._cap = np.maximum(lanes.cap, 1.0)
        now = 1.0 + SLOWDOWN * (np.clip(lanes.concurrency, 1.0, self._cap) - 1.0)
        self._handle = lanes.handle_s / now * (1.0 + SLOWDOWN * (self._cap - 1.0))

    def of(self, mine: Ints, to_people: float) -> Assumed:
        """A category's lanes as one: means by arrivals, the tightest limit."""
        weights, patience_s = self._weights[mine], self._lanes.patience_s[mine]
        whole = weights.sum()

        def mean(values: Floats) -> float:
            return float((values * weights).sum() / whole)

        patience = 1.0 / mean(1.0 / patience_s) if np.isfinite(patience_s).any() else math.inf
        limit = float(self._lanes.limit_s[mine].min())
        return Assumed(mean(self._handle[mine]), patience, limit, 0.8, mean(self._cap[mine]), to_people)


def _to_people(columns: Columns) -> Floats:
    """Of the day's contacts of each row the share that asked for a person."""
    offered = columns.growth("offered", "day")
    contained = columns.growth("bot_contained", "day")
    contained = np.where(np.isnan(contained), 0.0, contained)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 1.0 - contained / offered
    return np.where(offered >= FEWEST_OFFERED, np.clip(share, 0.05, 1.0), 1.0)
