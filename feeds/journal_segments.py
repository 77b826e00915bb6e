"""Closes the old part of a journal: moved to a file of its own, signed, and removed from the journal that goes on.

In four steps, each whole or not at all: the copy under a name that counts for nothing; its proof and its name; the
signed word in the journal that these entries are there now; their removal, a few at a time, so that a desk which
writes beside never waits. A kill between two of them leaves a journal that verifies, and the next time goes on there.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from feeds.errors import InputError, JournalError
from feeds.journal_audit import CLOSED, segments_folder
from feeds.journal_checkpoint import Checkpoint, append_line
from feeds.journal_keys import Signer
from feeds.journal_opening import reading
from feeds.journal_proof import Witness, closed_segments, prove
from feeds.journal_schema import SCHEMA, renew_schema

_DAY_NS = 86_400 * 10**9
_AT_ONCE = 500
"""Entries removed in one transaction."""
_BREATH_S = 0.02
"""Between two of them: longer than another process that waits sleeps at first."""
_PATIENCE_S = 5.0
_NAME = re.compile(r"([0-9]{12})-([0-9]{12})\.db", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a segment is closed: as soon as the journal spans `spans_ns` or has `entries`, all but the newest part."""

    spans_ns: int = 2 * _DAY_NS
    keeps_ns: int = _DAY_NS
    entries: int = 500_000
    keeps_entries: int = 100_000


def due(path: Path, now_ns: int, limits: Limits) -> int | None:
    """Up to which entry a segment may be closed now; None while there is none. Raises JournalError."""
    with _writing(path) as journal:
        return _removal(journal)[1] or _last(path, journal, now_ns, limits)


def close_segment(
    path: Path, signer: Signer, now_ns: int, limits: Limits | None = None, *, stop: Event | None = None
) -> Checkpoint | None:
    """Close what may be closed, and finish what was begun; returns the segment that was closed, if one was.

    `stop` ends it between two steps. Raises JournalError, with the journal as it was or one step further.
    """
    stop = stop or Event()
    with _writing(path) as journal:
        renew_schema(journal)
        last = _last(path, journal, now_ns, limits or Limits())
        closed = None if last is None or stop.is_set() else _closed(path, journal, signer, last, now_ns)
        _remove(journal, stop)
    return closed


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)) as journal:
            journal.execute("PRAGMA synchronous=FULL")
            yield journal
    except (sqlite3.Error, OSError, InputError) as error:
        raise JournalError(f"{path}: a segment cannot be closed: {error}") from error


def _offset(journal: sqlite3.Connection) -> int:
    return int(journal.execute("SELECT coalesce(max(number), 0) FROM segments").fetchone()[0])


def _removal(journal: sqlite3.Connection) -> tuple[int, int]:
    """The oldest entry that is closed and not removed yet, and the last of those; zeros where all are."""
    offset = _offset(journal)
    (oldest,) = journal.execute("SELECT min(number) FROM entries WHERE number <= ?", (offset,)).fetchone()
    return (int(oldest), offset) if oldest is not None else (0, 0)


def _last(path: Path, journal: sqlite3.Connection, now_ns: int, limits: Limits) -> int | None:
    """Where the next segment ends: always at a checkpoint, never at the newest entry."""
    offset = _offset(journal)
    begun = _begun(path, journal, offset + 1)
    if begun is not None:
        return begun
    oldest = journal.execute("SELECT at_ns FROM entries WHERE number = ?", (offset + 1,)).fetchone()
    newest = journal.execute("SELECT max(number) FROM entries").fetchone()[0]
    if oldest is None or newest is None:
        return None
    ends = "SELECT max(number) FROM checkpoints WHERE number > ? AND number < ? AND at_ns <= ?"
    if now_ns - oldest[0] >= limits.spans_ns:
        found = journal.execute(ends, (offset, newest, now_ns - limits.keeps_ns)).fetchone()[0]
    elif newest - offset >= limits.entries:
        found = journal.execute(ends, (offset, newest - limits.keeps_entries + 1, now_ns)).fetchone()[0]
    else:
        return None
    return None if found is None else int(found)


def _begun(path: Path, journal: sqlite3.Connection, first: int) -> int | None:
    """The end of a segment whose file has its name and of which the journal does not know yet."""
    folder = segments_folder(path)
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        name = _NAME.fullmatch(file.name)
        if name is not None and int(name[1]) == first:
            last = int(name[2])
            if journal.execute("SELECT 1 FROM checkpoints WHERE number = ?", (last,)).fetchone():
                return last
    return None


def _closed(path: Path, journal: sqlite3.Connection, signer: Signer, last: int, now_ns: int) -> Checkpoint:
    first, folder = _offset(journal) + 1, segments_folder(path)
    folder.mkdir(exist_ok=True)
    file = folder / f"{first:012d}-{last:012d}.db"
    draft = folder / f".{file.name}.draft"
    for left in folder.glob(".*.draft*"):  # by a desk that was killed; there is one desk to a journal
        left.unlink()
    _copy(journal, draft, first, last)
    head = _proved(draft, first, last)
    draft.chmod(0o444)
    draft.replace(file)
    _sync(folder)
    closed = signer.checkpoint(last, head, now_ns, first)
    row = (closed.number, first, closed.hash, file.name, now_ns, closed.key, closed.signature)
    journal.execute("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    append_line(path, closed)
    return closed


def _copy(journal: sqlite3.Connection, draft: Path, first: int, last: int) -> None:
    """The entries and their checkpoints in a file of their own, which knows what was closed before it."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as made:
        made.executescript(f"PRAGMA synchronous=FULL; PRAGMA user_version={CLOSED}; {SCHEMA} BEGIN;")
        for table, span in (("entries", (first, last)), ("checkpoints", (first, last)), ("segments", (0, first - 1))):
            rows = journal.execute(f"SELECT * FROM {table} WHERE number BETWEEN ? AND ? ORDER BY number", span)  # noqa: S608
            marks = ", ".join("?" * len(rows.description))
            made.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - names of our own tables
        made.execute("COMMIT")


def _proved(draft: Path, first: int, last: int) -> str:
    """The head of a copy that is whole. Raises JournalError: what does not hold is not removed from where it is."""
    with reading(draft) as segment:
        proof = prove(segment, Witness())
    if proof.bad is not None or (proof.first, proof.last) != (first, last):
        why = proof.bad.why if proof.bad else f"it spans {proof.first} to {proof.last}"
        raise JournalError(f"{draft}: entries {first} to {last} cannot be closed: {why}")
    return proof.head


def _remove(journal: sqlite3.Connection, stop: Event) -> None:
    """Take what is closed out of the journal; its checkpoints are in the segments."""
    journal.execute("PRAGMA synchronous=NORMAL")  # a removal that a power cut undoes is done again
    while not stop.is_set():
        oldest, offset = _removal(journal)
        if not oldest:
            return
        until = min(offset, oldest + _AT_ONCE - 1)
        journal.execute("BEGIN IMMEDIATE")
        journal.execute("DELETE FROM entries WHERE number <= ?", (until,))
        journal.execute("DELETE FROM checkpoints WHERE number <= ?", (until,))
        journal.execute("COMMIT")
        time.sleep(_BREATH_S)


def prune(path: Path, before_ns: int, to: Path | None = None) -> list[Checkpoint]:
    """Let the segments go whose last checkpoint is older: removed, or moved to a folder. Returns which, oldest first.

    The journal keeps the signed word on each, from which the chain goes on. Raises InputError.
    """
    with reading(path) as journal:
        closed = closed_segments(journal)
    gone: list[Checkpoint] = []
    for checkpoint, name in closed:
        file = segments_folder(path) / Path(name).name
        if not file.is_file() or _newest_ns(file) >= before_ns:
            continue
        try:
            _let_go(file, to)
        except OSError as error:
            raise InputError(str(file), f"cannot be let go: {error.strerror}", "a segment and a folder") from error
        gone.append(checkpoint)
    return gone


def _newest_ns(file: Path) -> int:
    with reading(file) as segment:
        return int(segment.execute("SELECT coalesce(max(at_ns), 0) FROM entries").fetchone()[0])


def _let_go(file: Path, to: Path | None) -> None:
    if to is None:
        file.unlink()
        return
    goal = to / file.name
    if goal.exists():
        raise FileExistsError(0, f"{goal} is there already")
    try:
        file.rename(goal)
    except OSError:  # another disk
        goal.write_bytes(file.read_bytes())
        file.unlink()


def _sync(folder: Path) -> None:
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
