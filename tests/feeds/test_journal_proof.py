"""Whatever is done to a journal behind its back is found, and the first wrong entry is named."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.errors import InputError
from feeds.journal import Journal, chain
from feeds.journal_audit import Verdict, verify_journal
from feeds.journal_proof import START, Witness

ROWS = 12
COLUMNS = ("number", "at_ns", "kind", "actor", "body", "hash")


def made(path: Path, rows: int = ROWS) -> str:
    """A closed journal; returns its head."""
    journal = Journal(path)
    for number in range(1, rows + 1):
        journal.append(number * 1_000, "alert", "rule", {"n": number, "说": "等"})
    journal.close()
    return journal.last_hash


def harmed(path: Path, *statements: str) -> None:
    database = sqlite3.connect(path)
    database.executescript(";".join(("DROP TRIGGER no_change", "DROP TRIGGER no_removal", *statements)))
    database.close()


def verdict_of(path: Path, head: str = "") -> Verdict:
    return verify_journal(path, Witness(head))


def first_bad(path: Path, head: str = "") -> int:
    bad = verdict_of(path, head).bad
    assert bad is not None
    assert bad.why
    return bad.seq


def contents(folder: Path) -> dict[str, tuple[str, int]]:
    return {f.name: (sha256(f.read_bytes()).hexdigest(), f.stat().st_mtime_ns) for f in folder.iterdir()}


def test_a_journal_that_nobody_touched_holds(tmp_path: Path) -> None:
    head = made(tmp_path / "j.db")
    before = contents(tmp_path)
    found = verdict_of(tmp_path / "j.db")
    assert found.as_dict() == {"ok": True, "rows": ROWS, "head": head, "first_bad": None}
    assert contents(tmp_path) == before, "nothing is written, also not beside it"
    assert verdict_of(tmp_path / "j.db", head).ok


def test_an_empty_journal_holds(tmp_path: Path) -> None:
    Journal(tmp_path / "j.db").close()
    assert verdict_of(tmp_path / "j.db").as_dict() == {"ok": True, "rows": 0, "head": START, "first_bad": None}
    assert verdict_of(tmp_path / "j.db", START).ok
    assert first_bad(tmp_path / "j.db", "f" * 64) == 1


@pytest.mark.parametrize(
    ("harm", "seq"),
    [
        ("UPDATE entries SET at_ns = at_ns + 1 WHERE number = 5", 5),
        ("UPDATE entries SET kind = 'alerT' WHERE number = 5", 5),
        ("UPDATE entries SET actor = 'rulf' WHERE number = 5", 5),
        ("UPDATE entries SET body = replace(body, '5', '6') WHERE number = 5", 5),
        ("UPDATE entries SET body = body || ' ' WHERE number = 5", 5),
        ("UPDATE entries SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE number = 5", 5),
        ("UPDATE entries SET hash = upper(hash) WHERE number = 5", 5),
        ("UPDATE entries SET number = 100 WHERE number = 5", 6),
        ("UPDATE entries SET number = 100 WHERE number = 12", 100),
        ("DELETE FROM entries WHERE number = 5", 6),
        ("DELETE FROM entries WHERE number BETWEEN 5 AND 7", 8),
        ("DELETE FROM entries WHERE number = 1", 2),
        ("INSERT INTO entries SELECT 0, at_ns, kind, actor, body, hash FROM entries WHERE number = 1", 0),
        ("INSERT INTO entries SELECT -3, at_ns, kind, actor, body, hash FROM entries WHERE number = 1", -3),
        ("INSERT INTO entries SELECT 13, at_ns, kind, actor, body, hash FROM entries WHERE number = 12", 13),
        (
            (
                "UPDATE entries SET number = -1 WHERE number = 5; UPDATE entries SET number = 5 WHERE number = 6;"
                "UPDATE entries SET number = 6 WHERE number = -1"
            ),
            5,
        ),
        (
            (
                "UPDATE entries SET number = -number WHERE number > 4; UPDATE entries SET number = 1 - number"
                " WHERE number < 0; INSERT INTO entries SELECT 5, at_ns, kind, actor, body, hash FROM entries"
                " WHERE number = 4"
            ),
            5,
        ),
    ],
)
def test_the_first_wrong_entry_is_named(tmp_path: Path, harm: str, seq: int) -> None:
    made(tmp_path / "j.db")
    harmed(tmp_path / "j.db", harm)
    assert first_bad(tmp_path / "j.db") == seq


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, ROWS), st.sampled_from(COLUMNS[1:]), st.integers(0, 10_000), st.integers(1, 255))
def test_any_byte_of_any_column(tmp_path: Path, row: int, column: str, place: int, flip: int) -> None:
    path = tmp_path / "j.db"
    path.unlink(missing_ok=True)
    made(path)
    database = sqlite3.connect(path)
    database.text_factory = bytes
    (value,) = database.execute(f"SELECT {column} FROM entries WHERE number = ?", (row,)).fetchone()
    database.execute("DROP TRIGGER no_change")
    if isinstance(value, int):
        database.execute(f"UPDATE entries SET {column} = ? WHERE number = ?", (value ^ flip, row))
    else:
        changed = bytearray(value)
        changed[place % len(changed)] ^= flip
        database.execute(f"UPDATE entries SET {column} = CAST(? AS TEXT) WHERE number = ?", (bytes(changed), row))
    database.commit()
    database.close()
    assert first_bad(path) == row


def test_what_stands_between_the_columns_cannot_be_moved(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    entry = journal.append(1, "alert", "duty\x1f1", {})
    journal.close()
    assert entry.actor == "duty 1"
    harmed(
        tmp_path / "j.db",
        f"UPDATE entries SET kind = 'a' || char(31) || 'b', actor = 'c',"
        f" hash = '{chain(START, 1, 1, 'a' + chr(31) + 'b', 'c', '{}')}'",
    )
    assert first_bad(tmp_path / "j.db") == 1


def test_a_cut_tail_and_a_chain_made_anew_miss_the_noted_head(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    head = made(path)
    harmed(path, "DELETE FROM entries WHERE number > 9")
    assert verdict_of(path).ok, "the chain alone cannot tell"
    assert first_bad(path, head) == 10
    path.unlink()
    journal = Journal(path)
    for number in range(1, ROWS + 1):
        journal.append(number * 1_000, "alert", "rule", {"n": number, "说": "没等"})
    journal.close()
    assert verdict_of(path).ok
    assert not verdict_of(path, head).ok
    assert not verdict_of(path, START).ok


def test_a_noted_head_is_in_a_journal_that_went_on(tmp_path: Path) -> None:
    head = made(tmp_path / "j.db")
    journal = Journal(tmp_path / "j.db")
    journal.append(99, "alert", "rule", {})
    journal.close()
    assert verdict_of(tmp_path / "j.db", head).ok


def test_a_journal_that_is_being_written_to(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    for number in range(50):
        journal.append(number, "alert", "rule", {"n": number})
        if number % 10 == 0:
            size = (tmp_path / "j.db").stat().st_size
            found = verdict_of(tmp_path / "j.db")
            assert (found.ok, found.rows, found.head) == (True, number + 1, journal.last_hash)
            assert (tmp_path / "j.db").stat().st_size == size
    journal.close()


@pytest.mark.parametrize("shared", [True, False])
def test_a_journal_as_a_kill_left_it(tmp_path: Path, shared: bool) -> None:
    """The newest entries are in `-wal` alone, and nobody has it open."""
    journal = Journal(tmp_path / "live.db")
    journal.append(1, "alert", "rule", {})
    folder = tmp_path / "left"
    folder.mkdir()
    for ending in ("", "-wal", *(("-shm",) if shared else ())):
        shutil.copy(tmp_path / f"live.db{ending}", folder / f"j.db{ending}")
    before = contents(folder)
    assert verdict_of(folder / "j.db").rows == 1
    before.pop("j.db-shm", None), (after := contents(folder)).pop("j.db-shm", None)
    assert after == before
    journal.close()


def _empty(path: Path) -> None:
    path.touch()


def _text(path: Path) -> None:
    path.write_text("not a journal " * 100)


def _another_database(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE entries (number INTEGER)")
    database.close()


def _torn(path: Path) -> None:
    made(path, 400)
    os.truncate(path, path.stat().st_size - 8192)


@pytest.mark.parametrize("make", [_empty, _text, _another_database, _torn, Path.mkdir, lambda path: None])
def test_what_cannot_be_read_is_no_verdict(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "j.db")
    with pytest.raises(InputError, match=r"j\.db"):
        verdict_of(tmp_path / "j.db")


def test_flipped_bytes_of_the_file_are_found_or_make_it_unreadable(tmp_path: Path) -> None:
    """Wherever an entry's own bytes are: never does such a journal hold with other entries."""
    path, rng = tmp_path / "j.db", random.Random(5)
    head = made(path, 60)
    good = path.read_bytes()
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT * FROM entries").fetchall()
    database.close()
    found = 0
    for _ in range(150):
        bad = bytearray(good)
        bad[rng.randrange(4096, len(bad))] ^= 1 << rng.randrange(8)
        path.write_bytes(bad)
        try:
            held = verdict_of(path, head).ok
        except InputError:
            continue
        if held:
            database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
            assert database.execute("SELECT * FROM entries").fetchall() == rows
            database.close()
        found += not held
    assert found > 20
