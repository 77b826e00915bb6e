"""Contacts that leave the line without an answer: they give up, are let go, come back or are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import REDIAL
from simulators.laws import whole_ticks
from simulators.levers.callback import CALLBACK_WORK
from simulators.levers.greeting import MESSAGE_WORK

if TYPE_CHECKING:
    from simulators.world import World

Ints = NDArray[np.int64]

_REDIAL_AFTER_S = 15.0
"""Nobody dials again sooner than this."""


class Unanswered:
    """The ways out of a world's lines. Slots of contacts that are gone are free again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._redial, self._redial_after = world.layout.column("redial"), world.layout.column("redial_after")

    def give_up(self, slots: Ints) -> None:
        """Counts contacts that leave the queue without an answer; they keep their slots."""
        world = self._world
        queue = world.contacts.queue[slots]
        waits = world.tick - world.contacts.joined[slots]
        world.tally.add_waits("abandoned", queue, waits)
        world.tally.add("short_abandoned", queue[waits <= 5])
        world.clock_tally.abandoned(queue, waits)
        world.conversations.unanswered(queue)
        world.given_up.note(world.tick, queue, waits, slots)

    def abandon(self, slots: Ints) -> None:
        """Customers whose patience has ended give up, or leave a message where they are asked for one."""
        levers, contacts, tick = self._world.levers, self._world.contacts, self._world.tick
        if levers.greeting.used and len(slots):
            leaves = levers.greeting.leaves_message(contacts.queue[slots])
            self._let_go(slots[leaves], "messages_left")
            levers.later.put(slots[leaves], contacts, MESSAGE_WORK, tick)
            slots = slots[~leaves]
        if len(slots):
            self.give_up(slots)
            self._try_again(slots)

    def turn_away(self, slots: Ints, full: NDArray[np.bool_]) -> Ints:
        """Contacts that find their queue full are let go; returns the others, which will join."""
        world = self._world
        gone, join = slots[full], slots[~full]
        world.contacts.joined[gone] = world.tick
        self._let_go(gone, "deflected")
        self._try_again(gone)
        world.levers.queue_cap.joined(world.contacts.queue[join])
        return join

    def call_back(self) -> None:
        """Callers who accept a callback leave the line."""
        world = self._world
        slots = world.lines.leave(
            world.levers.callback.leaves(world.lines, world.contacts, world.staff.accepting, world.tick)
        )
        self._let_go(slots, "callbacks_promised")
        world.levers.later.put(slots, world.contacts, CALLBACK_WORK, world.tick)

    def _let_go(self, slots: Ints, name: str) -> None:
        """Counts contacts that the queue itself lets go, under a name of their own."""
        world = self._world
        queue = world.contacts.queue[slots]
        world.tally.add("timed_out", queue)
        world.tally.add(name, queue)
        world.clock_tally.let_go(queue, world.tick - world.contacts.joined[slots])
        world.conversations.unanswered(queue)

    def _try_again(self, slots: Ints) -> None:
        """Customers who got no answer come back later, or are lost."""
        world = self._world
        queue, rng = world.contacts.queue[slots], world.streams.comebacks
        u = rng.random(len(slots))
        delay = whole_ticks(_REDIAL_AFTER_S + rng.standard_exponential(len(slots)) * self._redial_after[queue])
        greeting, redial = world.levers.greeting, self._redial[queue]
        again = u < (redial * greeting.tries_again(queue) if greeting.used else redial)
        world.losses.gave_up(queue[~again])
        where = world.elsewhere.of(queue[again])
        world.comebacks.put((world.tick + delay)[again], where, np.full(int(again.sum()), REDIAL))
        world.contacts.release(slots)
