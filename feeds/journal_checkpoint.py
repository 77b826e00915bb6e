"""Checkpoints: who held the key said, at a time, "the chain had this hash at this entry".

A chain of hashes shows a change inside it. It does not show that its end was cut off, or that all of it was made
anew; a signature over its head, kept where the journal is not, does. A signed segment says besides that the entries up
to there were moved to a file of their own, so that a journal which begins later is not one that lost its beginning.

The signed bytes are lines of UTF-8, each ended by a line feed, so that anybody can write them again (docs/audit.md).
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from feeds.errors import InputError

_LINE = re.compile(
    r"(?:checkpoint|segment (?P<first>[0-9]{1,18})) (?P<number>[0-9]{1,18}) (?P<hash>[0-9a-f]{64})"
    r" (?P<at_ns>-?[0-9]{1,19}) (?P<key>[0-9a-f]{16}) (?P<signature>[A-Za-z0-9+/]{86}==)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain had `hash` at entry `number`. `first` stands where the entries from there on make a closed segment.

    `at_ns` is the desk's clock, `key` the id of the key, `signature` Ed25519 over `signed_bytes`, in base64.
    """

    number: int
    hash: str
    at_ns: int
    key: str
    signature: str = ""
    first: int | None = None

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        kind = "checkpoint" if self.first is None else "segment"
        first = "" if self.first is None else f"first {self.first}\n"
        rest = f"number {self.number}\nhash {self.hash}\nat_ns {self.at_ns}\nkey {self.key}\n"
        return f"dutydeck journal {kind}\n{first}{rest}".encode()

    @property
    def line(self) -> str:
        """One line of the file beside the journal, without its end."""
        kind = "checkpoint" if self.first is None else f"segment {self.first}"
        return f"{kind} {self.number} {self.hash} {self.at_ns} {self.key} {self.signature}"


def checkpoints_path(journal: Path) -> Path:
    """Where the checkpoints of a journal stand beside it: copy this file to another machine."""
    return journal.with_name(journal.name + ".checkpoints")


def read_checkpoints(path: Path) -> Iterator[Checkpoint]:
    """The checkpoints of a file, in its order. Raises InputError with the line of one that is none.

    A last line without its end was cut off by a kill and is passed over.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith("\n"):
                    return
                found = _LINE.fullmatch(line.removesuffix("\n"))
                if found is None:
                    raise InputError(str(path), "this is no checkpoint", "a line of docs/audit.md", line=number)
                first = found["first"]
                yield Checkpoint(
                    int(found["number"]),
                    found["hash"],
                    int(found["at_ns"]),
                    found["key"],
                    found["signature"],
                    None if first is None else int(first),
                )
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}", "the checkpoints of a journal") from error


def append_line(journal: Path, checkpoint: Checkpoint) -> None:
    """Put a checkpoint into the file beside the journal, durably; a line that a kill cut off goes."""
    handle = os.open(checkpoints_path(journal), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        end = os.lseek(handle, 0, os.SEEK_END)
        tail = os.pread(handle, 512, max(0, end - 512))
        whole = end - len(tail) + tail.rfind(b"\n") + 1
        os.ftruncate(handle, whole)
        os.pwrite(handle, f"{checkpoint.line}\n".encode(), whole)
        os.fsync(handle)
    finally:
        os.close(handle)
