"""Wrap-up cut short: contacts take less time now, and what was left undone is made up for later (P04)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import Contacts
from simulators.layout import Layout
from simulators.levers.ordered import Ordered

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CHAT_CUT = 0.08
"""With no wrap-up a chat takes this much less (the catalogue of plays: 5 to 10 %)."""
VOICE_CUT = 0.5
"""With no wrap-up half of a caller's after-contact work is left out: 8 % of the shipped hotline's handle time."""
OWED = 0.5
"""Of the time saved so much has to be made up for: tags and notes that somebody needs (assumed)."""
CATCH_UP = 0.08
"""While a queue owes wrap-up and is told to do all of it, contacts take this much longer."""
FULL_S = 300.0


class WrapUp(Ordered):
    """The share of wrap-up by queue; `owed` is the time in seconds that each queue still owes."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(len(layout.queues), 1.0, 0.0, FULL_S)
        self._on_acw: Floats = np.where(layout.column("acw") > 0, 1.0, 0.0)
        self.owed: Floats = np.zeros(len(layout.queues))

    @property
    def felt(self) -> bool:
        """Whether any contact takes another time than usual."""
        return self.used or bool(self.owed.any())

    def taken(self, contacts: Contacts, slots: Ints) -> None:
        """Agents take these contacts now: sets how long they will take."""
        queue = contacts.queue[slots]
        left, on_acw = 1.0 - self.value[queue], self._on_acw[queue]
        saved = contacts.work[slots] * CHAT_CUT * left * (1 - on_acw) + contacts.acw[slots] * VOICE_CUT * left
        repays = (self.ordered[queue] == 1.0) & (self.owed[queue] > 0)
        paid = np.where(repays, contacts.work[slots] * CATCH_UP, 0.0)
        contacts.work[slots] -= contacts.work[slots] * CHAT_CUT * left * (1 - on_acw) - paid
        contacts.acw[slots] -= contacts.acw[slots] * VOICE_CUT * left
        change = np.bincount(queue, saved * OWED - paid, minlength=len(self.owed))
        self.owed = np.maximum(self.owed + change, 0.0)
