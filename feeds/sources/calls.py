"""The calls of an Asterisk as contacts: one call that joins two queues in turn is two contacts."""

from __future__ import annotations

from collections.abc import Iterator

from feeds.contacts import ContactEvent, ContactKind
from feeds.sources.logfile import CleanNames, LogReport

_NOT_WAITING = "outcomes of calls not seen waiting"
_NOT_TALKING = "ends of calls not seen answered"


class QueueCalls:
    """Follows each call through its queues and names its contacts: the call's unique id, then `id#2` and so on.

    Keys are whole values, never split: channel, queue and agent names may hold any character. What cannot belong to
    a contact (its start lies before the log, or the line was repeated) is counted in `report` and passed over.
    """

    def __init__(self, site: str, report: LogReport) -> None:
        self.joined = 0
        self._site, self._report = site, report
        self._queues, self._calls = CleanNames(), CleanNames()
        self._waiting: dict[tuple[bytes, bytes], str] = {}
        self._talking: dict[tuple[bytes, bytes], str] = {}
        self._joins: dict[bytes, tuple[int, bytes, float]] = {}

    def join(self, at: float, call: bytes, queue: bytes) -> Iterator[ContactEvent]:
        """`call` enters `queue`."""
        times, last_queue, last_at = self._joins.get(call, (0, b"", -1.0))
        key = call, queue
        if queue == last_queue and at == last_at and (key in self._waiting or at < self._report.ended_at):
            self._report.odd("repeated joins")
            return
        times += 1
        self._joins[call] = times, queue, at
        contact = self._calls(call if times == 1 else b"%s#%d" % (call, times))
        self._waiting[key] = contact
        self.joined += 1
        yield ContactEvent(at, self._site, self._queues(queue), contact, "joined")

    def outcome(
        self, at: float, call: bytes, queue: bytes, kind: ContactKind, seconds: float
    ) -> Iterator[ContactEvent]:
        """`call` is answered in `queue`, leaves it, or its conversation ends; `seconds` is wait or handle time."""
        key = call, queue
        contact = (self._talking if kind == "completed" else self._waiting).pop(key, None)
        if contact is None:
            self._report.odd(_NOT_TALKING if kind == "completed" else _NOT_WAITING)
            return
        if kind == "completed":
            yield ContactEvent(at, self._site, self._queues(queue), contact, kind, handle_s=seconds)
            return
        if kind == "answered":
            self._talking[key] = contact
        yield ContactEvent(at, self._site, self._queues(queue), contact, kind, wait_s=seconds)
