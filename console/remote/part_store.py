"""A view as parts that change on their own, each with the version at which it did.

A console says which version it has and gets what is newer, once, as it is now: a slow one skips what was in between,
and nothing ever waits for it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.remote.blocks import Block, changes, same, whole
from console.remote.plain import pack

MOST_GONE = 4_096
"""So many parts that are gone are remembered; a console that is further behind begins anew."""


@dataclass
class _Block:
    block: Block
    version: int
    before: int
    """The version of the block that `told` begins from."""
    told: bytes | None


@dataclass
class _Part:
    shape: bytes
    shape_version: int
    version: int
    blocks: dict[str, _Block] = field(default_factory=dict)


class PartStore:
    """The parts as they are; `version` rises with every round of changes."""

    def __init__(self) -> None:
        self.version = 0
        self._parts: OrderedDict[str, _Part] = OrderedDict()
        self._gone: OrderedDict[str, int] = OrderedDict()
        self._oldest = 0
        self._told: dict[int, dict[str, Any]] = {}

    def begin(self) -> None:
        """A round of changes begins."""
        self.version += 1
        self._told.clear()

    def put(self, key: str, shape: object, blocks: Mapping[str, Block] | None = None) -> None:
        """This is the part now: what it says, and its blocks of figures by name."""
        packed = pack(shape)
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = _Part(packed, self.version, self.version)
            self._gone.pop(key, None)
        news = part.version == self.version
        if part.shape != packed:
            part.shape, part.shape_version, news = packed, self.version, True
        given = blocks or {}
        for name, block in given.items():
            news |= self._put_block(part, name, block)
        for name in part.blocks.keys() - given.keys():
            del part.blocks[name]  # its absence is said by the shape
        if news:
            part.version = self.version
            self._parts.move_to_end(key)

    def _put_block(self, part: _Part, name: str, block: Block) -> bool:
        held = part.blocks.get(name)
        if held is not None and same(held.block, block):
            held.block = block
            return False
        told = changes(held.block, block) if held is not None else None
        before = held.version if held is not None else -1
        part.blocks[name] = _Block(block, self.version, before, told)
        return True

    def drop(self, key: str) -> None:
        """The part is gone."""
        if self._parts.pop(key, None) is not None:
            self._gone[key] = self.version
            self._gone.move_to_end(key)
            while len(self._gone) > MOST_GONE:
                self._oldest = self._gone.popitem(last=False)[1]

    def since(self, version: int) -> dict[str, Any]:
        """What a console that has `version` needs: `set` as [key, shape or nil, blocks by name], and what is `gone`.

        With `reset` it must forget everything first.
        """
        if version < self._oldest or version > self.version:
            version = 0
        told = self._told.get(version)
        if told is None:
            told = self._told[version] = self._since(version)
        return told

    def _since(self, version: int) -> dict[str, Any]:
        news: list[list[Any]] = []
        for key, part in reversed(self._parts.items()):
            if part.version <= version:
                break
            shape = part.shape if part.shape_version > version else None
            news.append([key, shape, _blocks(part, version)])
        news.reverse()
        gone = [key for key, at in self._gone.items() if at > version] if version else []
        return {"version": self.version, "reset": version == 0, "set": news, "gone": gone}


def _blocks(part: _Part, version: int) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for name, held in part.blocks.items():
        if held.version > version:
            known = held.told is not None and version >= held.before
            out[name] = [1, held.told] if known else [0, whole(held.block)]
    return out


__all__ = ["MOST_GONE", "PartStore"]
