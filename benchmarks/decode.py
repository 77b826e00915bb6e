"""Decode one frame of 200 queues × 20 metrics and land it on a site's board.

Held against the bare limit, `numpy.frombuffer` plus one array copy of each of the frame's blocks, and against what the
same figures cost as a list of maps, one a queue, through msgpack.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgpack
import numpy as np

from benchmarks.made_site import Shape, frames, publisher
from benchmarks.outcome import Figures, Outcome, run_alone
from feeds.codec import decode
from feeds.contract import Snapshot
from feeds.site_board import SiteBoard

FRAMES = 40
"""Frames in one pass: counters rise from each to the next, as they do on the day."""
SHAPES = {"12_gauges_8_counters": Shape(gauges=12, counters=8), "20_gauges": Shape(gauges=20, counters=0)}
TARGET = 3.0


class _Cases:
    """The ways to bring one shape of frame in, each a function over all frames."""

    def __init__(self, shape: Shape, missing: float = 0.0) -> None:
        source = publisher("made", shape)
        self.hello = source.hello
        self.frames = frames(source, shape, FRAMES, missing=missing)
        decoded = [decode(data) for data in self.frames]
        snapshots = [frame for frame in decoded if isinstance(frame, Snapshot)]
        self.blocks = [
            [(block.tobytes(), block.dtype, block.shape) for block in (frame.gauges, frame.counters) if block.size]
            for frame in snapshots
        ]
        names = [column.name for column in self.hello.columns]
        self.maps = [msgpack.packb(_as_maps(frame, names)) for frame in snapshots]
        self.names, self.shape = names, shape

    def land(self, look: bool = False) -> Callable[[], None]:
        """Decode and land; with `look`, also examine each frame as whoever looks at a state first does."""

        def run() -> None:
            for data in self.frames:
                frame = decode(data)
                board.land(frame)  # type: ignore[arg-type]
                if look:
                    board.altered  # noqa: B018 - reading it examines what landed

        board = SiteBoard()
        board.announce(self.hello)
        return run

    def limit(self) -> Callable[[], None]:
        held: list[Any] = []

        def run() -> None:
            nonlocal held
            for blocks in self.blocks:
                held = [np.frombuffer(data, dtype).reshape(shape).copy() for data, dtype, shape in blocks]

        return run

    def list_of_maps(self) -> Callable[[], None]:
        state = np.empty((self.shape.rows, len(self.names)))

        def run() -> None:
            for data in self.maps:
                for row, cells in enumerate(msgpack.unpackb(data)):
                    state[row] = [cells[name] for name in self.names]

        return run


def _as_maps(frame: Snapshot, names: Sequence[str]) -> list[dict[str, float]]:
    whole = np.concatenate([frame.gauges.astype(np.float64), frame.counters], axis=1)
    return [dict(zip(names, row, strict=True)) for row in whole.tolist()]


def _micros(passes: int, *makers: Callable[[], Callable[[], None]]) -> list[float]:
    """The best pass of each, in µs a frame, taken in turn: what else the machine does only ever adds, and to all."""
    best = [float("inf")] * len(makers)
    for _ in range(passes):
        for i, make in enumerate(makers):
            run = make()
            before = time.perf_counter()
            run()
            best[i] = min(best[i], time.perf_counter() - before)
    return [seconds / FRAMES * 1e6 for seconds in best]


def _compare(cases: _Cases, passes: int) -> tuple[Figures, Figures, Figures]:
    land, limit = _micros(passes, cases.land, cases.limit)
    (maps,) = _micros(max(1, passes // 50), cases.list_of_maps)
    peer = {"list_of_maps_us": maps, "bytes": len(cases.maps[0])}
    return {"us": land, "bytes": len(cases.frames[0])}, {"us": limit}, peer


def measure(quick: bool = False, passes: int = 1500) -> Outcome:
    """Both shapes; and the first again with each frame examined, whole and with a third of the gauges missing."""
    figures: Figures = {}
    limit: Figures = {}
    peer: Figures = {}
    passes = min(passes, 100) if quick else passes
    gc.collect()
    for name, shape in SHAPES.items():
        figures[name], limit[name], peer[name] = _compare(_Cases(shape), passes)
    name = "12_gauges_8_counters"
    holes = _Cases(SHAPES[name], missing=0.3)
    whole = _Cases(SHAPES[name])
    looked, missing = _micros(passes, lambda: whole.land(look=True), lambda: holes.land(look=True))
    figures[f"{name}_looked_at"] = {"us": looked}
    figures[f"{name}_looked_at_a_third_missing"] = {"us": missing}
    ratio = {name: figures[name]["us"] / limit[name]["us"] for name in SHAPES}
    cheaper = {name: peer[name]["list_of_maps_us"] / figures[name]["us"] for name in SHAPES}
    return Outcome(
        "decode",
        figures,
        {"to_limit": ratio, "list_of_maps_to_ours": cheaper},
        limit=limit,
        peer=peer,
        target=f"the contract's frame, gauges and counters, within {TARGET:g}x of numpy.frombuffer plus one array copy",
        met=ratio["12_gauges_8_counters"] <= TARGET,
    )


if __name__ == "__main__":
    run_alone(measure)
