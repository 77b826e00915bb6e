"""From lanes back to rows: the figures of lanes as columns over all rows of their sites, the sites' own included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from alerts.projected import NOT_IN_SIGHT_S
from alerts.projection.decay import Floats
from alerts.projection.pools import SitePools, joined_pools


class LaneRows:
    """The rows of some sites, one site below the other; every site has a queue."""

    def __init__(self, sites: Sequence[SitePools]) -> None:
        self.sites, self.pools = tuple(sites), joined_pools(sites)
        self.rows = [slice(*edge) for edge in pairwise(np.cumsum([0, *(len(one.rows) for one in sites)]).tolist())]
        self._edges = np.cumsum([0, *(len(one.queues) for one in sites)])
        self.queues = [slice(*edge) for edge in pairwise(self._edges.tolist())]
        own = [_own(one) for one in sites]
        self._summed = np.flatnonzero(np.array(own) >= 0)
        """The sites whose own row sums its queues up."""
        self._own = np.array([self.rows[site].start + own[site] for site in self._summed], np.intp)

    def is_of(self, sites: Sequence[SitePools]) -> bool:
        """Whether it was laid out for these."""
        return len(sites) == len(self.sites) and all(one is held for one, held in zip(sites, self.sites, strict=True))

    def columns(self, figures: Mapping[str, Floats], arrivals: Floats, waiting: Floats) -> dict[str, Floats]:
        """The figures of the lanes as columns over all rows; a site's own row sums its queues up.

        `arrivals` and `waiting` are over the queues. A queue to which nobody comes and where nobody waits says nothing
        about its site.
        """
        block = np.full((len(figures), len(self.pools.rows)), np.nan)
        of_queues = np.stack([values[self.pools.lane] for values in figures.values()])
        block[:, self.pools.queues] = of_queues
        if len(self._own):
            counts = ~((arrivals == 0.0) & (waiting == 0.0))
            means = self._means(of_queues, counts, arrivals)
            for place, name in enumerate(figures):
                first = name == "breach_in_s"
                found = self._earliest(of_queues[place], counts)[self._summed] if first else means[place]
                block[place, self._own] = found
        return dict(zip(figures, block, strict=True))

    def _means(self, values: Floats, counts: NDArray[np.bool_], weights: Floats) -> Floats:
        """Of each site the mean by weights, figures × sites; NaN where nothing has weight."""
        weigh = counts & (weights != 0.0)
        total, products = weights[counts], (values * weights).compress(weigh, axis=1)
        edges, weighed = (np.concatenate([[0], np.cumsum(one)])[self._edges].tolist() for one in (counts, weigh))
        out = np.full((len(values), len(self._summed)), np.nan)
        for place, site in enumerate(self._summed.tolist()):
            whole = float(total[edges[site] : edges[site + 1]].sum())
            if whole > 0:
                out[:, place] = products[:, weighed[site] : weighed[site + 1]].sum(axis=1) / whole
        return out

    def _earliest(self, values: Floats, counts: NDArray[np.bool_]) -> Floats:
        """Of each site the first of the breaches that are still to come, 0 where all known is past its limit.

        That there will be none is known only where all are known.
        """
        unknown, starts = np.isnan(values), self._edges[:-1]
        ahead, missing = counts & (values > 0.0), np.logical_or.reduceat(counts & unknown, starts)
        known, some = (np.logical_or.reduceat(one, starts) for one in (counts & ~unknown, ahead))
        first = np.minimum.reduceat(np.where(ahead, values, np.inf), starts)
        first = np.where(some, first, np.where(known, 0.0, np.nan))
        return np.where((first == NOT_IN_SIGHT_S) & missing, np.nan, first)


def _own(pools: SitePools) -> int:
    """The site's own row; -1 where it has none, or is projected itself."""
    own = next((i for i, row in enumerate(pools.rows) if row.kind == "site"), -1)
    return -1 if own in pools.queues else own


def site_columns(
    pools: SitePools, figures: Mapping[str, Floats], arrivals: Floats, waiting: Floats
) -> dict[str, Floats]:
    """As `LaneRows.columns`, of one site."""
    return LaneRows([pools]).columns(figures, arrivals, waiting)
