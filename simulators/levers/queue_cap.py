"""A limit to how many may wait in a queue: who comes when it is full meets the bot, or is turned away (P17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.layout import Layout
from simulators.levers.ordered import Ordered

Ints = NDArray[np.int64]


class QueueCap(Ordered):
    """The limit by queue, which holds at once; 0 is none."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(len(layout.queues), 0.0)
        self._room: Ints = np.zeros(len(layout.queues), dtype=np.int64)

    def count(self, waiting: Ints) -> None:
        """A second begins with so many waiting, by queue."""
        free = np.maximum(self.ordered.astype(np.int64) - waiting, 0)
        self._room = np.where(self.ordered > 0, free, np.iinfo(np.int64).max)

    def beyond(self, queue: Ints) -> NDArray[np.bool_]:
        """Which of the contacts that want to join find the queue full, in the order in which they are given."""
        order = np.argsort(queue, kind="stable")
        rank = np.empty(len(queue), dtype=np.int64)
        rank[order] = np.arange(len(queue)) - np.searchsorted(queue[order], queue[order])
        full: NDArray[np.bool_] = rank >= self._room[queue]
        return full

    def joined(self, queue: Ints) -> None:
        """Contacts joined."""
        came = np.bincount(queue, minlength=len(self._room))
        self._room = np.where(self.ordered > 0, np.maximum(self._room - came, 0), self._room)
