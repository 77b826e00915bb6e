"""The site's side of the conversation, without I/O: figures in, frames out, and what a desk that connects gets first.

Anybody who wants to connect a site holds a `Publisher`, gives it the figures of each moment, and sends what it returns
(`feeds.gateway` does the sending). It numbers the frames, prefers a delta where that is smaller, sends a snapshot at
least every ten seconds, and keeps a ring of frames from which a desk can resume.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from feeds.contract import SNAPSHOT_EVERY_S, Beat, Delta, Frame, Hello, Resync, Snapshot, Subscribe, schema_hash

RING_FRAMES = 64
_DELTA_SHARE = 0.6
"""A delta is sent while it has fewer than this share of the rows; measured break-even is about two thirds."""


class Publisher:
    """The frames of one site in one epoch. `deltas=False` sends full snapshots only."""

    def __init__(self, hello: Hello, *, deltas: bool = True) -> None:
        self.hello = replace(hello, schema=schema_hash(hello.columns, hello.rows))
        self.seq = 0
        self._deltas = deltas
        self._ring: deque[Snapshot | Delta] = deque(maxlen=RING_FRAMES)
        self._gauges: NDArray[np.float32] | None = None
        self._counters: NDArray[np.float64] | None = None
        self._at_ns = self._full_ns = 0

    def publish(
        self,
        gauges: NDArray[np.float32],
        counters: NDArray[np.float64],
        at_ns: int,
        sent_ns: int,
        *,
        copy: bool = True,
    ) -> Snapshot | Delta:
        """The next frame: `gauges` float32 and `counters` float64, rows × columns as announced, taken at `at_ns`.

        Without `copy` the arrays are the publisher's from now on, where they are of that type and C-contiguous.
        """
        gauges = np.array(gauges, np.float32, order="C", copy=copy or None)
        counters = np.array(counters, np.float64, order="C", copy=copy or None)
        self.seq += 1
        hello, due = self.hello, sent_ns - self._full_ns >= SNAPSHOT_EVERY_S * 1e9
        changed = self._changed(gauges, counters) if self._deltas and not due else None
        frame: Snapshot | Delta
        if changed is None or len(changed) >= _DELTA_SHARE * len(gauges):
            self._full_ns = sent_ns
            frame = Snapshot(hello.site, hello.epoch, self.seq, hello.schema, at_ns, sent_ns, gauges, counters)
        else:
            frame = Delta(
                hello.site,
                hello.epoch,
                self.seq,
                hello.schema,
                at_ns,
                sent_ns,
                changed,
                gauges[changed],
                counters[changed],
            )
        self._gauges, self._counters, self._at_ns = gauges, counters, at_ns
        self._ring.append(frame)
        return frame

    def _changed(self, gauges: NDArray[np.float32], counters: NDArray[np.float64]) -> NDArray[np.uint16] | None:
        if self._gauges is None or self._counters is None:
            return None
        # Bits, not values: NaN differs from itself, and -0.0 equals 0.0 but not in a checksum.
        rows = (gauges.view(np.uint32) != self._gauges.view(np.uint32)).any(axis=1)
        rows |= (counters.view(np.uint64) != self._counters.view(np.uint64)).any(axis=1)
        return np.flatnonzero(rows).astype(np.uint16)

    def snapshot(self, sent_ns: int) -> Snapshot | None:
        """The state as last published, whole, under the same number; None before the first frame."""
        if self._gauges is None or self._counters is None:
            return None
        hello = self.hello
        return Snapshot(
            hello.site, hello.epoch, self.seq, hello.schema, self._at_ns, sent_ns, self._gauges, self._counters
        )

    def beat(self, sent_ns: int, conflated: int = 0) -> Beat:
        """A sign of life with the number of the last frame and the checksum of the state at it."""
        checksum = 0
        if self._gauges is not None and self._counters is not None:
            checksum = crc32(self._counters.tobytes(), crc32(self._gauges.tobytes()))
        return Beat(self.hello.site, self.hello.epoch, self.seq, checksum, conflated, sent_ns)

    def welcome(self, subscribe: Subscribe, sent_ns: int) -> list[Frame]:
        """What a desk that connects gets first: the frames that it missed, or a hello and a snapshot."""
        missed = self._missed(subscribe)
        if missed is not None:
            return [self.hello, *missed]
        frames: list[Frame] = [replace(self.hello, clock_ns=sent_ns)]
        if subscribe.epoch:
            frames.insert(0, Resync(self.hello.site, "epoch" if subscribe.epoch != self.hello.epoch else "too_old"))
        state = self.snapshot(sent_ns)
        return [*frames, state] if state is not None else frames

    def _missed(self, subscribe: Subscribe) -> list[Frame] | None:
        if subscribe.epoch != self.hello.epoch or subscribe.seq > self.seq or not subscribe.seq:
            return None
        later: list[Frame] = [frame for frame in self._ring if frame.seq > subscribe.seq]
        return later if len(later) == self.seq - subscribe.seq else None
