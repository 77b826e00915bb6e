"""What waits for one receiver, what is on its way to it, and how it has been answering."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Literal

from alerts.notices.exchange import Delivered, Refused, Verdict
from alerts.notices.notice import Notice
from alerts.notices.pace import REFUSED_WAIT_S, Pace, back_off_s
from alerts.notices.receivers import Receiver

Cell = tuple[str, str]
"""(rule, key of the row)."""

ROUND = 0.2
"""Reminders that would come within this share of the interval come along with the one that is due."""

Health = Literal["ok", "retrying", "broken"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Some notices on their way to one receiver, oldest first.

    `key` is the same for the same notices, sent again after whatever; `repeat` says that the receiver may have them
    already. With `refresh` they tell nothing new, only that it still is so. `more` counts what waits behind them, by
    what it is.
    """

    receiver: str
    key: str
    notices: tuple[Notice, ...]
    repeat: bool = False
    refresh: bool = False
    more: tuple[Notice, ...] = ()


@dataclass(slots=True)
class Post:
    """Mutable. Times in the desk's seconds; `spent_until` is the state of the receiver's pace."""

    receiver: Receiver
    pace: Pace | None
    waiting: dict[Cell, None] = field(default_factory=dict)
    """The threads in which something waits, in the order in which they began to."""
    in_hand: tuple[tuple[Cell, str], ...] = ()
    """Cell and id of the notices that were sent and not answered for well: they stay together until they are."""
    flying: Delivery | None = None
    uncertain: bool = False
    tries: int = 0
    next_at: float = float("-inf")
    spent_until: float = float("-inf")
    health: Health = "ok"
    error: str = ""
    succeeded_at: float | None = None
    refresh_at: float | None = None
    """When what people know as firing is said again next; None before anything was."""
    refreshing: list[Cell] = field(default_factory=list)
    _reminders: list[tuple[float, Cell]] = field(default_factory=list)

    def free_at(self) -> float:
        """When something may be sent to it next."""
        paced = self.pace.free_at(self.spent_until) if self.pace else self.next_at
        return max(self.next_at, paced)

    def goes(self, delivery: Delivery, now: float) -> None:
        """It is being sent."""
        self.flying = delivery
        self.tries += 1
        if self.pace is not None:
            self.spent_until = self.pace.spent(self.spent_until, now)

    def answered(self, verdict: Verdict, now: float, chance: float) -> bool:
        """What came of it; whether it is delivered."""
        self.flying = None
        if isinstance(verdict, Delivered):
            self.health, self.error, self.succeeded_at = "ok", "", now
            self.in_hand, self.uncertain, self.tries, self.next_at = (), False, 0, now
            return True
        self.error = verdict.why
        if isinstance(verdict, Refused):
            self.health, self.next_at = "broken", now + REFUSED_WAIT_S * (1.0 - 0.1 * chance)
            return False
        self.health = "retrying"
        self.uncertain = self.uncertain or verdict.uncertain
        self.next_at = now + max(verdict.after or 0.0, back_off_s(self.tries, chance))
        return False

    def remind(self, at: float | None, cell: Cell) -> None:
        """Wake at this time for this thread."""
        if at is not None:
            heappush(self._reminders, (at, cell))

    def next_reminder(self, still: Callable[[Cell], float | None]) -> float | None:
        """When the next one is due; `still` says when a thread now wants to be woken."""
        while self._reminders and still(self._reminders[0][1]) != self._reminders[0][0]:
            heappop(self._reminders)
        return self._reminders[0][0] if self._reminders else None

    def reminders_due(self, now: float, still: Callable[[Cell], float | None]) -> list[Cell]:
        """The threads whose time has come; when one has, those that would soon follow as well."""
        due: list[Cell] = []
        until = now
        while (at := self.next_reminder(still)) is not None and at <= until:
            due.append(heappop(self._reminders)[1])
            shortest = min(filter(None, (self.receiver.repeat, self.receiver.repeat_critical)), default=0.0)
            until = now + ROUND * shortest
        return list(dict.fromkeys(due))

    def dump(self) -> dict[str, Any]:
        """Plain data that `restore` reads back: what must be known after the process was killed."""
        return {
            "in_hand": [[*cell, notice] for cell, notice in self.in_hand],
            "uncertain": self.uncertain or self.flying is not None,
            "spent_until": max(self.spent_until, 0.0),
            "succeeded_at": self.succeeded_at,
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Go on from there. It is tried at once: nobody knows how long ago it failed."""
        self.in_hand = tuple(((rule, key), notice) for rule, key, notice in saved["in_hand"])
        self.uncertain, self.spent_until = bool(saved["uncertain"]), saved["spent_until"]
        self.succeeded_at, self.refresh_at = saved["succeeded_at"], float("-inf")
