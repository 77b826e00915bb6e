"""The times held and waited of several sites at once: sites that were looked at at the same moments are one history.

Each site's sums are what it would have alone (`alerts.projection.held`), to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from alerts.projection.decay import Floats
from alerts.projection.held import Held, HeldTimes
from alerts.projection.pools import Ints
from feeds.contract import Row

Looked = tuple[str, tuple[Row, ...], int]
"""A site that is looked at: its id, its rows, and over how many of them."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Sites of one history: their places among those looked at, and the columns of all of them."""

    places: tuple[int, ...]
    columns: Ints
    times: HeldTimes


class HeldBoard:
    """Looks at several sites now and then. A site that is left out for long, or has other rows, begins anew."""

    def __init__(self) -> None:
        self._sites: tuple[Looked, ...] = ()
        self._edges: list[slice] = []
        self._groups: list[_Group] = []
        self._aside: dict[str, tuple[Looked, HeldTimes]] = {}

    def take(self, sites: Sequence[Looked], seen: Floats, now: float) -> Held:
        """The figures of the sites as they stand at `now`, one site beside the other (`held.held_columns`)."""
        if not self._is_of(sites):
            self._lay_out(sites)
        if len(self._groups) == 1:
            return self._groups[0].times.look(self._sites, seen, now)
        found = [one.times.look(self._sites, seen[:, one.columns], now) for one in self._groups]
        out = _side_by_side(found, self._groups, seen.shape[1])
        if len({one.times.moments for one in self._groups}) < len(self._groups):
            self._group(self._apart())
        return out

    def _is_of(self, sites: Sequence[Looked]) -> bool:
        return len(sites) == len(self._sites) and all(
            _same(one, known) for one, known in zip(sites, self._sites, strict=True)
        )

    def _lay_out(self, sites: Sequence[Looked]) -> None:
        """Other sites than before, or others of their rows."""
        for site, times in zip(self._sites, self._apart(), strict=True):
            self._aside[site[0]] = site, times
        self._sites = tuple(sites)
        self._edges = [slice(*edge) for edge in pairwise(np.cumsum([0, *(size for _, _, size in sites)]).tolist())]
        kept = [self._aside.pop(name, None) for name, _, _ in sites]
        self._group(
            [
                one[1] if one is not None and _same(one[0], site) else HeldTimes()
                for one, site in zip(kept, sites, strict=True)
            ]
        )

    def _apart(self) -> list[HeldTimes]:
        """The history of each site by itself."""
        found: dict[int, HeldTimes] = {}
        for group in self._groups:
            at = 0
            for place in group.places:
                edge = self._edges[place]
                size = edge.stop - edge.start
                found[place] = group.times.part(self._sites, slice(at, at + size))
                at += size
        return [found[place] for place in range(len(self._sites))]

    def _group(self, each: Sequence[HeldTimes]) -> None:
        """Put the histories of the same moments together."""
        alike: dict[tuple[float, ...], list[int]] = {}
        for place, times in enumerate(each):
            alike.setdefault(times.moments, []).append(place)
        self._groups = [
            _Group(
                tuple(places),
                np.concatenate([np.arange(self._edges[place].start, self._edges[place].stop) for place in places]),
                HeldTimes.joined([each[place] for place in places], self._sites),
            )
            for places in alike.values()
        ]


def _same(one: Looked, other: Looked) -> bool:
    return one[0] == other[0] and one[1] is other[1] and one[2] == other[2]


def _side_by_side(found: Sequence[Held], groups: Sequence[_Group], size: int) -> Held:
    """The sums of all groups, each column where it belongs."""

    def laid(name: str) -> Floats:
        out = np.empty(size)
        for one, group in zip(found, groups, strict=True):
            out[group.columns] = getattr(one, name)
        return out

    return Held(found[0].seconds, *(laid(field.name) for field in fields(Held)[1:]))
