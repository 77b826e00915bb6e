"""Contacts in the hands of agents.

The agents of a group share their contacts evenly, so all contacts of a group advance at one speed, which falls as each
agent holds more. Instead of taking a little work off every contact in every tick, each group has a clock of work done
per contact; a contact ends when its group's clock reaches its finish. That is processor sharing in virtual time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import Contacts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_ROUNDING = 1e-9


class Service:
    """The contacts that agents hold, and after-contact work. `held` counts both, per group."""

    def __init__(self, groups: int, capacity: int = 1024) -> None:
        self.clock: Floats = np.zeros(groups)
        self.held: Ints = np.zeros(groups, dtype=np.int64)
        self.in_acw: Ints = np.zeros(groups, dtype=np.int64)
        self._slot: Ints = np.zeros(capacity, dtype=np.int64)
        self._group: Ints = np.zeros(capacity, dtype=np.int64)
        self._finish: Floats = np.zeros(capacity)
        self._acw = np.zeros(capacity, dtype=np.bool_)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def talking(self) -> Ints:
        """Slots of the contacts in conversation, in no particular order."""
        return self._slot[: self._count][~self._acw[: self._count]]

    def start(self, slots: Ints, groups: Ints, contacts: Contacts, tick: int) -> None:
        """Agents of `groups` take these contacts."""
        count = len(slots)
        while self._count + count > len(self._slot):
            self._grow()
        new = slice(self._count, self._count + count)
        self._slot[new], self._group[new], self._acw[new] = slots, groups, False
        self._finish[new] = self.clock[groups] + contacts.work[slots]
        self._count += count
        self.held += np.bincount(groups, minlength=len(self.held))
        contacts.answered[slots] = tick

    def advance(self, speed: Floats, contacts: Contacts) -> Ints:
        """One second of work at `speed` per group. Returns the slots of contacts that ended, wrap-up included."""
        self.clock += speed
        live = slice(0, self._count)
        ended = np.flatnonzero(self._finish[live] <= self.clock[self._group[live]] + _ROUNDING)
        if not len(ended):
            return ended
        wraps = (contacts.acw[self._slot[ended]] > 0) & ~self._acw[ended]
        self._wrap_up(ended[wraps], contacts)
        return self._remove(ended[~wraps])

    def cut_off(self, groups: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Ends all contacts of these groups at once. Returns the slots of those in conversation, and in wrap-up."""
        places = np.flatnonzero(groups[self._group[: self._count]])
        wraps = self._acw[places]
        talking, wrapping = self._slot[places[~wraps]], self._slot[places[wraps]]
        self._remove(places)
        return talking, wrapping

    def _wrap_up(self, places: Ints, contacts: Contacts) -> None:
        if len(places):
            self._acw[places] = True
            self._finish[places] = self.clock[self._group[places]] + contacts.acw[self._slot[places]]
            self.in_acw += np.bincount(self._group[places], minlength=len(self.held))

    def _remove(self, places: Ints) -> Ints:
        """Takes entries out and fills their places from the end, so that the columns stay dense."""
        slots = self._slot[places]
        self.held -= np.bincount(self._group[places], minlength=len(self.held))
        self.in_acw -= np.bincount(self._group[places[self._acw[places]]], minlength=len(self.held))
        kept = self._count - len(places)
        tail = np.ones(len(places), dtype=np.bool_)
        tail[places[places >= kept] - kept] = False
        movers, holes = np.flatnonzero(tail) + kept, places[places < kept]
        for column in (self._slot, self._group, self._finish, self._acw):
            column[holes] = column[movers]
        self._count = kept
        return slots

    def _grow(self) -> None:
        for name in ("_slot", "_group", "_finish", "_acw"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate((column, np.zeros_like(column))))
