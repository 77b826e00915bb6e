"""All levers of a world in one place, and what they do in a second."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulators.contacts import Contacts
from simulators.layout import Layout
from simulators.levers.callback import Callback
from simulators.levers.called_in import CalledIn
from simulators.levers.greeting import Greeting
from simulators.levers.later_work import LaterWork
from simulators.levers.priority import Priority
from simulators.levers.queue_cap import QueueCap
from simulators.levers.rest_allowance import RestAllowance
from simulators.levers.routing import Routing
from simulators.levers.snippets import Snippets
from simulators.levers.supervisors import Supervisors
from simulators.levers.topic_levers import TopicLevers
from simulators.levers.wrap_up import WrapUp
from simulators.staffing import Staff
from simulators.tally import Tally

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Levers:
    """The levers of a world. Until `touched` nothing has been ordered and nothing here costs time."""

    def __init__(self, layout: Layout, staff: Staff, tally: Tally, rng: Generator) -> None:
        self._staff = staff
        self.touched = False
        self.rest = RestAllowance(staff)
        self.wrap_up = WrapUp(layout)
        self.supervisors = Supervisors(layout, staff)
        self.called_in = CalledIn(layout, staff)
        self.routing = Routing(layout, rng)
        self.priority = Priority(layout)
        self.greeting = Greeting(layout, rng)
        self.callback = Callback(layout, rng)
        self.queue_cap = QueueCap(layout)
        self.topics = TopicLevers(layout, rng)
        self.snippets = Snippets(layout)
        self.later = LaterWork(layout, tally)
        self._ramps = (self.wrap_up, self.supervisors, self.routing, self.greeting, self.callback, self.snippets)

    def step(self, tick: int, held: Ints) -> None:
        """A second begins: what was ordered takes hold, people come and go."""
        if not self.touched:
            return
        for ramp in (*self._ramps, self.priority, self.queue_cap):
            ramp.step(tick)
        self.topics.step(tick)
        self.rest.step(tick)
        if self.supervisors.present or self.called_in.calls:
            free = np.maximum(self._staff.on_duty - -(-held // self._staff.cap), 0)
            self.supervisors.move(free)
            self.called_in.step(tick, free)

    def lost(self, tick: int) -> Floats | None:
        """What slower and faster people take off the groups' work, in agents; None where there are none."""
        if not (self.supervisors.present or self.called_in.calls):
            return None
        lost = self.supervisors.lost()
        self.called_in.lost(tick, lost)
        return lost

    def work(self, contacts: Contacts, slots: Ints, degrade: Floats) -> None:
        """New contacts meet agents who are slowed down by a degraded platform, or prepared for it."""
        queue = contacts.queue[slots]
        contacts.work[slots] *= self.snippets.work(queue, degrade) if self.snippets.used else degrade[queue]
