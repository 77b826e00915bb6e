"""Contact events into the gauges and counters of the catalogue, and into the counts of response clocks.

Events may be late, out of order and repeated: each contact is counted once, an outcome waits until its contact is known
to have joined, and no counter ever falls. Of two contradicting outcomes the first to come holds.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.clocks import ClockDefinition
from feeds.contacts import ContactEvent
from feeds.metrics_stored import COUNTERS, GAUGES, WAIT_EDGES_S, WAITING_OVER_S

Outcome = Literal["answered", "abandoned", "timed_out"]

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
    """One clock, per row: contacts that met and missed it so far, and those still waiting that are past it already."""

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
    """

    def __init__(self, site: str, queues: Sequence[str], clocks: Iterable[ClockDefinition] = ()) -> None:
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
        self._verdicts = {clock: np.zeros((2, len(self.queues) + 1), np.int64) for clock in self._clocks}

    def add(self, event: ContactEvent) -> bool:
        """Take one event; returns whether it changed anything. Events of other sites are left out."""
        if event.site != self.site:
            return False
        row = self._row_of.get(event.queue)
        if row is None:
            self.unknown_queues += 1
            return False
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

    def clock(self, clock_id: str, now: float) -> ClockCounts:
        """How the clock with this id stands at `now`, per row."""
        clock, (met, missed) = self._clocks[clock_id], self._verdicts[clock_id]
        late = [
            sum(clock.past(now - joined) and clock.assesses(joined) for joined in waiting.values())
            for waiting in self._waiting
        ]
        return ClockCounts(met.copy(), missed.copy(), np.array([*late, sum(late)], np.int64))

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
        for name, clock in self._clocks.items():
            if clock.counts(contact.joined_at, contact.outcome_at):
                verdict = clock.verdict(outcome, contact.wait_s)
                if verdict != "not_counted":
                    self._verdicts[name][int(verdict == "missed"), [contact.row, self._site_row]] += 1

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
