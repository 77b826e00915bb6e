"""The bytes of a recording's segments: records with checksums, so that damage is told from a torn end.

A segment starts with `DDRec1` and its number; each record is a 12-byte head (length of the body, CRC-32 of the body,
CRC-32 of those 8 bytes) and its body. The head has a checksum of its own: a flipped bit in a length must not pass for
the torn end of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import BinaryIO
from zlib import crc32

from feeds.errors import InputError

SEGMENT_PATTERN = "segment-*.ddr"
MAX_RECORD_BYTES = 4 << 20

_MAGIC = b"DDRec1"
_START = Struct("<6sI")
_LENGTHS = Struct("<II")
_HEAD = Struct("<III")


def segment_name(index: int) -> str:
    """The file name of segment `index`, counted from 0."""
    return f"segment-{index:05d}.ddr"


def segment_start(index: int) -> bytes:
    """The first bytes of segment `index`."""
    return _START.pack(_MAGIC, index)


def framed(body: bytes) -> bytes:
    """One record's body with its head. A body over MAX_RECORD_BYTES is a ValueError: nobody could read it back."""
    if len(body) > MAX_RECORD_BYTES:
        raise ValueError(f"a record of {len(body)} bytes, more than {MAX_RECORD_BYTES}")
    lengths = _LENGTHS.pack(len(body), crc32(body))
    return lengths + crc32(lengths).to_bytes(4, "little") + body


class SegmentReader:
    """The record bodies of one segment, with the byte offset of each, in the order in which they were written.

    `last` marks the recording's last segment: there, and only there, a record that stops in the middle ends the
    reading and sets `truncated`. Whatever else is wrong is an InputError that names the file and the byte.
    """

    def __init__(self, path: Path, index: int, *, last: bool) -> None:
        self.path, self.index, self.last = path, index, last
        self.truncated = False

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        with self.path.open("rb") as file:
            if self._started(file):
                yield from self._records(file)

    def _started(self, file: BinaryIO) -> bool:
        start = file.read(_START.size)
        if start == segment_start(self.index):
            return True
        if segment_start(self.index).startswith(start):
            return self._torn(0)
        raise self._damage(0, "this does not begin like the segment that its name says")

    def _records(self, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
        offset = _START.size
        while head := file.read(_HEAD.size):
            if len(head) < _HEAD.size:
                self._torn(offset)
                return
            length, body_sum, head_sum = _HEAD.unpack(head)
            if crc32(head[: _LENGTHS.size]) != head_sum or length > MAX_RECORD_BYTES:
                raise self._damage(offset, "the head of a record is damaged")
            body = file.read(length)
            if len(body) < length:
                self._torn(offset)
                return
            if crc32(body) != body_sum:
                raise self._damage(offset, "a record is damaged")
            yield offset, body
            offset += _HEAD.size + length

    def _torn(self, offset: int) -> bool:
        if not self.last:
            raise self._damage(offset, "a record stops in the middle, and segments follow")
        self.truncated = True
        return False

    def _damage(self, offset: int, what: str) -> InputError:
        return InputError(str(self.path), f"byte {offset}: {what}", "a recording as it was written")
