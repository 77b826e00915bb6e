"""What a browser may say: where it comes from, how large it is, what it types."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Literal
from urllib.parse import urlsplit

MOST_TYPED_CHARS = 65_536
"""A message with more is dropped whole: half of a paste would leave the console waiting for its end."""
WIDTHS, HEIGHTS = range(10, 401), range(3, 201)
"""The sizes that are passed on; others become the nearest."""

Said = tuple[Literal["typed"], str] | tuple[Literal["size"], tuple[int, int]] | tuple[Literal["ping"], str]


def same_origin(origin: str | None, host: str | None, allowed: Collection[str]) -> bool:
    """Whether a page of ours asks: its origin is the address that was asked, or one that was allowed by name.

    Browsers send `Origin` with every form and WebSocket; what sends none is no page of ours.
    """
    if not origin or not host:
        return False
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and (parts.netloc.lower() == host.lower() or origin in allowed)


def fitting_size(width: object, height: object) -> tuple[int, int]:
    """A size in cells that a console can be drawn in; 80 × 24 where it is none."""
    return _within(width, WIDTHS, 80), _within(height, HEIGHTS, 24)


def _within(value: object, allowed: range, otherwise: int) -> int:
    try:
        number = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return max(allowed.start, min(int(number), allowed.stop - 1))


def understood(text: str) -> Said | None:
    """What the page said; None for what means nothing or is too long."""
    if len(text) > 2 * MOST_TYPED_CHARS:
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match said:
        case ["stdin", str() as typed] if 0 < len(typed) <= MOST_TYPED_CHARS:
            return "typed", typed
        case ["resize", {"width": width, "height": height}]:
            return "size", fitting_size(width, height)
        case ["ping", str() as mark] if len(mark) < 64:
            return "ping", mark
    return None
