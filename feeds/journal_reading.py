"""A journal read by somebody who is not the desk: without writing to it, also while the desk does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from feeds.errors import InputError
from feeds.journal import Entry
from feeds.journal_audit import all_files
from feeds.journal_opening import EXPECTED


def read_entries(path: Path, kind: str, *, naming: str = "") -> Iterator[Entry]:
    """The entries of a kind, oldest first; with `naming` only those whose body has this text somewhere.

    Raises InputError for a file that is not there or is no journal.
    """
    return matching(path, "kind = ? AND instr(body, ?)", (kind, naming))


def matching(path: Path, condition: str, values: Sequence[str | int]) -> Iterator[Entry]:
    """The entries that an SQL condition over the columns holds for, oldest first, closed segments included."""
    query = (
        f"SELECT number, at_ns, kind, actor, body, hash FROM entries WHERE number > ? AND {condition} ORDER BY number"  # noqa: S608 - the condition is ours
    )
    done = 0
    with all_files(path) as files:
        try:
            for file in files:
                for number, at_ns, kind, actor, body, digest in file.execute(query, (done, *values)):
                    yield Entry(number, at_ns, kind, actor, json.loads(body), digest)
                    done = number
        except ValueError as error:
            raise InputError(str(path), f"cannot be read: {error}", EXPECTED) from error
