"""The rest of a clock's day as the forecast has it: who is still to be assessed, row by row and interval by interval.

A row's share is measured: of the contacts of its category that came in the day and do not still wait in time, so many
were assessed in the row. That holds for every unit (turns, sessions, persons) and for what a bot contains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alerts.clock_day import ClockDay
from feeds.columns import Floats
from feeds.contract import Row

FEWEST_JUDGED = 30.0
"""Of fewer contacts of a category in the day the share is taken as if there had been so many: it is low, and does not
promise a budget that never comes."""


@dataclass(frozen=True)
class Coming:
    """What is still to be assessed, `whole` by rows × stretches; the stretches lie between `edges`, one after another.

    Of each stretch `share` is still ahead; without it, all. Every frame asks for the total, few for the stretches.
    """

    edges: Floats
    whole: Floats
    share: Floats | None = None

    @cached_property
    def contacts(self) -> Floats:
        """Rows × stretches."""
        return self.whole if self.share is None else self.whole * self.share

    @cached_property
    def total(self) -> Floats:
        """Of all stretches, (rows,): to the last bit the same whatever rows stand beside one, which BLAS is not."""
        return np.asarray(self.contacts.sum(axis=1), np.float64)

    def after(self, now: float) -> Coming:
        """What of it lies after `now`, a stretch that has begun by its share."""
        begins = np.minimum(np.maximum(self.edges[:-1], now), self.edges[1:])
        share = (self.edges[1:] - begins) / (self.edges[1:] - self.edges[:-1])
        return Coming(np.maximum(self.edges, now), self.contacts, share)

    def until(self, contacts: Floats) -> Floats:
        """When so many, (rows,), will have come; NaN where fewer will."""
        summed = np.cumsum(self.contacts, axis=1)
        out = np.full(len(contacts), np.nan)
        for row in np.flatnonzero(contacts <= summed[:, -1]) if summed.shape[1] else ():
            at = int(np.searchsorted(summed[row], contacts[row]))
            before = summed[row, at - 1] if at else 0.0
            inside = (contacts[row] - before) / self.contacts[row, at] if self.contacts[row, at] > 0 else 0.0
            out[row] = self.edges[at] + inside * (self.edges[at + 1] - self.edges[at])
        return out


@dataclass(frozen=True, slots=True)
class RestOfDay:
    """The rest of one clock's day, by site over the rows of that time."""

    day: ClockDay
    edges: Floats
    sites: Mapping[str, tuple[tuple[Row, ...], Floats]]

    def of(self, site: str, rows: tuple[Row, ...], day: ClockDay, now: float) -> Coming | None:
        """What the rows of a site are to expect after `now`; None where no forecast says anything of that day."""
        if not self.covers(day, now) or not self._has(site, rows):
            return None
        return Coming(self.edges, self.sites[site][1]).after(now)

    def covers(self, day: ClockDay, now: float) -> bool:
        """Whether it is about that day, and not over."""
        return self.day == day and now < self.edges[-1]

    def whole(self, site: str, rows: tuple[Row, ...]) -> Floats:
        """What the rows of a site are to expect, by stretch; NaN where no forecast says anything of the site."""
        return self.sites[site][1] if self._has(site, rows) else np.full((len(rows), len(self.edges) - 1), np.nan)

    def _has(self, site: str, rows: tuple[Row, ...]) -> bool:
        found = self.sites.get(site)
        return found is not None and found[0] is rows


@dataclass(frozen=True, slots=True)
class DayOfKeys:
    """The contacts of a site's categories in a clock's day, by the plan's keys."""

    keys: tuple[str, ...]
    came: Floats
    """In the assessed hours so far, (keys,)."""
    edges: Floats
    ahead: Floats
    """In the assessed part of each stretch from now on, (keys, stretches)."""


@dataclass(frozen=True, slots=True)
class KeyedRows:
    """The rows of a site by the keys of a plan."""

    key_of: NDArray[np.int64]
    """Of each queue that the plan has."""
    inside: NDArray[np.bool_]
    """The rows that are these queues."""
    queues: NDArray[np.bool_]
    own: int
    """The site's own row, or -1."""


def keyed_rows(rows: tuple[Row, ...], keys: tuple[str, ...]) -> KeyedRows:
    """Where the rows of a site stand among the keys of a plan."""
    place = {key: i for i, key in enumerate(keys)}
    key_of = np.array([place.get(row.category, -1) if row.kind == "queue" else -1 for row in rows], np.int64)
    own = next((i for i, row in enumerate(rows) if row.kind == "site"), -1)
    return KeyedRows(key_of[key_of >= 0], key_of >= 0, np.array([row.kind == "queue" for row in rows]), own)


def rest_by_row(rows: KeyedRows, counted: Floats, still_waiting: Floats, of: DayOfKeys, applies: Floats) -> Floats:
    """What each row is to expect, (rows, stretches): NaN where nothing is forecast.

    `counted` are the row's assessed contacts of the day, `still_waiting` its contacts that wait and are not late yet;
    `applies` is 1 for the rows that the clock measures. A site's own row is to its queues as their counts are.
    """
    inside, own = rows.inside, rows.own
    waiting = np.where(np.isnan(still_waiting) | (applies == 0.0), 0.0, still_waiting)
    judged = of.came - np.bincount(rows.key_of, waiting[inside], len(of.keys))
    with np.errstate(invalid="ignore"):
        growth = of.ahead / np.maximum(judged, FEWEST_JUDGED)[:, None]
    out = np.full((len(counted), of.ahead.shape[1]), np.nan)
    out[inside] = counted[inside, None] * growth[rows.key_of]
    queues = rows.queues & (counted > 0)
    if own >= 0 and queues.any():
        out[own] = counted[own] * out[queues].sum(axis=0) / counted[queues].sum()
    return out
