"""What an operator has noticed: which changes they had before their eyes, screen by screen, and when they were away.

An operator is there who presses a key or clicks. A change is marked until they have had it in front of them for some
seconds and then press a key. Who was away is told in a line what happened meanwhile.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from console.changes import Change, changes, standing_out
from console.view import DeskView

SEEN_AFTER_S = 8.0
"""A mark that stood for so long before a key press has been seen."""
AWAY_AFTER_S = 120.0
"""Without a key for so long, an operator counts as away."""
LEFT_AFTER_S = 30.0
"""Away from a screen for so long, one is told what changed when one comes back to it."""
TOLD_FOR_S = 15.0
"""So long after the return the line stays, and until a key is pressed then."""
MOST_CHANGES = 5_000


@dataclass(frozen=True, slots=True)
class News:
    """What happened since `since` (the desk's time), while somebody was away."""

    since: float
    changes: tuple[Change, ...]


class Noticing:
    """Times: `now` is monotonic, in seconds; that of the news is the desk's."""

    def __init__(self, view: DeskView, now: float) -> None:
        self._view = view
        self._changes: deque[tuple[float, float, Change]] = deque(maxlen=MOST_CHANGES)
        """(when it came, the desk's time, what)."""
        self._began = now
        self._pressed, self._pressed_at = now, view.at
        self._seen_to: dict[str, float] = {}
        self._left: dict[str, tuple[float, float]] = {}
        self._screen = ""
        self._marked: tuple[float, float, frozenset[str]] = now, now, frozenset()
        self._told: tuple[float, float, News] | None = None
        """(from when on, until when at least, what) the news is told."""

    def take(self, view: DeskView, now: float) -> None:
        """A newer view."""
        if view.at >= self._view.at:
            self._changes.extend((now, view.at, change) for change in changes(self._view, view))
        else:  # the desk went back: what was is undone
            self._changes.clear()
        self._view = view

    def pressed(self, now: float) -> None:
        """A key, or the mouse: somebody is there."""
        if now - self._pressed >= AWAY_AFTER_S:
            self._tell(self._pressed, self._pressed_at, now)
        elif self._told is not None and now >= self._told[1]:
            self._told = None
        self._seen_to[self._screen] = max(self._seen_to.get(self._screen, self._began), now - SEEN_AFTER_S)
        self._pressed, self._pressed_at = now, self._view.at

    def goes_to(self, screen: str, now: float) -> None:
        """Another screen is in front. What was marked on the one before is marked on a new one, too."""
        if screen == self._screen:
            return
        before, self._screen = self._screen, screen
        if before:
            self._left[before] = now, self._view.at
        self._seen_to.setdefault(screen, self._seen_to.get(before, self._began))
        left = self._left.pop(screen, None)
        if left is not None and now - left[0] >= LEFT_AFTER_S and self._told is None:
            self._tell(left[0], left[1], now)

    def _tell(self, since: float, since_at: float, now: float) -> None:
        found = tuple(standing_out(change for at, _desk, change in self._changes if at > since))
        self._told = (now, now + TOLD_FOR_S, News(since_at, found)) if found else None

    def news(self, now: float) -> News | None:
        """What is to be told in a line: since somebody was there last, or came back."""
        if self._told is not None:
            return self._told[2]
        if now - self._pressed < AWAY_AFTER_S:
            return None
        found = tuple(standing_out(change for at, _desk, change in self._changes if at > self._pressed))
        return News(self._pressed_at, found) if found else None

    def marks(self) -> frozenset[str]:
        """The rows, alerts and runs that changed since somebody looked at the screen in front."""
        if not self._changes:
            return frozenset()
        seen_to, newest = self._seen_to.get(self._screen, self._began), self._changes[-1][0]
        if newest <= seen_to:
            return frozenset()
        if self._marked[:2] != (seen_to, newest):
            found = frozenset(key for at, _desk, change in self._changes if at > seen_to for key in change.keys)
            self._marked = seen_to, newest, found
        return self._marked[2]
