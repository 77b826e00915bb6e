"""The desk's memory for the leader board: how counters of sites and teams stood every five minutes of the last day."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
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
KEPT = 25 * 12
"""A day, and an hour for who looks back over it."""

_NEAR_S = 1.0


@dataclass(frozen=True, slots=True)
class _Mark:
    """How the counters stood: a row of `COUNTED` by key."""

    at: float
    stood: Mapping[str, Floats]


class LeaderDesk:
    """Takes a mark every five minutes; nothing at all where the leader board is off."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._marks: deque[_Mark] = deque(maxlen=KEPT)
        self._laid: dict[str, tuple[tuple[Row, ...], list[tuple[str, list[int]]]]] = {}
        self.on = True

    def second(self, now: float) -> None:
        """A second of the desk begins."""
        if self.on and floor(now) % EVERY_S == 0:
            self._marks.append(_Mark(now, self._stood(now)))

    def table(self, begin: float, end: float | None, now: float) -> LeaderTable:
        """How counters grew from `begin` (or since the desk looked) to `end`, or to now."""
        upto = _Mark(now, self._stood(now)) if end is None or end >= now - _NEAR_S else self._before(end)
        since = self._before(begin)
        if since is None and self._marks:
            since = self._zero(begin) or self._marks[0]
        elif since is None:
            since = self._zero(begin)
        if upto is None or since is None or since.at >= upto.at:
            return LeaderTable(begin, since.at if since else now, end or now, (), ())
        nothing = np.full(len(COUNTED), np.nan)
        rows = tuple(
            tuple(float(value) for value in stood - since.stood.get(key, nothing)) for key, stood in upto.stood.items()
        )
        return LeaderTable(begin, since.at, upto.at, tuple(upto.stood), rows)

    def _before(self, at: float) -> _Mark | None:
        """The newest mark that is not after a time."""
        return next((mark for mark in reversed(self._marks) if mark.at <= at + _NEAR_S), None)

    def _zero(self, begin: float) -> _Mark | None:
        """Where all counters began in the window: they were zero then. None where one began before it."""
        sessions = self._board.sessions
        began = {site: counting_since(session) for site, session in sessions.items() if session.board.hello is not None}
        if not began or any(not at or at < begin - _NEAR_S for at in began.values()):
            return None
        known = self._marks[-1].stood if self._marks else self._stood(max(began.values()))
        return _Mark(min(began.values()), {key: np.zeros(len(COUNTED)) for key in known})

    def _stood(self, now: float) -> dict[str, Floats]:
        sites = self._board.view(now).sites
        whole = sum(len(site.rows) for site in sites) > MAX_FULL_ROWS
        out: dict[str, Floats] = {}
        for site in sites:
            block = _block(site.columns)
            for key, rows in self._places(site)[: 1 if whole else None]:
                out[key] = block[rows].sum(axis=0)  # what one row does not know, nobody knows of them all
        return out

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
