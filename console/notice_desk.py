"""The desk's hold on its notices: fed with what alerts do, kept in the journal's state, asked what is to be sent."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from alerts.alert import Transition
from alerts.engine import RuleEngine
from alerts.notices.exchange import Delivered, Verdict
from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.outbox import Outbox, ReceiverView
from alerts.notices.post import Delivery
from alerts.notices.receivers import Receiver
from console.journal_keeper import JournalKeeper
from console.told_once import announcement, broken_glass
from console.view import Mode
from feeds.journal import StateChange
from playbooks.automatic import Announced
from playbooks.effects import Record
from playbooks.run import RunView

NOTICE = "notice"
"""The part of the state: threads by receiver, rule and row, and what is on its way by receiver."""


class NoticeDesk:
    """Tells the `receivers`; of a drill only those that want drills, of a replay none. Costs nothing without any."""

    def __init__(
        self,
        receivers: Sequence[Receiver],
        engine: RuleEngine,
        journal: JournalKeeper,
        mode: Mode,
        names: tuple[str, str],
        seed: str,
    ) -> None:
        told = [one for one in receivers if mode == "live" or (mode == "drill" and one.drills)]
        self._journal, self._engine, self._drill, self._names = journal, engine, mode == "drill", names
        chance = random.Random(f"{seed}/notices").random  # noqa: S311 - spreads waits
        self._outbox = Outbox(told, engine, chance) if told else None
        self._announced: list[Notice] = []

    def begin(self, now: float) -> None:
        """Go on where the journal's state ends, and tell what is missing."""
        if self._outbox is not None:
            self._outbox.restore(self._journal.state(NOTICE))
            self._outbox.reconcile(self._engine.alerts(), now)
            self._write()

    def of_alerts(self, transitions: Sequence[Transition]) -> list[StateChange]:
        """Take what alerts did; what is to be kept of it, in the same transaction."""
        if self._outbox is None:
            return []
        self._outbox.take(transitions)
        return self._changes()

    def next_deadline(self) -> float | None:
        """When `expire` has something to do."""
        return self._outbox.next_deadline() if self._outbox is not None else None

    def expire(self, now: float) -> None:
        """Time passes."""
        if self._outbox is not None:
            self._outbox.expire(now)
            self._write()

    def due(self, now: float) -> list[Delivery]:
        """What is to be sent now. That it is being sent is written down before."""
        if self._outbox is None:
            return []
        found = self._outbox.due(now)
        self._write()
        return found

    def announce(self, one: Announced, now: float) -> None:
        """Tell every receiver, once, that something is about to start by itself."""
        if self._outbox is not None:
            self._announced.append(announcement(one, self._engine, now))

    def of_runs(self, records: Sequence[Record], runs: Callable[[], Sequence[RunView]], now: float) -> None:
        """Tell every receiver, once, that somebody began alone what more people were to stand for."""
        for record in records if self._outbox is not None else ():
            if record.kind == "broke_glass":
                run = next(run for run in runs() if run.id == record.body["run"])
                self._announced.append(broken_glass(run, record.body, self._engine, now))

    def announcements(self) -> list[tuple[Notice, Envelope]]:
        """What is to be told once, since this was asked last; it is not kept, and not told again."""
        taken, self._announced = self._announced, []
        return [(notice, Envelope(*self._names, drill=self._drill)) for notice in taken]

    def answered(self, delivery: Delivery, verdict: Verdict, now: float) -> None:
        """What came of it: what is delivered, and whatever is new about a receiver, goes into the journal."""
        if self._outbox is None:
            return
        news = self._outbox.answered(delivery, verdict, now)
        changes, about = self._changes(), {"receiver": delivery.receiver, "key": delivery.key}
        if isinstance(verdict, Delivered) and not delivery.refresh:
            body = {**about, "notices": [notice.id for notice in delivery.notices], "repeat": delivery.repeat}
            self._journal.append_all([(now, "notice.sent", "desk", body)], synced=False, state=changes)
        elif news and not isinstance(verdict, Delivered):
            failed = {**about, "what": type(verdict).__name__.lower(), "why": verdict.why}
            self._journal.append_all([(now, "notice.failed", "desk", failed)], synced=False, state=changes)
        elif changes:
            self._journal.append_all([], synced=False, state=changes)

    def envelope(self, delivery: Delivery) -> Envelope:
        """What stands around it."""
        return Envelope(*self._names, drill=self._drill, repeat=delivery.repeat)

    def tells(self, receiver: str) -> bool:
        """Whether this receiver is told anything by this desk."""
        return any(one.id == receiver for one in self.receivers())

    def receivers(self) -> tuple[ReceiverView, ...]:
        """How telling them goes."""
        return self._outbox.receivers() if self._outbox is not None else ()

    def _changes(self) -> list[StateChange]:
        return [(NOTICE, key, body) for key, body in self._outbox.changes()] if self._outbox is not None else []

    def _write(self) -> None:
        changes = self._changes()
        if changes:
            self._journal.append_all([], synced=False, state=changes)
