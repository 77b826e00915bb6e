"""The queues of a board in one order, with what of them changes only when a site announces other rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from alerts.clock_ranking import WorstClocks
from feeds.columns import Floats
from feeds.contract import Row
from feeds.site_view import Grouping, SiteView
from playbooks.ahead.worth import Worth

Ints = NDArray[np.int64]


@dataclass(eq=False)
class QueueFloor:
    """`chosen[s]` are the queues among the rows of site `s`; all else goes by queue, one site after the other."""

    sites: tuple[str, ...]
    rows: tuple[tuple[Row, ...], ...]
    chosen: tuple[NDArray[np.bool_], ...]
    queues: tuple[tuple[str, Row], ...]
    index: dict[str, int]
    kinds: tuple[Row, ...]
    """A row of each pair of platform and channel that there is."""
    kind: Ints
    _weights: tuple[Worth, Floats] | None = field(default=None, repr=False)
    _groups: dict[Grouping, tuple[dict[str, int], Ints]] = field(default_factory=dict, repr=False)
    _clocks: tuple[object, Ints] | None = field(default=None, repr=False)

    def is_of(self, sites: Sequence[SiteView]) -> bool:
        """Whether these sites still have these rows."""
        return len(sites) == len(self.sites) and all(
            site.id == name and site.rows is rows for site, name, rows in zip(sites, self.sites, self.rows, strict=True)
        )

    def weights(self, worth: Worth) -> Floats:
        """What a customer of each queue counts."""
        if self._weights is None or self._weights[0] is not worth:
            self._weights = worth, np.array([worth.of(row) for _site, row in self.queues])
        return self._weights[1]

    def group(self, by: Grouping) -> tuple[dict[str, int], Ints]:
        """Key → place, and the place of each queue."""
        if by not in self._groups:
            index: dict[str, int] = {}
            at = [index.setdefault(_key(site, row, by), len(index)) for site, row in self.queues]
            self._groups[by] = index, np.array(at, np.int64)
        return self._groups[by]

    def among(self, worst: WorstClocks) -> Ints:
        """The place of each queue among the keys of the clocks; -1 where none measures it."""
        if self._clocks is None or self._clocks[0] is not worst.index:
            self._clocks = worst.index, np.array([worst.index.get(key, -1) for key in self.index], np.int64)
        return self._clocks[1]


_newest: QueueFloor | None = None


def floor_of(sites: Sequence[SiteView]) -> QueueFloor:
    """The queues of these sites; made anew only where one of them has announced other rows."""
    global _newest  # noqa: PLW0603 - one process shows one board at a time
    found = _newest
    if found is None or not found.is_of(sites):
        found = _newest = _made(sites)
    return found


def _made(sites: Sequence[SiteView]) -> QueueFloor:
    queues = tuple((site.id, row) for site in sites for row in site.rows if row.kind == "queue")
    kinds: dict[tuple[str, str], int] = {}
    kind = [kinds.setdefault((row.platform, row.channel), len(kinds)) for _site, row in queues]
    first = {number: row for number, (_site, row) in zip(reversed(kind), reversed(queues), strict=True)}
    return QueueFloor(
        tuple(site.id for site in sites),
        tuple(site.rows for site in sites),
        tuple(np.array([row.kind == "queue" for row in site.rows], np.bool_) for site in sites),
        queues,
        {f"{site}/{row.id}": i for i, (site, row) in enumerate(queues)},
        tuple(first[number] for number in range(len(kinds))),
        np.array(kind, np.int64),
    )


def _key(site: str, row: Row, by: Grouping) -> str:
    if by == "all":
        return "*"
    return site if by == "site" else str(getattr(row, by)) or "–"
