"""The steps of conversations into what turn, message and person clocks count.

Steps may be late, out of order and repeated: each conversation is followed in the order of its parts, a step waits
until those before it have come, and no count ever falls. A step that never comes is given up after `HOLD_S`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import floor
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from feeds.clocks import Bots, ClockDefinition, Outcome, Verdict
from feeds.contacts import ContactEvent

Ints = NDArray[np.int64]

HOLD_S = 600.0
"""How long a step waits for an earlier one that has not come."""

KEEP_S = 86_400.0
"""How long after its last step a conversation with nothing open is remembered."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A message that waits for its answer."""

    at: float
    row: int
    buyer: str


@dataclass(slots=True)
class _Conversation:
    next_part: int = 1
    last_at: float = float("-inf")
    human: bool = False
    """Whether a person has replied in it yet."""
    held: dict[int, tuple[ContactEvent, int]] = field(default_factory=dict)
    waiting: dict[Bots, list[_Asked]] = field(default_factory=dict)
    """What still waits for a reply, by what a bot's reply is taken for."""


_Person = tuple[str, int, str, date]
"""(clock, row that stands for the shop, buyer, local day): what a person clock counts once."""


class ConversationCounts:
    """The counts of turn, message and person clocks by queue row; the caller adds up a site.

    `shops` names the shop of each row, `applies` says for each clock which rows it measures. The first of a shop's rows
    that a person clock measures counts all persons of the shop.
    """

    def __init__(
        self, clocks: Iterable[ClockDefinition], shops: Sequence[str], applies: Mapping[str, Sequence[bool]]
    ) -> None:
        self.gaps = 0
        """Steps that never came."""
        self.stray = 0
        """Steps without a number, or of a part that was given up before they came."""
        self._clocks = tuple(clocks)
        self._rules = tuple(dict.fromkeys(clock.bots for clock in self._clocks))
        self._applies = applies
        self._home = {clock.id: _first_of_shop(shops, applies[clock.id]) for clock in self._clocks}
        self._counts = {clock.id: np.zeros((2, len(shops)), np.int64) for clock in self._clocks}
        self._conversations: dict[str, _Conversation] = {}
        self._persons: dict[_Person, bool] = {}
        self._now = float("-inf")
        self._day = date.min
        self._next_sweep = float("-inf")

    def add(self, event: ContactEvent, row: int) -> bool:
        """Take one step; returns whether it was new."""
        talk = self._conversations.setdefault(event.contact, _Conversation())
        if event.part < talk.next_part or event.part in talk.held:
            self.stray += event.part < 1
            return False
        talk.held[event.part] = event, row
        talk.last_at = max(talk.last_at, event.at)
        self._take_due(talk)
        self._sweep(event.at)
        return True

    def counts(self, clock: str) -> tuple[Ints, Ints]:
        """(met, missed) of each row; of a person clock (persons in all, late persons)."""
        met, missed = self._counts[clock]
        return met.copy(), missed.copy()

    @property
    def waiting(self) -> bool:
        """Whether any message waits for a reply."""
        return any(asked for talk in self._conversations.values() for asked in talk.waiting.values())

    def overdue(self, clock_id: str, now: float) -> Ints:
        """What is past the limit of a clock and still waits at `now`, by row; of persons those not late before."""
        clock = next(one for one in self._clocks if one.id == clock_id)
        late = np.zeros(self._counts[clock_id].shape[1], np.int64)
        persons: set[_Person] = set()
        for talk in self._conversations.values():
            asked = talk.waiting.get(clock.bots, [])
            for one in asked[:1] if clock.unit == "turn" else asked:
                if not self._applies[clock_id][one.row] or not clock.overdue(one.at, now):
                    continue
                if clock.unit != "person":
                    late[one.row] += 1
                elif one.buyer:
                    persons.add(self._person(clock, one))
        for person in persons:
            late[person[1]] += not self._persons.get(person, False)
        return late

    def _take_due(self, talk: _Conversation) -> None:
        while talk.next_part in talk.held:
            event, row = talk.held.pop(talk.next_part)
            talk.next_part += 1
            self._take(talk, event, row)

    def _take(self, talk: _Conversation, event: ContactEvent, row: int) -> None:
        if event.kind == "asked":
            for rule in self._rules:
                talk.waiting.setdefault(rule, []).append(_Asked(event.at, row, event.buyer))
            return
        outcome: Outcome = "abandoned" if event.kind == "unreplied" else "answered"
        for rule in self._rules:
            if event.kind != "bot_replied" or rule == "count" or (rule == "count_in_human_stage" and talk.human):
                self._settle(talk.waiting.pop(rule, []), rule, outcome, event.at)
        talk.human |= event.kind == "replied"

    def _settle(self, asked: list[_Asked], rule: Bots, outcome: Outcome, at: float) -> None:
        for clock in self._clocks:
            if clock.bots != rule:
                continue
            for one in asked[:1] if clock.unit == "turn" else asked:
                if not self._applies[clock.id][one.row]:
                    continue
                verdict = clock.judge(outcome, one.at, at, at - one.at)
                if verdict == "not_counted":
                    continue
                if clock.unit == "person":
                    self._judge_person(clock, one, verdict)
                else:
                    self._counts[clock.id][int(verdict == "missed"), one.row] += 1

    def _judge_person(self, clock: ClockDefinition, asked: _Asked, verdict: Verdict) -> None:
        if not asked.buyer:
            return
        person = self._person(clock, asked)
        late_before = self._persons.get(person)
        persons, late = self._counts[clock.id]
        persons[person[1]] += late_before is None
        late[person[1]] += verdict == "missed" and not late_before
        self._persons[person] = bool(late_before) or verdict == "missed"

    def _person(self, clock: ClockDefinition, asked: _Asked) -> _Person:
        day = datetime.fromtimestamp(floor(asked.at), ZoneInfo(clock.tz)).date()
        self._day = max(self._day, day)
        return clock.id, self._home[clock.id][asked.row], asked.buyer, day

    def _sweep(self, at: float) -> None:
        """Give up what never came and forget what is over; once a minute of the events' own time."""
        self._now = max(self._now, at)
        if self._now < self._next_sweep:
            return
        self._next_sweep = self._now + 60.0
        for name, talk in list(self._conversations.items()):
            while talk.held and self._now - min(event.at for event, _ in talk.held.values()) > HOLD_S:
                first = min(talk.held)
                self.gaps += first - talk.next_part
                talk.next_part = first
                self._take_due(talk)
            if not talk.held and not any(talk.waiting.values()) and self._now - talk.last_at > KEEP_S:
                del self._conversations[name]
        if self._day > date.min:
            oldest = self._day - timedelta(days=2)
            self._persons = {person: late for person, late in self._persons.items() if person[3] >= oldest}


def _first_of_shop(shops: Sequence[str], applies: Sequence[bool]) -> tuple[int, ...]:
    """For each row the first one of its shop that is measured; its own where none is."""
    first: dict[str, int] = {}
    for row, shop in enumerate(shops):
        if applies[row]:
            first.setdefault(shop, row)
    return tuple(first.get(shop, row) for row, shop in enumerate(shops))
