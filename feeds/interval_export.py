"""A recording as an interval table, and the table as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, astuple, fields
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from feeds.counter_intervals import CounterIntervals
from feeds.errors import InputError
from feeds.intervals import By, ContactIntervals, IntervalClock, IntervalRow, table
from feeds.recording import RecordingReader

TableFormat = Literal["csv", "json"]
TABLE_FORMATS: tuple[TableFormat, ...] = get_args(TableFormat)
DEFAULT_TZ = ZoneInfo("Asia/Shanghai")
COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(IntervalRow))


def interval_table(
    reader: RecordingReader, *, by: By, interval_s: float, threshold_s: float, tz: ZoneInfo | None = None
) -> list[IntervalRow]:
    """The table of a recording.

    Sites with contact events are counted contact by contact; the others, of which there are only frames, by the growth
    of their counters (see `CounterIntervals`). Intervals are local to `tz`, or where the log names no zone, to that in
    which it was imported. Raises InputError. Afterwards `reader.truncated` tells whether the recording was cut off.
    """
    clock = IntervalClock(interval_s, _zone(reader, tz))
    counters = CounterIntervals(clock, by=by, threshold_s=threshold_s)
    contacts, end_at = ContactIntervals(), float("-inf")
    for record in reader:
        end_at = max(end_at, record.at)
        if record.kind == "contact":
            contacts.add(record.body)
        elif record.kind == "frame":
            counters.frame(record.site, record.body)
    if not reader.truncated:
        end_at = max(end_at, _end_of_log(reader))
    cells = counters.cells(without=contacts.sites)
    contacts.count(cells, clock, by=by, threshold_s=threshold_s, end_at=end_at)
    return table(cells)


def _end_of_log(reader: RecordingReader) -> float:
    ended_at = reader.manifest.meta.get("ended_at")
    return float(ended_at) if isinstance(ended_at, int | float) else float("-inf")


def _zone(reader: RecordingReader, asked: ZoneInfo | None) -> ZoneInfo:
    meta = reader.manifest.meta
    if "tz" not in meta or (asked is not None and not meta.get("floating")):
        return asked or DEFAULT_TZ
    return zone_named(str(meta["tz"]), str(reader.path))


def zone_named(name: str, where: str = "--tz") -> ZoneInfo:
    """The time zone called `name`. Raises InputError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(where, f"unknown time zone '{name[:40]}'", "a name such as Asia/Shanghai or UTC") from error


def as_csv(rows: Sequence[IntervalRow]) -> str:
    """The table with a header; what there is no value for is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(row) for row in rows)
    return out.getvalue()


def as_json(rows: Sequence[IntervalRow]) -> str:
    """The table as `{"rows": [...]}`; what there is no value for is null."""
    return json.dumps({"rows": [asdict(row) for row in rows]}, ensure_ascii=False, allow_nan=False) + "\n"
