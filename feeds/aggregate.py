"""Contact events into the gauges and counters of the catalogue, and into the counts of response clocks.

Events may be late, out of order and repeated: each contact is counted once, an outcome waits until its contact is known
to have joined, and no counter ever falls. Of two contradicting outcomes the first to come holds.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.clocks import CONVERSATION_UNITS, ClockDefinition, Outcome
from feeds.contacts import CONVERSATION_KINDS, ContactEvent
from feeds.contract import Row
from feeds.conversations import ConversationCounts
from feeds.metrics_stored import COUNTERS, GAUGES, WAIT_EDGES_S, WAITING_OVER_S

SHORT_ABANDON_S = 5.0
KEEP_ENDED_S = 86_400.0
"""How long after its first event an ended contact is remembered, to know its events again when they are repeated."""

KNOWN_GAUGES: tuple[str, ...] = (
    "waiting",
    "oldest_wait_s",
    *(f"waiting_over_{limit}s" for limit in WAITING_OVER_S),
    "chats_open",
)
KNOWN_COUNTERS: tuple[str, ...] = (
    "offered",
    "answered",
    "abandoned",
    "timed_out",
    "short_abandoned",
    "completed",
    "handle_sum_s",
    "wait_answered_sum_s",
    "wait_abandoned_sum_s",
    *(f"answered_within_{edge}s" for edge in WAIT_EDGES_S),
    *(f"abandoned_within_{edge}s" for edge in WAIT_EDGES_S),
)
"""What contact events can tell; everything else of the catalogue is NaN."""


@dataclass(frozen=True, slots=True)
class ClockCounts:
    """One clock, per row: what met and missed it so far, and what still waits and is past it already."""

    met: NDArray[np.int64]
    missed: NDArray[np.int64]
    waiting_late: NDArray[np.int64]


@dataclass(slots=True)
class _Contact:
    """What was told of one contact, and how far it has been counted."""

    row: int = -1
    joined_at: float = math.nan
    outcome: Outcome | None = None
    outcome_at: float = math.nan
    wait_s: float = math.nan
    completed: bool = False
    handle_s: float = math.nan
    counted: Literal["", "joined", "outcome", "completed"] = ""


class ContactAggregator:
    """The figures of one site from its contact events: a row for each of `queues`, in that order, then the site's row.

    Arrays have all columns of the catalogue, in its order; what contact events cannot tell is NaN. An unknown wait or
    handle time counts its contact and adds nothing to the sums.

    `rows` says what is known of the queues: a clock counts those of its platforms and channels. Without it every clock
    counts every queue. A person is counted once a shop, in the row of the shop's first queue, because persons do not
    add up over queues; queues whose shop is unknown are one shop.
    """

    def __init__(
        self, site: str, queues: Sequence[str], clocks: Iterable[ClockDefinition] = (), rows: Sequence[Row] = ()
    ) -> None:
        self.site, self.queues = site, tuple(queues)
        self.unknown_queues = 0
        """Events of queues that this site does not have, left out."""
        self._row_of = {queue: row for row, queue in enumerate(self.queues)}
        self._site_row = len(self.queues)
        self._counters = np.full((len(self.queues) + 1, len(COUNTERS)), np.nan)
        self._counters[:, [COUNTER_INDEX[name] for name in KNOWN_COUNTERS]] = 0.0
        self._contacts: dict[str, _Contact] = {}
        self._waiting: list[dict[str, float]] = [{} for _ in self.queues]
        self._open = np.zeros(len(self.queues) + 1, np.int64)
        self._seen: deque[tuple[float, str]] = deque()
        self._clocks = {clock.id: clock for clock in clocks}
        known = {row.id: row for row in rows}
        self._applies = {
            clock.id: tuple(not rows or _measures(clock, known.get(queue)) for queue in self.queues)
            for clock in self._clocks.values()
        }
        spoken = [clock for clock in self._clocks.values() if clock.unit in CONVERSATION_UNITS]
        self._by_contact = [clock for clock in self._clocks.values() if clock.unit not in CONVERSATION_UNITS]
        shops = [known[queue].shop if queue in known else "" for queue in self.queues]
        self.conversations = ConversationCounts(spoken, shops, self._applies)
        self._verdicts = {clock.id: np.zeros((2, len(self.queues)), np.int64) for clock in self._by_contact}

    def add(self, event: ContactEvent) -> bool:
        """Take one event; returns whether it changed anything. Events of other sites are left out."""
        if event.site != self.site:
            return False
        row = self._row_of.get(event.queue)
        if row is None:
            self.unknown_queues += 1
            return False
        if event.kind in CONVERSATION_KINDS:
            return self.conversations.add(event, row)
        contact = self._contacts.get(event.contact)
        if contact is None:
            contact = self._contacts[event.contact] = _Contact()
            self._seen.append((event.at, event.contact))
        if not _told(contact, event, row):
            return False
        self._count(event.contact, contact)
        self._forget(event.at)
        return True

    def counters(self) -> NDArray[np.float64]:
        """The cumulative counters, rows × columns; a copy."""
        return self._counters.copy()

    def gauges(self, now: float) -> NDArray[np.float32]:
        """The gauges at `now` (seconds since the epoch), rows × columns."""
        out = np.full((len(self.queues) + 1, len(GAUGES)), np.nan, np.float32)
        for row, waiting in enumerate((*self._waiting, [])):
            out[row, GAUGE_INDEX["chats_open"]] = self._open[row]
            if row != self._site_row:
                _waiting_gauges(out[row], now - np.fromiter(cast("dict[str, float]", waiting).values(), np.float64))
        for name in KNOWN_GAUGES[:-1]:
            column = out[:-1, GAUGE_INDEX[name]]
            whole = column.max(initial=0.0) if name == "oldest_wait_s" else column.sum()
            out[self._site_row, GAUGE_INDEX[name]] = whole
        return out

    def waiting(self) -> Iterator[tuple[str, str, float]]:
        """(contact, queue, when it joined) of all who wait."""
        for queue, waiting in zip(self.queues, self._waiting, strict=True):
            yield from ((contact, queue, joined) for contact, joined in waiting.items())

    def given_up(self, since: float) -> Iterator[tuple[str, str, float, float]]:
        """(contact, queue, when, after how long) of those who gave up after `since`; a wait nobody told is reckoned."""
        for name, contact in self._contacts.items():
            if contact.outcome == "abandoned" and contact.counted == "outcome" and contact.outcome_at > since:
                wait = contact.outcome_at - contact.joined_at if math.isnan(contact.wait_s) else contact.wait_s
                yield name, self.queues[contact.row], contact.outcome_at, max(0.0, wait)

    @property
    def clocks(self) -> tuple[ClockDefinition, ...]:
        """The clocks that are counted."""
        return tuple(self._clocks.values())

    def clock(self, clock_id: str, now: float) -> ClockCounts:
        """How the clock with this id stands at `now`, per row."""
        first, missed = self._counted(clock_id)
        met = first - missed if self._clocks[clock_id].unit == "person" else first
        return ClockCounts(met, missed, self._overdue(clock_id, now))

    def clock_counters(self) -> NDArray[np.float64]:
        """The counters of all clocks as `feeds.clock_columns.counter_columns` announces them, rows × columns."""
        columns = [column for clock in self._clocks for column in self._counted(clock)]
        return np.array(columns, np.float64).reshape(len(columns), len(self.queues) + 1).T

    def clock_gauges(self, now: float) -> NDArray[np.float32]:
        """The gauges of all clocks at `now` as `feeds.clock_columns.gauge_columns` announces them, rows × columns."""
        columns = [self._overdue(clock, now) for clock in self._clocks]
        return np.array(columns, np.float32).reshape(len(columns), len(self.queues) + 1).T

    def _counted(self, clock_id: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The two counters of a clock (met or persons, and missed), the site's row added."""
        spoken = self._clocks[clock_id].unit in CONVERSATION_UNITS
        first, missed = self.conversations.counts(clock_id) if spoken else self._verdicts[clock_id]
        return _with_site(first), _with_site(missed)

    def _overdue(self, clock_id: str, now: float) -> NDArray[np.int64]:
        clock, applies = self._clocks[clock_id], self._applies[clock_id]
        if clock.unit in CONVERSATION_UNITS:
            return _with_site(self.conversations.overdue(clock_id, now))
        late = [
            sum(clock.overdue(joined, now) for joined in waiting.values()) if applies[row] else 0
            for row, waiting in enumerate(self._waiting)
        ]
        return _with_site(np.array(late, np.int64))

    def _count(self, name: str, contact: _Contact) -> None:
        """Count what can be counted by now, in the order in which it happens to a contact."""
        if contact.counted == "" and not math.isnan(contact.joined_at):
            self._add(contact.row, offered=1.0)
            self._waiting[contact.row][name] = contact.joined_at
            contact.counted = "joined"
        if contact.counted == "joined" and contact.outcome is not None:
            del self._waiting[contact.row][name]
            self._add(contact.row, **_outcome_counts(contact.outcome, contact.wait_s))
            self._judge(contact, contact.outcome)
            self._open[[contact.row, self._site_row]] += contact.outcome == "answered"
            contact.counted = "outcome"
        if contact.counted == "outcome" and contact.outcome == "answered" and contact.completed:
            known = 0.0 if math.isnan(contact.handle_s) else contact.handle_s
            self._add(contact.row, completed=1.0, handle_sum_s=known)
            self._open[[contact.row, self._site_row]] -= 1
            contact.counted = "completed"

    def _add(self, row: int, **counts: float) -> None:
        for name, count in counts.items():
            column = COUNTER_INDEX[name]
            self._counters[row, column] += count
            self._counters[self._site_row, column] += count

    def _judge(self, contact: _Contact, outcome: Outcome) -> None:
        for clock in self._by_contact:
            if self._applies[clock.id][contact.row]:
                verdict = clock.judge(outcome, contact.joined_at, contact.outcome_at, contact.wait_s)
                if verdict != "not_counted":
                    self._verdicts[clock.id][int(verdict == "missed"), contact.row] += 1

    def _forget(self, now: float) -> None:
        while self._seen and now - self._seen[0][0] > KEEP_ENDED_S:
            _, name = self._seen.popleft()
            contact = self._contacts[name]
            if contact.counted == "joined" or (contact.outcome == "answered" and contact.counted == "outcome"):
                self._seen.append((now, name))  # still waiting or in conversation
            else:
                del self._contacts[name]


def _told(contact: _Contact, event: ContactEvent, row: int) -> bool:
    """Note what `event` tells of `contact`; False when it was told before, or means nothing."""
    if event.kind == "joined" and math.isnan(contact.joined_at):
        contact.joined_at, contact.row = event.at, row
    elif event.kind == "completed" and not contact.completed:
        contact.completed, contact.handle_s = True, event.handle_s
    elif event.kind in ("answered", "abandoned", "timed_out") and contact.outcome is None:
        contact.outcome, contact.outcome_at, contact.wait_s = event.kind, event.at, event.wait_s
    else:
        return False
    return True


def _measures(clock: ClockDefinition, row: Row | None) -> bool:
    return row is not None and clock.applies(row.platform, row.channel)


def _with_site(queues: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.append(queues, queues.sum())


def _outcome_counts(outcome: Outcome, wait_s: float) -> dict[str, float]:
    if outcome == "timed_out":
        return {"timed_out": 1.0}
    counts = {outcome: 1.0, f"wait_{outcome}_sum_s": 0.0 if math.isnan(wait_s) else wait_s}
    counts.update((f"{outcome}_within_{edge}s", 1.0) for edge in WAIT_EDGES_S if wait_s <= edge)
    if outcome == "abandoned" and wait_s <= SHORT_ABANDON_S:
        counts["short_abandoned"] = 1.0
    return counts


def _waiting_gauges(row: NDArray[np.float32], ages: NDArray[np.float64]) -> None:
    row[GAUGE_INDEX["waiting"]] = len(ages)
    row[GAUGE_INDEX["oldest_wait_s"]] = max(ages.max(initial=0.0), 0.0)
    for limit in WAITING_OVER_S:
        row[GAUGE_INDEX[f"waiting_over_{limit}s"]] = np.count_nonzero(ages > limit)
