"""Measures at the toolkit's driver how much goes to the terminal, and how long it waits there.

The toolkit has no public place for it: its writer thread takes from a queue of 30, and a full one blocks the loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from console.slow_link import Throughput

LONG_WRITE_S = 0.1
"""A write that takes longer was held up by whoever reads."""


class DriverWatch:
    """Counts what a driver writes, from when it is made on."""

    def __init__(self, driver: object, clock: Callable[[], float]) -> None:
        self._driver, self._clock = driver, clock
        self._throughput = Throughput()
        self._handed_over: deque[float] = deque(maxlen=64)
        """When each of the newest writes was handed over, the newest last."""
        self._held_up = (0.0, 0.0)
        """When the last long write ended, and how long it took."""
        self._write: Callable[[str], None] = driver.write  # type: ignore[attr-defined]
        driver.write = self._watched  # type: ignore[attr-defined]

    def _watched(self, data: str) -> None:
        begun = self._clock()
        self._handed_over.append(begun)
        self._write(data)
        ended = self._clock()
        self._throughput.add(ended, len(data) if data.isascii() else len(data.encode("utf-8", "replace")))
        if ended - begun > LONG_WRITE_S:
            self._held_up = (ended, ended - begun)

    def bytes_per_s(self) -> float:
        """Bytes a second over the last seconds; NaN at first."""
        return self._throughput.per_s(self._clock())

    def behind_s(self) -> float:
        """For how long the oldest write waits that the terminal has not taken; for a moment, also a long one."""
        now = self._clock()
        queue: Any = getattr(getattr(self._driver, "_writer_thread", None), "_queue", None)
        waiting = min(queue.qsize(), len(self._handed_over)) if queue is not None else 0
        oldest = self._handed_over[-waiting] if waiting else now
        ended, took = self._held_up
        return max(now - oldest, took if now - ended < 1.0 else 0.0)
