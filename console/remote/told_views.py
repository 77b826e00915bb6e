"""The desk's newest view and courses as messages: each is made once, for all consoles that need the same."""

from __future__ import annotations

from dataclasses import asdict

from console.remote.protocol import told
from console.remote.view_parts import ViewParts
from console.view import DeskView


class ToldViews:
    """Messages by what a console has already. Looks at a view only when told to."""

    def __init__(self) -> None:
        self._parts = ViewParts()
        self._view: DeskView | None = None
        self._views: dict[int, bytes] = {}
        self._courses: dict[tuple[int, tuple[str, ...]], bytes] = {}
        self._course_second = -1

    @property
    def version(self) -> int:
        """The version of what is told now; 0 before the first view."""
        return self._parts.store.version

    def take(self, view: DeskView) -> bool:
        """The view is this now; False where it was already."""
        if self._view is view:
            return False
        self._view = view
        self._parts.take(view)
        self._views.clear()
        if view.board.courses.second != self._course_second:
            self._course_second = view.board.courses.second
            self._courses.clear()
        return True

    def view_since(self, version: int) -> bytes:
        """What a console that has `version` needs for the newest view."""
        message = self._views.get(version)
        if message is None:
            view = self._view
            if view is None:
                raise RuntimeError("no view was taken")
            update = self._parts.store.since(version)
            message = told({"t": "view", "at": view.at, "number": view.number, **update})
            self._views[version] = message
        return message

    def courses(self, had: dict[str, int]) -> bytes | None:
        """What was sampled after the seconds that a console had, and those seconds brought up to date.

        Of the sites whose past it has not, one at a time: a slow line is not to be filled with it.
        """
        if self._view is None:
            return None
        second = self._course_second
        fresh = [site for site in self._view.board.courses.sites() if had.get(site, -1) < second]
        past = [site for site in fresh if had.get(site, -1) < second - 60]
        after = min((had.get(site, -1) for site in fresh if site not in past), default=second)
        sites, after = ((past[0],), had.get(past[0], -1)) if past else (tuple(fresh), after)
        if not sites:
            return None
        had.update(dict.fromkeys(sites, second))
        message = self._courses.get((after, sites))
        if message is None:
            kept = self._view.board.courses
            news = [found for site in sites if (found := kept.news(site, after)) is not None]
            message = self._courses[after, sites] = told({"t": "course", "sites": [asdict(one) for one in news]})
        return message
