"""The counts of clocks picked out of a site's columns, all clocks in one go: this is done for every frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from alerts.clock_still import Counts, Ints
from feeds.clock_columns import Part, clock_column
from feeds.columns import Columns


@dataclass(frozen=True, slots=True)
class ClockReader:
    """Where the clocks of one site stand in its blocks. Holds for as long as the site's schema does."""

    fed: Mapping[str, bool]
    """Clock that the site feeds → whether it counts persons: how many in all, and how many late."""
    counter_at: Mapping[str, int]
    gauge_at: Mapping[str, int]
    first: Ints
    missed: Ints
    overdue: Ints
    """Places in the block of gauges; -1 where the site does not say."""
    all_overdue: bool
    """Whether it says so of every clock."""

    def reads(self, columns: Columns) -> bool:
        """Whether it was made for columns of this schema."""
        return columns.counter_at is self.counter_at and columns.gauge_at is self.gauge_at

    def read(self, now: float, columns: Columns) -> Counts:
        """The counts as they landed at `now`, rows × clocks."""
        if self.all_overdue:
            overdue = columns.gauges.take(self.overdue, axis=1).astype(np.float64)
        else:
            overdue = np.full((columns.size, len(self.fed)), np.nan)
            said = self.overdue >= 0
            overdue[:, said] = columns.gauges[:, self.overdue[said]]
        counters = columns.counters
        first, missed = counters.take(self.first, axis=1), counters.take(self.missed, axis=1)
        return Counts(now, first, missed, np.maximum(overdue, 0.0, out=overdue))


def reader_of(clocks: Iterable[str], columns: Columns) -> ClockReader:
    """The reader for columns of this schema."""
    counter_at, gauge_at = columns.counter_at, columns.gauge_at
    fed = {clock: counted for clock in clocks if (counted := _counts_persons(clock, counter_at)) is not None}

    def places(at: Mapping[str, int], parts: Iterable[Part]) -> Ints:
        names = (clock_column(clock, part) for clock, part in zip(fed, parts, strict=True))
        return np.array([at.get(name, -1) for name in names], np.int64)

    overdue = places(gauge_at, ("overdue" for _ in fed))
    return ClockReader(
        fed,
        counter_at,
        gauge_at,
        places(counter_at, ("counted" if persons else "met" for persons in fed.values())),
        places(counter_at, ("missed" for _ in fed)),
        overdue,
        bool((overdue >= 0).all()),
    )


def _counts_persons(clock: str, counter_at: Mapping[str, int]) -> bool | None:
    """Whether a site counts this clock by persons; None where it does not feed it."""
    if clock_column(clock, "missed") not in counter_at:
        return None
    if clock_column(clock, "met") in counter_at:
        return False
    return True if clock_column(clock, "counted") in counter_at else None
