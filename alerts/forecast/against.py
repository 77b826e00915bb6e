"""Actual against forecast: the ratio of the last hour's full intervals, and what it says of the rest of the day."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import floor

import numpy as np

from alerts.forecast.table import Key, PlanTable
from feeds.columns import Floats
from feeds.contract import Row

LOOK_BACK_S = 3_600.0
"""Over the full intervals of so long actual and forecast are compared."""

PRIOR_CONTACTS = 60.0
"""The shape of the gamma law of a day's busyness (mean 1): the ratio to date is believed as if so many contacts had
come exactly as forecast (its mean given the day so far, when contacts are Poisson)."""


@dataclass(slots=True)
class _Kept:
    rows: tuple[Row, ...]
    edges: deque[tuple[float, Floats]] = field(default_factory=deque)


class ForecastWatch:
    """Remembers what had been offered at each interval's end; `ratios` compares it with the forecast."""

    def __init__(self, forecast: PlanTable) -> None:
        self.forecast = forecast
        self._sites: dict[str, _Kept] = {}
        self._ratios: dict[str, Floats] = {}

    def take(self, site: str, rows: tuple[Row, ...], offered: Floats, now: float) -> None:
        """What each row of a site has been offered in all until `now`, NaN where unknown; call it at interval ends."""
        kept = self._sites.get(site)
        if kept is None or kept.rows is not rows:
            kept = self._sites[site] = _Kept(rows)
        edge = floor(now / self.forecast.step_s) * self.forecast.step_s
        if not kept.edges or kept.edges[-1][0] < edge:
            kept.edges.append((edge, offered))
        while kept.edges[0][0] < edge - LOOK_BACK_S:
            kept.edges.popleft()
        self._ratios[site] = self._ratio(site, kept, edge)

    def ratios(self, site: str, rows: tuple[Row, ...]) -> Floats:
        """Actual over forecast for each row; NaN before an hour has been seen, and where nothing is forecast."""
        kept = self._sites.get(site)
        if kept is None or kept.rows is not rows:
            return np.full(len(rows), np.nan)
        return self._ratios[site]

    def _ratio(self, site: str, kept: _Kept, edge: float) -> Floats:
        begin, before = kept.edges[0]
        if begin != edge - LOOK_BACK_S:
            return np.full(len(kept.rows), np.nan)
        came = kept.edges[-1][1] - before
        expected = np.array([self._expected(site, row, kept.rows, begin, edge) for row in kept.rows])
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(expected > 0, came / expected, np.nan)

    def _expected(self, site: str, row: Row, rows: Sequence[Row], begin: float, end: float) -> float:
        if row.kind == "site":
            # What a site was offered in queues that are not forecast would count as more than was forecast.
            there = {one.id if self.forecast.by == "queue" else one.category for one in rows if one.kind == "queue"}
            covered = there <= set(self.forecast.keys_of(site))
            return self.forecast.total([(site, key) for key in sorted(there)], begin, end) if covered else float("nan")
        if self.forecast.by == "queue":
            return self.forecast.total([(site, row.id)], begin, end)
        alone = sum(one.category == row.category for one in rows if one.kind == "queue") == 1
        return self.forecast.total([(site, row.category)], begin, end) if alone else float("nan")


def busyness(came: float, planned: float) -> float:
    """How busy the day is against its forecast: near 1 while little has come, then the plain ratio."""
    return (PRIOR_CONTACTS + came) / (PRIOR_CONTACTS + planned)


def reforecast(forecast: PlanTable, came: Mapping[Key, float], begin: float, now: float) -> PlanTable:
    """The forecast with what lies after `now` scaled by how `came`, the contacts since `begin`, compare with it.

    The factor is their `busyness`. Series of which nothing is known stay.
    """
    out = dict(forecast.series)
    for key, actual in came.items():
        series = forecast.series.get(key)
        planned = forecast.total([key], max(begin, series.start), now) if series is not None else float("nan")
        if series is None or not np.isfinite(planned) or not np.isfinite(actual):
            continue
        starts = series.start + forecast.step_s * np.arange(len(series.values))
        ahead = np.clip((starts + forecast.step_s - now) / forecast.step_s, 0.0, 1.0)
        values = series.values * (1.0 + ahead * (busyness(actual, planned) - 1.0))
        out[key] = type(series)(series.start, values)
    return PlanTable(forecast.by, forecast.step_s, out)
