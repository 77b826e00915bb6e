"""The desk's outlook: each minute the plan held against the day, for screen, clocks and the figures of rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from types import MappingProxyType

from alerts.clock_book import ClockBook
from alerts.clock_expecting import rest_of_days
from alerts.forecast.ahead import DEFICIT, NET_STAFFING, staffing_ahead
from alerts.forecast.by_category import by_category
from alerts.forecast.demand import Assumed
from alerts.forecast.measured import Measuring
from alerts.forecast.outlook import Outlook, PlannedDays, outlook_of
from alerts.forecast.seen import DayWatch
from alerts.forecast.table import DayPlan
from alerts.rules import Rule, rule_names
from console.standing import counting_since
from feeds.board import Board
from feeds.columns import Floats
from feeds.contract import Row
from feeds.courses import MAX_FULL_ROWS
from feeds.site_view import SiteView
from playbooks.playbook import Playbook

EVERY_S = 60
"""How often the plan is held against the day."""

FIGURES_EVERY_S = 5
"""Each minute the figures of rules are worked out, some of the sites every so many seconds: not all at once."""

NO_OUTLOOK = Outlook()
_NO_COLUMNS: Mapping[str, Floats] = MappingProxyType({})


class OutlookDesk:
    """Costs nothing on a desk that has no forecast; the figures of rules nothing where no rule or playbook asks."""

    def __init__(self, board: Board, clocks: ClockBook, playbooks: Sequence[Playbook], plan: DayPlan) -> None:
        self._board, self._clocks, self._plan = board, clocks, plan
        self._watch = DayWatch(plan.forecast.step_s) if plan.forecast is not None else None
        self._measuring = Measuring(tuple(clocks.clocks.values()))
        self._by_category: tuple[dict[str, tuple[Row, ...]], DayPlan] = ({}, plan)
        self._assumed: dict[tuple[str, str], Assumed] = {}
        self._planned = PlannedDays()
        self._by_playbooks = any(_asks(playbook.names) for playbook in playbooks)
        self._rules: tuple[tuple[Rule, ...], bool] = ((), False)
        self._figures: dict[str, tuple[tuple[Row, ...], Mapping[str, Floats]]] = {}
        self._stood: tuple[bool, ...] = ()
        self.outlook = NO_OUTLOOK
        """As of the last minute, or since a site went dark or came back."""

    def second(self, now: float, rules: tuple[Rule, ...]) -> None:
        """A second of the desk begins: hold the plan against the day where a minute is over."""
        if self._watch is None:
            return
        at = floor(now)
        if at % EVERY_S == 0 or (at % FIGURES_EVERY_S == 0 and self._standing(now) != self._stood):
            self._look(self._watch, now)
        if at % FIGURES_EVERY_S == 0 and self._wanted(rules):
            self._work_out(at // FIGURES_EVERY_S, now)

    def columns(self, site: SiteView) -> Mapping[str, Floats]:
        """The figures of rules over the rows of a site; none where they are not known."""
        rows, columns = self._figures.get(site.id, ((), _NO_COLUMNS))
        return columns if rows is site.rows else _NO_COLUMNS

    def _standing(self, now: float) -> tuple[bool, ...]:
        """Whether each site is believed."""
        return tuple(session.state(now) in ("live", "late") for session in self._board.sessions.values())

    def _look(self, watch: DayWatch, now: float) -> None:
        self._stood = self._standing(now)
        sites = [site for site in self._board.view(now).sites if site.rows]
        if sum(len(site.rows) for site in sites) > MAX_FULL_ROWS:
            return
        believed = {site.id: site.state in ("live", "late") for site in sites}
        for site in sites:
            if believed[site.id]:
                watch.take(site.id, site.rows, site.columns, now, counting_since(self._board.sessions[site.id]))
        self._assumed |= self._measuring.take([site for site in sites if believed[site.id]], now)
        seen = {site.id: one for site in sites if (one := watch.seen(site.id)) is not None}
        self.outlook = outlook_of(self._plan_by_category(sites), seen, believed, self._assumed, now, self._planned)
        waiting = {site.id: site.columns["waiting"] for site in sites if believed[site.id]}
        self._clocks.forecast = rest_of_days(self._clocks.view(now), self.outlook, seen, waiting)

    def _plan_by_category(self, sites: Sequence[SiteView]) -> DayPlan:
        rows = {site.id: site.rows for site in sites}
        before, plan = self._by_category
        if before.keys() != rows.keys() or any(before[site] is not rows[site] for site in rows):
            plan = by_category(self._plan, rows)
            self._by_category = rows, plan
        return plan

    def _work_out(self, turn: int, now: float) -> None:
        turns = EVERY_S // FIGURES_EVERY_S
        for site in self._board.view(now).sites[turn % turns :: turns]:
            self._figures[site.id] = site.rows, staffing_ahead(self.outlook, site.id, site.rows, now)

    def _wanted(self, rules: tuple[Rule, ...]) -> bool:
        if self._rules[0] is not rules:
            self._rules = rules, any(_asks(rule_names(rule)) for rule in rules)
        return self._by_playbooks or self._rules[1]


def _asks(names: Sequence[str] | frozenset[str] | set[str]) -> bool:
    return any(name.rpartition(".")[2] in (NET_STAFFING, DEFICIT) for name in names)
