"""Customers are told how long they will wait, and may leave a message (P12)."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulators.contacts import Contacts
from simulators.layout import Layout
from simulators.levers.ordered import Ordered

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PATIENCE = 1.25
"""Who knows the wait bears so much more of it (assumed)."""
LEAVES_MESSAGE = 0.3
"""Of those who would give up, the share that leaves a message instead (assumed; platforms count it and want < 50 %)."""
TRIES_AGAIN = 0.7
"""Factor of the share that tries again after giving up (assumed)."""
MESSAGE_WORK = 0.6
"""Work of answering a message over that of the contact itself (assumed: nobody types meanwhile)."""
FULL_S = 120.0


class Greeting(Ordered):
    """Where customers are told; its effect grows over two minutes."""

    def __init__(self, layout: Layout, rng: Generator) -> None:
        super().__init__(len(layout.queues), 0.0, 0.0, FULL_S)
        self._rng = rng

    def told(self, contacts: Contacts, slots: Ints) -> None:
        """These contacts are about to wait."""
        on = self.value[contacts.queue[slots]]
        longer = contacts.patience[slots] * (1 + (PATIENCE - 1) * on)
        contacts.patience[slots] = np.minimum(longer, 2.0**40).astype(np.int64)

    def leaves_message(self, queue: Ints) -> NDArray[np.bool_]:
        """Of customers of these queues whose patience has ended, who leaves a message."""
        chosen: NDArray[np.bool_] = self._rng.random(len(queue)) < LEAVES_MESSAGE * self.value[queue]
        return chosen

    def tries_again(self, queue: Ints) -> Floats:
        """Factor of the share that tries again."""
        factor: Floats = 1.0 - (1.0 - TRIES_AGAIN) * self.value[queue]
        return factor
