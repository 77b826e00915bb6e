"""The desk's own rows: platforms over all sites, judged once a second by the rules that are about platforms."""

from __future__ import annotations

from math import floor

import numpy as np

from alerts.alert import Transition
from alerts.clock_book import ClockBook
from alerts.degrade import degraded_platforms
from alerts.engine import RuleEngine
from alerts.platforms import PlatformWatch, platform_row
from alerts.rows import ALL_SITES, RowAttributes
from alerts.rules import Rule
from alerts.unknown import Seen, platform_unknown
from feeds.board import Board
from feeds.courses import MAX_FULL_ROWS

LARGE_EVERY_S = 5
"""How often platforms are judged on a board of more rows than have courses of their own; smaller ones every second."""


class PlatformDesk:
    """Costs nothing where no rule is about platforms."""

    def __init__(self, engine: RuleEngine, board: Board, clocks: ClockBook) -> None:
        self._engine, self._board, self._clocks = engine, board, clocks
        self._watch = PlatformWatch()
        self._rows: tuple[RowAttributes, ...] = ()
        self._rules: tuple[tuple[Rule, ...], bool] = ((), False)
        self._platforms: tuple[tuple[str, ...], dict[str, RowAttributes]] = ((), {})
        self.seen: dict[str, Seen] = {}
        """What the rules saw last of the platforms, by their site, for whoever asks why."""

    def begin(self) -> list[Transition]:
        """The rows of platforms that had an alert when the desk ended, until the sites say which there are."""
        self._rows = self._engine.rows_with_alerts(ALL_SITES)
        return self._engine.set_rows(ALL_SITES, self._rows) if self._rows else []

    def evaluate(self, now: float) -> list[Transition]:
        """Judge every platform at `now`."""
        if not self._wanted():
            return []
        sites = self._board.view(now).sites
        if floor(now) % LARGE_EVERY_S and sum(len(site.rows) for site in sites) > MAX_FULL_ROWS:
            return []
        found = self._watch.figures(sites, degraded_platforms(self._clocks.degrade, now))
        rows, told = dict(self._rows_of(found.platforms)), []
        if any(site.state == "never" for site in sites):
            # A platform may be one of those that have yet to speak; its alert does not end for want of news.
            rows |= {row.key: row for row in self._rows if row.key not in rows}
        announced = tuple(rows.values())
        if announced != self._rows:
            self._rows = announced
            told = self._engine.set_rows(ALL_SITES, announced, now)
        if not announced:
            return told
        columns = found.columns
        if len(announced) > len(found.platforms):
            unheard = np.full(len(announced) - len(found.platforms), np.nan)
            columns = {name: np.concatenate([values, unheard]) for name, values in found.columns.items()}
        self.seen = {ALL_SITES: Seen(columns, now, lambda name, row: platform_unknown(columns, name, row))}
        return told + self._engine.evaluate(ALL_SITES, columns, now)

    def _wanted(self) -> bool:
        """Whether any rule is about platforms."""
        rules = self._engine.rules
        if self._rules[0] is not rules:
            self._rules = rules, any(rule.scope.level == "platform" for rule in rules)
        return self._rules[1]

    def _rows_of(self, platforms: tuple[str, ...]) -> dict[str, RowAttributes]:
        if self._platforms[0] is not platforms:
            self._platforms = platforms, {f"{ALL_SITES}/{name}": platform_row(name) for name in platforms}
        return self._platforms[1]
