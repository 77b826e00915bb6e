"""Proves the chain of a journal from its bytes: what was changed, removed, put in, moved, cut off or made anew.

Independent of how a journal is written: it reads the columns as bytes and hashes those, as docs/audit.md tells a
stranger to. One row is held at a time; the checkpoints are held whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from feeds.journal_checkpoint import Checkpoint
from feeds.journal_opening import tables
from feeds.text import clean

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

START = "0" * 64
"""What stands for the hash before the first entry."""

_PARTS = 5
"""Separators in the hashed bytes of an entry whose columns hold none of their own."""


@dataclass(frozen=True, slots=True)
class Bad:
    """The first entry that is wrong (one past the last, where the end is missing), and why."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What is known of the chain from elsewhere: a head that was noted, checkpoints that were copied, public keys.

    Without keys no signature is looked at, and a checkpoint counts for what it says.
    """

    head: str = ""
    checkpoints: tuple[Checkpoint, ...] = ()
    keys: Mapping[str, Ed25519PublicKey] | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found in one file: rows in it, the hash of its last, the first wrong entry if any.

    `first` and `last` are the numbers it spans, `before` the hash that it begins from, `head_seen` whether the noted
    head is in it, `signed_to` the newest entry that a checkpoint vouches for (0: none).
    """

    rows: int
    first: int
    last: int
    before: str
    head: str
    bad: Bad | None
    head_seen: bool = False
    signed_to: int = 0


def closed_segments(journal: sqlite3.Connection) -> list[tuple[Checkpoint, str]]:
    """What a journal says of the segments that were taken out of it: the signed words and the name of the file."""
    if "segments" not in tables(journal):
        return []
    rows = journal.execute("SELECT number, hash, at_ns, key, signature, first, file FROM segments ORDER BY number")
    return [(Checkpoint(*row[:6]), row[6]) for row in rows]


def own_checkpoints(journal: sqlite3.Connection) -> list[Checkpoint]:
    """The checkpoints that a journal holds itself."""
    if "checkpoints" not in tables(journal):
        return []
    rows = journal.execute("SELECT number, hash, at_ns, key, signature FROM checkpoints ORDER BY number")
    return [Checkpoint(*row) for row in rows]


def prove(journal: sqlite3.Connection, witness: Witness) -> Proof:
    """Walk the chain of one file. The connection is one of `feeds.journal_opening.reading`."""
    closed = [checkpoint for checkpoint, _ in closed_segments(journal)]
    known = [*witness.checkpoints, *closed, *own_checkpoints(journal)]  # what others kept counts first
    bad_word = _unsigned(known, witness)
    begins = closed[-1] if closed else None
    walk = _Walk(journal, begins, known, witness.head)
    bad = walk.go()
    if bad is None or (bad_word is not None and bad_word.seq < bad.seq):
        bad = bad_word or bad
    rows, head = walk.rows, walk.before
    if walk.stopped:
        rows, head = _rest(journal, head)
    return Proof(rows, walk.first, walk.last, walk.begin, head, bad, walk.head_seen, walk.signed_to)


def _unsigned(known: Iterable[Checkpoint], witness: Witness) -> Bad | None:
    """The first checkpoint whose signature does not hold, where there are keys to tell by."""
    if witness.keys is None:
        return None
    from feeds.journal_keys import signed_by

    wrong = [(one.number, why) for one in known if (why := signed_by(one, witness.keys))]
    return Bad(min(wrong)[0], f"the checkpoint at entry {min(wrong)[0]} {min(wrong)[1]}") if wrong else None


def _rest(journal: sqlite3.Connection, head: str) -> tuple[int, str]:
    """How many rows there are and what the last says is its hash, where the walk stopped before the end."""
    rows = int(journal.execute("SELECT count(*) FROM entries").fetchone()[0])
    last = journal.execute("SELECT CAST(hash AS BLOB) FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    return rows, clean(bytes(last[0] or b"")) if last else head


class _Walk:
    """One pass over the entries of a file."""

    def __init__(
        self, journal: sqlite3.Connection, begins: Checkpoint | None, known: Iterable[Checkpoint], head: str
    ) -> None:
        self._journal, self._head = journal, head
        self._offset = begins.number if begins else 0
        self.begin = self.before = begins.hash if begins else START
        self.first, self.last, self.rows = self._offset + 1, self._offset, 0
        self._said: dict[int, Checkpoint] = {}
        self._quarrel: Bad | None = None
        for one in known:
            other = self._said.setdefault(one.number, one)
            if other.hash != one.hash and (self._quarrel is None or one.number < self._quarrel.seq):
                self._quarrel = Bad(one.number, f"two checkpoints at entry {one.number} say different hashes")
        self.head_seen = not head or (begins is not None and head == begins.hash)
        self.signed_to, self.stopped = self._offset, False

    def go(self) -> Bad | None:
        """The first entry that is wrong, or None."""
        bad = self._chain()
        if bad is not None:
            self.stopped = True
            return bad
        if self._quarrel is not None:
            return self._quarrel
        beyond = max((number for number in self._said if number > self.last), default=0)
        if beyond:
            return Bad(self.last + 1, f"entries {self.last + 1} to {beyond} are missing: a checkpoint vouches for them")
        return None

    def _chain(self) -> Bad | None:
        self._journal.text_factory = bytes
        try:
            cursor = self._journal.execute("SELECT number, at_ns, kind, actor, body, hash FROM entries ORDER BY number")
            return self._follow(cursor)
        finally:
            self._journal.text_factory = str

    def _follow(self, cursor: sqlite3.Cursor) -> Bad | None:
        before, expected, waiting = self.before.encode(), self._offset + 1, iter(sorted(self._said))
        head = self._head.encode()
        due = next((number for number in waiting if number > self._offset), 0)
        try:
            for row in cursor:
                number, at_ns, kind, actor, body, digest = row
                if number != expected:
                    if type(number) is int and 0 < number <= self._offset:
                        continue  # closed, and in a segment; the desk was killed before it had removed it here
                    return _out_of_place(number, expected)
                text = b"\x1f".join((before, b"%d" % number, b"%d" % at_ns, kind, actor, body))
                before = sha256(text).hexdigest().encode()
                if before != digest or text.count(b"\x1f") != _PARTS or type(at_ns) is not int:
                    return Bad(number, "its columns and the entry before it do not give its hash")
                if number == due:
                    if self._said[number].hash.encode() != before:
                        why = f"a checkpoint says another hash: the chain was made anew after entry {self.signed_to}"
                        return Bad(number, why)
                    self.signed_to, due = number, next(waiting, 0)
                if before == head:
                    self.head_seen = True
                expected += 1
        except TypeError:
            return Bad(expected, "a column holds another type than it should")
        finally:
            self.before, self.last = before.decode(), expected - 1
            self.rows = expected - 1 - self._offset
        return None


def _out_of_place(number: Any, expected: int) -> Bad:  # noqa: ANN401 - whatever stands in the column
    if type(number) is not int or number < expected:
        shown = number if isinstance(number, int) else 0
        return Bad(shown, f"its number is out of place: entry {expected} was next")
    missing = f"entry {expected} is" if number == expected + 1 else f"entries {expected} to {number - 1} are"
    return Bad(number, f"{missing} missing before it")
