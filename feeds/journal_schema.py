"""The tables of a journal. docs/audit.md describes them for whoever verifies one without DutyDeck."""

from __future__ import annotations

import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
  number INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS checkpoints (
  number INTEGER PRIMARY KEY, hash TEXT NOT NULL, at_ns INTEGER NOT NULL, key TEXT NOT NULL, signature TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS segments (
  number INTEGER PRIMARY KEY, first INTEGER NOT NULL, hash TEXT NOT NULL, file TEXT NOT NULL, at_ns INTEGER NOT NULL,
  key TEXT NOT NULL, signature TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS no_change BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS no_removal BEFORE DELETE ON entries
WHEN OLD.number > (SELECT coalesce(max(number), 0) FROM segments)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE IF NOT EXISTS state (
  part TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (part, key)
) STRICT, WITHOUT ROWID;
"""
"""`segments` names what was moved to files of their own: those entries alone may be removed here."""


def renew_schema(journal: sqlite3.Connection) -> None:
    """Let a journal that was begun before there were segments have some."""
    found = journal.execute("SELECT sql FROM sqlite_master WHERE name = 'no_removal'").fetchone()
    if found is not None and "segments" not in found[0]:
        journal.execute("DROP TRIGGER no_removal")
    journal.executescript(SCHEMA)
