"""Signs the head of a journal as it goes on: each thousand entries, each minute in which it grew, and at its close."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from feeds.errors import JournalError
from feeds.journal import Journal
from feeds.journal_checkpoint import append_line
from feeds.journal_keys import Signer
from feeds.journal_segments import Limits, close_segment, due

EVERY_ENTRIES = 1_000
EVERY_NS = 60_000_000_000
LOOKS_EVERY_NS = 600_000_000_000
"""How often it is looked at whether a segment may be closed."""

_NEVER = -(1 << 63)


class JournalSeal:
    """Makes the checkpoints of one journal, in its table and in the file beside it; closes segments in the background.

    Whatever goes wrong here is in `error` and disturbs nothing: the journal itself is written before and after.
    """

    def __init__(self, journal: Journal, signer: Signer, limits: Limits | None = None) -> None:
        self._journal, self._signer, self._limits = journal, signer, limits or Limits()
        self._path = Path(journal.path)
        self._sealed = journal.last_checkpoint()
        self._sealed_at = self._looked_at = _NEVER
        self._stop, self._thread = Event(), Thread()
        self.error = ""

    def advance(self, now_ns: int) -> None:
        """The journal may have grown: sign its head where that is due."""
        grown = self._journal.number - self._sealed
        # Also when the clock went back: the next checkpoint must not wait until it has caught up.
        if grown >= EVERY_ENTRIES or (grown > 0 and not 0 <= now_ns - self._sealed_at < EVERY_NS):
            self.seal(now_ns)
        if not 0 <= now_ns - self._looked_at < LOOKS_EVERY_NS:
            self._looked_at = now_ns
            self._close_old(now_ns)

    def seal(self, now_ns: int) -> None:
        """Sign the head now; nothing where it is signed already."""
        self._sealed_at = now_ns
        try:
            made = self._journal.checkpoint(lambda number, digest: self._signer.checkpoint(number, digest, now_ns))
            if made is not None:
                append_line(self._path, made)
                self._sealed = made.number
            self.error = ""
        except (JournalError, OSError) as error:
            self.error = str(error)

    def _close_old(self, now_ns: int) -> None:
        if not self._thread.is_alive() and self._due(now_ns):
            self._thread = Thread(target=self._close_segment, args=(now_ns,), name="journal-segment")
            self._thread.start()

    def _due(self, now_ns: int) -> bool:
        try:
            return due(self._path, now_ns, self._limits) is not None
        except JournalError as error:
            self.error = str(error)
            return False

    def _close_segment(self, now_ns: int) -> None:
        try:
            close_segment(self._path, self._signer, now_ns, self._limits, stop=self._stop)
        except JournalError as error:
            self.error = str(error)

    def close(self, now_ns: Callable[[], int]) -> None:
        """Sign the head for the last time; a segment that is being closed is finished by the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.seal(now_ns())
