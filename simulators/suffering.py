"""What customers went through in a simulated world, counted by the world itself and not by what a desk saw of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from feeds.clocks import ClockDefinition
from simulators.world import World

Floats = NDArray[np.float64]

COUNTERS = ("offered", "answered", "abandoned", "bot_contained")


@dataclass(frozen=True, slots=True)
class Suffering:
    """Sums over a stretch of time, by site. `met`, `missed` and `overdue` are clocks × sites.

    A contact past its limit and still waiting at the end is late already: it is in `overdue`. Whoever a full queue
    turns away is among the abandoned. Sales in CNY, expected.
    """

    sites: tuple[str, ...]
    clocks: tuple[ClockDefinition, ...]
    met: Floats
    missed: Floats
    overdue: Floats
    counts: Mapping[str, Floats]
    expected_sales: Floats
    lost_sales: Floats
    open: Floats

    def since(self, before: Suffering) -> Suffering:
        """What happened after `before`; who was late then already is counted there."""
        return Suffering(
            self.sites,
            self.clocks,
            self.met - before.met,
            self.missed - before.missed,
            self.overdue - before.overdue,
            {name: values - before.counts[name] for name, values in self.counts.items()},
            self.expected_sales - before.expected_sales,
            self.lost_sales - before.lost_sales,
            self.open,
        )

    @property
    def late(self) -> Floats:
        """Late replies, clocks × sites."""
        return self.missed + self.overdue

    @property
    def assessed(self) -> Floats:
        """All that a clock has an opinion on, clocks × sites."""
        return self.met + self.late


def suffering(world: World) -> Suffering:
    """The world's counters now, by site, since its warm-up began."""
    tally = world.clock_tally
    by_site = _adder(world)
    pairs = tally.counters()
    return Suffering(
        world.sites,
        tally.clocks,
        by_site(pairs[0::2]),
        by_site(pairs[1::2]),
        by_site(tally.overdue(*world.waiting())),
        {name: by_site(world.tally.of(name)[None])[0] for name in COUNTERS}
        | {"abandoned": by_site((world.tally.of("abandoned") + world.tally.of("deflected"))[None])[0]},
        by_site(world.losses.expected[None])[0],
        by_site(world.losses.lost[None])[0],
        by_site(world.open_contacts().astype(np.float64)[None])[0],
    )


def _adder(world: World) -> Callable[[Floats], Floats]:
    """Sums of columns over the queues by site."""
    owner = world.layout.queue_site
    size = len(world.sites)

    def add(block: Floats) -> Floats:
        return np.array([np.bincount(owner, row, minlength=size) for row in block]).reshape(len(block), size)

    return add


def promises(clocks: Sequence[ClockDefinition]) -> tuple[int, ...]:
    """One clock for each promise, as indices: of variants that differ in how they count who gave up, the strictest.

    The six published readings of a telephone service level are one promise; counted six times it would drown the rest.
    """

    def promise(number: int) -> tuple[object, ...]:
        clock = clocks[number]
        return clock.unit, clock.stretches(), clock.platforms, clock.channels

    order = sorted(range(len(clocks)), key=lambda number: repr(promise(number)))
    chosen = [
        min(group, key=lambda number: (clocks[number].abandons != "late", number))
        for group in (list(members) for _, members in groupby(order, promise))
    ]
    return tuple(sorted(chosen))


@dataclass(frozen=True, slots=True)
class Harm:
    """Shares from 0 to 1: late of assessed replies, abandoned of offered to people, lost of expected sales.

    NaN where there was nothing to be late, to give up or to buy.
    """

    late: float
    abandoned: float
    sales: float

    @property
    def whole(self) -> float:
        """The three weighed 50 : 30 : 20; what is unknown weighs nothing, and all unknown is NaN."""
        parts = [(w, v) for w, v in zip(WEIGHTS, (self.late, self.abandoned, self.sales), strict=True) if v == v]
        weight = sum(w for w, _ in parts)
        return sum(w * v for w, v in parts) / weight if weight else math.nan


WEIGHTS = (50.0, 30.0, 20.0)
"""Late replies, contacts that gave up, sales."""


def harm(found: Suffering) -> Harm:
    """What it comes to over all sites."""
    chosen = list(promises(found.clocks))
    people = float((found.counts["offered"] - found.counts["bot_contained"]).sum())
    return Harm(
        _share(float(found.late[chosen].sum()), float(found.assessed[chosen].sum())),
        _share(float(found.counts["abandoned"].sum()), people),
        _share(float(found.lost_sales.sum()), float(found.expected_sales.sum())),
    )


def _share(part: float, whole: float) -> float:
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else math.nan


def budget(clock: ClockDefinition, met: float, late: float) -> float:
    """How many more late replies the clock bears at this volume; negative past its line, NaN without a target."""
    return math.floor((1.0 - clock.target) * (met + late) + 1e-9) - late if clock.target == clock.target else math.nan
