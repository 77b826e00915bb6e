r"""The framing of a captured AMI stream: bytes to blocks of `Key: value` lines.

Values come from callers and hold anything. Lines end with `\r\n` (in a capture that went through an editor, `\n`),
blocks with an empty line; a lone line feed inside a value does not end the line, and a piece that does not begin like a
block belongs to the block before it, which is how a raw `\r\n` in a caller's name looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from feeds.errors import InputError
from feeds.sources.logfile import MAX_LINE_BYTES, LogReport, lines_of, shown

_STARTS = (b"Event: ", b"Response: ", b"Asterisk Call Manager/", b"Action: ")
_ANY_LINE = re.compile(rb"(Asterisk Call Manager/|[A-Za-z][\w()-]*:)")


@dataclass(frozen=True, slots=True)
class Block:
    """One message of the stream: the line on which it begins, and its lines without their ends."""

    number: int
    lines: list[bytes]

    def first(self, key: bytes) -> bytes | None:
        """The first value of `key`: for what Asterisk writes before anything that a caller can choose."""
        return next(self._values(key), None)

    def last(self, key: bytes) -> bytes | None:
        """The last value of `key`: for what Asterisk writes after the caller's name, so that a name cannot forge it."""
        return next(self._values(key, backwards=True), None)

    def only(self, key: bytes) -> bytes | None:
        """The value of `key` if the block has exactly one."""
        values = list(self._values(key))
        return values[0] if len(values) == 1 else None

    def _values(self, key: bytes, *, backwards: bool = False) -> Iterator[bytes]:
        start = key + b":"
        lines = reversed(self.lines) if backwards else self.lines
        return (line[len(start) :].strip() for line in lines if line.startswith(start))


def blocks_of(path: Path, report: LogReport) -> Iterator[Block]:
    """The blocks of a captured stream; one that the end of the capture cuts off is counted and left out."""
    block: Block | None = None
    ended = True
    for number, line in _whole_lines(path, report):
        if not line:
            ended = True
        elif ended and line.startswith(_STARTS):
            if block is not None:
                yield block
            block, ended = Block(number, [line]), False
        elif block is not None:
            block.lines.append(line)
            ended = False
    if block is not None:
        if ended:
            yield block
        else:
            report.odd("last block cut off")


def _whole_lines(path: Path, report: LogReport) -> Iterator[tuple[int, bytes]]:
    end, begun, begun_at = b"", b"", 1
    for number, piece in lines_of(path):
        if number == 1:
            end = b"\r\n" if piece.endswith(b"\r\n") else b"\n"
            if not _ANY_LINE.match(piece):
                what = f"{shown(piece)} does not begin an AMI stream"
                raise InputError(str(path), what, "its banner, or Key: value", line=1, column=1)
        if begun:
            piece = begun + piece
        else:
            begun_at = number
        if piece.endswith(end):
            yield begun_at, piece[: -len(end)]
            begun = b""
        elif len(piece) > MAX_LINE_BYTES:
            raise InputError(str(path), "a line without an end", f"lines that end with {end!r}", line=begun_at)
        else:
            begun = piece
    if begun:
        report.odd("last line cut off")
