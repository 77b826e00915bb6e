"""Makes the views that a desk hands to screens: everything as it stands at one moment, immutable."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor
from typing import TYPE_CHECKING

from alerts.clocks_view import ClocksView
from console.standing import link_view
from console.view import DeskView, Mark
from feeds.contract import Event
from playbooks.conservation import Balance, balances
from playbooks.transfers import Transfer

if TYPE_CHECKING:
    from console.desk_core import DeskCore

NOTICES_KEPT = 50
"""So many of the newest events are shown."""


class Viewing:
    """The views of one desk, each with the next number."""

    def __init__(self, core: DeskCore) -> None:
        self._core = core
        self._number = 0
        self._notices: list[Event] = []
        self._clocks_seen: tuple[int, ClocksView] | None = None
        self._loans: tuple[int, tuple[Transfer, ...]] = (-1, ())
        self._balances: tuple[Balance, ...] = ()

    def say(self, event: Event) -> None:
        """Something to be shown beside the figures: a site, or the desk itself, tells it."""
        self._notices = [*self._notices[1 - NOTICES_KEPT :], event]

    def warn(self, problems: Iterable[str], now: float) -> None:
        """The desk itself has something to say."""
        for problem in problems:
            self.say(Event("desk", "state", "desk.state", round(now * 1e9), text=problem))

    def view(self, now: float, operator: str) -> DeskView:
        """The desk as it stands."""
        self._number += 1
        core, title = self._core, self._core.title
        return DeskView(
            at=now,
            mode=core.mode,
            zh=title.zh,
            en=title.en,
            board=core.board.view(now),
            links={site: link_view(session, now) for site, session in core.board.sessions.items()},
            alerts=core.engine.alerts(),
            runs=core.playbooks.runs(),
            journal=core.journal.view(),
            playbooks=core.playbooks.catalogue,
            marks=core.playbooks.marks,
            transfers=self._transfers(now),
            balances=self._balances,
            highest_tier=core.playbooks.highest_tier,
            locks=core.locks.held,
            speed=core.speed,
            ends_at=title.ends_at,
            next_at=title.next_at,
            next_zh=title.next_zh,
            next_en=title.next_en,
            peak_at=title.peak_at,
            operator=operator,
            number=self._number,
            rules=core.rules.view(now),
            receivers=core.notifying.receivers(),
            notices=tuple(Mark(e.at_ns / 1e9, e.kind, e.text, e.text) for e in self._notices),
            clocks=self._clocks(now),
            silences=core.engine.silences(),
            rule_facts=core.engine.facts(),
            histories=core.histories,
            automatic=core.automatic.view(),
            projected=core.projecting.projected,
            outlook=core.outlook.outlook,
            shift=core.shift.view,
            suggestions=core.suggesting.found,
            people=core.people.here,
            site_words=core.people.words,
            directory=core.people.directory,
            behind=core.behind.found,
            day_courses=core.day_courses.courses,
            worth=core.projecting.worth,
            degrade=core.clocks.degrade,
        )

    def _transfers(self, now: float) -> tuple[Transfer, ...]:
        """The loans of people as of this second, with the balance of their sites beside them."""
        if self._loans[0] != floor(now):
            loans = self._core.playbooks.runner.transfers(now)
            self._loans = floor(now), loans
            self._balances = balances(loans, self._core.facts(now)) if loans else ()
        return self._loans[1]

    def _clocks(self, now: float) -> ClocksView:
        """The clocks as of the first view of this second: what a screen works out of them holds for all its views."""
        if self._clocks_seen is None or self._clocks_seen[0] != floor(now):
            self._clocks_seen = floor(now), self._core.clocks.view(now)
        return self._clocks_seen[1]
