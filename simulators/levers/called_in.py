"""People from outside the roster: overtime and part-timers on call, and an outsourcer's (P14, P15)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulators.layout import Layout
from simulators.staffing import Staff
from simulators.transfers import SETTLED_TICKS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EFFICIENCY = (0.5, 0.7)
"""Speed on arrival and after half an hour (the catalogue of plays)."""
COME_FROM_S, COME_UNTIL_S = 1800, 3600
"""People on call come over the second half of the first hour; an outsourcer's all after an hour."""
_PARTS = 6
POOLS = ("standby", "outsourcer")


@dataclass(slots=True)
class Called:
    """One call. Counts of people by where they are."""

    id: str
    group: int
    pool: str
    coming: list[list[int]] = field(default_factory=list)
    """[tick of arrival, people]"""
    working: list[list[int]] = field(default_factory=list)
    """[tick since which, people]"""
    leaving: int = 0
    """Of those working, who goes as soon as the contacts allow it."""

    @property
    def at_work(self) -> int:
        """People at work."""
        return sum(count for _, count in self.working)

    @property
    def bound(self) -> int:
        """People who are or will be at work."""
        return self.at_work - self.leaving + sum(count for _, count in self.coming)


class CalledIn:
    """All calls of the network; `left` is how many each site's pools still have."""

    def __init__(self, layout: Layout, staff: Staff) -> None:
        self._layout, self._staff = layout, staff
        self.calls: dict[str, Called] = {}
        self.left = {
            name: np.array([getattr(plan.site.pools, name) for plan in layout.plans], dtype=np.int64) for name in POOLS
        }
        self.pools = np.array([plan.site.pools.any for plan in layout.plans], dtype=np.bool_)
        """Which sites have any."""

    def call(self, name: str, group: int, count: int, pool: str, tick: int) -> int:
        """Calls people in, as many as the pool has up to `count`. Returns how many; with 0, no call."""
        left, site = self.left[pool], int(self._layout.group_site[group])
        moved = min(count, int(left[site]))
        if not moved:
            return 0
        left[site] -= moved
        made = self.calls[name] = Called(name, group, pool)
        if pool == "outsourcer":
            made.coming = [[tick + COME_UNTIL_S, moved]]
            return moved
        for part in range(_PARTS):
            count = moved * (part + 1) // _PARTS - moved * part // _PARTS
            if count:
                due = tick + COME_FROM_S + (COME_UNTIL_S - COME_FROM_S) * (part + 1) // _PARTS
                made.coming.append([due, count])
        return moved

    def release(self, made: Called) -> int:
        """Whoever is at work goes when the contacts allow it, the others do not come. Returns how many that are."""
        released = made.bound
        self._give(made, sum(count for _, count in made.coming))
        made.coming.clear()
        more = made.at_work - made.leaving
        made.leaving += more
        self._staff.extra_leaving[made.group] += more
        return released

    def step(self, tick: int, free: Ints) -> None:
        """Lets in who is there, and lets go whom the work allows: `free` agents by group, taken off it."""
        for made in self.calls.values():
            for due, count in [entry for entry in made.coming if entry[0] <= tick]:
                made.coming.remove([due, count])
                made.working.append([tick, count])
                self._staff.extra[made.group] += count
            count = min(made.leaving, int(free[made.group]))
            if count:
                free[made.group] -= count
                self._leave(made, count)

    def working(self) -> Ints:
        """People at work by group."""
        found = np.zeros(len(self._layout.groups), dtype=np.int64)
        for made in self.calls.values():
            found[made.group] += made.at_work
        return found

    def lost(self, tick: int, lost: Floats) -> None:
        """Adds what their slower work takes off the groups', in agents."""
        first, settled = EFFICIENCY
        for made in self.calls.values():
            for since, count in made.working:
                grown = min(1.0, (tick - since) / SETTLED_TICKS)
                lost[made.group] += count * (1 - first - (settled - first) * grown)

    def _leave(self, made: Called, count: int) -> None:
        self._staff.extra[made.group] -= count
        self._staff.extra_leaving[made.group] -= count
        made.leaving -= count
        self._give(made, count)
        while count:
            taken = min(count, made.working[0][1])
            made.working[0][1] -= taken
            count -= taken
            if not made.working[0][1]:
                made.working.pop(0)

    def _give(self, made: Called, count: int) -> None:
        self.left[made.pool][self._layout.group_site[made.group]] += count
