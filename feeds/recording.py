"""Recordings: what came in, as it came, so that a replay comes out the same.

A recording is a directory: `manifest.json` and segments of records (`feeds.recording_segments`). A record has a
receive time, a kind, a site and a body:

- `frame`: the raw bytes as received, wrong ones too; `link`: a change of a connection (a map);
- `operator`: what a person asked for (a map); `contact`: a `ContactEvent`; `config`: the configuration's hash changed.

Each record reaches the operating system at once, contact events in batches, so that a kill loses little.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast, get_args

import msgpack

from feeds.contacts import ContactEvent, ContactKind
from feeds.contract import MAX_FRAME_BYTES
from feeds.errors import InputError
from feeds.recording_place import FORMAT, MANIFEST, check_free, clear
from feeds.recording_segments import (
    MAX_RECORD_BYTES,
    SEGMENT_PATTERN,
    SegmentReader,
    framed,
    segment_name,
    segment_start,
)

RecordKind = Literal["frame", "link", "operator", "contact", "config"]
RECORD_KINDS: tuple[RecordKind, ...] = get_args(RecordKind)

_BATCH = 256
_MAX_MANIFEST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that came in at `at` (seconds since the epoch). `body` is bytes, a ContactEvent or a map."""

    at: float
    kind: RecordKind
    site: str
    body: Any


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a recording says of itself. Of one that was cut off (not `closed`), `sites` and `last_at` are not told."""

    made_at: str = ""
    config_hash: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    sites: tuple[str, ...] = ()
    segments: int = 0
    last_at: float | None = None
    closed: bool = False


class RecordingWriter:
    """Writes a recording; use it as a context manager, or call `close`.

    `path` must be free (see `check_free`, InputError); `overwrite` allows an existing recording. `meta` is kept in the
    manifest and may be added to until `close`. An OSError (disk full) is raised as it is, after the torn record has
    been taken back: what was written before stays readable, and writing may go on.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        config_hash: str = "",
        meta: Mapping[str, Any] | None = None,
        overwrite: bool = False,
        segment_bytes: int = 64 << 20,
        made_at: str = "",
    ) -> None:
        self.path, self.config_hash, self.meta = Path(path), config_hash, dict(meta or {})
        self._made_at = made_at or datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
        self._segment_bytes, self._index, self._size = segment_bytes, 0, 0
        self._sites: set[str] = set()
        self._last_at: float | None = None
        self._batch: list[ContactEvent] = []
        self._closed = False
        check_free(self.path, overwrite=overwrite)
        clear(self.path)
        self._write_manifest()
        self._open_segment()

    def frame(self, at: float, site: str, data: bytes) -> None:
        """A frame of `site` as received; an oversized one is kept up to the first byte that is too many."""
        self._put(at, "frame", site, bytes(data[: MAX_FRAME_BYTES + 1]))

    def link(self, at: float, site: str, change: Mapping[str, Any]) -> None:
        """A change of the connection to `site`."""
        self._put(at, "link", site, dict(change))

    def operator(self, at: float, intent: Mapping[str, Any]) -> None:
        """What a person or script asked the desk for."""
        self._put(at, "operator", "", dict(intent))

    def config(self, at: float, config_hash: str) -> None:
        """The configuration changed while recording."""
        self._put(at, "config", "", {"hash": config_hash})

    def contact(self, event: ContactEvent) -> None:
        """What happened to a contact, at the event's own time. Written in batches, and before any other record."""
        if self._batch and (event.site != self._batch[0].site or len(self._batch) >= _BATCH):
            self.flush()
        self._batch.append(event)

    def flush(self) -> None:
        """Write the contact events that are still held back."""
        if not self._batch:
            return
        batch, self._batch = self._batch, []
        self._put(max(e.at for e in batch), "contact", batch[0].site, [_contact_row(e) for e in batch])

    def close(self) -> None:
        """Write what is held back and complete the manifest; nothing can be written after it."""
        if self._closed:
            return
        try:
            self.flush()
            os.fsync(self._file.fileno())
        finally:
            self._closed = True
            self._file.close()
        self._write_manifest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _put(self, at: float, kind: RecordKind, site: str, body: object) -> None:
        if kind != "contact":
            self.flush()
        data = framed(msgpack.packb((RECORD_KINDS.index(kind), float(at), site, body), unicode_errors="replace"))
        if self._size + len(data) > self._segment_bytes and self._size > len(segment_start(0)):
            self._file.close()
            self._index += 1
            self._open_segment()
        self._write(data)
        self._last_at = at if self._last_at is None else max(at, self._last_at)
        if site:
            self._sites.add(site)

    def _open_segment(self) -> None:
        self._file = (self.path / segment_name(self._index)).open("xb", buffering=0)
        self._size = 0
        self._write(segment_start(self._index))

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            self._file.truncate(self._size)
            self._file.seek(self._size)
            raise
        self._size += len(data)

    def _write_manifest(self) -> None:
        plain = {
            "format": FORMAT,
            "made_at": self._made_at,
            "config_hash": self.config_hash,
            "meta": self.meta,
            "sites": sorted(self._sites),
            "segments": self._index + 1,
            "last_at": self._last_at,
            "closed": self._closed,
        }
        partial = self.path / f"{MANIFEST}.new"
        partial.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        partial.replace(self.path / MANIFEST)


class RecordingReader:
    """Reads a recording: `manifest`, and its records in the order in which they were written by iterating.

    `truncated` is set once the end was reached: the last record of the last segment stopped in the middle, as a kill
    leaves it. Everything else that is wrong is an InputError that names the file and the byte.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.manifest = _read_manifest(self.path)
        self.truncated = False
        self._segments = sorted(self.path.glob(SEGMENT_PATTERN))
        for index, segment in enumerate(self._segments):
            if segment.name != segment_name(index):
                raise InputError(str(self.path), f"{segment_name(index)} is missing", "all segments of the recording")
        if self.manifest.closed and len(self._segments) != self.manifest.segments:
            raise InputError(
                str(self.path), f"{len(self._segments)} segments", f"{self.manifest.segments}, as its manifest says"
            )

    def __iter__(self) -> Iterator[Record]:
        for index, path in enumerate(self._segments):
            segment = SegmentReader(path, index, last=index == len(self._segments) - 1)
            try:
                for offset, body in segment:
                    yield from _records(path, offset, body)
            except OSError as error:
                raise InputError(str(path), f"cannot be read: {error.strerror}") from error
            self.truncated = self.truncated or segment.truncated

    def contacts(self) -> Iterator[ContactEvent]:
        """The contact events alone."""
        return (record.body for record in self if record.kind == "contact")


def _records(path: Path, offset: int, body: bytes) -> Iterator[Record]:
    try:
        kind_index, at, site, value = msgpack.unpackb(
            body, max_array_len=4096, max_map_len=4096, max_str_len=1 << 16, max_bin_len=MAX_RECORD_BYTES, max_ext_len=0
        )
        kind = RECORD_KINDS[kind_index]
        if not isinstance(at, float) or not isinstance(site, str) or not isinstance(value, _BODY[kind]):
            raise TypeError(kind)
        events = [_contact(site, *row) for row in cast("list[Any]", value)] if kind == "contact" else []
    except (ValueError, TypeError, IndexError, RecursionError, msgpack.UnpackException) as error:
        raise InputError(str(path), f"byte {offset}: this is not a record", "a recording as it was written") from error
    if kind == "contact":
        yield from (Record(event.at, kind, site, event) for event in events)
    else:
        yield Record(at, kind, site, value)


_BODY: Mapping[RecordKind, type] = {"frame": bytes, "link": dict, "operator": dict, "contact": list, "config": dict}


def _contact_row(event: ContactEvent) -> tuple[float | str | int, ...]:
    """A contact event as it is written; buyer and part only where there are any, as in recordings before there were."""
    e = event
    row = (float(e.at), e.queue, e.contact, e.kind, float(e.wait_s), float(e.handle_s))
    return (*row, e.buyer, e.part) if e.buyer or e.part else row


def _contact(
    site: str,
    at: float,
    queue: str,
    contact: str,
    kind: str,
    wait_s: float,
    handle_s: float,
    buyer: str = "",
    part: int = 0,
) -> ContactEvent:
    """A contact event of a batch. A kind that this version does not know is kept: whoever counts leaves it out."""
    texts = (queue, contact, kind, buyer)
    if not (type(at) is type(wait_s) is type(handle_s) is float and all(type(t) is str for t in texts)):
        raise TypeError(kind)
    if type(part) is not int:
        raise TypeError(kind)
    return ContactEvent(at, site, queue, contact, cast("ContactKind", kind), wait_s, handle_s, buyer, part)


def _read_manifest(path: Path) -> Manifest:
    file = path / MANIFEST
    if not path.is_dir() or not file.is_file():
        raise InputError(str(path), "is not a recording", f"a directory with a {MANIFEST}")
    try:
        with file.open("rb") as opened:
            plain = json.loads(opened.read(_MAX_MANIFEST_BYTES))
    except OSError as error:
        raise InputError(str(file), f"cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise InputError(str(file), error.msg, "a manifest in JSON", line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise InputError(str(file), "is not a manifest", "a manifest in JSON") from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise InputError(str(file), "is of another format or version", f'"format": "{FORMAT}"')
    try:
        return Manifest(
            str(plain.get("made_at", "")),
            str(plain.get("config_hash", "")),
            dict(plain.get("meta", {})),
            tuple(map(str, plain.get("sites", ()))),
            int(plain.get("segments", 0)),
            plain.get("last_at"),
            bool(plain.get("closed")),
        )
    except (TypeError, ValueError) as error:
        raise InputError(str(file), f"is not a manifest: {error}", "a manifest as it was written") from error
