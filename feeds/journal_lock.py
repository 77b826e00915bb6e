"""One desk to a journal: two that take up the same alerts and runs would both act on them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feeds.errors import JournalError


@contextmanager
def sole_desk(journal: Path) -> Iterator[None]:
    """Hold a journal for one desk. Raises JournalError while another process does; the end of a process gives it back.

    The lock is on a file beside the journal, which says whose it is; SQLite's own locks stay out of it.
    """
    path = journal.with_name(journal.name + ".lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(handle, 32).decode(errors="replace").strip() or "?"
            words = f"{journal}: another desk works on this journal (process {holder})"
            raise JournalError(f"{words}; stop it, or give this one a `journal:` of its own") from error
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)
