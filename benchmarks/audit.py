"""Proving the chain of a journal: entries a second, beside SHA-256 alone over the same bytes in the same process."""

from __future__ import annotations

import resource
import sqlite3
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from benchmarks.outcome import Outcome, run_alone
from feeds.journal import Journal
from feeds.journal_audit import verify_journal

ROWS = 1_000_000
_AT_ONCE = 5_000


def _written(path: Path, rows: int) -> None:
    """A journal of alerts, as most of a promotion day's entries are."""
    journal = Journal(path)
    for begin in range(0, rows, _AT_ONCE):
        news = [
            (
                number * 10**6,
                "alert",
                "queue-building",
                {
                    "id": f"a-4f1c09aa-{number}",
                    "rule": "queue-building",
                    "key": f"site-{number % 13}/q{number % 200}",
                    "from": "pending",
                    "to": "firing",
                    "at": number / 1e3,
                    "value": 31.25,
                    "reason": "for",
                    "inhibited": False,
                    "age_s": 0.25,
                },
            )
            for number in range(begin, min(rows, begin + _AT_ONCE))
        ]
        journal.append_all(news, synced=False)
    journal.close()


def _bare(path: Path) -> float:
    """CPU seconds for SHA-256 over what the chain hashes, a block at a time, nothing else counted."""
    spent, before = 0.0, b"0" * 64
    database = sqlite3.connect(path)
    database.text_factory = bytes
    rows = database.execute("SELECT number, at_ns, kind, actor, body FROM entries ORDER BY number")
    while block := rows.fetchmany(_AT_ONCE):
        texts = [b"\x1f".join((before, b"%d" % row[0], b"%d" % row[1], *row[2:])) for row in block]
        begin = time.process_time()
        for text in texts:
            sha256(text).hexdigest()
        spent += time.process_time() - begin
    database.close()
    return spent


def measure(quick: bool = False, rows: int = ROWS) -> Outcome:
    """A million entries; a twentieth of that where it is quick."""
    rows = min(rows, ROWS // 20) if quick else rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        _written(path, rows)
        size, memory = path.stat().st_size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.process_time()
        verdict = verify_journal(path)
        ours = time.process_time() - begin
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
        bare = _bare(path)
    return Outcome(
        "audit",
        {
            "rows": verdict.rows,
            "holds": verdict.ok,
            "bytes_per_row": round(size / rows, 1),
            "rows_per_cpu_s": round(rows / ours),
            "memory_grown_kib": grown,
        },
        {"to_limit": ours / bare},
        limit={"rows_per_cpu_s": round(rows / bare)},
    )


if __name__ == "__main__":
    run_alone(measure)
