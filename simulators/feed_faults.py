"""What a site shows when its feed is at fault: true figures in, shown figures out.

It keeps what a fault needs of the past: the figures of a minute ago, the counters at a reset, those that a platform
holds back. Without faults it costs nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from simulators.disturbances import queues_of
from simulators.feed_injection import AgentsDoubled, ClockSkew, CounterReset, FeedDelay, FeedFault, FeedRepeat, FeedUnit
from simulators.injection import Injection, PlatformDegrade
from simulators.layout import Layout

Gauges = NDArray[np.float32]
Counters = NDArray[np.float64]
Shown = tuple[float, Gauges, Counters]

BUSINESS = (
    "buyers_ordered", "orders", "sales_cny", "trades", "disputes", "refunds_completed", "refund_time_sum_h", "shipped",
    "shipped_in_time",
)  # fmt: skip
"""Counters that a platform's orders feed."""

_AGENTS = [column for name, column in GAUGE_INDEX.items() if name.startswith(("agents_", "rest_"))]


class FeedFaults:
    """The feed faults of a scenario over its sites, by number."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._faults: list[tuple[int, FeedFault]] = []
        self._degrades: list[tuple[PlatformDegrade, NDArray[np.bool_]]] = []
        self._past: dict[int, deque[Shown]] = {}
        self._zero: dict[int, Counters] = {}
        self._held: dict[int, dict[int, Counters]] = {}
        for one in layout.scenario.injections:
            self.add(one)

    def add(self, one: Injection) -> None:
        """Take up an injection, if it is a fault of a feed."""
        if isinstance(one, PlatformDegrade):
            self._degrades.append((one, queues_of(self._layout, one)))
        elif isinstance(one, FeedFault):
            self._faults.append((self._layout.sites.index(one.site), one))

    def __bool__(self) -> bool:
        return bool(self._faults or self._degrades)

    def step(self, elapsed: float, true: Callable[[int], Shown]) -> None:
        """One second passes, `elapsed` after the start; `true` gives a site's true figures."""
        for site, one in self._faults:
            if isinstance(one, CounterReset) and elapsed - 1 < one.at <= elapsed:
                self._zero[site] = true(site)[2].copy()
            elif isinstance(one, FeedDelay) and one.at - one.by <= elapsed < one.at + one.for_:
                at, gauges, counters = true(site)
                kept = self._past.setdefault(site, deque(maxlen=int(one.by)))
                kept.append((at, gauges.copy(), counters.copy()))
        for number, (degrade, _) in enumerate(self._degrades):
            if elapsed - 1 < degrade.at <= elapsed:
                self._held[number] = {site: true(site)[2].copy() for site in range(len(self._layout.sites))}

    def shown(self, site: int, elapsed: float, figures: Shown) -> Shown:
        """What the site shows of its true figures."""
        at, gauges, counters = figures
        for where, one in self._faults:
            if where == site and _during(one, elapsed):
                at, gauges, counters = self._apply(one, site, at, gauges, counters)
        for number, (degrade, queues) in enumerate(self._degrades):
            if degrade.at <= elapsed < degrade.at + degrade.for_ and number in self._held:
                counters = self._hold(degrade, queues, site, counters, self._held[number][site])
        return at, gauges, counters

    def skew(self, site: int, elapsed: float) -> float:
        """Seconds by which the site's clock is ahead."""
        return sum(
            -one.by if one.behind else one.by
            for where, one in self._faults
            if where == site and isinstance(one, ClockSkew) and _during(one, elapsed)
        )

    def repeats(self, site: int, elapsed: float) -> bool:
        """Whether every frame of the site comes twice."""
        return any(
            where == site and isinstance(one, FeedRepeat) and _during(one, elapsed) for where, one in self._faults
        )

    def _apply(self, one: FeedFault, site: int, at: float, gauges: Gauges, counters: Counters) -> Shown:
        match one:
            case FeedDelay() if self._past.get(site):
                return self._past[site][0]
            case CounterReset() if site in self._zero:
                return at, gauges, counters - self._zero[site]
            case FeedUnit():
                gauges, counters = gauges.copy(), counters.copy()
                if one.metric in GAUGE_INDEX:
                    gauges[:, GAUGE_INDEX[one.metric]] *= np.float32(one.factor)
                else:
                    counters[:, COUNTER_INDEX[one.metric]] *= one.factor
            case AgentsDoubled():
                gauges = gauges.copy()
                gauges[-1, _AGENTS] = gauges[:-1, _AGENTS].sum(axis=0)
        return at, gauges, counters

    def _hold(
        self, degrade: PlatformDegrade, queues: NDArray[np.bool_], site: int, counters: Counters, held: Counters
    ) -> Counters:
        """The counters of the queues concerned as they were; the site's own row, its last, adds the rows up."""
        start, end = self._layout.queue_start[site : site + 2]
        rows = np.flatnonzero(queues[start:end])
        columns = np.arange(counters.shape[1])
        if degrade.counters == "orders":
            columns = np.array([COUNTER_INDEX[name] for name in BUSINESS])
        cells = np.ix_(rows, columns)
        counters = counters.copy()
        counters[-1, columns] -= (counters[cells] - held[cells]).sum(axis=0)
        counters[cells] = held[cells]
        return counters


def _during(one: FeedFault, elapsed: float) -> bool:
    return one.at <= elapsed and (isinstance(one, CounterReset) or elapsed < one.at + one.for_)
