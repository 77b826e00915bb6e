"""Sales that the shops could have expected from customers who gave up or waited, in the model's own terms.

An expectation, not a draw: a contact's conversion × order value. Of a customer who gives up and does not try again all
of it is lost; of one who waited, what the wait took off (`outcomes.trust`); of one whom the bot helps, nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.layout import Layout
from simulators.outcomes import trust

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Losses:
    """Per queue in CNY since the run began: `expected` from everybody who is through, `lost` of it."""

    def __init__(self, layout: Layout) -> None:
        self._worth = layout.column("conversion") * layout.column("order_value")
        self.expected: Floats = np.zeros(len(layout.queues))
        self.lost: Floats = np.zeros(len(layout.queues))

    def answered(self, queue: Ints, waits: Ints) -> None:
        """Contacts were taken after so many seconds."""
        size = len(self.lost)
        self.expected += self._worth * np.bincount(queue, minlength=size)
        self.lost += self._worth * np.bincount(queue, 1.0 - trust(waits), minlength=size)

    def gave_up(self, queue: Ints) -> None:
        """Customers left for good."""
        worth = self._worth * np.bincount(queue, minlength=len(self.lost))
        self.expected += worth
        self.lost += worth
