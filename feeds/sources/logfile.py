"""Reading somebody else's log: plain or gzip, line by line, in bounded memory; every failure is one clear line."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from feeds.errors import InputError
from feeds.text import clean

MAX_LINE_BYTES = 1 << 20
MAX_SECONDS = 366 * 86_400.0
"""No contact waits or talks for longer than a year: such a figure is in another unit, or damaged."""

MAX_EPOCH = 32_503_680_000.0
"""The year 3000, as seconds since the epoch."""

_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class LogReport:
    """What a reader has to say besides the events; it fills this while it reads.

    `oddities` counts what was passed over, by what it was. `ended_at` is the last time that the log tells of anything,
    contact or not. `floating` is set when the log's times name no zone.
    """

    oddities: Counter[str] = field(default_factory=Counter)
    ended_at: float = float("-inf")
    floating: bool = False

    def odd(self, what: str) -> None:
        """Count something that was passed over."""
        self.oddities[what] += 1

    def line(self) -> str:
        """The oddities as one line for people; empty when there are none."""
        return "; ".join(f"{what}: {count}" for what, count in sorted(self.oddities.items()))


class CleanNames:
    """Names of queues and contacts made harmless, and kept apart: two names that look the same cleaned get a number."""

    def __init__(self) -> None:
        self._names: dict[bytes, str] = {}
        self._taken: set[str] = set()

    def __call__(self, raw: bytes) -> str:
        """The clean name of `raw`, the same one each time."""
        name = self._names.get(raw)
        if name is None:
            plain = name = clean(raw) or "?"
            number = 1
            while name in self._taken:
                number += 1
                name = f"{clean(plain, 56)}~{number}"
            self._names[raw] = name
            self._taken.add(name)
        return name


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Number (from 1) and bytes of each line, its end included; the last one may have none. Raises InputError."""
    number = 0
    try:
        with path.open("rb") as raw:
            packed = raw.peek(2)[:2] == _GZIP
            file = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    raise InputError(str(path), f"over {MAX_LINE_BYTES} bytes", "a line of text", line=number)
                yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(str(path), "the gzip stream is cut off or damaged", "a whole one", line=number + 1) from error
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}", "a log file") from error


def not_utf8(path: Path, number: int, line: bytes, error: UnicodeDecodeError) -> InputError:
    """The error for a line that is not UTF-8, with the place; where it reads as GBK, it says how to convert it."""
    expected = "text in UTF-8"
    try:
        line.decode("gbk")
    except UnicodeDecodeError:
        pass
    else:
        expected += "; this reads as GBK: iconv -f GBK -t UTF-8 converts it"
    what = f"byte 0x{line[error.start]:02x} is not UTF-8"
    return InputError(str(path), what, expected, line=number, column=error.start + 1)


def shown(raw: bytes | str) -> str:
    """A piece of the file for a message: harmless, and short."""
    return f"'{clean(raw, 40)}'"
