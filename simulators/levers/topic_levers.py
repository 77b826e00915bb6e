"""What is done about a topic: one canned answer with a notice (P13), or the merchant stops its cause (P18)."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulators.contacts import Batch
from simulators.disturbances import queues_of
from simulators.injection import TopicSpike
from simulators.layout import Layout
from simulators.levers.ordered import Ordered
from simulators.topics import SPIKE, USUAL_TOPICS, Topics

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ANSWERED = 0.3
"""Share of a topic's contacts that a notice or canned answer spares (the catalogue of plays: 20 to 40 %)."""
MISLED = 0.1
"""Of those spared so many did not understand, and come to ask after all (assumed)."""
MISLED_BACK_S = (300.0, 1200.0)
STOPPED = 0.7
"""Share of a topic's contacts that ends with its cause (the catalogue of plays: 50 to 90 %)."""
TOP = "top"
"""In an order: the commonest topic of the last ten minutes."""


class TopicLevers:
    """`answers` and `stops` are sites × topics, flat; topics are the usual ones, then those that a scenario injects."""

    def __init__(self, layout: Layout, rng: Generator) -> None:
        self._layout, self._rng = layout, rng
        spikes = [one for one in layout.scenario.injections if isinstance(one, TopicSpike)]
        self.names = tuple(dict.fromkeys((*USUAL_TOPICS, *(one.topic for one in spikes))))
        size = len(layout.sites) * len(self.names)
        self.answers = Ordered(size, 0.0, 300.0, 600.0)
        self.stops = Ordered(size, 0.0, 300.0, 1800.0)
        self._about = np.zeros((len(layout.queues), SPIKE + 1, len(self.names)), dtype=np.bool_)
        """Queues × the model's topics × names: which names a topic of the model can go by."""
        self._about[:, range(SPIKE), range(SPIKE)] = True
        for one in spikes:
            self.know(one)

    def know(self, one: TopicSpike) -> None:
        """A topic is injected, with the scenario or while it runs."""
        if one.topic not in self.names:
            self.names = (*self.names, one.topic)
            for lever in (self.answers, self.stops):
                lever.widen(len(self._layout.sites))
            self._about = np.concatenate((self._about, np.zeros((*self._about.shape[:2], 1), dtype=np.bool_)), axis=2)
        self._about[queues_of(self._layout, one), SPIKE, self.names.index(one.topic)] = True

    @property
    def used(self) -> bool:
        """Whether anything is done about any topic."""
        return self.answers.used or self.stops.used

    def step(self, tick: int) -> None:
        """A second passes."""
        self.answers.step(tick)
        self.stops.step(tick)

    def place(self, site: int, name: str, topics: Topics) -> int | None:
        """The index of a site's topic in `answers` and `stops`; None where there is no such topic."""
        start = site * len(self.names)
        if name != TOP:
            return start + self.names.index(name) if name in self.names else None
        queues = slice(int(self._layout.queue_start[site]), int(self._layout.queue_start[site + 1]))
        counts = np.einsum("qt,qtn->n", topics.by_queue()[queues], self._about[queues])
        return start + int(counts.argmax()) if counts.any() else None

    def name(self, place: int) -> str:
        """The name of the topic at an index."""
        return self.names[place % len(self.names)]

    def count(self, lever: Ordered) -> Ints:
        """How many topics of each site the lever is ordered for."""
        counted: Ints = (lever.ordered > 0).reshape(len(self._layout.sites), -1).sum(axis=1)
        return counted

    def spared(self, batch: Batch, topic: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Ints]:
        """Of new contacts of these topics: who need not come, and who of them comes later, after how many ticks."""
        cut = self._cut(self.stops)[batch.queue, topic] * STOPPED
        helped = self._cut(self.answers)[batch.queue, topic] * ANSWERED
        u, v, when = self._rng.random((3, len(batch.queue)))
        stopped = u < cut
        told = ~stopped & (u < cut + (1 - cut) * helped)
        low, high = MISLED_BACK_S
        return stopped | told, told & (v < MISLED), (low + when * (high - low)).astype(np.int64)

    def orders_left(self, spike: Floats) -> tuple[Floats, Floats]:
        """By queue: what is left of the orders that its contacts place, and of a rush of orders that the topic brought.

        `spike` is the share of the arrivals that an injected topic has.
        """
        cut = self._cut(self.stops) * STOPPED
        share = np.concatenate((USUAL_SHARES[None, :] * (1 - spike[:, None]), spike[:, None]), axis=1)
        return 1 - (cut * share).sum(axis=1), 1 - cut[:, SPIKE]

    def _cut(self, lever: Ordered) -> Floats:
        """How far a lever holds, queues × the model's topics."""
        by_site = lever.value.reshape(len(self._layout.sites), len(self.names))
        cut: Floats = (self._about * by_site[self._layout.queue_site][:, None, :]).max(axis=2)
        return cut


USUAL_SHARES: Floats = np.array(list(USUAL_TOPICS.values()))
