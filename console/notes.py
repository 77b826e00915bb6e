"""What people write into the log of the desk."""

from __future__ import annotations

from console.intents import WriteNote
from feeds.errors import RefusedError
from feeds.text import clean

LONGEST_NOTE = 500
"""So many cells a note may have."""


def note_text(intent: WriteNote) -> str:
    """The harmless text of a note. Raises RefusedError for an empty one."""
    text = clean(intent.text, LONGEST_NOTE).strip()
    if not text:
        raise RefusedError("EMPTY", "a note has words: note TEXT")
    return text
