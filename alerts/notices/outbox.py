"""What is to be told to whom, kept until it has been: no socket, clock or disk; `now` and chance are handed in.

For each alert and receiver the order is kept, firing before resolved. What was sent and not answered for stays together
and goes again under the same key, until the receiver has it. What must outlive the process is in `changes`, row by row,
to be written with the transition that it comes from, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from alerts.alert import Alert, Transition
from alerts.notices.exchange import Verdict
from alerts.notices.formats import FORMATS, Format
from alerts.notices.notice import Notice
from alerts.notices.post import Cell, Delivery, Health, Post
from alerts.notices.receivers import Kind, Receiver
from alerts.notices.thread import Source, Thread, restored_thread

Change = tuple[str, dict[str, Any] | None]
"""A row of the state to be kept: its key, and what stands there from now on (None: nothing)."""

CANDIDATES = 2_000
"""At most so many notices are looked at for one message."""


@dataclass(frozen=True, slots=True)
class ReceiverView:
    """How telling one receiver goes: `waiting` notices, the last error (empty when all is well), the last success."""

    id: str
    kind: str
    state: Health
    waiting: int
    error: str
    succeeded_at: float | None


class Outbox:
    """All that is told to the `receivers` of a desk, as `source` (its rule engine) knows it.

    `chance` gives numbers from 0 to 1 for the spread of waits. One delivery at a time is under way to a receiver.
    """

    def __init__(
        self,
        receivers: Sequence[Receiver],
        source: Source,
        chance: Callable[[], float],
        formats: Mapping[Kind, Format] = FORMATS,
    ) -> None:
        self._source, self._chance, self._formats = source, chance, formats
        self._posts = {one.id: Post(one, formats[one.kind].pace) for one in receivers}
        self._threads: dict[str, dict[Cell, Thread]] = {one.id: {} for one in receivers}
        self._withheld: dict[tuple[str, Cell], None] = {}
        self._checked = 0.0
        self._dirty: dict[tuple[str, Cell | None], None] = {}

    # What happens ---------------------------------------------------------------------------------------------------

    def take(self, transitions: Sequence[Transition]) -> None:
        """Alerts did this, in order."""
        touched: dict[tuple[str, Cell], Thread] = {}
        for change in transitions:
            cell = (change.rule, change.key)
            for name, threads in self._threads.items():
                thread = threads.get(cell)
                if thread is None:
                    thread = self._begun(name, change)
                    if thread is None:
                        continue
                    threads[cell] = thread
                else:
                    thread.take(change, self._source)
                touched[name, cell] = thread
        # Only now: what is over may still flap, under ids that go on.
        for (name, cell), thread in touched.items():
            self._touched(name, cell, thread)

    def expire(self, now: float) -> None:
        """Time passes: reminders, and whether what was muted still is (once a second)."""
        for name, post in self._posts.items():
            for cell in post.reminders_due(now, self._reminder_of(name)):
                thread = self._threads[name][cell]
                thread.remind(now, self._source)
                self._touched(name, cell, thread)
        if self._withheld and floor(now) > self._checked:
            self._checked = floor(now)
            for name, cell in list(self._withheld):
                if not self._source.is_muted(*cell):
                    thread = self._threads[name][cell]
                    thread.unmuted(now, self._source)
                    self._touched(name, cell, thread)

    def next_deadline(self) -> float | None:
        """When `expire` has something to do; None when nothing waits for a time."""
        times = [post.next_reminder(self._reminder_of(name)) for name, post in self._posts.items()]
        if self._withheld:
            times.append(self._checked + 1.0)
        return min((at for at in times if at is not None), default=None)

    # What goes out --------------------------------------------------------------------------------------------------

    def due(self, now: float) -> list[Delivery]:
        """What is to be sent now: at most one to a receiver, and none while one is on its way to it."""
        found = []
        for name, post in self._posts.items():
            if post.flying is not None or post.free_at() > now:
                continue
            delivery = self._made(name, post) or self._refreshing(name, post, now)
            if delivery is not None:
                post.goes(delivery, now)
                if not delivery.refresh:
                    self._dirty[name, None] = None
                found.append(delivery)
        return found

    def answered(self, delivery: Delivery, verdict: Verdict, now: float) -> bool:
        """What came of a delivery; whether the health of its receiver, or of what it said, changed by it."""
        name = delivery.receiver
        post = self._posts[name]
        if post.flying is not delivery:
            raise ValueError("this delivery is not on its way")
        before = (post.health, post.error)
        if delivery.refresh:
            self._refreshed(post, delivery, verdict, now)
        else:
            if post.answered(verdict, now, self._chance()):
                self._delivered(name, delivery)
            self._dirty[name, None] = None
        return (post.health, post.error) != before

    def next_attempt(self) -> float | None:
        """When `due` next has something; None when nothing waits."""
        times = []
        for name, post in self._posts.items():
            if post.flying is None and (post.waiting or post.in_hand):
                times.append(post.free_at())
            elif post.flying is None and self._formats[post.receiver.kind].refresh and self._known(name):
                times.append(max(post.free_at(), post.refresh_at or 0.0))
        return min(times, default=None)

    # What is kept ---------------------------------------------------------------------------------------------------

    def changes(self) -> list[Change]:
        """The rows that changed since the last call."""
        taken, self._dirty = self._dirty, {}
        rows: list[Change] = []
        for name, cell in taken:
            if cell is None:
                rows.append((name, self._posts[name].dump()))
            else:
                thread = self._threads[name].get(cell)
                rows.append((_row_key(name, cell), thread.dump() if thread is not None else None))
        return rows

    def restore(self, saved: Mapping[str, Mapping[str, Any]]) -> None:
        """Go on from the rows that were kept; those of receivers that there are not (any more) are left alone."""
        for body in saved.values():
            name = body.get("receiver", "")
            if name in self._posts:
                thread = restored_thread(body, self._posts[name].receiver)
                cell = (thread.rule, thread.key)
                self._threads[name][cell] = thread
                self._touched(name, cell, thread, changed=False)
        for name, post in self._posts.items():
            if name in saved:
                post.restore(saved[name])
                there = {(cell, n.id) for cell, t in self._threads[name].items() for n in t.waiting}
                post.in_hand = tuple(one for one in post.in_hand if one in there)

    def reconcile(self, alerts: Sequence[Alert], now: float) -> None:
        """Where what people were told and what stands differ (a new receiver, a journal with a hole), tell it."""
        standing = {(alert.rule, alert.key): alert for alert in alerts if alert.state != "pending"}
        for name, threads in self._threads.items():
            for cell, thread in list(threads.items()):
                alert = standing.get(cell)
                if thread.state and (alert is None or alert.id != thread.alert):
                    thread.ended(now)
                    self._touched(name, cell, thread)
                if thread.flapping and not self._still_flaps(cell):
                    thread.settled(now, self._source)
                    self._touched(name, cell, thread)
            for cell, alert in standing.items():
                if alert.state == "firing":
                    self._catch_up(name, cell, alert, now)

    def receivers(self) -> tuple[ReceiverView, ...]:
        """How telling them goes."""
        return tuple(
            ReceiverView(name, post.receiver.kind, post.health, self._count(name), post.error, post.succeeded_at)
            for name, post in self._posts.items()
        )

    # ----------------------------------------------------------------------------------------------------------------

    def _begun(self, name: str, change: Transition) -> Thread | None:
        """What a receiver that knew nothing of a rule on a row has to be told of it from this change on."""
        receiver, thread = self._posts[name].receiver, Thread(self._posts[name].receiver, change.rule, change.key)
        if change.to_state in ("firing", "flapping"):
            subject = self._source.subject(change.rule, change.key, change.value)
            if subject is None or not receiver.wants(change.rule, subject.severity, subject.row.site):
                return None
            thread.take(change, self._source)
            return thread
        alert = self._source.standing(change.rule, change.key) if change.to_state == "escalated" else None
        if alert is None or alert.state != "firing":
            return None
        if receiver.id != alert.escalated_to and not receiver.wants(alert.rule, alert.severity, alert.site):
            return None
        thread.joins(alert, change.at, self._source)
        return thread

    def _touched(self, name: str, cell: Cell, thread: Thread, *, changed: bool = True) -> None:
        """Keep the indexes in step with a thread."""
        post = self._posts[name]
        if changed:
            self._dirty[name, cell] = None
        if thread.waiting:
            post.waiting.setdefault(cell)
        else:
            post.waiting.pop(cell, None)
        if thread.withheld:
            self._withheld.setdefault((name, cell))
        else:
            self._withheld.pop((name, cell), None)
        if thread.over:
            del self._threads[name][cell]
        else:
            post.remind(thread.remind_at, cell)

    def _reminder_of(self, name: str) -> Callable[[Cell], float | None]:
        threads = self._threads[name]
        return lambda cell: threads[cell].remind_at if cell in threads else None

    def _waiting(self, name: str, post: Post) -> Iterator[tuple[Cell, Notice]]:
        """What waits: the gravest first, then what a site has waited with longest; of one alert in its order.

        Of one site and rule it stands together, which is what makes a text of many short.
        """
        threads, single = self._threads[name], self._formats[post.receiver.kind].one_per_alert
        heads = {cell: threads[cell].waiting[0] for cell in post.waiting}
        first: dict[tuple[str, str], int] = {}
        for place, head in enumerate(heads.values()):
            first.setdefault((head.site, head.rule), place)
        for cell in sorted(heads, key=lambda cell: (heads[cell].rank, first[heads[cell].site, heads[cell].rule])):
            for notice in threads[cell].waiting[: 1 if single else None]:
                yield cell, notice

    def _made(self, name: str, post: Post) -> Delivery | None:
        if not post.waiting:
            return None
        in_line = list(self._waiting(name, post))
        if not post.in_hand:
            room = self._formats[post.receiver.kind].fits(post.receiver, [n for _, n in in_line[:CANDIDATES]])
            post.in_hand = tuple((cell, notice.id) for cell, notice in in_line[: max(room, 1)])
            post.uncertain = False
        held = set(post.in_hand)
        by_id = {(cell, n.id): n for cell, _ in post.in_hand for n in self._threads[name][cell].waiting}
        notices = tuple(by_id[one] for one in post.in_hand)
        more = tuple(notice for cell, notice in in_line if (cell, notice.id) not in held)
        key = notices[0].id if len(notices) == 1 else f"{notices[0].id}+{len(notices) - 1}"
        return Delivery(name, key, notices, repeat=post.uncertain, more=more)

    def _delivered(self, name: str, delivery: Delivery) -> None:
        threads = self._threads[name]
        done = {(n.rule, n.key, n.id) for n in delivery.notices}
        for cell in dict.fromkeys((n.rule, n.key) for n in delivery.notices):
            thread = threads[cell]
            thread.waiting = [n for n in thread.waiting if (*cell, n.id) not in done]
            self._touched(name, cell, thread)

    def _known(self, name: str) -> list[Cell]:
        return [cell for cell, thread in self._threads[name].items() if thread.known and not thread.waiting]

    def _refreshing(self, name: str, post: Post, now: float) -> Delivery | None:
        """For a receiver that forgets: what people know as firing, some at a time."""
        shape = self._formats[post.receiver.kind]
        if not shape.refresh:
            return None
        if post.refresh_at is None:
            post.refresh_at = now + shape.refresh(post.receiver)
        if now < post.refresh_at and not post.refreshing:
            return None
        if not post.refreshing:
            post.refreshing = self._known(name)
            post.refresh_at = now + shape.refresh(post.receiver)
        threads = self._threads[name]
        still = [cell for cell in post.refreshing if cell in threads and threads[cell].known]
        post.refreshing = still
        notices = tuple(last for cell in still[: shape.most] if (last := threads[cell].last) is not None)
        return Delivery(name, "refresh", notices, refresh=True) if notices else None

    def _refreshed(self, post: Post, delivery: Delivery, verdict: Verdict, now: float) -> None:
        kept = post.in_hand, post.uncertain
        if post.answered(verdict, now, self._chance()):
            done = {(n.rule, n.key) for n in delivery.notices}
            post.refreshing = [cell for cell in post.refreshing if cell not in done]
        post.in_hand, post.uncertain = kept

    def _count(self, name: str) -> int:
        threads = self._threads[name]
        return sum(len(threads[cell].waiting) for cell in self._posts[name].waiting)

    def _catch_up(self, name: str, cell: Cell, alert: Alert, now: float) -> None:
        threads, receiver = self._threads[name], self._posts[name].receiver
        thread = threads.get(cell)
        if thread is None:
            if not receiver.wants(alert.rule, alert.severity, alert.site):
                return
            thread = threads[cell] = Thread(receiver, *cell)
        elif thread.state and thread.alert == alert.id:
            return
        thread.joins(alert, now, self._source)
        self._touched(name, cell, thread)

    def _still_flaps(self, cell: Cell) -> bool:
        """Whether the engine will tell its end: also of one without an alert just now, while its rule is there."""
        return self._source.subject(*cell, float("nan")) is not None


def _row_key(name: str, cell: Cell) -> str:
    return f"{name} {cell[0]} {cell[1]}"
