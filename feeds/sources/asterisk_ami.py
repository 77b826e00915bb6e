"""A captured AMI stream of Asterisk 12 or later, as raw bytes: contact events from the queue events in it.

`QueueCallerAbandon` is sent for every caller who leaves unanswered, time-outs included. What tells them apart is the
`VarSet` of `QUEUESTATUS` on the same channel, which follows within microseconds: TIMEOUT, LEAVEEMPTY, LEAVEUNAVAIL and
WITHDRAW are `timed_out`; without one it is `abandoned`. A `QueueCallerLeave` with neither an answer nor an abandon is a
caller who left by a key: `timed_out` too, with an unknown wait, because the AMI gives none.

Times are the events' own (`timestampevents = yes` in manager.conf), waits their `HoldTime`, handle times their
`TalkTime`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.contacts import ContactEvent, ContactKind
from feeds.errors import InputError
from feeds.sources.ami_blocks import Block, blocks_of
from feeds.sources.calls import QueueCalls
from feeds.sources.logfile import MAX_EPOCH, MAX_SECONDS, LogReport, shown

_SECONDS = re.compile(rb"\d{1,9}")
_TIME = re.compile(rb"\d{1,11}(\.\d{1,9})?")
_LET_GO = frozenset({b"TIMEOUT", b"LEAVEEMPTY", b"LEAVEUNAVAIL", b"WITHDRAW"})
_NO_TIMES = "an event with its time: timestampevents = yes in manager.conf"
_AS_SENT = "the event as Asterisk sends it"
_STATUS_WITHIN_S = 5.0
"""QUEUESTATUS follows an abandon at once; after this long without one, there is none."""

_QUEUE_EVENTS = {
    f"Event: {name}".encode()
    for name in (
        "QueueCallerJoin",
        "QueueCallerAbandon",
        "QueueCallerLeave",
        "AgentConnect",
        "AgentComplete",
        "Hangup",
        "VarSet",
    )
}


def read(
    path: Path, site: str, *, tz: ZoneInfo | None = None, report: LogReport | None = None
) -> Iterator[ContactEvent]:
    """The contact events of a captured stream. Its times are absolute, so `tz` is not used.

    Banner, responses, other events and a block that the capture cuts off are passed over. Raises InputError for a file
    that is no such stream, a queue event without its fields or with a wrong number, and a stream without queue events.
    """
    del tz
    report = report if report is not None else LogReport()
    reader = _AmiReader(path, site, report)
    for block in blocks_of(path, report):
        reader.note_time(block)
        if block.lines[0] in _QUEUE_EVENTS:
            yield from reader.events(block)
    yield from reader.finish()
    if not reader.calls.joined:
        raise InputError(
            str(path), "no caller joins a queue in this stream", "AMI events with QueueCallerJoin among them"
        )


class _AmiReader:
    """Holds back what a later event decides: an abandon until its QUEUESTATUS, a leave until its answer."""

    def __init__(self, path: Path, site: str, report: LogReport) -> None:
        self.calls = QueueCalls(site, report)
        self._path, self._report = path, report
        self._abandons: dict[bytes, tuple[float, bytes, float]] = {}
        self._left: dict[bytes, tuple[float, bytes]] = {}
        self._told_why = False

    def note_time(self, block: Block) -> None:
        stamp = block.first(b"Timestamp")
        if stamp is not None and _TIME.fullmatch(stamp) and float(stamp) < MAX_EPOCH:
            self._report.ended_at = max(self._report.ended_at, float(stamp))

    def events(self, block: Block) -> Iterator[ContactEvent]:
        name = block.lines[0][len(b"Event: ") :]
        if name == b"VarSet":
            yield from self._status(block)
            return
        call = block.last(b"Uniqueid")
        if call is None:
            raise self._wrong(block, f"{block.lines[0].decode()} without a Uniqueid", _AS_SENT)
        at = self._time(block)
        yield from self._overdue(at)
        if name == b"Hangup":
            yield from self._settle(call)
            return
        queue = block.last(b"Queue")
        if queue is None:
            raise self._wrong(block, f"{block.lines[0].decode()} without a Queue", _AS_SENT)
        if name == b"QueueCallerJoin":
            yield from self._settle(call)
            yield from self.calls.join(at, call, queue)
        elif name == b"QueueCallerLeave":
            if call not in self._abandons:
                self._left[call] = at, queue
        elif name == b"QueueCallerAbandon":
            self._abandons[call] = at, queue, self._seconds(block, b"HoldTime")
        else:
            self._left.pop(call, None)
            answered = name == b"AgentConnect"
            kind: ContactKind = "answered" if answered else "completed"
            yield from self.calls.outcome(
                at, call, queue, kind, self._seconds(block, b"HoldTime" if answered else b"TalkTime")
            )

    def finish(self) -> Iterator[ContactEvent]:
        """What is still held back at the end: abandons are told. A leave that nothing followed stays open."""
        for call in list(self._abandons):
            yield from self._abandon(call, "abandoned")

    def _status(self, block: Block) -> Iterator[ContactEvent]:
        self._told_why = True
        call = block.last(b"Uniqueid")
        if call in self._abandons and block.only(b"Variable") == b"QUEUESTATUS":
            yield from self._abandon(call, "timed_out" if block.only(b"Value") in _LET_GO else "abandoned")

    def _overdue(self, now: float) -> Iterator[ContactEvent]:
        for call, (at, _queue, _wait) in list(self._abandons.items()):
            if now - at <= _STATUS_WITHIN_S:
                break
            yield from self._abandon(call, "abandoned")

    def _settle(self, call: bytes) -> Iterator[ContactEvent]:
        """Nothing more will be told of `call` in the queue that it was in."""
        if call in self._abandons:
            yield from self._abandon(call, "abandoned")
        if call in self._left:
            at, queue = self._left.pop(call)
            yield from self.calls.outcome(at, call, queue, "timed_out", float("nan"))

    def _abandon(self, call: bytes, kind: ContactKind) -> Iterator[ContactEvent]:
        if not self._told_why:
            self._report.odd("abandons that may be time-outs, for want of VarSet events")
        at, queue, wait = self._abandons.pop(call)
        yield from self.calls.outcome(at, call, queue, kind, wait)

    def _time(self, block: Block) -> float:
        stamp = block.first(b"Timestamp")
        if stamp is None:
            raise self._wrong(block, "an event without a Timestamp", _NO_TIMES)
        if not _TIME.fullmatch(stamp) or float(stamp) >= MAX_EPOCH:
            raise self._wrong(block, f"{shown(stamp)} is not a time", _NO_TIMES, b"Timestamp")
        return float(stamp)

    def _seconds(self, block: Block, key: bytes) -> float:
        value = block.last(key)
        if value is None:
            raise self._wrong(block, f"{block.lines[0].decode()} without a {key.decode()}", _AS_SENT)
        if not _SECONDS.fullmatch(value) or float(value) > MAX_SECONDS:
            raise self._wrong(block, f"{key.decode()} {shown(value)} is not a time in whole seconds", _AS_SENT, key)
        return float(value)

    def _wrong(self, block: Block, what: str, expected: str, key: bytes = b"Event") -> InputError:
        """`what` is wrong with the last line that begins with `key`."""
        place = max(i for i, line in enumerate(block.lines) if line.startswith(key + b":"))
        return InputError(str(self._path), what, expected, line=block.number + place, column=len(key) + 3)
