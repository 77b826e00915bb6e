"""The contacts that are in the network now: one slot each in flat columns, used again when the contact is gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST, REDIAL, AFTER_BOT, AFTER_BOT_LATE, TRANSFER, LATER = range(6)
"""Why a contact is here: for the first time, again after giving up, again after a bot that did not help (within 30
minutes, or later), passed on by an agent, left the line with a message or for a callback."""


@dataclass(frozen=True, slots=True)
class Batch:
    """New contacts with all that will be needed of them, drawn when they arrive. Columns of one length."""

    queue: Ints
    kind: Ints
    patience: Ints
    """Ticks in the queue after which the customer gives up."""
    work: Floats
    """Seconds to deal with the contact when the agent holds no other."""
    acw: Floats
    tie: Floats
    """Orders contacts that join in the same tick; uniform."""
    meets_bot: Floats
    contained: Floats
    misled: Floats
    """Uniform variates that decide about the bot."""
    topic: Floats
    """Decides what the contact is about; uniform."""
    bot_ticks: Ints
    back_ticks: Ints
    """How long with the bot, and how long until a misled customer is back."""

    def only(self, chosen: NDArray[np.bool_]) -> Batch:
        """The chosen contacts."""
        return Batch(*(getattr(self, column)[chosen] for column in Batch.__slots__))


_NONE: Ints = np.zeros(0, dtype=np.int64)
_NOTHING: Floats = np.zeros(0)

NOBODY = Batch(_NONE, _NONE, _NONE, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NONE, _NONE)
"""A batch of no contacts."""


class Contacts:
    """A table of contacts. `slots` are row numbers; columns may be read and written with them."""

    def __init__(self, capacity: int = 1024) -> None:
        self.queue: Ints = np.zeros(capacity, dtype=np.int64)
        self.kind: Ints = np.zeros(capacity, dtype=np.int64)
        self.patience: Ints = np.zeros(capacity, dtype=np.int64)
        self.work: Floats = np.zeros(capacity)
        self.acw: Floats = np.zeros(capacity)
        self.tie: Floats = np.zeros(capacity)
        self.joined: Ints = np.zeros(capacity, dtype=np.int64)
        self.gives_up: Ints = np.zeros(capacity, dtype=np.int64)
        self.answered: Ints = np.zeros(capacity, dtype=np.int64)
        self._free: Ints = np.arange(capacity - 1, -1, -1)
        self._left = capacity

    def admit(self, batch: Batch) -> Ints:
        """Slots for the contacts of a batch, filled."""
        count = len(batch.queue)
        while self._left < count:
            self._grow()
        self._left -= count
        slots = self._free[self._left : self._left + count][::-1].copy()
        self.queue[slots], self.kind[slots], self.patience[slots] = batch.queue, batch.kind, batch.patience
        self.work[slots], self.acw[slots], self.tie[slots] = batch.work, batch.acw, batch.tie
        return slots

    def release(self, slots: Ints) -> None:
        """Gives the slots of contacts that are gone back."""
        self._free[self._left : self._left + len(slots)] = slots
        self._left += len(slots)

    def _grow(self) -> None:
        size = len(self.queue)
        for name in ("queue", "kind", "patience", "work", "acw", "tie", "joined", "gives_up", "answered"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate((column, np.zeros_like(column))))
        fresh = np.arange(2 * size - 1, size - 1, -1)
        self._free = np.concatenate((self._free[: self._left], fresh, np.zeros(size - self._left, dtype=np.int64)))
        self._left += size
