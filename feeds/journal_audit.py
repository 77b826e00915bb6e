"""Proves a journal with all that belongs to it: its closed segments, its checkpoints, what was noted elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from feeds.journal_checkpoint import Checkpoint, checkpoints_path, read_checkpoints
from feeds.journal_opening import reading
from feeds.journal_proof import Bad, Proof, Witness, closed_segments, own_checkpoints, prove

SEGMENTS = ".segments"
"""The ending of the folder beside a journal where its closed segments are."""

CLOSED = 1
"""`PRAGMA user_version` of a closed segment; a journal that goes on has 0."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a verification.

    `rows` counts the entries of the journal and of the segments that are there, `head` is the hash of the newest.
    `absent` are the spans of closed segments that are not there, `signed_to` the newest entry that a checkpoint
    vouches for (0: none; looked at only with keys).
    """

    rows: int
    head: str
    bad: Bad | None
    absent: tuple[tuple[int, int], ...] = ()
    signed_to: int | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing was found to be wrong."""
        return self.bad is None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `absent` and `signed_to` stand where there is something to say."""
        plain: dict[str, Any] = {"ok": self.ok, "rows": self.rows, "head": self.head, "first_bad": None}
        if self.bad is not None:
            plain["first_bad"] = {"seq": self.bad.seq, "why": self.bad.why}
        plain |= {"absent": [list(span) for span in self.absent]} if self.absent else {}
        return plain | ({"signed_to": self.signed_to} if self.signed_to is not None else {})


def segments_folder(journal: Path) -> Path:
    """Where the closed segments of a journal are; for a segment its own folder."""
    return journal.parent if journal.parent.name.endswith(SEGMENTS) else journal.with_name(journal.name + SEGMENTS)


def verify_journal(path: Path, witness: Witness | None = None) -> Verdict:
    """Prove the chain of a journal, offline and without writing. Raises InputError where it cannot be read.

    What stands in the file of checkpoints beside it is held against it too.
    """
    log = path.with_name(path.name + "-wal")
    alone = not log.exists()
    verdict = _verified(path, witness or Witness())
    if not verdict.ok and alone and log.exists():  # a desk began meanwhile, and wrote where it was being read
        return _verified(path, witness or Witness())
    return verdict


def _verified(path: Path, witness: Witness) -> Verdict:
    beside = checkpoints_path(path)
    if beside.is_file():  # read before the journal, which may go on meanwhile
        witness = replace(witness, checkpoints=(*witness.checkpoints, *read_checkpoints(beside)))
    with reading(path) as journal:
        closed = closed_segments(journal)
        found, absent = _segments(path, closed, witness)
        (version,) = journal.execute("PRAGMA user_version").fetchone()
        own = _up_to(witness, max((one.number for one in own_checkpoints(journal)), default=0))
        last = prove(journal, own if version == CLOSED else witness)
    return _verdict([*found, last], absent, witness)


def _segments(
    path: Path, closed: Sequence[tuple[Checkpoint, str]], witness: Witness
) -> tuple[list[Proof], list[tuple[int, int]]]:
    proofs: list[Proof] = []
    absent: list[tuple[int, int]] = []
    for checkpoint, name in closed:
        file = segments_folder(path) / Path(name).name
        if not file.is_file():
            absent.append((checkpoint.first or 0, checkpoint.number))
            continue
        with reading(file) as segment:
            proof = prove(segment, _up_to(witness, checkpoint.number))
        proofs.append(replace(proof, bad=proof.bad or _does_not_fit(proof, checkpoint)))
    return proofs, absent


def _does_not_fit(proof: Proof, closed: Checkpoint) -> Bad | None:
    """Why a segment that holds in itself is not the one that the journal speaks of."""
    if proof.first != closed.first:
        return Bad(proof.first, f"the segment that ends at entry {closed.number} begins at {proof.first}")
    if proof.last < closed.number:
        return Bad(proof.last + 1, f"entries {proof.last + 1} to {closed.number} are missing at a segment's end")
    if proof.last > closed.number or proof.head != closed.hash:
        return Bad(closed.number, "the segment that ends here is not the one that was closed")
    return None


def _up_to(witness: Witness, number: int) -> Witness:
    return replace(witness, checkpoints=tuple(one for one in witness.checkpoints if one.number <= number))


def _verdict(proofs: Sequence[Proof], absent: Sequence[tuple[int, int]], witness: Witness) -> Verdict:
    bad = next((proof.bad for proof in proofs if proof.bad is not None), None)
    last, signed_to = proofs[-1], max(proof.signed_to for proof in proofs)
    empty = last.last == 0 and witness.head == last.head
    if bad is None and not empty and not any(proof.head_seen for proof in proofs):
        why = f"the noted head is not in the chain: entries after {last.last} were cut off, or it was made anew"
        bad = Bad(last.last + 1, why)
    if bad is None and witness.keys is not None and last.rows and not signed_to:
        bad = Bad(last.first, "no checkpoint vouches for any of it")
    rows = sum(proof.rows for proof in proofs)
    return Verdict(rows, last.head, bad, tuple(absent), None if witness.keys is None else signed_to)


@contextmanager
def all_files(path: Path) -> Iterator[list[sqlite3.Connection]]:
    """Connections to the closed segments that are there and to the journal itself, oldest first, to read from."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        journal = stack.enter_context(reading(path))
        files = [segments_folder(path) / Path(name).name for _, name in closed_segments(journal)]
        older = [stack.enter_context(reading(file)) for file in files if file.is_file()]
        yield [*older, journal]
