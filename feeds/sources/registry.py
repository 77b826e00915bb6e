"""The formats that `dutydeck import` knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from feeds.contacts import ContactEvent
from feeds.errors import InputError
from feeds.sources import asterisk_ami, asterisk_queue_log, contacts_csv
from feeds.sources.logfile import LogReport


class Read(Protocol):
    """Reads one file as the contact events of `site`; `report` is filled meanwhile. Raises InputError."""

    def __call__(
        self, path: Path, site: str, *, tz: ZoneInfo | None = None, report: LogReport | None = None
    ) -> Iterator[ContactEvent]:
        """Read `path`."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format of log: its name on the command line, what it is, and its reader."""

    name: str
    title: str
    read: Read


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        form.name: form
        for form in (
            Format("asterisk-ami", "a captured AMI stream of Asterisk 12 or later", asterisk_ami.read),
            Format("asterisk-queue-log", "queue_log of Asterisk 1.8 or later", asterisk_queue_log.read),
            Format(
                "contacts-csv", "one row a contact: joined_at, queue, outcome, wait_s, service_s", contacts_csv.read
            ),
        )
    }
)


def format_named(name: str) -> Format:
    """The format called `name`; InputError lists those there are."""
    if name not in FORMATS:
        raise InputError("FORMAT", f"unknown format '{name[:40]}'", f"one of {', '.join(FORMATS)}")
    return FORMATS[name]
