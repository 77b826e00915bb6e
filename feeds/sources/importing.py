"""A log becomes a recording: whole, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.errors import InputError
from feeds.recording import RecordingWriter
from feeds.recording_place import staged
from feeds.sources.contacts_csv import DEFAULT_TZ
from feeds.sources.logfile import LogReport
from feeds.sources.registry import format_named
from feeds.text import clean


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What was imported: `oddities` is one line about what was passed over, empty when nothing was."""

    site: str
    contacts: int
    events: int
    queues: int
    oddities: str


def site_of(file: Path) -> str:
    """The site that a log stands for when nobody names one: the file's stem, without `.gz`."""
    plain = file.with_suffix("") if file.suffix.lower() == ".gz" else file
    return plain.stem


def import_log(
    format_name: str, file: Path, rec: Path, *, site: str = "", tz: ZoneInfo | None = None, force: bool = False
) -> ImportSummary:
    """Read `file` as `format_name` and write the recording `rec`.

    `tz` says where times without an offset are local; without it they are taken as they are, whatever zone a table is
    asked for in. The manifest's `ended_at` is the last time that the log tells of anything. Raises InputError; `rec` is
    then as it was before.
    """
    source = format_named(format_name)
    name = clean(site or site_of(file))
    if not name:
        raise InputError("--site", "an empty name", "the name of the site")
    report = LogReport()
    events = contacts = 0
    queues: set[str] = set()
    meta = {"source": source.name, "file": clean(file.name, 200), "site": name}
    try:
        with staged(rec, overwrite=force) as stage, RecordingWriter(stage, meta=meta) as writer:
            for event in source.read(file, name, tz=tz, report=report):
                writer.contact(event)
                events += 1
                contacts += event.kind == "joined"
                queues.add(event.queue)
            writer.meta.update(ended_at=report.ended_at, oddities=dict(report.oddities))
            if report.floating:
                writer.meta.update(tz=str(tz or DEFAULT_TZ), floating=tz is None)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise InputError(str(rec), what, "room, and the right to write") from error
    return ImportSummary(name, contacts, events, len(queues), report.line())
