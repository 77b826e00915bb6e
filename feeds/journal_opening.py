"""Opens a journal to be read and nothing else: the file, and what lies beside it, stay as they are.

SQLite's read-only mode alone would leave `-wal` and `-shm` files beside a journal in WAL mode that nobody has open.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from feeds.errors import InputError

EXPECTED = "the journal of a desk"
_COLUMNS = {"number", "at_ns", "kind", "actor", "body", "hash"}


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that reads the journal as it is at one moment, also while a desk writes to it.

    Raises InputError for what is not there, cannot be read, or is no journal, also for what is found out on the way.
    """
    if not path.is_file():
        raise InputError(str(path), "there is no such file", EXPECTED)
    try:
        with ExitStack() as stack:
            yield _opened(path, stack)
    except (sqlite3.Error, OSError) as error:
        raise InputError(str(path), f"cannot be read: {error}", EXPECTED) from error


def _opened(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """Alone and complete: as what it is. With a desk at work: through what they share. Else: a copy of both files."""
    log, shared = _beside(path, "-wal"), _beside(path, "-shm").exists()
    nothing_beside = not log.exists() or (not shared and log.stat().st_size == 0)
    if nothing_beside and not _beside(path, "-journal").exists():
        return _checked(path, "immutable=1", stack)
    if shared:
        try:
            return _checked(path, "mode=ro", stack)
        except sqlite3.OperationalError:
            if not log.exists():  # the desk ended just now, and took them along
                return _checked(path, "immutable=1", stack)
    elif not log.exists():
        return _checked(path, "mode=ro", stack)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dutydeck-")))
    copy = folder / "journal.db"
    shutil.copyfile(path, copy)
    shutil.copyfile(log, _beside(copy, "-wal"))
    return _checked(copy, "mode=ro", stack)


def _checked(path: Path, how: str, stack: ExitStack) -> sqlite3.Connection:
    """A connection in one read transaction, so that all that is read belongs together."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    stack.enter_context(closing(connection))
    connection.execute("BEGIN")
    columns = {str(column[1]) for column in connection.execute("PRAGMA table_info(entries)")}
    if not columns >= _COLUMNS:
        raise sqlite3.DatabaseError("it has no table of entries")
    return connection


def tables(connection: sqlite3.Connection) -> frozenset[str]:
    """The tables of a journal: one that was written before there were checkpoints has fewer."""
    return frozenset(name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
