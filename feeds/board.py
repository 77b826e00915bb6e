"""All sites of one desk: their sessions, the views made of them, and the courses of their figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from feeds.board_view import BoardView
from feeds.courses import MAX_FULL_ROWS, Courses
from feeds.session import SiteSession
from feeds.site_view import SiteView

FULL_PACE = 5.0
"""Up to this pace a drill's sites are judged by the intervals they announced."""

_NOTHING_INSTEAD: Mapping[str, SiteView] = MappingProxyType({})


class Board:
    """The sites of a desk in a fixed order. `mode` is live, drill or replay and goes for every site.

    Courses are for screens: where nobody looks, none are kept (`keeps_courses`).
    """

    def __init__(
        self, sites: Iterable[str], *, mode: str = "live", expected_rows: int = 0, keeps_courses: bool = True
    ) -> None:
        self.mode, self._keeps_courses = mode, keeps_courses
        coarse = expected_rows > MAX_FULL_ROWS
        self.sessions: dict[str, SiteSession] = {site: SiteSession(site, mode=mode, coarse=coarse) for site in sites}
        self.courses = Courses()

    def at_pace(self, speed: float) -> None:
        """Time runs `speed` times as fast as life: sites get the slack that this needs."""
        for session in self.sessions.values():
            session.slack = max(1.0, speed / FULL_PACE)

    def next_change(self, now: float) -> tuple[float, str] | None:
        """The next moment at which a site's state changes if nothing more is heard, and the site."""
        changes = (
            (at, site) for site, session in self.sessions.items() if (at := session.next_change(now)) is not None
        )
        return min(changes, default=None)

    def site_view(self, site: str, now: float) -> SiteView:
        """One site as it stands."""
        return self.sessions[site].view(now)

    def view(self, now: float, instead: Mapping[str, SiteView] = _NOTHING_INSTEAD) -> BoardView:
        """Every site as it stands at `now`, some as they stood before: immutable, and cheap, since it shares arrays."""
        sites = tuple(instead.get(site) or session.view(now) for site, session in self.sessions.items())
        return BoardView(now, sites, self.courses)

    def sample(self, now: float) -> None:
        """Remember this second in the courses, where they are kept."""
        if self._keeps_courses:
            self.courses.sample(now, self.view(now).sites)
