"""Blocks of figures over the wire: whole, or the cells that changed since the block before."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from console.remote.plain import pack_array, unpack_array

Block = NDArray[Any]


def changes(before: Block | None, after: Block) -> bytes | None:
    """The cells in which `after` differs, bit by bit; None where the whole is shorter or the shapes differ."""
    if before is None or before.shape != after.shape or before.dtype != after.dtype or after.itemsize == 1:
        return None
    kind = np.uint64 if after.itemsize == 8 else np.uint32
    old, new = (np.ascontiguousarray(one).reshape(-1).view(kind) for one in (before, after))
    cells = np.flatnonzero(old != new)
    wide = after.size > 0xFFFF
    if len(cells) * (after.itemsize + (4 if wide else 2)) >= after.nbytes:
        return None
    places = cells.astype("<u4" if wide else "<u2").tobytes()
    return len(cells).to_bytes(4, "little") + places + new[cells].tobytes()


def changed(before: Block, told: bytes) -> Block:
    """The block after `changes`. ValueError where they do not fit it."""
    count = int.from_bytes(told[:4], "little")
    width = 4 if before.size > 0xFFFF else 2
    cells = np.frombuffer(told, f"<u{width}", count, 4).astype(np.int64)
    values = np.frombuffer(told, before.dtype, count, 4 + width * count)
    if count and int(cells.max()) >= before.size:
        raise ValueError("a cell outside the block")
    block = before.copy().reshape(-1)
    block[cells] = values
    block.flags.writeable = False
    return block.reshape(before.shape)


def whole(block: Block) -> bytes:
    """The block as it is."""
    return pack_array(block)


def of_whole(data: bytes) -> Block:
    """The block that `whole` wrote."""
    return unpack_array(data)


def same(before: Block | None, after: Block) -> bool:
    """Whether two blocks are the same, bit by bit."""
    if before is after:
        return True
    return (
        before is not None
        and before.shape == after.shape
        and before.dtype == after.dtype
        and np.ascontiguousarray(before).tobytes() == np.ascontiguousarray(after).tobytes()
    )
