"""The part of the app that comes back to where its operator was, and keeps it as they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from textual.css.query import QueryError

from console.board_rows import Group, Within
from console.i18n import _
from console.resuming.session import MOST_SCREENS, MOST_TABLES, Session, Table
from console.resuming.session_file import SessionFile
from console.resuming.tables import put_back, table_of
from console.run_actions import RunActions
from console.screens.deck_screen import DeckScreen
from feeds.errors import InputError

KEEP_EVERY_S = 10.0
WAITS_S = 3.0
"""So long the sites may take to say which queues they have."""


class ResumingActions(RunActions):
    """Screens by their words (`DeckScreen.where`), tables by those of their screens."""

    monotonic: Callable[[], float]
    resumed = False
    """Whether the operator is where they were."""

    def __init__(self) -> None:
        super().__init__()
        self._session_file: SessionFile | None = None
        self._kept = Session()
        self._tables: dict[str, Table] = {}
        self._filtered: set[str] = set()
        """The screens whose filters are to be taken up again."""
        self._waits_since: float | None = None
        self._begun_again = False

    def resume_from(self, file: SessionFile | None) -> None:
        """Come back to what this file keeps, once there is something to show, and keep in it where the operator is."""
        self._session_file = file

    def begin_again(self) -> None:
        """Open the screens of the session once the sites have spoken, or some seconds later; not over somebody's keys.

        What does not exist any more is left out; a broken file is said, and a fresh start.
        """
        file, now = self._session_file, self.monotonic()
        if self._begun_again or file is None:
            return
        self._waits_since = now if self._waits_since is None else self._waits_since
        unheard = any(site.state == "never" for site in self.newest.view.board.sites)
        if unheard and now - self._waits_since < WAITS_S:
            return
        self._begun_again = True
        self.set_interval(KEEP_EVERY_S, self.keep_session)
        try:
            session = file.read()
        except InputError as problem:
            self.say(_("fresh start: {problem}").format(problem=problem), "bad")
            return
        if session is None:
            return
        self._tables, self.resumed = dict(session.tables), True
        self._filtered = set(session.screens)
        if isinstance(self.screen, DeckScreen):
            self.table_again(self.screen)
        for words in session.screens[1:] if len(self.screen_stack) == 1 else ():
            self._reopen(words)

    def _reopen(self, words: str) -> None:
        scope, _blank, key = words.partition(" ")
        opener = _OPENERS.get(scope)
        screen = opener(self, key) if opener is not None else None
        if screen is not None:
            self.push_screen(screen)

    def table_again(self, screen: DeckScreen) -> None:
        """A screen is there anew: its table stands as it last stood, filtered only where a session is taken up."""
        words = screen.where()
        table = self._tables.get(words)
        if table is not None:
            put_back(screen, table, filtered=words in self._filtered)
            self._filtered.discard(words)

    def remember_table(self, screen: DeckScreen) -> None:
        """A screen is left: how its table stands is known from now on."""
        try:
            table = table_of(screen)
        except QueryError:
            return
        if table is not None:
            words = screen.where()
            self._tables.pop(words, None)
            self._tables[words] = table
            while len(self._tables) > MOST_TABLES:
                del self._tables[next(iter(self._tables))]

    def session_now(self) -> Session:
        """Where the operator is."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, DeckScreen)]
        for screen in screens:
            self.remember_table(screen)
        return Session(screens=tuple(screen.where() for screen in screens[:MOST_SCREENS]), tables=self._tables)

    def keep_session(self) -> None:
        """Write where the operator is, where that is something else than what is written."""
        if self._session_file is None or not self._begun_again or not self.screen_stack:
            return
        session = self.session_now()
        if session != self._kept:
            self._kept = session
            try:
                self._session_file.write(session)
            except OSError as problem:
                self._session_file = None
                said = _("the session is not kept: {problem}").format(problem=problem.strerror or problem)
                self.say(said, "bad")


def _site(deck: ResumingActions, key: str) -> DeckScreen | None:
    from console.screens.site import SiteScreen

    return SiteScreen(key) if deck.newest.site(key) is not None else None


def _queue(deck: ResumingActions, key: str) -> DeckScreen | None:
    from console.screens.queue import QueueScreen

    found = deck.newest.row(key)
    return QueueScreen(key) if key == "*" or (found is not None and found[1] is not None) else None


def _shop(_deck: ResumingActions, key: str) -> DeckScreen | None:
    from console.screens.shop import KINDS, ShopScreen

    by, _colon, name = key.partition(":")
    return ShopScreen(Within(cast("Group", by), name)) if by in KINDS and name else None


def _alert(deck: ResumingActions, key: str) -> DeckScreen | None:
    from console.screens.alert import AlertScreen

    found = next((alert for alert in deck.newest.view.alerts if alert.id == key), None)
    return AlertScreen(found) if found is not None else None


def _alerts(_deck: ResumingActions, _key: str) -> DeckScreen:
    from console.screens.alerts import AlertsScreen

    return AlertsScreen()


def _clocks(_deck: ResumingActions, _key: str) -> DeckScreen:
    from console.screens.clocks import ClocksScreen

    return ClocksScreen("", "all", "*")


def _ledger(_deck: ResumingActions, _key: str) -> DeckScreen:
    from console.screens.ledger import LedgerScreen

    return LedgerScreen()


def _people(_deck: ResumingActions, _key: str) -> DeckScreen:
    from console.screens.people import PeopleScreen

    return PeopleScreen()


def _matrix(_deck: ResumingActions, _key: str) -> DeckScreen:
    from console.screens.matrix import MatrixScreen

    return MatrixScreen()


_OPENERS: dict[str, Callable[[ResumingActions, str], DeckScreen | None]] = {
    "site": _site,
    "queue": _queue,
    "shop": _shop,
    "alert": _alert,
    "alerts": _alerts,
    "clocks": _clocks,
    "ledger": _ledger,
    "people": _people,
    "matrix": _matrix,
}
"""What opens a screen again, by its scope: None where what it was about is gone."""
