"""One text for one value: what is hashed, compared or printed must not depend on dict order or float formatting."""

from __future__ import annotations

import json.encoder
import math
from collections.abc import Callable, Mapping, Sequence

_quoted: Callable[[str], str] = json.encoder.encode_basestring
"""What `json.dumps` with `ensure_ascii=False` does with a text."""


def canonical(value: object) -> str:
    """`value` as JSON with sorted keys, no spaces, floats with six decimals.

    Takes maps with text keys, sequences, text, bool, int, float and None. Raises ValueError for a NaN or an infinity
    (a missing value is None), TypeError for anything else.
    """
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} has no canonical form")
        return f"{value + 0.0:.6f}" if abs(value) >= 5e-7 else "0.000000"
    if isinstance(value, Mapping):
        items = sorted((str(key), item) for key, item in value.items())
        return "{" + ",".join([f"{_quoted(key)}:{canonical(item)}" for key, item in items]) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} has no canonical form")
