"""What the sites of a test were told to do, and what each of them did: seen on the wire, not in the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.wire import MemoryWire
from feeds.codec import decode
from feeds.contract import Command, Frame, Nack, Result
from feeds.session import Message


@dataclass(frozen=True, slots=True)
class SentCommand:
    """One command by its id, as it first arrived: seconds since the start, what it says, and how it was answered."""

    id: str
    at: float
    site: str
    verb: str
    args: Mapping[str, Any]
    answer: str = "none"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        plain = {"at": round(self.at, 6), "site": self.site, "verb": self.verb}
        return plain | {"args": dict(self.args), "answer": self.answer}


class WatchedWire(MemoryWire):
    """A wire in memory that remembers every command. `now` is set by whoever runs the drill."""

    def __init__(self) -> None:
        self.now = 0.0
        self.commands: dict[str, SentCommand] = {}
        self.twice: list[str] = []
        """Ids that were sent again with something else in them."""

    def to_site(self, site: str, data: bytes) -> bytes:
        """From the desk to the site."""
        frame = decode(data)
        if isinstance(frame, Command):
            known = self.commands.get(frame.id)
            if known is None:
                args = dict(frame.args)
                self.commands[frame.id] = SentCommand(frame.id, self.now, site, frame.verb, args)
            else:
                self.twice.append(f"{site} {frame.verb} was sent twice under {frame.id}")
        return super().to_site(site, data)

    def to_desk(self, site: str, frame: Frame) -> Message:
        """From the site to the desk."""
        if isinstance(frame, Nack | Result) and frame.id in self.commands:
            known = self.commands[frame.id]
            if known.answer == "none":
                answer = "refused" if isinstance(frame, Nack) else frame.state
                self.commands[frame.id] = SentCommand(known.id, known.at, site, known.verb, known.args, answer)
        return super().to_desk(site, frame)
