"""A drill's own journal: it begins empty, and no live desk ever goes on in it, nor a drill in a live desk's."""

from __future__ import annotations

from pathlib import Path

from feeds.errors import InputError
from feeds.journal import MEMORY, Journal


def fresh(path: Path) -> Path:
    """The path of a journal that is not there yet. Raises InputError: what is there is another desk's, or drill's."""
    if path.exists() and path.stat().st_size:
        raise InputError(str(path), "there is something in this file already", "the path of a new journal")
    return path


def drill_journal(path: Path | None) -> Journal:
    """A new journal there, or in memory. Raises InputError."""
    return Journal(fresh(path) if path is not None else MEMORY)


def refuse_other_mode(journal: Journal, mode: str) -> None:
    """Raises InputError where a journal was begun by a desk in another mode: a drill's is none of the day's."""
    first = next(journal.entries(), None)
    begun = str(first.body.get("mode", mode)) if first is not None and first.kind == "desk.started" else mode
    if begun != mode:
        raise InputError(journal.path, f"this journal is that of a {begun}", f"one of its own for a {mode} desk")
