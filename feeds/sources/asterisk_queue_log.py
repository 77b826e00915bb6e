"""Asterisk's `queue_log`: `time|call id|queue|agent|event|data…`, one line an event.

Fields as `app_queue` writes them (Asterisk 1.8 to 22). Waits and call times are its own figures in whole seconds;
`RINGNOANSWER` and `RINGCANCELED`, which are in milliseconds, are no outcome of a contact. `handle_s` is the call time:
the log knows nothing of after-contact work.

`EXITWITHKEY`, `EXITEMPTY` and `WITHDRAW` are `timed_out`, as `EXITWITHTIMEOUT` is: the contact left the queue for
somewhere else without an answer, and nobody hung up. The AMI says the same of them, which keeps both formats equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.contacts import ContactEvent, ContactKind
from feeds.errors import InputError
from feeds.sources.calls import QueueCalls
from feeds.sources.logfile import MAX_EPOCH, MAX_SECONDS, LogReport, lines_of, shown

_TIME = re.compile(rb"\d{1,11}(\.\d{1,9})?")
_SECONDS = re.compile(rb"\d{1,9}")
_LAYOUT = "time|call id|queue|agent|event|data, as Asterisk writes queue_log"
_NO_LAYOUT = "not a line of a queue_log"

_OUTCOMES: dict[bytes, tuple[ContactKind, int, int, str]] = {
    # event: kind, least number of data fields, field of the figure (negative: from the end), what the data should be
    b"CONNECT": ("answered", 1, 0, "holdtime|bridged channel|ringtime"),
    b"ABANDON": ("abandoned", 3, 2, "position|original position|wait"),
    b"EXITWITHTIMEOUT": ("timed_out", 3, 2, "position|original position|wait"),
    b"EXITEMPTY": ("timed_out", 3, 2, "position|original position|wait"),
    b"EXITWITHKEY": ("timed_out", 4, -1, "key|position|original position|wait"),
    b"WITHDRAW": ("timed_out", 3, 2, "position|original position|wait"),
    b"COMPLETEAGENT": ("completed", 2, 1, "holdtime|calltime|original position"),
    b"COMPLETECALLER": ("completed", 2, 1, "holdtime|calltime|original position"),
    # What a transfer went to comes first and varies in length; the three figures are always the last.
    b"TRANSFER": ("completed", 5, -2, "extension|context|holdtime|calltime|original position"),
    b"BLINDTRANSFER": ("completed", 5, -2, "extension|context|holdtime|calltime|original position"),
    b"ATTENDEDTRANSFER": ("completed", 4, -2, "method|data|holdtime|calltime|original position"),
}


def read(
    path: Path, site: str, *, tz: ZoneInfo | None = None, report: LogReport | None = None
) -> Iterator[ContactEvent]:
    """The contact events of a `queue_log`, in the order of its lines. Its times are absolute, so `tz` is not used.

    A last line without an end is used when it is whole and passed over when it is not. Raises InputError with line and
    column for a line that is not of this format or holds a wrong number, and for a log without any queue event.
    """
    del tz
    report = report if report is not None else LogReport()
    calls = QueueCalls(site, report)
    for number, line in lines_of(path):
        if not line.strip():
            continue
        try:
            yield from _events(calls, report, path, number, line.rstrip(b"\r\n").split(b"|"))
        except InputError:
            if line.endswith(b"\n") or number == 1:
                raise
            report.odd("last line cut off")
    if not calls.joined:
        raise InputError(str(path), "no caller joins a queue in this log", "a queue_log with ENTERQUEUE lines")


def _events(
    calls: QueueCalls, report: LogReport, path: Path, number: int, fields: list[bytes]
) -> Iterator[ContactEvent]:
    at = _time(path, number, fields)
    if at < report.ended_at:
        report.odd("lines that go back in time")
    report.ended_at = max(report.ended_at, at)
    call, queue, event, data = fields[1], fields[2], fields[4], fields[5:]
    if event == b"ENTERQUEUE":
        yield from calls.join(at, call, queue)
    elif event in _OUTCOMES:
        kind, least, index, layout = _OUTCOMES[event]
        if len(data) < least:
            column = sum(len(field) + 1 for field in fields)
            raise InputError(
                str(path), f"{event.decode()} with {len(data)} data fields", layout, line=number, column=column
            )
        place = 5 + index if index >= 0 else len(fields) + index
        yield from calls.outcome(at, call, queue, kind, _seconds(path, number, fields, place, layout))


def _time(path: Path, number: int, fields: list[bytes]) -> float:
    if not _TIME.fullmatch(fields[0]) or float(fields[0]) >= MAX_EPOCH:
        raise InputError(str(path), f"{_NO_LAYOUT}: {shown(fields[0])} is not a time", _LAYOUT, line=number, column=1)
    if len(fields) < 5:
        column = sum(len(field) + 1 for field in fields)
        raise InputError(str(path), f"{_NO_LAYOUT}: {len(fields)} fields", _LAYOUT, line=number, column=column)
    return float(fields[0])


def _seconds(path: Path, number: int, fields: list[bytes], index: int, layout: str) -> float:
    raw = fields[index]
    if not _SECONDS.fullmatch(raw) or float(raw) > MAX_SECONDS:
        column = 1 + sum(len(field) + 1 for field in fields[:index])
        what = f"{shown(raw)} is not a time in whole seconds"
        raise InputError(str(path), what, f"{layout} after {fields[4].decode()}", line=number, column=column)
    return float(raw)
