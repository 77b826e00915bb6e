"""New contacts dealt out between sites by weight (P09, P20)."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulators.layout import Layout
from simulators.levers.ordered import Ordered

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FULL_S = 120.0
STRANGE_SHOP = 1.1
"""A contact of another site's shop takes so much longer (assumed)."""


class Routing(Ordered):
    """The weight of every queue. Queues of one category and phase, at whatever site, share their contacts.

    A queue's share is its usual one times its weight, over the sum of these. Only as many contacts change their queue
    as must: no contact is lost, made up or moved between queues that both gain.
    """

    def __init__(self, layout: Layout, rng: Generator) -> None:
        super().__init__(len(layout.queues), 1.0, 0.0, FULL_S)
        self._rng = rng
        keys = [(queue.row.category, queue.row.phase) for queue in layout.queues]
        known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        self._kind: Ints = np.array([known[key] for key in keys], dtype=np.int64)
        self._kinds = len(known)

    def deal(self, queue: Ints, rates: Floats) -> tuple[Ints, NDArray[np.bool_]]:
        """The queues that contacts bound for `queue` go to, and which of them changed.

        `rates` are the contacts that each queue could expect without any weight.
        """
        ratio = self._ratio(rates)
        moved = self._rng.random(len(queue)) < 1.0 - ratio[queue]
        gain = np.where(ratio > 1.0, rates * (ratio - 1.0), 0.0)
        found, place = queue.copy(), self._rng.random(len(queue))
        for kind in np.unique(self._kind[queue[moved]]).tolist():
            mine = moved & (self._kind[queue] == kind)
            takers = np.flatnonzero((self._kind == kind) & (gain > 0))
            upto = np.cumsum(gain[takers])
            found[mine] = takers[np.searchsorted(upto / upto[-1], place[mine], side="right").clip(max=len(takers) - 1)]
        return found, moved

    def elsewhere(self, queue: Ints, rates: Floats) -> Ints:
        """Where customers of these queues who come back find people: elsewhere only if their queue has no weight."""
        gone = (self.ordered[queue] == 0) & (self.value[queue] == 0)
        if not gone.any():
            return queue
        found = queue.copy()
        found[gone] = self.deal(queue[gone], rates)[0]
        return found

    def _ratio(self, rates: Floats) -> Floats:
        """What becomes of each queue's rate: the sum over the queues of a kind stays."""
        weighed = rates * self.value
        usual = np.bincount(self._kind, rates, minlength=self._kinds)
        new = np.bincount(self._kind, weighed, minlength=self._kinds)
        scale = np.divide(usual, new, out=np.ones(self._kinds), where=new > 0)[self._kind]
        # With no weight at all where contacts come there is nobody to give them to: all stays as it is.
        ratio: Floats = np.where((new > 0)[self._kind], self.value * scale, 1.0)
        return np.where(rates > 0, ratio, 1.0)
