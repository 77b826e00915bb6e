"""Who arrives: how many contacts in each second, and what each of them brings.

Counts are Poisson given the rate; the rate is the curve times a gamma factor of the day for each site and queue (after
Avramidis, Deslauriers and L'Ecuyer, 2004) times a slowly wandering factor of the site, so that five-minute counts vary
more than Poisson's and neighbouring minutes resemble each other, as measured in real centres.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulators.contacts import NOBODY, Batch
from simulators.curves import DAY_S, Curve, level
from simulators.laws import whole_ticks
from simulators.layout import Layout
from simulators.randomness import Streams

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_DRIFT_TIME_S = 560.0
"""Correlation time of the drift: 0.2 is left of it after 15 minutes."""

_QUEUE_SHAPE_FACTOR = 4.0
"""A queue's own factor of the day varies half as much as its site's."""

_BACK_AFTER_S = 60.0
"""Nobody comes back to ask again sooner than this."""


class Arriving(Protocol):
    """Where the first contacts of a world come from."""

    @property
    def expected(self) -> Floats:
        """The rates per second behind the last counts."""
        ...

    def counts(self, day_s: float, elapsed_s: float, factor: Floats) -> Ints:
        """First contacts of one second per queue, `day_s` after midnight and `elapsed_s` after the start."""
        ...


class Arrivals:
    """The first contacts of every queue, second by second."""

    def __init__(self, layout: Layout, streams: Streams) -> None:
        shape = layout.scenario.busyness_shape
        self._rng, self._drift_rng = streams.arrivals, streams.drift
        self._rate: Floats = np.array([queue.per_day for queue in layout.queues]) / DAY_S
        if shape is not None:
            site = streams.busyness.gamma(shape, 1 / shape, len(layout.sites))
            own = streams.busyness.gamma(
                shape * _QUEUE_SHAPE_FACTOR, 1 / (shape * _QUEUE_SHAPE_FACTOR), len(self._rate)
            )
            self._rate = self._rate * site[layout.queue_site] * own
        curves: list[Curve] = list(dict.fromkeys(plan.curve for plan in layout.plans))
        self._curves = curves
        self._curve_of_site = np.array([curves.index(plan.curve) for plan in layout.plans])
        self._site = layout.queue_site
        self._sd = layout.scenario.drift
        self._drift = self._drift_rng.standard_normal(len(layout.sites)) * self._sd
        self._keep = math.exp(-1 / _DRIFT_TIME_S)
        self._expected: Floats = np.zeros(len(self._rate))

    @property
    def expected(self) -> Floats:
        """The rates from which the last counts were drawn."""
        return self._expected

    def rates(self, day_s: float, elapsed_s: float) -> Floats:
        """Expected first contacts per second of each queue, before what a scenario injects."""
        levels = np.array([level(curve, day_s, elapsed_s) for curve in self._curves])
        # The factor's mean is 1: half the variance is taken off.
        site = levels[self._curve_of_site] * np.exp(self._drift - self._sd * self._sd / 2)
        rates: Floats = self._rate * site[self._site]
        return rates

    def counts(self, day_s: float, elapsed_s: float, factor: Floats) -> Ints:
        """First contacts of one second per queue; the drift moves on."""
        step = self._drift_rng.standard_normal(len(self._drift))
        self._drift = self._keep * self._drift + self._sd * math.sqrt(1 - self._keep * self._keep) * step
        self._expected = self.rates(day_s, elapsed_s) * factor
        return self._rng.poisson(self._expected)


class Traits:
    """Draws what contacts bring with them, always the same number of variates for each."""

    def __init__(self, layout: Layout) -> None:
        self._patience, self._handle = layout.patience, layout.handle
        self._acw, self._bot_time = layout.column("acw"), layout.column("bot_time")
        self._come_back = layout.column("come_back")
        with np.errstate(divide="ignore"):
            self._balk = -np.log1p(-layout.column("balk"))

    def draw(self, rng: Generator, queue: Ints, kind: Ints) -> Batch:
        """A batch of new contacts of these queues and kinds."""
        count = len(queue)
        if not count:
            return NOBODY
        e, u, z = rng.standard_exponential((5, count)), rng.random((7, count)), rng.standard_normal((2, count))
        # Beyond the quantile of the balking share a standard exponential begins again: no variate more is needed.
        stays = e[0] - self._balk[queue]
        patience = whole_ticks(self._patience.draw(queue, np.maximum(stays, 0.0), u[0], z[0]))
        return Batch(
            queue=queue,
            kind=kind,
            patience=np.where(stays < 0, 1, patience),
            work=self._handle.draw(queue, e[1], u[1], z[1]),
            acw=self._acw[queue] * e[2],
            tie=u[2],
            meets_bot=u[3],
            contained=u[4],
            misled=u[5],
            topic=u[6],
            bot_ticks=whole_ticks(self._bot_time[queue] * e[3]),
            back_ticks=whole_ticks(_BACK_AFTER_S + self._come_back[queue] * e[4]),
        )
