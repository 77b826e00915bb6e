"""A thousand sites of 200 queues at a frame a second, into one board on one core: whether it keeps up, in what room.

Every frame passes `SiteSession.receive` whole: codec, checks, board, ages. Each second ends with the second's sample of
the courses and the next moment at which a site would turn late. All frames of a second come at once, which is the
hardest case. They are made outside the measured time. Before it, 16 minutes pass in leaps, so that every window of the
counters is full and resident memory is that of a desk in the middle of its day.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.made_site import Shape, figures, publisher
from benchmarks.outcome import Figures, Outcome, quantiles, run_alone
from feeds.board import Board
from feeds.codec import encode
from feeds.contract import Snapshot

SHAPE = Shape(queues=200, site_row=True)
_MISSING = 0.1
_FIRST_SEQ = 1 << 17
"""Numbers from here on take five bytes, so that a frame can be patched in place."""
_START = 1_762_790_400.0
TARGET_BYTES = 2 << 30


class Feed:
    """The frames of all sites, second after second: one set of figures a second, under every site's name."""

    def __init__(self, sites: int) -> None:
        self.ids = [f"s{number:05}" for number in range(sites)]
        self._hellos = {site: publisher(site, SHAPE).hello for site in self.ids}
        self._schema = publisher(self.ids[0], SHAPE).hello.schema
        self._figures = figures(SHAPE, np.random.default_rng(7), _MISSING)
        self._seq = _FIRST_SEQ

    def hellos(self) -> Iterator[tuple[str, bytes]]:
        """The first frame of every site."""
        for site, hello in self._hellos.items():
            yield site, encode(hello)

    def second(self, now: float) -> list[tuple[str, bytes]]:
        """(site, frame) of every site, taken at `now`."""
        self._seq += 1
        at_ns = round(now * 1e9)
        gauges, counters = next(self._figures)
        first = self.ids[0]
        data = bytearray(encode(Snapshot(first, 1, self._seq, self._schema, at_ns, at_ns, gauges, counters)))
        at = data.index(first.encode())
        made = []
        for site in self.ids:
            struct.pack_into(f"{len(site)}s", data, at, site.encode())
            made.append((site, bytes(data)))
        return made


class _Meter:
    """What the seconds cost: CPU by part, and how long after its beginning a second was dealt with."""

    def __init__(self) -> None:
        self.receive_s = self.sample_s = 0.0
        self.lag_s: list[float] = []

    def second(self, board: Board, frames: list[tuple[str, bytes]], now: float) -> None:
        """Take one second's frames in, keep the ages, and sample."""
        sessions = board.sessions
        begun = time.thread_time()
        for site, data in frames:
            sessions[site].receive(data, now)
        received = time.thread_time()
        board.next_change(now)
        board.sample(now)
        self.sample_s += time.thread_time() - received
        self.receive_s += received - begun


def _fill(board: Board, feed: Feed, start: float) -> float:
    """Let 16 minutes pass, half a minute at a time; returns the time at which they are over."""
    for site, data in feed.hellos():
        board.sessions[site].receive(data, start)
    for leap in range(33):
        now = start + 30.0 * leap
        _Meter().second(board, feed.second(now), now)
    return start + 961.0


def _paced(board: Board, feed: Feed, start: float, seconds: int) -> _Meter:
    """`seconds` of real time. A second's frames are made before it begins, as if they were on their way."""
    meter = _Meter()
    frames = feed.second(start)
    begun = time.perf_counter()
    for second in range(seconds):
        due = begun + second
        time.sleep(max(0.0, due - time.perf_counter()))
        meter.second(board, frames, start + second)
        meter.lag_s.append(time.perf_counter() - due)
        frames = feed.second(start + second + 1)
    return meter


def _limit_s(feed: Feed) -> float:
    """CPU seconds for one array copy of every block of a second, without a codec and without a check."""
    gauges = np.zeros((SHAPE.rows, SHAPE.gauges), np.float32).tobytes()
    counters = np.zeros((SHAPE.rows, SHAPE.counters)).tobytes()
    begun = time.thread_time()
    for _ in feed.ids:
        np.frombuffer(gauges, np.float32).reshape(SHAPE.rows, -1).copy()
        np.frombuffer(counters, np.float64).reshape(SHAPE.rows, -1).copy()
    return time.thread_time() - begun


def memory(name: str = "VmRSS") -> int:
    """A figure of this process's memory, in bytes, as the system counts it."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(f"{name}:"))


def measure(quick: bool = False, sites: int = 1000, seconds: int = 20) -> Outcome:
    """20 s at one frame a second and site; 5 s where it is quick."""
    seconds = min(seconds, 5) if quick else seconds
    before = memory()
    feed = Feed(sites)
    board = Board(feed.ids, expected_rows=sites * SHAPE.rows)
    start = _fill(board, feed, _START)
    meter = _paced(board, feed, start, seconds)
    live = sum(session.state(start + seconds - 1) == "live" for session in board.sessions.values())
    resident, limit = memory(), _limit_s(feed)
    share = (meter.receive_s + meter.sample_s) / seconds
    figures_: Figures = {
        "sites": sites,
        "rows": sites * SHAPE.rows,
        "seconds": seconds,
        "cpu_share": share,
        "receive_us_per_frame": meter.receive_s / seconds / sites * 1e6,
        "sample_ms_per_second": meter.sample_s / seconds * 1e3,
        "lag_ms": {name: value * 1e3 if name != "of" else value for name, value in quantiles(meter.lag_s).items()},
        "kept_up": max(meter.lag_s) < 1.0,
        "sites_live_at_the_end": live,
        "faults": sum(sum(session.faults.values()) for session in board.sessions.values()),
        "resident_mib": resident / 2**20,
        "resident_mib_before": before / 2**20,
        "resident_mib_most": memory("VmHWM") / 2**20,
    }
    return Outcome(
        "thousand_sites",
        figures_,
        {"cpu_to_limit": share / limit, "memory_to_target": resident / TARGET_BYTES},
        limit={"cpu_share": limit, "what": "numpy.frombuffer plus one array copy of each block"},
        target="keeps up on one core, under 2 GiB resident",
        met=bool(figures_["kept_up"]) and resident < TARGET_BYTES and live == sites,
    )


if __name__ == "__main__":
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core, whatever the libraries would like
    run_alone(measure)
