"""The figures of one site as they stand: frames land here, and come out as immutable columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import inf
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.clock_columns import is_clock_column
from feeds.columns import Columns, Floats, Window, unknown_columns
from feeds.contract import Delta, Hello, Row, Snapshot
from feeds.counter_resets import CounterResets
from feeds.errors import FrameError
from feeds.growth import Growth


class SiteBoard:
    """The last believed state of one site, in the order of its own hello.

    Arrays are replaced, never written into, so that whoever holds an older state keeps it unchanged. What lands is
    examined when somebody first looks at it, so that a state that a newer one replaced before that costs nothing. It
    is believed as far as it can be: an infinite gauge becomes NaN, a counter that fell or is not finite keeps its last
    value, and the kind of fault is counted in `faults`. A counter that stays below has begun again
    (`feeds.counter_resets`), and what it had reached is carried over.
    """

    def __init__(self, faults: Counter[str] | None = None, *, coarse: bool = False) -> None:
        self.faults: Counter[str] = Counter() if faults is None else faults
        self.hello: Hello | None = None
        self.rows: tuple[Row, ...] = ()
        self.site_row = -1
        self.at_ns = 0
        self._gauges: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._counters: Floats = np.empty((0, 0))
        self._unread: tuple[NDArray[np.float32], Floats] | None = None
        self._shapes: tuple[tuple[int, ...], tuple[int, ...]] = ((0, 0), (0, 0))
        self._carried: Floats | None = None
        self._told: Floats = self._counters
        self._resets = CounterResets()
        self._growth = Growth(coarse=coarse)
        self._altered = self._read_any = False
        self._landed, self._landed_at, self._read_at_ns = False, 0.0, 0
        self._gauge_at: dict[str, int] = {}
        self._counter_at: dict[str, int] = {}
        self._columns: Columns | None = None

    def announce(self, hello: Hello) -> None:
        """Take a new schema or epoch; what the counters had reached is carried over for the rows that stay."""
        before, before_rows, before_at = self._total() if self._landed else None, self.rows, self._counter_at
        restarted = self.hello is not None and hello.epoch > self.hello.epoch
        same_start = self.hello is not None and hello.counters_since_ns == self.hello.counters_since_ns
        self.hello, self.rows = hello, hello.rows
        self.site_row = next((i for i, row in enumerate(hello.rows) if row.kind == "site"), -1)
        self._gauge_at = _positions(hello, "gauge", GAUGE_INDEX)
        self._counter_at = _positions(hello, "counter", COUNTER_INDEX)
        width = sum(column.kind == "counter" for column in hello.columns)
        self._shapes = (len(self.rows), len(hello.columns) - width), (len(self.rows), width)
        self._carried, self._read_at_ns = None, 0
        self._resets.clear()
        if before is not None and restarted and not same_start:
            rows, at = self.rows, self._counter_at
            self._carried = _carry(before, before_rows, before_at, rows, at, width)
            self._growth.lay_out(lambda block: _carry(block, before_rows, before_at, rows, at, width))
        self._landed, self._read_any, self._unread, self._columns = False, False, None, None

    @property
    def gauges(self) -> NDArray[np.float32]:
        """The gauges as far as they can be believed, rows × columns."""
        self._read()
        return self._gauges

    @property
    def counters(self) -> Floats:
        """The counters as far as they can be believed, rows × columns."""
        self._read()
        return self._counters

    @property
    def altered(self) -> bool:
        """Whether the last frame held something that was not believed, so that checksums cannot agree."""
        self._read()
        return self._altered

    def _read(self) -> None:
        """Examine what landed last, if nobody has looked at it yet."""
        if self._unread is None:
            return
        gauges, counters = self._unread
        told, altered, self._unread = counters, False, None
        before = self._counters if self._read_any else 0.0
        if not _believable(gauges, counters, before):
            gauges, counters, kinds = _believed(gauges, counters, before)
            self.faults.update(kinds)
            told, altered = np.where(np.isfinite(told), told, counters), True
            counters = self._begun_again(told, counters)
        elif self._altered:
            self._resets.clear()
        self._told, self._altered, self._read_at_ns = told, altered, max(self._read_at_ns, self.at_ns)
        self._gauges, self._counters, self._read_any = gauges, counters, True

    def _begun_again(self, told: Floats, believed: Floats) -> Floats:
        """The counters with those that have begun again as they were told, and what those had reached carried over."""
        newer = self.at_ns > self._read_at_ns
        more = self._resets.confirmed(told, believed, newer=newer) if self._read_any else None
        if more is None:
            return believed
        self._carried = more if self._carried is None else self._carried + more
        return np.where(more > 0.0, told, believed)

    def land(self, frame: Snapshot | Delta) -> None:
        """Put the frame's figures on the board.

        Windows go by the source's own time: a frame that was long on its way is no burst of contacts.
        Raises FrameError (truncated, unknown_row, gap) when the frame does not fit the rows announced.
        """
        self._unread = self._whole(frame)
        self._columns = None
        self.at_ns = frame.at_ns
        self._landed_at = at = frame.at_ns / 1e9
        if self._landed:
            if not self._growth.noted <= at < self._growth.due:
                self._growth.note(at, self._total())
        else:
            self._landed = True
            self._start(at)

    def _start(self, at: float) -> None:
        hello = self.hello
        total = self._total()
        if self._carried is not None:
            self._growth.note(at, total)
            return
        since = hello.counters_since_ns / 1e9 if hello and hello.counters_since_ns else at
        self._growth.begin(at, total, since)

    def _whole(self, frame: Snapshot | Delta) -> tuple[NDArray[np.float32], Floats]:
        if self.hello is None or frame.schema != self.hello.schema:
            raise FrameError("schema", "no hello for this schema")
        gauges, counters = self._shapes
        if isinstance(frame, Snapshot):
            if frame.gauges.shape != gauges or frame.counters.shape != counters:
                raise FrameError("truncated", f"{frame.gauges.shape} and {frame.counters.shape} for {gauges[0]} rows")
            return frame.gauges, frame.counters
        if not self._landed:
            raise FrameError("gap", "a delta before any snapshot")
        if not len(frame.rows):
            self._read()
            return self._gauges, self._told
        if frame.gauges.shape[1:] != gauges[1:] or frame.counters.shape[1:] != counters[1:]:
            raise FrameError("truncated", "a delta of other columns")
        if int(frame.rows.max()) >= gauges[0]:
            raise FrameError("unknown_row", f"row {int(frame.rows.max())} of {gauges[0]}")
        self._read()
        merged, summed = self._gauges.copy(), self._told.copy()
        merged[frame.rows], summed[frame.rows] = frame.gauges, frame.counters
        return merged, summed

    def _total(self) -> Floats:
        self._read()  # which may find that counters have begun again
        return self._counters if self._carried is None else self._counters + self._carried

    def checksum(self) -> int:
        """CRC-32 of the state as the site would have it, to compare with the one in its beat."""
        return crc32(self.counters.tobytes(), crc32(np.ascontiguousarray(self.gauges, np.float32).tobytes()))

    def columns(self) -> Columns:
        """The figures as columns, with windows that end when the last frame landed."""
        if self._columns is None:
            total = self._total()
            windows: dict[str, Window] = self._growth.windows(self._landed_at)
            self._columns = Columns(len(self.rows), self.gauges, self._gauge_at, total, self._counter_at, windows)
        return self._columns

    def unknown(self) -> Columns:
        """The same rows with nothing known of them."""
        return unknown_columns(len(self.rows))


def _believable(gauges: NDArray[np.float32], counters: Floats, before: Floats | float) -> bool:
    """Whether no gauge is infinite, and every counter is finite and has not fallen. NaN is a gauge that is missing.

    Looking for a byte in a mask costs a sixth of `any` or `all` on blocks of this size, and finding the largest value
    half of testing each. No NaN is left once every counter is at least what it was.
    """
    if 1 in np.isinf(gauges).tobytes():
        return False
    if not counters.size:
        return True
    return 0 not in (counters >= before).tobytes() and counters.item(counters.argmax()) < inf


def _believed(
    gauges: NDArray[np.float32], counters: Floats, before: Floats | float
) -> tuple[NDArray[np.float32], Floats, list[str]]:
    """The figures as far as they can be believed, and the kinds of what was not."""
    faults: list[str] = []
    finite, infinite = np.isfinite(counters), np.isinf(gauges)
    if not finite.all():
        faults.append("not_finite")
        counters = np.where(finite, counters, before)
    if infinite.any():
        faults.append("not_finite")
        gauges = np.where(infinite, np.float32(np.nan), gauges)
    if (counters < before).any():
        faults.append("went_back")
        counters = np.maximum(counters, before)
    return gauges, counters, faults


def _positions(hello: Hello, kind: str, known: Mapping[str, int]) -> dict[str, int]:
    """Name → position among the hello's columns of that kind, for what the catalogue has and the counts of clocks."""
    names = [column.name for column in hello.columns if column.kind == kind]
    return {name: i for i, name in enumerate(names) if name in known or is_clock_column(name, kind)}


def _carry(
    before: Floats,
    before_rows: tuple[Row, ...],
    before_at: dict[str, int],
    rows: tuple[Row, ...],
    at: dict[str, int],
    width: int,
) -> Floats:
    """What each row's counters had reached, laid out for the new schema; zero for rows and columns that are new."""
    carried = np.zeros((len(rows), width))
    old = {row.id: i for i, row in enumerate(before_rows)}
    for i, row in enumerate(rows):
        if row.id in old:
            for name, column in at.items():
                if name in before_at:
                    carried[i, column] = before[old[row.id], before_at[name]]
    return carried
