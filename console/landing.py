"""Sites whose figures came at one moment and have yet to be judged, and how they stood before.

While playbooks watch the board they see the sites land one after the other, although all have landed already: what they
do must not depend on how many frames were taken from the wire at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from alerts.clock_book import ClockBook
from alerts.clocks_view import SiteClocks
from console.facts import BoardFacts
from console.projecting import Basis, Projected
from feeds.board import Board
from feeds.site_view import SiteView


class Landed:
    """The sites in the order in which they landed."""

    def __init__(
        self, board: Board, clocks: ClockBook, confirmed_up: Callable[[str], float] = lambda _site: math.nan
    ) -> None:
        self._board, self._clocks, self._confirmed_up = board, clocks, confirmed_up
        self.sites: list[str] = []
        self._views: dict[str, SiteView] = {}
        self._stood: dict[str, SiteClocks] = {}

    def can_wait(self, site: str) -> bool:
        """Whether how a site stands now can be kept: its clocks are known."""
        return self._clocks.still(site) is not None

    def keep(self, site: str, now: float) -> None:
        """How a site stands, before anything of it lands."""
        clocks = self._clocks.still(site)
        if clocks is not None:
            self._views[site], self._stood[site] = self._board.site_view(site, now), clocks

    def forget(self, site: str) -> None:
        """It is a site's turn: it stands as it stands."""
        self._views.pop(site, None)
        self._stood.pop(site, None)

    def facts(self, now: float, projected: Projected, basis: Basis | None = None) -> BoardFacts:
        """The board with the sites that wait for their turn as they stood before."""
        view, clocks = self._board.view(now, self._views), self._clocks.view(now, self._stood)
        sessions = self._board.sessions
        return BoardFacts(view, clocks, projected, lambda site: sessions[site].board.hello, self._confirmed_up, basis)
