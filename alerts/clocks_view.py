"""All clocks of all sites at one moment, immutable: what a screen draws from, in its own thread.

Making one copies nothing and computes nothing; what a screen asks for is worked out then, and kept for as long as the
view. Two threads that ask at once may both work it out, and get the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.clock_count import ClockCount, add_up, count_of, no_count
from alerts.clock_day import ClockDay
from alerts.clock_floor import By, ClockFloor, SiteRows
from alerts.clock_rest import RestOfDay
from alerts.clock_state import ClockFigures, State, figures_of
from alerts.clock_still import NOTHING_YET, StillCourse
from alerts.degrade import DegradeWindow
from feeds.clocks import ClockDefinition
from feeds.once import MakesOnce

Forecast = Mapping[str, RestOfDay]
"""Clock → what the forecast still has for its day."""

_NOBODY = SiteRows("", (), -1)


@dataclass(frozen=True, slots=True)
class SiteClocks:
    """The clocks of one site at one moment; of a site that is not believed nothing is counted."""

    rows: SiteRows = _NOBODY
    still: StillCourse = NOTHING_YET
    believed: bool = False


@dataclass(frozen=True, slots=True)
class ClockStanding:
    """One clock over some rows: `keys[i]` is the queue, site, shop, platform or category of row `i` of `figures`."""

    clock: ClockDefinition
    keys: tuple[str, ...]
    at: Mapping[str, int]
    figures: ClockFigures


@dataclass(frozen=True, slots=True)
class ClockAt:
    """One clock of one queue, shop, site or the network: a row of a `ClockStanding`."""

    clock: ClockDefinition
    figures: ClockFigures
    row: int
    fed: bool
    """Whether any source feeds it here."""

    @property
    def state(self) -> State:
        """What to call it."""
        return self.figures.state_of(self.row)

    def figure(self, name: str) -> float:
        """A figure of `ClockFigures`; NaN where it is not known."""
        return float(getattr(self.figures, name)[self.row])


@dataclass(frozen=True)
class ClocksView(MakesOnce):
    """The clocks of a desk at `now`."""

    now: float
    clocks: Mapping[str, ClockDefinition]
    days: Mapping[str, ClockDay]
    floor: ClockFloor
    sites: tuple[SiteClocks, ...]
    """In the order of the floor."""
    windows: tuple[DegradeWindow, ...] = ()
    """The degrade windows that hold now."""
    forecast: Forecast = field(default_factory=dict)
    _made: dict[str, Any] = field(default_factory=dict, repr=False)

    def standing(self, clock_id: str, by: By) -> ClockStanding:
        """One clock over everything that is known, added up by queue, site, shop, platform, category or all (`*`).

        Sites and the network add up the sites' own rows where they send one; the others their queues.
        """
        return self.once(f"{clock_id} {by}", lambda: self._stand(self.clocks[clock_id], by))

    def at(self, by: By, key: str) -> tuple[ClockAt, ...]:
        """The clocks that measure a queue of this key, in the order of their ids, fed or not."""
        return tuple(
            found
            for clock in self.clocks.values()
            if key in self.floor.measured(clock, by) and (found := self.clock_at(clock.id, by, key)) is not None
        )

    def clock_at(self, clock_id: str, by: By, key: str) -> ClockAt | None:
        """One clock of one key; None where it has no row."""
        standing = self.standing(clock_id, by)
        row = standing.at.get(key)
        if row is None:
            return None
        return ClockAt(standing.clock, standing.figures, row, not math.isnan(standing.figures.counted[row]))

    def fed(self, clock_id: str) -> bool:
        """Whether any site feeds a clock."""
        return any(clock_id in site.still.persons for site in self.sites)

    def _stand(self, clock: ClockDefinition, by: By) -> ClockStanding:
        placement = self.floor.placement(clock, by)
        size = len(placement.keys)
        marks, platforms = np.zeros(size, np.bool_), frozenset(window.platform for window in self.windows)
        parts, places = [], []
        counts = self.once(f"counts {clock.id}", lambda: self._counts(clock))
        for site, here, count in zip(self.sites, placement.places, counts, strict=True):
            if count is not None:
                parts.append(count)
                places.append(here)
            if platforms:
                marks[here[degraded_rows(clock, site.rows, platforms) & (here >= 0)]] = True
        count = add_up(parts, places, size) if parts else no_count(size)
        return ClockStanding(
            clock, placement.keys, placement.at, figures_of(clock, self.days[clock.id], count, self.now, marks)
        )

    def _counts(self, clock: ClockDefinition) -> list[ClockCount | None]:
        return [count_at(site, clock, self.days[clock.id], self.now, self.forecast) for site in self.sites]


def no_clocks() -> ClocksView:
    """The view of a desk that has no clocks."""
    return ClocksView(0.0, {}, {}, ClockFloor(()), ())


def count_at(
    site: SiteClocks, clock: ClockDefinition, day: ClockDay, now: float, forecast: Forecast
) -> ClockCount | None:
    """The counts of one clock over the rows of one site; None where it is not fed or not believed."""
    if not site.believed:
        return None
    rest = forecast.get(clock.id)
    coming = rest.of(site.rows.site, site.rows.rows, day, now) if rest is not None else None
    return count_of(site.still, clock.id, day, now, coming)


def degraded_rows(clock: ClockDefinition, of: SiteRows, platforms: frozenset[str]) -> NDArray[np.bool_]:
    """Rows of a degraded platform, and the site's own row for a clock of such a platform: a part is missing."""
    if not platforms:
        return np.zeros(len(of.rows), np.bool_)
    whole = not platforms.isdisjoint(clock.platforms)
    return np.array([whole if row.kind == "site" else row.platform in platforms for row in of.rows], np.bool_)
