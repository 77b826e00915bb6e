"""The journal: what was decided and what happened, append-only, each entry chained to the one before it by its hash.

SQLite in WAL mode, one table, triggers that refuse to change or delete. The hash covers number, time, kind, actor and
body, and the hash before, so that a changed, missing or re-ordered entry is found by `verify`. (A chain alone does not
show that its end was cut off: signed checkpoints do, of which there is a table, see `feeds.journal_seal`.)

Beside the entries stands a table of the state that they led to, changed in the same transaction: what a desk needs to
go on where it was killed, without reading a day's entries. It is not part of the chain.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from feeds.canonical import canonical
from feeds.errors import JournalError
from feeds.journal_checkpoint import Checkpoint
from feeds.journal_proof import START, Witness, prove
from feeds.journal_schema import SCHEMA

MEMORY = ":memory:"
_json = json.JSONEncoder(ensure_ascii=False).encode
_PATIENCE_S = 0.25
"""How long to wait for another process's transaction: the desk must not stand still for its journal."""


StateChange = tuple[str, str, Mapping[str, Any] | None]
"""(part, key, what stands there from now on): plain data, None for nothing any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: `at_ns` on the desk's clock, `actor` a person, a rule, or the desk."""

    number: int
    at_ns: int
    kind: str
    actor: str
    body: dict[str, Any]
    hash: str


def chain(before: str, number: int, at_ns: int, kind: str, actor: str, body: str) -> str:
    """The hash of an entry, given the hash of the one before it."""
    return sha256("\x1f".join((before, str(number), str(at_ns), kind, actor, body)).encode()).hexdigest()


def _plain(text: str) -> str:
    """A kind or an actor without the character that stands between the columns where they are hashed."""
    return text.replace("\x1f", " ") if "\x1f" in text else text


class Journal:
    """A journal on disk, or in memory for a drill that keeps none.

    `append` raises JournalError when the entry could not be made durable (a full disk, a file that went away); the
    journal stays usable, and the next append tries again.
    """

    def __init__(self, path: str | Path = MEMORY) -> None:
        self.path = str(path)
        try:
            self._db = sqlite3.connect(self.path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(SCHEMA)
            self.number, self._last = 0, START
            self._catch_up()
        except sqlite3.Error as error:
            raise JournalError(f"{self.path}: the journal cannot be opened: {error}") from error

    @property
    def last_hash(self) -> str:
        """The hash of the newest entry: what to keep elsewhere against a cut-off end."""
        return self._last

    def append(self, at_ns: int, kind: str, actor: str, body: dict[str, Any]) -> Entry:
        """Write one entry, durably, and return it."""
        return self.append_all([(at_ns, kind, actor, body)])[0]

    def append_all(
        self,
        news: Sequence[tuple[int, str, str, dict[str, Any]]],
        *,
        synced: bool = True,
        state: Sequence[StateChange] = (),
    ) -> list[Entry]:
        """Write several entries (time, kind, actor, body) and what they change: all of it or none.

        `synced` waits for the disk, so that they outlive a power cut; without it they outlive the end of the process,
        however it ends, and the next synced entry takes them along.
        """
        news = [(at_ns, _plain(kind), _plain(actor), body) for at_ns, kind, actor, body in news]
        bodies = [canonical(body) for _, _, _, body in news]  # what has no text must not leave a transaction open
        standing = {(part, key): None if body is None else _json(body) for part, key, body in state}
        try:
            self._db.execute(f"PRAGMA synchronous={'FULL' if synced else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            self._catch_up()
            entries = self._chained(news, bodies)
            rows = [(e.number, e.at_ns, e.kind, e.actor, body, e.hash) for e, body in zip(entries, bodies, strict=True)]
            self._db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._change(standing)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise JournalError(f"{self.path}: the journal cannot be written: {error}") from error
        if entries:
            self.number, self._last = entries[-1].number, entries[-1].hash
        return entries

    def state(self, part: str) -> dict[str, dict[str, Any]]:
        """What stands in one part of the state, by key, in order of key."""
        rows = self._db.execute("SELECT key, body FROM state WHERE part = ? ORDER BY key", (part,))
        return {key: json.loads(body) for key, body in rows}

    def whole_state(self) -> dict[tuple[str, str], str]:
        """All of the state as it stands, by part and key, as the text that is kept of each."""
        return {(part, key): body for part, key, body in self._db.execute("SELECT part, key, body FROM state")}

    def changes_to(self, state: Mapping[tuple[str, str], str]) -> list[StateChange]:
        """The changes that make the state what `whole_state` was at another time."""
        gone: list[StateChange] = [(part, key, None) for part, key in self.whole_state() if (part, key) not in state]
        return [*gone, *((part, key, json.loads(body)) for (part, key), body in state.items())]

    def _change(self, state: Mapping[tuple[str, str], str | None]) -> None:
        """Put the newest of each key in its place."""
        kept = [(*place, body) for place, body in state.items() if body is not None]
        self._db.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", kept)
        gone = [place for place, body in state.items() if body is None]
        self._db.executemany("DELETE FROM state WHERE part = ? AND key = ?", gone)

    def _catch_up(self) -> None:
        """Go on where the file ends: another process may have written to it since (a recording beside the desk)."""
        for table in ("entries", "segments"):  # all entries may be in closed segments
            newest = f"SELECT number, hash FROM {table} ORDER BY number DESC LIMIT 1"  # noqa: S608 - names of our own
            last = self._db.execute(newest).fetchone()
            if last is not None:
                break
        self.number, self._last = last or (0, START)

    def _chained(self, news: Sequence[tuple[int, str, str, dict[str, Any]]], bodies: Sequence[str]) -> list[Entry]:
        entries: list[Entry] = []
        last = self._last
        for number, ((at_ns, kind, actor, body), text) in enumerate(zip(news, bodies, strict=True), self.number + 1):
            last = chain(last, number, at_ns, kind, actor, text)
            entries.append(Entry(number, at_ns, kind, actor, body, last))
        return entries

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Every entry, oldest first; only those behind the entry of number `after`, where one is given."""
        for number, at_ns, kind, actor, body, digest in self._db.execute(
            "SELECT number, at_ns, kind, actor, body, hash FROM entries WHERE number > ? ORDER BY number", (after,)
        ):
            yield Entry(number, at_ns, kind, actor, json.loads(body), digest)

    def newest(self, kind: str, most: int) -> Iterator[Entry]:
        """The last entries of one kind, newest first."""
        for number, at_ns, kind_, actor, body, digest in self._db.execute(
            "SELECT number, at_ns, kind, actor, body, hash FROM entries WHERE kind = ? ORDER BY number DESC LIMIT ?",
            (kind, most),
        ):
            yield Entry(number, at_ns, kind_, actor, json.loads(body), digest)

    def naming(self, kinds: str, text: str) -> Iterator[Entry]:
        """The entries whose kind begins with `kinds` and whose body has `text` somewhere, oldest first."""
        for number, at_ns, kind, actor, body, digest in self._db.execute(
            "SELECT number, at_ns, kind, actor, body, hash FROM entries WHERE kind >= ? AND kind < ? "
            "AND instr(body, ?) ORDER BY number",
            (kinds, f"{kinds}\uffff", text),
        ):
            yield Entry(number, at_ns, kind, actor, json.loads(body), digest)

    def last_checkpoint(self) -> int:
        """The newest entry whose hash was signed; 0 for none."""
        newest = "SELECT max(coalesce((SELECT max(number) FROM checkpoints), 0), "
        newest += "coalesce((SELECT max(number) FROM segments), 0))"
        return int(self._db.execute(newest).fetchone()[0])

    def checkpoint(self, sign: Callable[[int, str], Checkpoint]) -> Checkpoint | None:
        """Have the head signed and keep that, durably with all entries up to it; None where it is signed already.

        Raises JournalError where it cannot be written.
        """
        try:
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("BEGIN IMMEDIATE")
            self._catch_up()
            made = sign(self.number, self._last) if self.number > self.last_checkpoint() else None
            if made is not None:
                row = (made.number, made.hash, made.at_ns, made.key, made.signature)
                self._db.execute("INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?)", row)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise JournalError(f"{self.path}: the journal cannot be signed: {error}") from error
        return made

    def verify(self) -> int:
        """The number of entries, when the chain holds; JournalError names the first entry where it does not."""
        proof = prove(self._db, Witness())
        if proof.bad is not None:
            raise JournalError(
                f"{self.path}: entry {proof.bad.seq} does not follow from the one before it: {proof.bad.why}"
            )
        return proof.rows

    def close(self) -> None:
        """Close the file."""
        self._db.close()
