"""A stretch of frames: open while the desk adds to it, then folded together, since one frame is much like the next."""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Sequence

from console.past.frames import Frame, at_or_before, plain_frame, plain_of
from console.remote.plain import pack, unpack

_EFFORT = 3
"""Measured: more takes four times as long for a hundredth."""


class Stretch:
    """Frames that hang together: the first is whole. `times` are when they were, rising."""

    def __init__(self, id: str, frames: Iterable[Frame] = ()) -> None:  # noqa: A002 - what it is
        self.id = id
        self._frames: list[Frame] = list(frames)
        self.times = [frame.at for frame in self._frames]
        self._folded = b""

    def add(self, frame: Frame) -> None:
        """One more frame."""
        self._frames.append(frame)
        self.times.append(frame.at)

    @property
    def folded(self) -> bool:
        """Whether it is folded together, whatever lies unfolded beside it."""
        return bool(self._folded)

    @property
    def size(self) -> int:
        """What it takes to keep it."""
        return len(self._folded) or sum(len(frame.data) for frame in self._frames)

    def frames(self) -> Sequence[Frame]:
        """Its frames; those of a folded one lie unfolded until `put_away`."""
        if not self._frames:
            told = unpack(lzma.decompress(self._folded))
            self._frames = [plain_frame(at, data) for at, data in told]
        return self._frames

    def fold(self) -> bytes:
        """Its frames together: what `put_away` keeps in their place. Takes half a second at the worst."""
        told = [[frame.at, plain_of(frame.data)] for frame in self._frames]
        return lzma.compress(pack(told), preset=_EFFORT)

    def put_away(self, folded: bytes = b"") -> None:
        """Keep it folded."""
        self._folded = folded or self._folded
        if self._folded:
            self._frames = []

    def until(self, at: float) -> Stretch:
        """What of it was not after a time."""
        return Stretch(self.id, self.frames()[: at_or_before(self.times, at) + 1])
