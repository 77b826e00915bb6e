"""Where somebody stands on the time line: what is shown of then, what happened in the day, where a step leads."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.intents import AskPast
from console.past.day_events import DayEvent, DayNews
from console.past.frames import Kept
from console.picture import Picture

PRESENT_S = 5.0
"""A step that leads closer to now than this leads to now."""

_WORTH_A_STOP = frozenset({"began", "taken", "run", "deed"})


@dataclass
class Looking:
    """The time line of one console. `then` is the picture of then that is shown; None: now."""

    open: bool = False
    then: Picture | None = None
    kept: Kept = field(default_factory=Kept)
    events: list[DayEvent] = field(default_factory=list)
    number: int = 0
    """The number of the last event that was heard of."""
    wanted: AskPast | None = None
    """Where the operator wants to go; None where they are."""
    known: frozenset[str] = frozenset()
    """The alerts that stood when somebody began to look back."""
    mark: DayEvent | None = None
    """The event that the last jump led to."""

    def close(self) -> None:
        """Back to now."""
        self.open, self.then, self.wanted, self.mark = False, None, None, None

    def hear(self, news: DayNews) -> None:
        """More happened."""
        if news.anew:
            self.events.clear()
        self.events.extend(news.events)
        self.number = news.number

    def cursor(self, now: float) -> float:
        """The time that is looked at, or will be."""
        if self.wanted is not None:
            return self.wanted.at
        return self.then.view.at if self.then is not None else now

    def step(self, seconds: float, now: float) -> AskPast | None:
        """Where a step of so many seconds leads; None for now."""
        self.mark = None
        at = self.cursor(now) + seconds
        shown = self.then.view.at if self.then is not None else None
        if at > now - PRESENT_S or (seconds > 0 and shown is not None and shown >= self.kept.end):
            return None
        return AskPast(at, beside=shown)

    def jump(self, by: int, now: float) -> DayEvent | None:
        """The event before (-1) or after (1) that one stops at; None where there is none."""
        stops = [event for event in self.events if event.kind in _WORTH_A_STOP]
        if self.mark is not None and self.mark in stops:
            place = stops.index(self.mark) + by
        else:
            times = [event.at for event in stops]
            cursor = self.cursor(now)
            place = bisect_left(times, cursor) - 1 if by < 0 else bisect_right(times, cursor)
        return stops[place] if 0 <= place < len(stops) else None


def nearest(events: Sequence[DayEvent], at: float, within_s: float) -> DayEvent | None:
    """The event to speak of at a time: the last one up to it, or else the next one, within so many seconds."""
    close = [event for event in events if abs(event.at - at) <= within_s]
    before = [event for event in close if event.at <= at]
    return before[-1] if before else close[0] if close else None
