"""Playbooks that start by themselves: which may, what is announced before, and what holds them back. No I/O.

A desk looks once a second. An alert that has fired for as long as the playbook says makes a plan; where every guard
holds it is announced, and after the announcement's time, on figures of that moment, started. Until then anybody can
stop it. Panic stops all of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from playbooks.playbook import Playbook
from playbooks.preview import Preview
from playbooks.run import FINAL, RunView
from playbooks.turn import AUTOMATIC
from playbooks.words import Words

LOOK_AGAIN_S = 10.0
"""After a plan that was refused, the same playbook is not worked out for the same alert for so long."""

PLANS_A_LOOK = 4
"""So many plans are worked out in one second."""

HOUR_S = 3600.0

ASKING = frozenset({"ask", "task", "notice"})
"""Steps that need somebody: nobody pressed a key, so nobody may be waiting to answer."""


def unfit(book: Playbook) -> str:
    """Why a playbook can never start by itself; empty where it can."""
    if book.suggested_by is None:
        return "it answers no alert"
    if book.approve > 1:
        return f"{book.approve} people have to approve it"
    asking = next((step.action.name for step in book.steps if step.action.name in ASKING), None)
    if asking is not None:
        return f"it has a step for people, {asking}"
    open_ = next((s.name for s in book.parameters.values() if s.source is None and s.default is None), None)
    return f"somebody has to give it {open_}" if open_ is not None else ""


@dataclass(frozen=True, slots=True)
class Cause:
    """An alert that fires, as far as this has to know it. `site` and `key` name its row."""

    alert: str
    rule: str
    key: str
    site: str
    fired_at: float


@dataclass(frozen=True, slots=True)
class Announced:
    """A playbook that is about to start by itself. Times in epoch seconds; `does` has its steps in words."""

    id: str
    playbook: str
    title: Words
    alert: str
    rule: str
    key: str
    sites: tuple[str, ...]
    does: tuple[Words, ...]
    at: float
    due: float


@dataclass(frozen=True, slots=True)
class Panic:
    """Nothing happens by itself: since when, by whom, and why."""

    at: float
    who: str
    note: str = ""

    def dump(self) -> dict[str, object]:
        """Plain data for `restored_panic`."""
        return {"at": self.at, "who": self.who, "note": self.note}


def restored_panic(saved: Mapping[str, object]) -> Panic:
    """A panic as it was. KeyError or ValueError where it is none."""
    return Panic(float(str(saved["at"])), str(saved["who"]), str(saved["note"]))


class Automatic:
    """What may start by itself at one desk, and what is about to. `books` are those that may."""

    def __init__(self, books: Sequence[Playbook]) -> None:
        self.books = tuple(book for book in books if not unfit(book))
        self.announced: dict[str, Announced] = {}
        self.panic: Panic | None = None
        self._stopped: set[tuple[str, str]] = set()
        self._looked: dict[tuple[str, str], float] = {}

    def due_for_plan(
        self, causes: Iterable[Cause], runs: Sequence[RunView], now: float
    ) -> list[tuple[Playbook, Cause]]:
        """What is worth a plan now: nothing in a panic, after a stop for the same alert, or beyond the hour's most."""
        if self.panic is not None or not self.books:
            return []
        found = []
        for cause in causes:
            for book in self.books:
                if book.suggested_by == cause.rule and self._may(book, cause, runs, now):
                    self._looked[book.id, cause.alert] = now
                    found.append((book, cause))
                    if len(found) == PLANS_A_LOOK:
                        return found
        return found

    def announce(self, found: str, book: Playbook, cause: Cause, plan: Preview, now: float) -> Announced:
        """Say that it is about to start, under the id `found`."""
        does = tuple(step.words for step in plan.steps)
        one = Announced(
            found, book.id, book.title, cause.alert, cause.rule, cause.key, plan.sites, does, now, now + book.announce
        )
        self.announced[found] = one
        return one

    def due(self, now: float) -> list[Announced]:
        """What was announced long enough; it is announced no more."""
        ready = [one for one in self.announced.values() if one.due <= now]
        for one in ready:
            del self.announced[one.id]
        return ready

    def over(self, alerts: Iterable[str]) -> list[Announced]:
        """What was announced for an alert that is none of `alerts` any more; it is announced no more."""
        living = set(alerts)
        gone = [one for one in self.announced.values() if one.alert not in living]
        for one in gone:
            del self.announced[one.id]
        self._stopped = {pair for pair in self._stopped if pair[1] in living}
        self._looked = {pair: at for pair, at in self._looked.items() if pair[1] in living}
        return gone

    def stop(self, announced: str = "") -> list[Announced]:
        """A person stops one announcement, or all: for the same alert none of them starts by itself again."""
        stopped = [one for one in self.announced.values() if announced in ("", one.id)]
        for one in stopped:
            del self.announced[one.id]
            self._stopped.add((one.playbook, one.alert))
        return stopped

    def _may(self, book: Playbook, cause: Cause, runs: Sequence[RunView], now: float) -> bool:
        pair = book.id, cause.alert
        if now - cause.fired_at < book.suggested_after or pair in self._stopped:
            return False
        if now - self._looked.get(pair, -LOOK_AGAIN_S) < LOOK_AGAIN_S:
            return False
        if any(one.playbook == book.id and cause.site == one.key.partition("/")[0] for one in self.announced.values()):
            return False
        mine = [run for run in runs if run.playbook == book.id]
        if any(run.alert == cause.alert and run.state not in FINAL for run in mine):
            return False
        lately = sum(run.who == AUTOMATIC and now - run.proposed < HOUR_S for run in mine)
        announced = sum(one.playbook == book.id for one in self.announced.values())
        return lately + announced < book.per_hour
