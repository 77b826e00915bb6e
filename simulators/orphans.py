"""Chats that nobody goes on with: those of a site that loses power, and those of a group that everybody has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import REDIAL
from simulators.laws import whole_ticks
from simulators.power_loss import BACK_AFTER_S

if TYPE_CHECKING:
    from simulators.world import World

Ints = NDArray[np.int64]

DESERTED_S = 180
"""After so long with nobody at work a group's customers understand that no answer will come (assumed)."""


class Orphans:
    """Cuts chats off; their customers ask again later, elsewhere where their own site has no power."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._since: Ints = np.full(len(world.layout.groups), -1, dtype=np.int64)
        self._any = False

    def cut_off_site(self, site: int) -> None:
        """A site's chats end without an answer, those who waited for it are gone, and its guests go home."""
        world = self._world
        groups = world.elsewhere.groups(site)
        waiting = world.lines.cut_off(groups)
        self._orphan(groups, waiting)
        for loan in world.transfers.loans.values():
            if loan.to_site == site and loan.origin >= 0:
                world.transfers.give_back(loan, world.tick)

    def desert(self) -> None:
        """A second passes: chats of groups that have had nobody at work for three minutes end without an answer."""
        world = self._world
        empty = (world.staff.on_duty == 0) & (world.service.held > 0)
        if not empty.any():
            if self._any:
                self._since[:], self._any = -1, False
            return
        self._any = True
        self._since = np.where(empty, np.where(self._since < 0, world.tick, self._since), -1)
        left = empty & (world.tick - self._since >= DESERTED_S)
        if left.any():
            self._orphan(left, np.zeros(0, dtype=np.int64))

    def _orphan(self, groups: NDArray[np.bool_], waiting: Ints) -> None:
        world = self._world
        talking, wrapping = world.service.cut_off(groups)
        talking = world.levers.later.put_back(talking, world.contacts, world.tick)
        world.complete(wrapping)
        world.unanswered.give_up(waiting)
        slots = np.concatenate((talking, waiting))
        low, high = BACK_AFTER_S
        delay = whole_ticks(low + world.streams.comebacks.random(len(slots)) * (high - low))
        queue = world.elsewhere.of(world.contacts.queue[slots])
        world.comebacks.put(world.tick + delay, queue, np.full(len(slots), REDIAL))
        world.contacts.release(slots)
