"""Local snippets and off-line look-up: what a platform's degrade window costs agents less of (P22)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.layout import Layout
from simulators.levers.ordered import Ordered

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TAKES_AWAY = 0.7
"""Of the slowdown by a degraded platform (assumed: most of it)."""
TWO_PLACES = 0.02
"""With the platform whole, agents who look things up in two places are so much slower (assumed)."""
FULL_S = 1800.0
"""Half an hour to get everybody ready, and to go back."""


class Snippets(Ordered):
    """Which queues are prepared."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(len(layout.queues), 0.0, 0.0, FULL_S)

    def work(self, queue: Ints, degrade: Floats) -> Floats:
        """The factor of the work of contacts of these queues; `degrade` is the slowdown by queue without snippets."""
        ready, slower = self.value[queue], degrade[queue]
        lost = np.where(slower > 1.0, (slower - 1.0) * (1 - TAKES_AWAY * ready), TWO_PLACES * ready)
        factor: Floats = 1.0 + lost
        return factor
