"""Agents that a forecast asks for, beside those rostered: by site, category and interval, and where it breaks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from alerts.forecast.demand import Assumed, demand_of, required_of, traits_at
from alerts.forecast.reading import ReadPlan
from alerts.forecast.table import PlanTable
from alerts.projection.decay import Floats

_LOOK_S = 300.0
"""Rosters are looked at so often within an interval: the fewest who are there in it count."""


@dataclass(frozen=True, slots=True)
class Need:
    """One interval of a category (or queue) of a site, or with `key` empty of the whole site. NaN is unknown."""

    site: str
    key: str
    start: float
    contacts: float
    required: float
    rostered: float
    short: float
    """Agents missing: of a site the sum of its categories', since one cannot do the work of another."""

    @property
    def net(self) -> float:
        """Rostered less required."""
        return self.rostered - self.required


@dataclass(frozen=True, slots=True)
class Break:
    """Intervals one after the other in which a category of a site is short: [begin, end), and by how much."""

    site: str
    key: str
    begin: float
    end: float
    worst: float
    """Most agents missing in an interval."""
    agent_hours: float


@dataclass(frozen=True, slots=True)
class Balance:
    """Agent-hours over and short of a site over a time; NaN where an interval is unknown."""

    site: str
    surplus_h: float
    deficit_h: float
    worst: float
    intervals: int


def needs(forecast: ReadPlan, roster: PlanTable | None, assumed: Assumed) -> list[Need]:
    """Every series of a forecast, interval by interval."""
    out: list[Need] = []
    step_s, all_series = forecast.table.step_s, forecast.table.series
    demands = [
        demand_of(series.values, step_s, traits_at(forecast.traits, key, series), assumed)
        for key, series in all_series.items()
    ]
    for ((site, key), series), required in zip(all_series.items(), required_of(demands), strict=True):
        starts: Floats = series.start + step_s * np.arange(len(series.values), dtype=np.float64)
        rostered = rostered_at(roster, site, key, starts, step_s)
        for start, contacts, wanted, there in zip(starts, series.values, required, rostered, strict=True):
            short = max(wanted - there, 0.0) if not math.isnan(wanted - there) else math.nan
            out.append(Need(site, key, float(start), float(contacts), float(wanted), float(there), short))
    return out


def by_site(rows: Sequence[Need], roster: PlanTable | None, step_s: float) -> list[Need]:
    """The rows of each site and interval added up; of a forecast by queue beside all whom the site has rostered."""
    out: list[Need] = []
    order = {site: place for place, site in enumerate(dict.fromkeys(row.site for row in rows))}
    for (_, start), group in groupby(sorted(rows, key=lambda r: (order[r.site], r.start)), lambda r: (r.site, r.start)):
        here = list(group)
        site, required = here[0].site, math.fsum(row.required for row in here)
        rostered, short = math.fsum(row.rostered for row in here), math.fsum(row.short for row in here)
        if math.isnan(rostered) and roster is not None:
            at = np.array([start])
            keys = roster.keys_of(site)
            rostered = (
                math.fsum(float(rostered_at(roster, site, key, at, step_s)[0]) for key in keys) if keys else math.nan
            )
            short = max(required - rostered, 0.0) if not math.isnan(required - rostered) else math.nan
        out.append(Need(site, "", start, math.fsum(row.contacts for row in here), required, rostered, short))
    return out


def breaks(rows: Sequence[Need], step_s: float) -> list[Break]:
    """Where it breaks: every stretch of intervals with somebody missing, in order of time, then site."""
    found: list[Break] = []
    for (site, key), group in groupby(rows, lambda row: (row.site, row.key)):
        for stretch in _stretches(list(group), step_s):
            missing = [row.short for row in stretch]
            end = stretch[-1].start + step_s
            found.append(Break(site, key, stretch[0].start, end, max(missing), math.fsum(missing) * step_s / 3_600.0))
    return sorted(found, key=lambda one: (one.begin, one.site, one.key))


def _stretches(rows: Sequence[Need], step_s: float) -> Iterator[list[Need]]:
    stretch: list[Need] = []
    for row in rows:
        if not row.short > 0.0:
            continue
        if stretch and row.start != stretch[-1].start + step_s:
            yield stretch
            stretch = []
        stretch.append(row)
    if stretch:
        yield stretch


def balances(sites: Iterable[Need], begin: float, end: float, step_s: float) -> list[Balance]:
    """What each site has over and what it lacks in the intervals that begin in [begin, end)."""
    here: dict[str, list[Need]] = {}
    for row in sites:
        mine = here.setdefault(row.site, [])
        if begin <= row.start < end:
            mine.append(row)
    hours = step_s / 3_600.0
    return [
        Balance(
            site,
            sum((row.net + row.short for row in rows), 0.0) * hours,
            sum((row.short for row in rows), 0.0) * hours,
            float(np.max([row.short for row in rows])) if rows else math.nan,
            len(rows),
        )
        for site, rows in here.items()
    ]


def rostered_at(roster: PlanTable | None, site: str, key: str, starts: Floats, step_s: float) -> Floats:
    """The fewest agents who are rostered at any time of each interval; NaN where the roster says nothing."""
    if roster is None or (site, key) not in roster.series:
        return np.full(len(starts), np.nan)
    looks = np.arange(0.0, step_s, _LOOK_S)
    return np.asarray(roster.during(site, key, starts[:, None] + looks).min(axis=1), np.float64)
