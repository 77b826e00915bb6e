"""The desk's hold on its journal: writes what it can, and says loudly when it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.view import JournalView
from feeds.errors import JournalError
from feeds.journal import Journal


class JournalKeeper:
    """Appends entries. While the journal cannot be written, `error` says why and `lost` counts what was not written.

    The first entry that can be written again is preceded by one of kind `journal.gap` with that count, so that the
    hole can be seen in the journal itself.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.error = ""
        self.lost = self.lost_ever = 0

    @property
    def writable(self) -> bool:
        """Whether the last entry was written."""
        return not self.error

    def append(self, now: float, kind: str, actor: str, body: Mapping[str, Any]) -> bool:
        """Write one entry; False when it could not be made durable."""
        return self.append_all([(now, kind, actor, body)])

    def append_all(self, news: Sequence[tuple[float, str, str, Mapping[str, Any]]], *, synced: bool = True) -> bool:
        """Write several entries (time, kind, actor, body), all or none; False when they could not be made durable."""
        rows = [(round(now * 1e9), kind, actor, dict(body)) for now, kind, actor, body in news]
        gap = [(rows[0][0], "journal.gap", "desk", {"lost": self.lost})] if self.lost and rows else []
        try:
            self.journal.append_all([*gap, *rows], synced=synced)
        except JournalError as error:
            self.error = str(error)
            self.lost += len(rows)
            self.lost_ever += len(rows)
            return False
        self.error, self.lost = "", 0
        return True

    def view(self) -> JournalView:
        """How the journal stands, for the screen."""
        return JournalView(self.journal.path, self.journal.number, self.error)
