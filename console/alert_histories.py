"""What happened to each alert that is open, or lately was: its changes of state and what people did about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Protocol

from alerts.alert import Transition
from feeds.journal import Entry

MOST_EACH = 60
"""Changes kept of one alert; of more, the first and the newest."""
MOST_ENDED = 500
"""Alerts kept after their end."""
MOST_RECALLED = 50_000
"""Entries of the journal that a start looks through for what happened before it."""

_OVER = frozenset({"inactive", "resolved"})


@dataclass(frozen=True, slots=True)
class Happening:
    """One change of an alert, and the person who made it (empty: its rule)."""

    change: Transition
    who: str = ""


@dataclass(frozen=True, slots=True)
class AlertHistory:
    """The happenings of one alert, oldest first; `left_out` of them are missing after the first."""

    happenings: tuple[Happening, ...] = ()
    left_out: int = 0

    def with_one(self, happening: Happening, most: int = MOST_EACH) -> AlertHistory:
        """One more, and one less where there are too many."""
        happenings = (*self.happenings, happening)
        if len(happenings) <= most:
            return replace(self, happenings=happenings)
        return AlertHistory((happenings[0], *happenings[2:]), self.left_out + 1)

    def until(self, at: float) -> AlertHistory:
        """What of it had happened `at` a time."""
        if not self.happenings or self.happenings[-1].change.at <= at:
            return self
        return replace(self, happenings=tuple(one for one in self.happenings if one.change.at <= at))

    @property
    def end(self) -> Transition | None:
        """The change with which the alert was over; None while it is not, or where nothing is known of it."""
        last = next((one.change for one in reversed(self.happenings) if one.change.to_state in _STATES), None)
        return last if last is not None and last.to_state in _OVER else None


_STATES = frozenset({"pending", "firing", "recovering", *_OVER})


_OF_THE_PAST = frozenset({"flapping", "settled"})
"""What may be said of an alert long after its end."""


class Written(Protocol):
    """Where what happened is written down: a journal, or a desk's hold on one."""

    def newest(self, kind: str, most: int) -> Iterator[Entry]:
        """The last entries of one kind, newest first."""
        ...


class AlertHistories:
    """The histories of a desk's alerts; written by the desk, read by any thread. The journal has all of everything."""

    def __init__(self, most_ended: int = MOST_ENDED) -> None:
        self._lock = Lock()
        self._most_ended = most_ended
        self._open: dict[str, AlertHistory] = {}
        self._ended: dict[str, AlertHistory] = {}

    def __len__(self) -> int:
        return len(self._open) + len(self._ended)

    def all(self) -> dict[str, AlertHistory]:
        """Every history by its alert's id, as it is now."""
        with self._lock:
            return {**self._ended, **self._open}

    def of(self, alert: str) -> AlertHistory:
        """The history of one alert; an empty one where nothing is known of it (any more)."""
        with self._lock:
            return self._open.get(alert) or self._ended.get(alert) or AlertHistory()

    def take(self, transitions: Sequence[Transition], who: str = "") -> None:
        """What happened now, made by a person where `who` names one."""
        with self._lock:
            for one in transitions:
                self._take(Happening(one, who))

    def recall(self, journal: Written, wanted: Collection[str]) -> None:
        """Fill the histories of alerts that were open before this desk began, from what is written down.

        Stops when the beginning of each has been found, or `MOST_RECALLED` entries back.
        """
        missing = set(wanted)
        found: list[Happening] = []
        for entry in journal.newest("alert", MOST_RECALLED) if missing else ():
            if entry.body["id"] not in missing:
                continue
            change = Transition.of_dict(entry.body)
            found.append(Happening(change, entry.actor if entry.actor != change.rule else ""))
            if change.from_state == "inactive":
                missing.discard(change.alert)
                if not missing:
                    break
        with self._lock:
            for one in reversed(found):
                self._take(one)

    def _take(self, one: Happening) -> None:
        alert = one.change.alert
        where = self._ended if alert in self._ended else self._open
        if alert not in where and one.change.to_state in _OF_THE_PAST:
            return
        history = where.get(alert, AlertHistory()).with_one(one)
        where[alert] = history
        if where is self._open and one.change.to_state in _OVER:
            del self._open[alert]
            self._ended[alert] = history
            while len(self._ended) > self._most_ended:
                del self._ended[next(iter(self._ended))]
