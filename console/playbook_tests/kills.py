"""Kills a desk at its writes: the journal of a test, which ends the desk before or after a write about playbooks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from feeds.journal import Entry, Journal, StateChange

Moment = Literal["before", "after"]


class DeskKilledError(Exception):
    """The desk is gone in the middle of a write, as by SIGKILL."""


class DeadlyJournal(Journal):
    """Kills the desk once at each write that tells of playbooks, `before` it is durable or `after`; None never.

    A write is known by what it tells of, ids left out: the same write comes again after the kill, and goes through.
    """

    def __init__(self, moment: Moment | None) -> None:
        super().__init__()
        self._moment = moment
        self.kills: list[str] = []
        """Each kill: the moment and what was written."""
        self._killed: set[tuple[str, ...]] = set()

    def append_all(
        self,
        news: Sequence[tuple[int, str, str, dict[str, Any]]],
        *,
        synced: bool = True,
        state: Sequence[StateChange] = (),
    ) -> list[Entry]:
        """Write, and perhaps die of it."""
        point = tuple(_told(kind, body) for _at, kind, _who, body in news if kind.startswith("playbook."))
        deadly = bool(point) and self._moment is not None and point not in self._killed
        if deadly and self._moment == "before":
            self._die(point)
        written = super().append_all(news, synced=synced, state=state)
        if deadly:
            self._die(point)
        return written

    def _die(self, point: tuple[str, ...]) -> None:
        self._killed.add(point)
        self.kills.append(f"{self._moment} {' + '.join(point)}")
        raise DeskKilledError(self.kills[-1])


_SAYING = ("playbook", "site", "verb", "purpose", "answer", "choice", "why", "en")
_ID = re.compile(r"[a-z]-[0-9a-f]+-[0-9]+")


def _told(kind: str, body: Mapping[str, Any]) -> str:
    return _ID.sub("…", " ".join((kind, *(str(body[name]) for name in _SAYING if name in body))))
