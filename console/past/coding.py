"""Frames of past views: what changed of a view's parts, told against the frame before.

The parts are those that go to consoles apart (`console.remote.view_parts`). There a line is to be kept short at five
updates a second; here a day is to be kept, so a part is told by what changed inside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from console.past.frames import plain_of
from console.past.tree_changes import after, difference
from console.remote.blocks import changed, of_whole, whole
from console.remote.plain import pack, unpack


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a view: what it says, as plain data, and its blocks of figures by name."""

    shape: Any = None
    blocks: dict[str, NDArray[Any]] = field(default_factory=dict)


_NOTHING = Part()


class FrameWriter:
    """Writes the updates of one `PartStore` as frames, beginning with a whole one."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}

    def write(self, update: Mapping[str, Any], number: int) -> bytes:
        """What the frame of an update (`PartStore.since`) says, told against the one before; `number` is the view's."""
        told = []
        for key, shape, blocks in update["set"]:
            old = self._parts.get(key, _NOTHING)
            news = {
                name: of_whole(data) if kind == 0 else changed(old.blocks[name], data)
                for name, (kind, data) in blocks.items()
            }
            part = Part(old.shape if shape is None else unpack(shape), old.blocks | news)
            told.append([key, difference(old.shape, part.shape), difference(old.blocks, part.blocks)])
            self._parts[key] = part
        for key in update["gone"]:
            self._parts.pop(key, None)
        return pack({"number": number, "set": told, "gone": update["gone"]})


@dataclass(frozen=True, slots=True)
class State:
    """All parts of a view at one frame. A part that did not change is the same object as in the state before."""

    number: int = 0
    parts: Mapping[str, Part] = field(default_factory=dict)


def after_frame(state: State, data: bytes) -> State:
    """The state that a frame makes of the one before it. ValueError, KeyError, TypeError or IndexError: it is none."""
    message = _unpacked(data)
    parts = dict(state.parts)
    for key, shape, blocks in message["set"]:
        old = parts.get(key, _NOTHING)
        parts[key] = Part(after(old.shape, shape), after(old.blocks, blocks))
    for key in message["gone"]:
        parts.pop(key, None)
    return State(int(message["number"]), parts)


def update_between(before: State, now: State, version: int) -> dict[str, Any]:
    """What a `ViewCopy` at one state is to take to be at another."""
    told = []
    for key, part in now.parts.items():
        old = before.parts.get(key)
        if old is part:
            continue
        held = old.blocks if old is not None else {}
        blocks = {name: [0, whole(block)] for name, block in part.blocks.items() if held.get(name) is not block}
        told.append([key, pack(part.shape), blocks])
    gone = [key for key in before.parts if key not in now.parts]
    return {"version": version, "reset": False, "set": told, "gone": gone}


def _unpacked(data: bytes) -> dict[str, Any]:
    message = unpack(plain_of(data))
    if not isinstance(message, dict):
        raise ValueError("no update of a view")
    return message
