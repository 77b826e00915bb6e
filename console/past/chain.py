"""Views, one after the other, as the frames of one stretch."""

from __future__ import annotations

from console.past.coding import FrameWriter
from console.past.frames import Frame, short_frame
from console.remote.view_parts import ViewParts
from console.view import DeskView


class FrameChain:
    """The first view becomes a whole frame, each other one what changed since the one before."""

    def __init__(self) -> None:
        self._parts, self._writer = ViewParts(), FrameWriter()

    def frame(self, view: DeskView) -> Frame:
        """The next frame."""
        before = self._parts.store.version
        self._parts.take(view)
        return short_frame(view.at, self._writer.write(self._parts.store.since(before), view.number))
