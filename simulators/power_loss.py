"""A site without power: whose chats were open there asks again elsewhere.

Every queue of the site has its peers, the queues of the same category and phase at other sites (of the same category
where no phase fits). Customers are dealt out to them in turn. A queue without a peer keeps its customers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.layout import Layout

Ints = NDArray[np.int64]

BACK_AFTER_S = (180.0, 300.0)
"""Who was cut off asks again after this time: three to five minutes."""


class Elsewhere:
    """Where the customers of sites without power go."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._lost = np.zeros(len(layout.sites), dtype=np.bool_)
        self._turn = np.zeros(len(layout.queues), dtype=np.int64)

    def lose(self, site: int) -> None:
        """The site has no power from now."""
        self._lost[site] = True

    def regain(self, site: int) -> None:
        """The site has power again."""
        self._lost[site] = False

    def groups(self, site: int) -> NDArray[np.bool_]:
        """The groups of a site."""
        return np.asarray(self._layout.group_site == site)

    def of(self, queue: Ints) -> Ints:
        """For each customer of these queues the queue at which they will ask again."""
        if not self._lost.any() or not len(queue):
            return queue
        found = queue.copy()
        for one in np.unique(queue[self._lost[self._layout.queue_site[queue]]]):
            peers = self._peers(int(one))
            if len(peers):
                mine = np.flatnonzero(queue == one)
                found[mine] = peers[(self._turn[one] + np.arange(len(mine))) % len(peers)]
                self._turn[one] += len(mine)
        return found

    def _peers(self, queue: int) -> Ints:
        layout, row = self._layout, self._layout.queues[queue].row
        same = [
            number
            for number, other in enumerate(layout.queues)
            if not self._lost[layout.queue_site[number]] and other.row.category == row.category
        ]
        phase = [number for number in same if layout.queues[number].row.phase == row.phase]
        return np.array(phase or same, dtype=np.int64)
