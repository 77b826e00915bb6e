"""The rules' word on sites: what they see of each, alone as its frame lands or several at once, and what they say.

Sites whose frames came together are worked out as one block of rows. What is told, and in which order, is what one
after the other would have told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from alerts.alert import Transition
from alerts.clock_book import ClockBook
from alerts.engine import RuleEngine
from alerts.rules import Rule, rule_names
from alerts.unknown import Seen
from console.projecting import ProjectionDesk
from console.standing import StackedStanding, StandingColumns, standing_columns
from feeds.board import Board
from feeds.column_stack import ColumnStack
from feeds.columns import WINDOWS
from feeds.session import SiteSession
from feeds.site_view import SiteView

_ALL_WINDOWS = frozenset(WINDOWS)

NEVER_GRACE_S = 5.0
"""How long a desk waits for a site's first words before it counts as unknown."""


class Evaluation:
    """Knows how each site stood when the rules saw it last."""

    def __init__(self, board: Board, engine: RuleEngine, clocks: ClockBook, projecting: ProjectionDesk) -> None:
        self._board, self._engine, self._clocks, self._projecting = board, engine, clocks, projecting
        self.states: dict[str, str] = dict.fromkeys(board.sessions, "never")
        self.started = 0.0
        self._seen: dict[str, StandingColumns] = {}
        self._stack = ColumnStack()
        self._rules: tuple[tuple[Rule, ...], bool] = ((), False)

    @property
    def seen(self) -> dict[str, Seen]:
        """What the rules saw of each site last, for whoever asks why."""
        return {site: columns.seen for site, columns in self._seen.items()}

    @property
    def all_spoke(self) -> bool:
        """Whether every site has spoken, or had the time to."""
        return "never" not in self.states.values()

    def standing(self, session: SiteSession, now: float) -> str:
        """The site's state; one that never said a word counts as unknown once its grace is over."""
        state = session.state(now)
        return "unknown" if state == "never" and now - self.started >= NEVER_GRACE_S else state

    def of(self, site: str, now: float) -> list[Transition]:
        """Let the rules look at one site."""
        return self._engine.evaluate(site, self._look(site, now), now)

    def of_all(self, sites: Sequence[str], now: float) -> Iterator[tuple[str, list[Transition]]]:
        """Let the rules look at several sites; each moves when it is its turn."""
        views = {site: self._board.sessions[site].view(now) for site in sites} if len(sites) > 1 else {}
        stacked = self._engine.stackable([site for site, view in views.items() if _is_whole(view)])
        moves = self._at_once(stacked, views, now) if len(stacked) > 1 else iter(())
        together = frozenset(stacked) if len(stacked) > 1 else frozenset()
        for site in sites:
            yield next(moves) if site in together else (site, self.of(site, now))

    def _at_once(
        self, sites: Sequence[str], views: Mapping[str, SiteView], now: float
    ) -> Iterator[tuple[str, list[Transition]]]:
        whole = self._stack.stacked([views[site].columns for site in sites])
        looks = [self._look(site, now, views[site]) for site in sites]
        projected = self._projecting.projected.stacked([views[site] for site in sites])
        clocks = self._clocks.stacked_columns(sites, now, own_only=self._clocks_of_sites_only())
        columns = StackedStanding(looks, whole, clocks, projected)
        yield from self._engine.evaluate_all(sites, columns, now)

    def _clocks_of_sites_only(self) -> bool:
        """Whether all rules that ask for a clock are about whole sites."""
        rules = self._engine.rules
        if self._rules[0] is not rules:
            about = {rule.scope.level for rule in rules if any("." in name for name in rule_names(rule))}
            self._rules = rules, about <= {"site"}
        return self._rules[1]

    def _look(self, site: str, now: float, view: SiteView | None = None) -> StandingColumns:
        session = self._board.sessions[site]
        view = view or session.view(now)
        self.states[site] = view.state if view.state != "never" else self.standing(session, now)
        found = self._seen[site] = standing_columns(
            session,
            view,
            now,
            self.started,
            unknown=self.states[site] == "unknown",
            clocks=self._clocks,
            projected=self._projecting.projected,
        )
        return found


def _is_whole(site: SiteView) -> bool:
    """Whether a site is believed and all its windows have begun."""
    return site.state in ("live", "late") and bool(site.rows) and site.columns.windows.keys() == _ALL_WINDOWS
