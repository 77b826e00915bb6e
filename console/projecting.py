"""The desk's projection: every few seconds of its own time where each queue is heading, for rules, guards and screens.

It goes by the core's seconds, so that a drill, a replay and a headless run project at the same moments the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import floor
from types import MappingProxyType

import numpy as np

from alerts.forecast.against import ForecastWatch
from alerts.forecast.table import NO_PLAN, DayPlan
from alerts.projected import PROJECTED
from alerts.projection.board import Ahead, project_lanes
from alerts.projection.board_inputs import LaneInputs, lane_inputs
from alerts.projection.held_board import HeldBoard
from alerts.projection.lane_rows import LaneRows
from alerts.projection.pool_plan import PoolPlan
from alerts.projection.pools import SitePools, site_pools
from alerts.projection.site_queues import site_queues
from alerts.rules import Rule, rule_names
from feeds.board import Board
from feeds.clocks import ClockDefinition
from feeds.columns import Floats
from feeds.contract import Row
from feeds.courses import MAX_FULL_ROWS
from feeds.site_view import SiteView
from playbooks.ahead.lanes import LanesAhead, lanes_ahead
from playbooks.ahead.worth import Worth
from playbooks.playbook import Playbook

EVERY_S = 5
LARGE_EVERY_S = 30
"""How often a board of more rows than have courses of their own is projected; of it, only the sites are."""

_AGAINST = "arrivals_vs_forecast"


@dataclass(frozen=True, slots=True)
class Projected:
    """The projected figures of a board, for good: by site, the rows that they are over and a column a figure."""

    found: Mapping[str, tuple[tuple[Row, ...], Mapping[str, Floats]]]
    _stacked: dict[str, Floats] = field(default_factory=dict, compare=False, repr=False)

    def columns(self, site: SiteView) -> Mapping[str, Floats]:
        """The figures over the rows of a site; none where it is not believed or has not been projected."""
        rows, columns = self.found.get(site.id, ((), _NO_COLUMNS))
        return columns if rows is site.rows and site.state in ("live", "late") else _NO_COLUMNS

    def stacked(self, sites: Sequence[SiteView]) -> Mapping[str, Floats] | None:
        """The figures over the rows of several sites that are believed, one below the other.

        NaN where a site has no such figure; None unless these are the sites that were projected.
        """
        found = self.found
        if [site.id for site in sites] != list(found):
            return None
        if any(site.rows is not rows for site, (rows, _) in zip(sites, found.values(), strict=True)):
            return None
        if not self._stacked and found:
            parts = list(found.values())
            for name in dict.fromkeys(name for _, columns in parts for name in columns):
                each = [columns.get(name) for _, columns in parts]
                self._stacked[name] = np.concatenate(
                    [np.full(len(of[0]), np.nan) if one is None else one for one, of in zip(each, parts, strict=True)]
                )
        return self._stacked

    def value(self, site: SiteView, row: int, name: str) -> float:
        """One figure of one row; NaN where it is not known."""
        column = self.columns(site).get(name)
        return float(column[row]) if column is not None and row >= 0 else math.nan


_NO_COLUMNS: Mapping[str, Floats] = MappingProxyType({})
NOTHING = Projected({})


@dataclass(frozen=True)
class Basis:
    """What a projection was worked out from: the sites with their pools, the lanes of all of them, the plan's word."""

    sites: tuple[tuple[str, SitePools], ...]
    lanes: LaneInputs
    ahead: Ahead | None
    arrivals: tuple[Floats, ...] = ()
    """Of each site over its queues, per second."""
    worth: Worth = field(default_factory=Worth)

    @cached_property
    def foresight(self) -> LanesAhead:
        """The half hour ahead of every lane, as previews change it; worked out when the first one asks."""
        return lanes_ahead(self.sites, self.lanes, self.ahead, self.arrivals, self.worth)


class ProjectionDesk:
    """Costs nothing while neither a rule nor a playbook asks for what it gives."""

    def __init__(
        self,
        board: Board,
        clocks: Iterable[ClockDefinition],
        playbooks: Sequence[Playbook] = (),
        plan: DayPlan = NO_PLAN,
        beside: Callable[[SiteView], Mapping[str, Floats]] = lambda _site: _NO_COLUMNS,
    ) -> None:
        """`beside` gives the figures of the same names' list that follow from the plan alone."""
        self._beside = beside
        self._board, self._clocks, self.plan = board, tuple(clocks), plan
        self._watch = ForecastWatch(plan.forecast) if plan.forecast is not None else None
        self._by_playbooks = any(_asks(playbook.names) for playbook in playbooks)
        self._rules: tuple[tuple[Rule, ...], bool] = ((), False)
        self._pools: dict[str, SitePools] = {}
        self._pool_plan: PoolPlan | None = None
        self._laid: LaneRows | None = None
        self._held = HeldBoard()
        self.worth = Worth()
        """What customers of which shops count for previews."""
        self.projected = NOTHING
        """What was projected last."""
        self.basis: Basis | None = None
        """What that was worked out from."""

    def wanted(self, rules: tuple[Rule, ...]) -> bool:
        """Whether anything asks for a projected figure."""
        if self._rules[0] is not rules:
            self._rules = rules, any(_asks(rule_names(rule)) for rule in rules)
        return self._by_playbooks or self._rules[1]

    def second(self, now: float, rules: tuple[Rule, ...]) -> None:
        """A second of the desk begins: project what is due."""
        at = floor(now)
        if at % EVERY_S or not self.wanted(rules):
            return
        if self._watch is not None and not at % self._watch.forecast.step_s:
            for site in self._believed(now):
                self._watch.take(site.id, site.rows, site.columns["offered"], now)
        sites = self._believed(now)
        large = sum(len(site.rows) for site in sites) > MAX_FULL_ROWS
        if not large or not at % LARGE_EVERY_S:
            self._project(sites, now, whole=large)

    def _believed(self, now: float) -> list[SiteView]:
        return [site for site in self._board.view(now).sites if site.state in ("live", "late") and site.rows]

    def _project(self, sites: Sequence[SiteView], now: float, *, whole: bool) -> None:
        pools = {site.id: self._pools_of(site, whole=whole) for site in sites}
        sites = [site for site in sites if len(pools[site.id].queues)]
        found: dict[str, tuple[tuple[Row, ...], Mapping[str, Floats]]] = {}
        self.projected = Projected(found)
        if not sites:
            return
        laid = self._laid_out([pools[site.id] for site in sites])
        queues = site_queues(laid, sites, self._held, now)
        lanes = lane_inputs([(laid.pools, queues)])
        planned = self.plan.forecast is not None or self.plan.roster is not None
        placed = [(site.id, pools[site.id]) for site in sites]
        ahead = self._planned(placed).ahead(lanes.measured_ago_s, now) if planned and not whole else None
        arrivals = tuple(queues.arrivals_per_s[place] for place in laid.queues)
        self.basis = Basis(tuple(placed), lanes, ahead, arrivals, self.worth)
        figures = laid.columns(project_lanes(lanes, ahead).columns, queues.arrivals_per_s, queues.waiting)
        for site, rows in zip(sites, laid.rows, strict=True):
            columns = {name: values[rows] for name, values in figures.items()}
            if self._watch is not None:
                columns[_AGAINST] = self._watch.ratios(site.id, site.rows)
            columns.update(self._beside(site))
            found[site.id] = site.rows, columns

    def _laid_out(self, pools: Sequence[SitePools]) -> LaneRows:
        if self._laid is None or not self._laid.is_of(pools):
            self._laid = LaneRows(pools)
        return self._laid

    def _planned(self, placed: Sequence[tuple[str, SitePools]]) -> PoolPlan:
        if self._pool_plan is None or not self._pool_plan.is_of(placed):
            self._pool_plan = PoolPlan(self.plan, placed)
        return self._pool_plan

    def _pools_of(self, site: SiteView, *, whole: bool) -> SitePools:
        kept = self._pools.get(site.id)
        if kept is None or kept.rows is not site.rows:
            kept = self._pools[site.id] = site_pools(site.rows, self._clocks, whole=whole)
        return kept


def _asks(names: Iterable[str]) -> bool:
    return any(name.rpartition(".")[2] in PROJECTED for name in names)
