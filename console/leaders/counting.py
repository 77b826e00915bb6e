"""The desk's memory for the leader board: how counters of sites and teams stood every five minutes of the last day."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from console.leaders.table import COUNTED, TEAM, LeaderTable
from console.standing import counting_since
from feeds.board import Board
from feeds.columns import Columns, Floats
from feeds.contract import Row
from feeds.courses import MAX_FULL_ROWS
from feeds.row_groups import UNTOLD
from feeds.site_view import SiteView

EVERY_S = 300
KEPT_S = 25 * 3_600
"""A day, and an hour for who looks back over it."""

LARGE_EVERY_S = 900
"""Beyond `MAX_FULL_ROWS` rows marks are further apart, and teams are not counted: a thousand sites are 6 MB a day."""

_NEAR_S = 1.0


@dataclass(frozen=True, slots=True)
class _Mark:
    """How the counters stood: `stood` has a row of `COUNTED` for each key."""

    at: float
    keys: tuple[str, ...]
    stood: Floats

    def of(self, keys: tuple[str, ...]) -> Floats:
        """The rows of these keys; NaN for one that was not there."""
        if keys is self.keys or keys == self.keys:
            return self.stood
        at = {key: i for i, key in enumerate(self.keys)}
        found = np.full((len(keys), len(COUNTED)), np.nan)
        for row, key in enumerate(keys):
            if key in at:
                found[row] = self.stood[at[key]]
        return found


class LeaderDesk:
    """Takes a mark every five minutes; nothing at all where the leader board is off."""

    def __init__(self, board: Board, *, on: bool = True) -> None:
        self._board = board
        self._marks: deque[_Mark] = deque()
        self._laid: dict[str, tuple[tuple[Row, ...], list[tuple[str, list[int]]]]] = {}
        self._keys: tuple[str, ...] = ()
        self.on = on

    def second(self, now: float) -> None:
        """A second of the desk begins."""
        if not self.on or floor(now) % EVERY_S:
            return
        sites = self._board.view(now).sites
        if self._large(sites) and floor(now) % LARGE_EVERY_S:
            return
        self._marks.append(self._mark(now, sites))
        while now - self._marks[0].at > KEPT_S:
            self._marks.popleft()

    def table(self, begin: float, end: float | None, now: float) -> LeaderTable:
        """How counters grew from `begin` (or since the desk looked) to `end`, or to now."""
        current = end is None or end >= now - _NEAR_S
        upto = self._mark(now, self._board.view(now).sites) if current else self._before(end or now)
        since = self._before(begin) or (self._zero(begin, upto) if upto is not None else None)
        since = since or (self._marks[0] if self._marks else None)
        if upto is None or since is None or since.at >= upto.at:
            return LeaderTable(begin, since.at if since else now, end or now, (), ())
        grown = upto.stood - since.of(upto.keys)
        return LeaderTable(begin, since.at, upto.at, upto.keys, tuple(map(tuple, grown.tolist())))

    def _before(self, at: float) -> _Mark | None:
        """The newest mark that is not after a time."""
        return next((mark for mark in reversed(self._marks) if mark.at <= at + _NEAR_S), None)

    def _zero(self, begin: float, upto: _Mark) -> _Mark | None:
        """Where all counters began in the window: they were zero then. None where one began before it."""
        sessions = self._board.sessions
        began = {site: counting_since(session) for site, session in sessions.items() if session.board.hello is not None}
        if not began or any(not at or at < begin - _NEAR_S for at in began.values()):
            return None
        return _Mark(min(began.values()), upto.keys, np.zeros_like(upto.stood))

    def _large(self, sites: Sequence[SiteView]) -> bool:
        return sum(len(site.rows) for site in sites) > MAX_FULL_ROWS

    def _mark(self, now: float, sites: Sequence[SiteView]) -> _Mark:
        most = 1 if self._large(sites) else None
        keys: list[str] = []
        sums: list[Floats] = []
        for site in sites:
            block = _block(site.columns)
            for key, rows in self._places(site)[:most]:
                keys.append(key)
                sums.append(block[rows].sum(axis=0))  # what one row does not know, nobody knows of them all
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
        return _Mark(now, self._keys, np.array(sums).reshape(len(keys), len(COUNTED)))

    def _places(self, site: SiteView) -> list[tuple[str, list[int]]]:
        """The rows behind each key of a site: its own row, or where it sends none its queues; then each team's."""
        found = self._laid.get(site.id)
        if found is None or found[0] is not site.rows:
            queues = [i for i, row in enumerate(site.rows) if row.kind == "queue"]
            teams: dict[str, list[int]] = {}
            for i in queues:
                teams.setdefault(f"{site.id}{TEAM}{site.rows[i].group or UNTOLD}", []).append(i)
            own = [site.site_row] if site.site_row >= 0 else queues
            found = self._laid[site.id] = site.rows, [(site.id, own), *teams.items()]
        return found[1]


def _block(columns: Columns) -> Floats:
    """The counters of `COUNTED`, rows × counters; NaN where they are not known."""
    return np.stack([columns[name] for name in COUNTED], axis=1) if columns.size else np.empty((0, len(COUNTED)))
