"""Kills a desk at its writes: the journal of a test, which ends the desk before or after a write about playbooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from feeds.journal import Entry, Journal, StateChange

Moment = Literal["before", "after"]


class DeskKilledError(Exception):
    """The desk is gone in the middle of a write, as by SIGKILL."""


class DeadlyJournal(Journal):
    """Kills the desk once at each write that tells of playbooks, `before` it is durable or `after`; None never.

    A write is known by what it tells of and how often that was written: after a kill before it, it comes again and
    goes through.
    """

    def __init__(self, moment: Moment | None) -> None:
        super().__init__()
        self._moment = moment
        self._written: Counter[tuple[str, ...]] = Counter()
        self.kills: list[str] = []
        """Each kill: the moment and what was written."""
        self._killed: set[tuple[tuple[str, ...], int]] = set()

    def append_all(
        self,
        news: Sequence[tuple[int, str, str, dict[str, Any]]],
        *,
        synced: bool = True,
        state: Sequence[StateChange] = (),
    ) -> list[Entry]:
        """Write, and perhaps die of it."""
        told = tuple(f"{kind} {body.get('playbook', '')}" for _at, kind, _who, body in news if _about_runs(kind))
        point = told, self._written[told]
        deadly = bool(told) and self._moment is not None and point not in self._killed
        if deadly and self._moment == "before":
            self._die(point)
        written = super().append_all(news, synced=synced, state=state)
        self._written[told] += 1
        if deadly:
            self._die(point)
        return written

    def _die(self, point: tuple[tuple[str, ...], int]) -> None:
        self._killed.add(point)
        self.kills.append(f"{self._moment} {' + '.join(point[0])}")
        raise DeskKilledError(self.kills[-1])


def _about_runs(kind: str) -> bool:
    return kind.startswith("playbook.")
