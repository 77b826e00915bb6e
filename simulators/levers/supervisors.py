"""Supervisors and quality staff take contacts (P05)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.layout import Layout
from simulators.levers.ordered import Ordered
from simulators.staffing import Staff

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST = 0.06
"""Of a group's agents so many more at the most (the catalogue of plays: 3 to 6 %)."""
SPEED = 1.15
"""They are so much faster than an agent (assumed: the catalogue says a lower handle time)."""
JOIN_FROM_S, JOIN_UNTIL_S = 300.0, 600.0


class Supervisors(Ordered):
    """Heads ordered by group, and `heads` at work.

    They come over five to ten minutes, and go when their contacts allow it.
    """

    def __init__(self, layout: Layout, staff: Staff) -> None:
        super().__init__(len(layout.groups), 0.0, JOIN_FROM_S, JOIN_UNTIL_S)
        self._staff = staff
        self.most: Ints = np.ceil(MOST * staff.home - 1e-9).astype(np.int64)
        self.heads: Ints = np.zeros(len(layout.groups), dtype=np.int64)
        self._leaving: Ints = np.zeros_like(self.heads)

    @property
    def present(self) -> bool:
        """Whether any are at work or on the way."""
        return self.used or bool(self.heads.any())

    def move(self, free: Ints) -> None:
        """Lets in who is there, and lets go whom the work allows: `free` agents by group, taken off it."""
        ordered = self.ordered.astype(np.int64)
        there = np.minimum(ordered, np.floor(self.value + 1e-9).astype(np.int64))
        gone = np.minimum(np.maximum(self.heads - ordered, 0), free)
        free -= gone
        now = np.maximum(there, self.heads - gone)
        leaving = np.maximum(now - ordered, 0)
        self._staff.extra += now - self.heads
        self._staff.extra_leaving += leaving - self._leaving
        self.heads, self._leaving = now, leaving

    def lost(self) -> Floats:
        """What they take off the groups' work, in agents: they add to it."""
        lost: Floats = self.heads.astype(np.float64) * (1 - SPEED)
        return lost
