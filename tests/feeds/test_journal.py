from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.canonical import canonical
from feeds.errors import JournalError
from feeds.journal import Journal


def test_entries_come_back_in_order_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = Journal(path)
    for number in range(5):
        journal.append(number, "alert", "rule", {"n": number, "x": 1 / 3})
    journal.close()
    again = Journal(path)
    assert [entry.body["n"] for entry in again.entries()] == [0, 1, 2, 3, 4]
    again.append(9, "alert", "rule", {})
    assert again.verify() == 6


def test_a_journal_refuses_changes(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    Journal(path).append(1, "a", "b", {})
    database = sqlite3.connect(path)
    for statement in ("UPDATE entries SET kind='x'", "DELETE FROM entries"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE entries SET body='{\"n\":7}' WHERE number=2",
        "DELETE FROM entries WHERE number=2",
        "UPDATE entries SET at_ns=5 WHERE number=1",
    ],
)
def test_tampering_behind_its_back_is_found(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "j.db"
    journal = Journal(path)
    for number in range(4):
        journal.append(number, "alert", "rule", {"n": number})
    journal.close()
    database = sqlite3.connect(path)
    database.executescript(f"DROP TRIGGER no_change; DROP TRIGGER no_removal; {harm};")
    database.close()
    with pytest.raises(JournalError, match="does not follow"):
        Journal(path).verify()


def test_what_cannot_be_written_is_an_error_and_the_next_may_work(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = Journal(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal._db.execute("PRAGMA busy_timeout=0")
    with pytest.raises(JournalError, match="cannot be written"):
        journal.append(1, "a", "b", {})
    other.execute("ROLLBACK")
    other.close()
    journal.append(2, "a", "b", {})
    assert journal.verify() == 1


def test_two_processes_may_write_to_one_journal(tmp_path: Path) -> None:
    desk, recording = Journal(tmp_path / "j.db"), Journal(tmp_path / "j.db")
    for number in range(3):
        desk.append(number, "alert", "rule", {"n": number})
        recording.append(number, "desk.started", "desk", {})
    assert desk.verify() == 6
    desk.close()
    recording.close()


def test_a_place_that_cannot_hold_a_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path / "no" / "such" / "folder.db")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e12, 1e12) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_canonical_text_reads_back_to_itself(value: object) -> None:
    import json

    text = canonical(value)
    assert canonical(json.loads(text)) == text


def test_canonical_text_does_not_depend_on_order_or_format() -> None:
    assert canonical({"b": 1.0, "a": -0.0}) == canonical({"a": 0.0, "b": 1.0}) == '{"a":0.000000,"b":1.000000}'
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="canonical"):
            canonical([wrong])
