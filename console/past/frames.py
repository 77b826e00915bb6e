"""Past views as bytes: a whole one now and then, and between two of those what changed from each to the next."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Frame:
    """The view at `at` (epoch seconds, the desk's clock), as what differs from the frame before it in its stretch.

    The first frame of a stretch is whole.
    """

    at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when views are kept without a hole, with one at least every `step_s` seconds."""

    start: float
    end: float
    step_s: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What views are kept: all spans, oldest first. Where they overlap the finer one is asked."""

    spans: tuple[Span, ...] = ()

    @property
    def start(self) -> float:
        """The oldest view kept; infinity where there is none."""
        return min((span.start for span in self.spans), default=float("inf"))

    @property
    def end(self) -> float:
        """The newest view kept; minus infinity where there is none."""
        return max((span.end for span in self.spans), default=float("-inf"))


@dataclass(frozen=True, slots=True)
class PastFrames:
    """The desk's answer to `AskPast`: the frame that was asked for is the last of `frames`.

    They belong to the stretch `stretch`; the first of them is number `first` of it, those before the asker has.
    """

    stretch: str = ""
    first: int = 0
    frames: tuple[Frame, ...] = ()
    kept: Kept = field(default_factory=Kept)


_SHORT, _PLAIN = b"z", b"p"
_LEVEL = 6
MOST_UNPACKED = 256 * 1024 * 1024
"""No frame is larger when it is unpacked: what is, is none."""


def short_frame(at: float, plain: bytes) -> Frame:
    """A frame, compressed by itself."""
    return Frame(at, _SHORT + zlib.compress(plain, _LEVEL))


def plain_frame(at: float, plain: bytes) -> Frame:
    """A frame as it is, of a stretch that was folded together."""
    return Frame(at, _PLAIN + plain)


def plain_of(data: bytes) -> bytes:
    """What a frame says. ValueError where it is none."""
    if data[:1] == _PLAIN:
        return data[1:]
    inflate = zlib.decompressobj()
    try:
        plain = inflate.decompress(data[1:], MOST_UNPACKED) if data[:1] == _SHORT else b""
    except zlib.error as error:
        raise ValueError("not to be unpacked") from error
    if not plain or inflate.unconsumed_tail:
        raise ValueError("no frame")
    return plain


def at_or_before(times: Sequence[float], at: float) -> int:
    """The place of the last of the rising `times` that is not after `at`; -1 for none."""
    return bisect_right(times, at) - 1


def spans_of(times: Sequence[float], step_s: float) -> list[Span]:
    """Rising times as spans: where two are further apart than two steps and a half, nothing was kept in between."""
    out: list[Span] = []
    start = times[0] if times else 0.0
    for before, after in pairwise(times):
        if after - before > 2.5 * step_s:
            out.append(Span(start, before, step_s))
            start = after
    return [*out, Span(start, times[-1], step_s)] if times else []
