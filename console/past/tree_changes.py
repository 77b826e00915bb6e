"""What differs between two trees of plain data (maps, lists, scalars, arrays), and the tree after it.

A change is `None` (none), a list of one (the new whole), or a map: `m` by key, `l` by place with `n`
(the new length) and `t` (what is appended), `s` the middle of a text between `h` characters of its head and `e` of its
end, `a` the bits of an array that differ.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

Change = Any

_WORTH_IT = 12
"""Texts with fewer characters in common are told whole."""


def difference(old: Any, new: Any) -> Change:  # noqa: ANN401 - plain data
    """What makes `new` of `old`; None where nothing does."""
    if isinstance(new, dict) and isinstance(old, dict):
        return _of_maps(old, new)
    if isinstance(new, list) and isinstance(old, list):
        return _of_lists(old, new)
    if isinstance(new, np.ndarray):
        if isinstance(old, np.ndarray) and old.shape == new.shape and old.dtype == new.dtype:
            bits = differing_bits(old, new)
            return None if bits is None else {"a": bits}
        return [new]
    if type(old) is type(new) and (old == new or (old != old and new != new)):
        return None
    return _of_texts(old, new) if isinstance(old, str) and isinstance(new, str) else [new]


def _of_texts(old: str, new: str) -> Change:
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    return [new] if head + tail < _WORTH_IT else {"s": new[head : len(new) - tail], "h": head, "e": tail}


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _of_maps(old: dict[Any, Any], new: dict[Any, Any]) -> Change:
    if list(old) != [key for key in new if key in old]:
        return [new]  # keys that are gone, or in another order
    changes = {key: change for key, value in new.items() if key in old and (change := difference(old[key], value))}
    changes |= {key: [value] for key, value in new.items() if key not in old}
    return {"m": changes} if changes else None


def _of_lists(old: list[Any], new: list[Any]) -> Change:
    both = min(len(old), len(new))
    changes = {i: change for i in range(both) if (change := difference(old[i], new[i]))}
    if not changes and len(old) == len(new):
        return None
    return {"l": changes, "n": len(new), "t": new[both:]}


def after(old: Any, change: Change) -> Any:  # noqa: ANN401 - plain data
    """The tree that `change` makes of `old`. ValueError, TypeError, KeyError or IndexError where it does not fit."""
    if change is None:
        return old
    if isinstance(change, list):
        return change[0]
    if "m" in change:
        return {**old, **{key: after(old.get(key), one) for key, one in change["m"].items()}}
    if "s" in change:
        return old[: change["h"]] + change["s"] + old[len(old) - change["e"] :]
    if "l" in change:
        out = [*old[: change["n"]], *change["t"]]
        for place, one in change["l"].items():
            out[place] = after(old[place], one)
        return out
    if not isinstance(old, np.ndarray):
        raise ValueError("no array to change")
    return with_bits(old, change["a"])


def differing_bits(old: NDArray[Any], new: NDArray[Any]) -> bytes | None:
    """Two arrays of one shape and kind, bit against bit; first all lowest bytes, then all second ones: runs of zeros.

    None where they are the same.
    """
    width = new.dtype.itemsize
    mixed = np.bitwise_xor(_octets(old, width), _octets(new, width))
    return mixed.T.tobytes() if mixed.any() else None


def with_bits(old: NDArray[Any], bits: bytes) -> NDArray[Any]:
    """The array that differs from `old` in these bits."""
    width = old.dtype.itemsize
    mixed = np.frombuffer(bits, np.uint8).reshape(width, -1).T
    flat = np.ascontiguousarray(np.bitwise_xor(_octets(old, width), mixed)).reshape(-1).view(old.dtype)
    new: NDArray[Any] = flat.reshape(old.shape)
    new.flags.writeable = False
    return new


def _octets(array: NDArray[Any], width: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).reshape(-1, width)
