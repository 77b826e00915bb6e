"""Messages to answer and callbacks to make: work that agents do with the hands that the waiting line leaves free."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import LATER, Contacts
from simulators.layout import Layout
from simulators.service import Service
from simulators.tally import Tally

Ints = NDArray[np.int64]

OF_FREE = 0.5
"""At most this share of a group's free hands turns to it in a second, and always at least one (assumed)."""
NOT_BEFORE_S = 300
"""Nobody is called back sooner (assumed)."""


class LaterWork:
    """What is left to do, first come first served within a group. `open` counts it by queue, work in hand included."""

    def __init__(self, layout: Layout, tally: Tally) -> None:
        self._group, self._tally = layout.queue_group, tally
        self._slots: Ints = np.zeros(0, dtype=np.int64)
        self._due: Ints = np.zeros(0, dtype=np.int64)
        self.open: Ints = np.zeros(len(layout.queues), dtype=np.int64)
        self.used = False
        """Whether there has ever been any."""

    def put(self, slots: Ints, contacts: Contacts, factor: float, tick: int) -> None:
        """These contacts left the line; they will take `factor` times their work."""
        if not len(slots):
            return
        self.used = True
        contacts.kind[slots] = LATER
        contacts.work[slots] *= factor
        contacts.acw[slots] = 0.0
        self.open += np.bincount(contacts.queue[slots], minlength=len(self.open))
        self._keep(slots, np.full(len(slots), tick + NOT_BEFORE_S))

    def begin(self, free: Ints, service: Service, contacts: Contacts, tick: int) -> None:
        """Agents with free hands, `free` by group, take some of it."""
        if not len(self._slots):
            return
        most = np.where(free > 0, np.maximum((free * OF_FREE).astype(np.int64), 1), 0)
        group = self._group[contacts.queue[self._slots]]
        order = np.argsort(group, kind="stable")
        ready = self._due[order] <= tick
        sorted_group = group[order]
        before = np.concatenate(([0], np.cumsum(ready)[:-1]))
        rank = before - before[np.searchsorted(sorted_group, sorted_group)]
        chosen = order[ready & (rank < most[sorted_group])]
        if len(chosen):
            slots, kept = self._slots[chosen], np.ones(len(self._slots), dtype=np.bool_)
            kept[chosen] = False
            self._slots, self._due = self._slots[kept], self._due[kept]
            service.start(slots, self._group[contacts.queue[slots]], contacts, tick)

    def ended(self, slots: Ints, contacts: Contacts) -> Ints:
        """Of contacts that ended, counts those that were such work; returns the others."""
        mine = contacts.kind[slots] == LATER
        if mine.any():
            queue = contacts.queue[slots[mine]]
            self.open -= np.bincount(queue, minlength=len(self.open))
            self._tally.add("work_done", queue)
            contacts.release(slots[mine])
        others: Ints = slots[~mine]
        return others

    def put_back(self, slots: Ints, contacts: Contacts, tick: int) -> Ints:
        """Of contacts that were cut off, such work stays to be done; returns the others."""
        mine = contacts.kind[slots] == LATER
        self._keep(slots[mine], np.full(int(mine.sum()), tick))
        others: Ints = slots[~mine]
        return others

    def _keep(self, slots: Ints, due: Ints) -> None:
        self._slots, self._due = np.concatenate((self._slots, slots)), np.concatenate((self._due, due))
