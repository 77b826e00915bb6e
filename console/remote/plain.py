"""Typed values as plain data and back: what dataclasses declare is what is written, and what is accepted.

Arrays stay arrays in between; `pack` writes them as what they are. Nothing is ever executed: a type that was not asked
for cannot come out.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import msgpack
import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter

T = TypeVar("T")

_ARRAY = 1
_DTYPES = {"f4": np.float32, "f8": np.float64, "i8": np.int64, "b1": np.bool_}
_NAMES = {np.dtype(kind): name for name, kind in _DTYPES.items()}
_CONFIG = ConfigDict(arbitrary_types_allowed=True, extra="forbid")


class Typed(Generic[T]):
    """Values of one declared type. A wrong value is a `pydantic.ValidationError`, which is a ValueError."""

    def __init__(self, kind: Any) -> None:  # noqa: ANN401 - a type, or what `typing` makes of one
        self._adapter: TypeAdapter[tuple[T]] = TypeAdapter(tuple[kind], config=_CONFIG)

    def plain(self, value: T) -> Any:  # noqa: ANN401 - maps, lists, numbers, text and arrays
        """The value as maps, lists, numbers, text and arrays."""
        return self._adapter.dump_python((value,), by_alias=True, warnings=False)[0]

    def value(self, plain: Any) -> T:  # noqa: ANN401
        """The value that such data are."""
        return self._adapter.validate_python((plain,))[0]


def pack(plain: object) -> bytes:
    """Plain data with arrays as msgpack."""
    packed: bytes = msgpack.packb(plain, default=_other)
    return packed


def unpack(data: bytes) -> Any:  # noqa: ANN401
    """What `pack` packed; arrays cannot be written into. ValueError where it is something else."""
    return msgpack.unpackb(data, ext_hook=_array, strict_map_key=False)


def pack_array(array: NDArray[Any]) -> bytes:
    """An array of a kind that boards use, with its shape."""
    name = _NAMES[array.dtype].encode()
    shape = np.array((array.ndim, *array.shape), "<u4").tobytes()
    return name + shape + np.ascontiguousarray(array).tobytes()


def unpack_array(data: bytes) -> NDArray[Any]:
    """What `pack_array` packed. ValueError where it is something else."""
    kind = _DTYPES.get(data[:2].decode("ascii", "replace"))
    if kind is None or len(data) < 6:
        raise ValueError("no array")
    size = int(np.frombuffer(data, "<u4", 1, 2)[0])
    if size > 4:
        raise ValueError("an array of too many dimensions")
    shape = tuple(int(one) for one in np.frombuffer(data, "<u4", size, 6))
    return np.frombuffer(data, kind, offset=6 + 4 * size).reshape(shape)


def _other(value: object) -> object:
    if isinstance(value, np.ndarray):
        return msgpack.ExtType(_ARRAY, pack_array(value))
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, MappingProxyType):
        return dict(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go over the wire")


def _array(code: int, data: bytes) -> object:
    if code != _ARRAY:
        raise ValueError(f"unknown extension {code}")
    return unpack_array(data)
