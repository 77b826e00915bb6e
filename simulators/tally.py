"""The cumulative counters of every queue, by their names in the catalogue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX
from feeds.metrics_stored import WAIT_EDGES_S

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_EDGES = np.array(WAIT_EDGES_S, dtype=np.int64)


class Tally:
    """Counters × queues. They start at zero with the run (its warm-up included) and never fall."""

    def __init__(self, queues: int) -> None:
        self.queues = queues
        self.values: Floats = np.zeros((len(COUNTER_INDEX), queues), dtype=np.float64)

    def add(self, name: str, queues: Ints, amounts: Floats | None = None) -> None:
        """Adds 1, or the amounts, for each element of `queues` (queue indices, repeated where needed)."""
        if len(queues):
            self.values[COUNTER_INDEX[name]] += np.bincount(queues, weights=amounts, minlength=self.queues)

    def add_all(self, name: str, amounts: Ints | Floats) -> None:
        """Adds one amount per queue."""
        self.values[COUNTER_INDEX[name]] += amounts

    def add_waits(self, outcome: str, queues: Ints, waits: Ints) -> None:
        """Adds waits in whole seconds to the histogram and the sum of `answered` or `abandoned`."""
        if not len(queues):
            return
        size = len(_EDGES) + 1
        bucket = np.searchsorted(_EDGES, waits)
        counted = np.bincount(queues * size + bucket, minlength=self.queues * size).reshape(self.queues, size)
        first = COUNTER_INDEX[f"{outcome}_within_{WAIT_EDGES_S[0]}s"]
        self.values[first : first + len(_EDGES)] += np.cumsum(counted[:, :-1], axis=1).T
        self.add(outcome, queues)
        self.add(f"wait_{outcome}_sum_s", queues, waits.astype(np.float64))

    def of(self, name: str) -> Floats:
        """One counter over all queues."""
        found: Floats = self.values[COUNTER_INDEX[name]]
        return found
