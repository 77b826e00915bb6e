"""Which rows of which sites a clock is added up over: by queue, site, a group of rows, or all of them.

It follows from what sites announced, so it is worked out once and kept until a site announces other rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alerts.clock_still import Ints
from feeds.clocks import ClockDefinition
from feeds.contract import Row
from feeds.row_groups import group_of
from feeds.site_view import Grouping

By = Grouping | Literal["queue"]
"""What a clock is shown by; the keys of queues are `site/queue`."""

NETWORK = "*"
"""The key of everything."""


@dataclass(frozen=True, slots=True)
class SiteRows:
    """The rows of one site; `own` is the index of the site's own row, or -1."""

    site: str
    rows: tuple[Row, ...]
    own: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Where rows go: `keys[i]` is what sum `i` is called; `places[s][r]` is the sum of row `r` of site `s`, or -1."""

    keys: tuple[str, ...]
    at: Mapping[str, int]
    places: tuple[Ints, ...]


@dataclass(frozen=True, slots=True)
class CommonKeys:
    """The keys of several clocks: row `r` of clock `c` stands at `at[c][r]` among all, and counts if `meant[c][r]`."""

    index: Mapping[str, int]
    at: tuple[Ints, ...]
    meant: tuple[NDArray[np.bool_], ...]


@dataclass(frozen=True)
class ClockFloor:
    """The rows of all sites, in the order in which they were first heard of."""

    sites: tuple[SiteRows, ...]
    _placed: dict[object, Placement] = field(default_factory=dict, repr=False)
    _common: dict[object, CommonKeys] = field(default_factory=dict, repr=False)
    _measured: dict[object, frozenset[str]] = field(default_factory=dict, repr=False)
    _applied: dict[object, tuple[NDArray[np.float64], ...]] = field(default_factory=dict, repr=False)

    def placement(self, clock: ClockDefinition, by: By) -> Placement:
        """Where each row goes. Sites and the network add up the sites' own rows where they send one."""
        scope = (by, clock.platforms, clock.channels)
        found = self._placed.get(scope)
        if found is None:
            found = self._placed[scope] = _place(self.sites, clock, by)
        return found

    def common(self, clocks: Sequence[ClockDefinition], by: By) -> CommonKeys:
        """The keys of several clocks in one order."""
        scope = (by, tuple((clock.platforms, clock.channels) for clock in clocks))
        found = self._common.get(scope)
        if found is None:
            placements = [self.placement(clock, by) for clock in clocks]
            index: dict[str, int] = {}
            for placement in placements:
                for key in placement.keys:
                    index.setdefault(key, len(index))
            at = tuple(np.array([index[key] for key in one.keys], np.int64) for one in placements)
            meant = tuple(
                np.array([key in self.measured(clock, by) for key in one.keys], np.bool_)
                for clock, one in zip(clocks, placements, strict=True)
            )
            found = self._common[scope] = CommonKeys(index, at, meant)
        return found

    def applied(self, clock: ClockDefinition) -> tuple[NDArray[np.float64], ...]:
        """Of each site 1 for the rows that a clock measures, else 0."""
        scope = (clock.platforms, clock.channels)
        found = self._applied.get(scope)
        if found is None:
            found = self._applied[scope] = tuple(
                np.array([clock.applies(row.platform, row.channel) for row in one.rows], np.float64)
                for one in self.sites
            )
        return found

    def measured(self, clock: ClockDefinition, by: By) -> frozenset[str]:
        """The keys that have a queue which the clock measures: those whose clocks it belongs to."""
        scope = (by, clock.platforms, clock.channels)
        found = self._measured.get(scope)
        if found is None:
            found = self._measured[scope] = frozenset(
                _key(one.site, row, by)
                for one in self.sites
                for row in one.rows
                if row.kind == "queue" and clock.applies(row.platform, row.channel)
            )
        return found


def _key(site: str, row: Row, by: By) -> str:
    if by == "queue":
        return f"{site}/{row.id}"
    return NETWORK if by == "all" else site if by == "site" else group_of(row, by)


def _place(sites: Sequence[SiteRows], clock: ClockDefinition, by: By) -> Placement:
    index: dict[str, int] = {}
    places: list[NDArray[np.int64]] = []
    for one in sites:
        own = by in ("site", "all") and one.own >= 0
        here = np.full(len(one.rows), -1, np.int64)
        for i, row in enumerate(one.rows):
            if own == (i == one.own) and (own or clock.applies(row.platform, row.channel)):
                here[i] = index.setdefault(_key(one.site, row, by), len(index))
        places.append(here)
    return Placement(tuple(index), index, tuple(places))
