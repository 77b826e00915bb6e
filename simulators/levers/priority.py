"""Which of the queues of a group is answered first (P11): first come first served within a level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import Contacts
from simulators.layout import Layout
from simulators.levers.ordered import Ordered
from simulators.waiting import WaitingLines

Ints = NDArray[np.int64]


class Priority(Ordered):
    """The level of every queue, which holds at once."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(len(layout.queues), 0.0)

    def arrange(self, lines: WaitingLines, contacts: Contacts) -> None:
        """Puts all who wait into the order of the levels as they are now."""
        lines.rank(-self.ordered.astype(np.int64) if self.ordered.any() else None, contacts)
