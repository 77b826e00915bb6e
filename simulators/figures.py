"""A world's figures by site, as rows × columns: what its feeds send, faults and standstills included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulators.feed_faults import Shown
from simulators.gauges import gauge_block

if TYPE_CHECKING:
    from simulators.world import World


class Figures:
    """The figures of the sites of a world, worked out when somebody looks and at most once a tick.

    Columns are those of the catalogue, then those of the world's `clock_tally`. While a site's source stands still
    these are its figures from before.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._held_back: dict[int, Shown] = {}
        self._blocks: tuple[int, NDArray[np.float32], NDArray[np.float64]] | None = None

    def of(self, site: int) -> Shown:
        """When a site's figures were taken, its gauges and its counters."""
        if site in self._held_back:
            return self._held_back[site]
        figures, world = self.true(site), self._world
        return world.faults.shown(site, world.elapsed, figures) if world.faults else figures

    def freeze(self) -> None:
        """Holds back the figures of sites that stand still now, and lets go those of the others."""
        for number, site in enumerate(self._world.sites):
            frozen = self._world.frozen(site)
            if frozen and number not in self._held_back:
                at, gauges, counters = self.of(number)
                self._held_back[number] = at, gauges.copy(), counters.copy()
            elif not frozen:
                self._held_back.pop(number, None)

    def true(self, site: int) -> Shown:
        """The same without any fault."""
        world = self._world
        if self._blocks is None or self._blocks[0] != world.tick:
            tally = world.clock_tally
            queue, waited = world.waiting()
            late = self._by_row(tally.overdue(queue, waited)).astype(np.float32)
            counters = self._by_row(np.concatenate((world.tally.values, tally.counters())))
            self._blocks = world.tick, np.concatenate((gauge_block(world, queue, waited), late), axis=1), counters
        rows = world.layout.rows(site)
        return world.now, self._blocks[1][rows], self._blocks[2][rows]

    def _by_row(self, queues: NDArray[np.float64]) -> NDArray[np.float64]:
        """Figures × queues as rows × figures, with the sites' own rows."""
        layout = self._world.layout
        block = np.zeros((len(layout.queues) + len(layout.sites), len(queues)), dtype=np.float64)
        block[layout.row_of_queue] = queues.T
        if len(queues):
            block[layout.row_of_site] = np.add.reduceat(queues, layout.queue_start[:-1], axis=1).T
        return block
