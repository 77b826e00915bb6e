"""A journal read by somebody who is not the desk: without writing to it, also while the desk does."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from feeds.errors import InputError
from feeds.journal import Entry


def read_entries(path: Path, kind: str, *, naming: str = "") -> Iterator[Entry]:
    """The entries of a kind, oldest first; with `naming` only those whose body has this text somewhere.

    Raises InputError for a file that is not there or is no journal.
    """
    if not path.is_file():
        raise InputError(str(path), "there is no such file", "the journal of a desk")
    query = (
        "SELECT number, at_ns, kind, actor, body, hash FROM entries WHERE kind = ? AND instr(body, ?) ORDER BY number"
    )
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as journal:
            for number, at_ns, own, actor, body, digest in journal.execute(query, (kind, naming)):
                yield Entry(number, at_ns, own, actor, json.loads(body), digest)
    except (sqlite3.Error, ValueError) as error:
        raise InputError(str(path), f"cannot be read: {error}", "the journal of a desk") from error
