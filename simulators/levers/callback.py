"""Callers who would wait long are offered a callback (P16)."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulators.contacts import Contacts
from simulators.layout import Layout
from simulators.levers.ordered import Ordered
from simulators.waiting import WaitingLines

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ACCEPTS = 0.6
"""Share of those asked who take it (assumed)."""
CALLBACK_WORK = 1.15
"""Work of a callback over that of the call: not everybody picks up at once (assumed)."""
BEGINS_S = 120
"""It takes two minutes to switch the menu."""


class Callback(Ordered):
    """The expected wait in seconds beyond which callers are asked, by queue; 0 is off."""

    def __init__(self, layout: Layout, rng: Generator) -> None:
        super().__init__(len(layout.queues), 0.0, BEGINS_S, BEGINS_S + 1)
        self._rng, self._layout = rng, layout
        self._takes: Floats = layout.handle.mean + layout.column("acw")

    def leaves(self, lines: WaitingLines, contacts: Contacts, accepting: Ints, tick: int) -> NDArray[np.bool_]:
        """Who of those in line leaves it now.

        Asked are those who came in this second and would wait too long, and those who have waited that long.
        """
        queue = contacts.queue[lines.slots]
        limit = np.where(self.value == self.ordered, self.ordered, 0.0)[queue]
        age = tick - contacts.joined[lines.slots]
        ahead = np.arange(len(queue)) - np.searchsorted(lines.group, lines.group)
        expected = ahead * self._takes[queue] / np.maximum(accepting[lines.group], 1)
        asked = (limit > 0) & (((age == 0) & (expected > limit)) | (age == np.ceil(limit)))
        chosen: NDArray[np.bool_] = asked & (self._rng.random(len(queue)) < ACCEPTS)
        return chosen
