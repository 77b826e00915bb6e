"""The waiting lines: one line per group of agents, first come first served across the group's queues.

Where queues of the group are ranked before others it is so within a rank.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import Contacts

Ints = NDArray[np.int64]


class WaitingLines:
    """Slots of the contacts that wait, sorted by group and within it by the order in which they joined."""

    def __init__(self, groups: int) -> None:
        self.slots: Ints = np.zeros(0, dtype=np.int64)
        self.group: Ints = np.zeros(0, dtype=np.int64)
        self._every = np.arange(groups + 1)
        self._ranks: Ints | None = None
        self._key: Ints = self.group
        """Group and rank of each who waits, as one number; the group alone where nothing is ranked."""

    def __len__(self) -> int:
        return len(self.slots)

    def join(self, slots: Ints, groups: Ints, contacts: Contacts, tick: int) -> None:
        """Contacts join at the end of their group's line; those of one tick in the order of their tie."""
        if not len(slots):
            return
        contacts.joined[slots] = tick
        contacts.gives_up[slots] = tick + contacts.patience[slots]
        key = self._keys(slots, groups, contacts)
        order = np.lexsort((contacts.tie[slots], key))
        slots, groups, key = slots[order], groups[order], key[order]
        place = np.searchsorted(self._key, key, side="right")
        self.slots = np.insert(self.slots, place, slots)
        self.group = np.insert(self.group, place, groups)
        self._key = self.group if self._ranks is None else np.insert(self._key, place, key)

    def rank(self, ranks: Ints | None, contacts: Contacts) -> None:
        """Ranks the queues from now (from -99 to 99, lower first, one for each queue), or none of them."""
        self._ranks = ranks
        key = self._keys(self.slots, self.group, contacts)
        self._key = key
        self._reorder(np.lexsort((contacts.tie[self.slots], contacts.joined[self.slots], key)))

    def _reorder(self, order: Ints) -> None:
        self.slots, self.group = self.slots[order], self.group[order]
        self._key = self.group if self._ranks is None else self._key[order]

    def _keys(self, slots: Ints, groups: Ints, contacts: Contacts) -> Ints:
        if self._ranks is None:
            return groups
        key: Ints = groups * 200 + self._ranks[contacts.queue[slots]] + 100
        return key

    def hang_up(self, contacts: Contacts, tick: int) -> Ints:
        """Takes out the contacts whose patience has ended and returns their slots."""
        if not len(self.slots):
            return self.slots
        gone = contacts.gives_up[self.slots] <= tick
        return self._take(gone)

    def cut_off(self, groups: NDArray[np.bool_]) -> Ints:
        """Takes out everybody who waits for these groups and returns their slots."""
        return self._take(groups[self.group])

    def leave(self, chosen: NDArray[np.bool_]) -> Ints:
        """Takes out the chosen of those who wait and returns their slots."""
        return self._take(chosen)

    def serve(self, free: Ints) -> Ints:
        """Takes the first `free[g]` contacts of each group's line and returns their slots, in the line's order."""
        if not len(self.slots):
            return self.slots
        start = np.searchsorted(self.group, self._every)
        taken = np.minimum(free, np.diff(start))
        if not taken.any():
            return np.zeros(0, dtype=np.int64)
        place = np.arange(len(self.slots)) - start[self.group]
        return self._take(place < taken[self.group])

    def _take(self, chosen: NDArray[np.bool_]) -> Ints:
        if not chosen.any():
            return np.zeros(0, dtype=np.int64)
        slots = self.slots[chosen]
        self.slots, self.group = self.slots[~chosen], self.group[~chosen]
        self._key = self.group if self._ranks is None else self._key[~chosen]
        return slots
