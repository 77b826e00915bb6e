"""The plan held against the day: for each site and interval who is required, rostered and there, and what is missing.

What lies ahead is the forecast, scaled by how the day went so far (`against.reforecast`); agents ahead are those
rostered, on the course that attendance has now. Figures are by category, since one cannot do the work of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.forecast.against import reforecast
from alerts.forecast.demand import Assumed, Demand, demand_of, required_of
from alerts.forecast.need import rostered_at
from alerts.forecast.seen import Seen
from alerts.forecast.table import DayPlan, PlanTable
from alerts.projection.staffing import surplus
from feeds.columns import Floats
from feeds.once import MakesOnce

BACK_S, AHEAD_S = 86_400.0, 86_400.0
"""So much of the plan before and after now is looked at."""


@dataclass(frozen=True, slots=True)
class SiteDay:
    """One site, intervals from `starts[0]` on. Blocks are (categories, intervals); NaN is unknown."""

    site: str
    believed: bool
    """Whether the site's figures can be believed now; without that nothing is said of who is there."""
    keys: tuple[str, ...]
    starts: Floats
    step_s: float
    here: int
    """The place of the interval that now lies in; -1 where the plan has ended or not begun."""
    forecast: Floats
    contacts: Floats
    """What came in intervals that are over, else the forecast again."""
    came: Floats
    """What came in intervals that are over."""
    rostered: Floats
    actual: Floats
    """Agents at work: the mean of an interval that is over, those of this moment in the present one."""
    staffed: Floats
    """Agents at work as far as there was looked, and those to be expected after it."""
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who is missing in the intervals [first, last) of a site, by category and of the site as a whole."""

    starts: Floats
    required: Floats
    net: Floats
    """Staffed less required, (categories, intervals)."""
    site_required: Floats
    site_net: Floats
    """Of the site: what its categories lack added up, as a negative number; where none lacks any, what is over."""


@dataclass(frozen=True)
class Outlook(MakesOnce):
    """All sites at `at`. Agents required are worked out when they are asked for, and kept."""

    at: float = float("nan")
    step_s: float = 900.0
    sites: Mapping[str, SiteDay] = field(default_factory=dict)
    rostered: bool = False
    """Whether there is a roster."""
    _required: dict[str, tuple[Floats, NDArray[np.bool_]]] = field(default_factory=dict, repr=False)
    _made: dict[str, Any] = field(default_factory=dict, repr=False)

    def span(self, site: str, begin: float, end: float) -> tuple[int, int]:
        """The intervals [first, last) of a site that touch [begin, end)."""
        day = self.sites[site]
        first = int(np.clip(np.floor((begin - day.starts[0]) / day.step_s), 0, len(day.starts)))
        return first, int(np.clip(np.ceil((end - day.starts[0]) / day.step_s), first, len(day.starts)))

    def prepare(self, begin: float, end: float, sites: Iterable[str] | None = None) -> None:
        """Work out the agents required in [begin, end), of all sites at once where it is not known yet.

        Two threads that ask at once may both work it out, and get the same.
        """
        demands: list[Demand] = []
        parts: list[slice] = []
        todo: list[tuple[str, slice]] = []
        for site in self.sites if sites is None else sites:
            first, last = self.span(site, begin, end)
            block, done = self._block(site)
            missing = np.flatnonzero(~done[first:last])
            if len(missing):
                part = slice(first + int(missing[0]), first + int(missing[-1]) + 1)
                todo.append((site, part))
                demands += self.sites[site].demands
                parts += [part] * len(self.sites[site].demands)
        found = iter(required_of(demands, parts))
        for site, part in todo:
            block, done = self._block(site)
            for row in range(len(block)):
                block[row, part] = next(found)
            done[part] = True

    def staffing(self, site: str, first: int, last: int) -> Staffing:
        """The intervals [first, last) of a site."""
        day = self.sites[site]
        if first < last:
            self.prepare(float(day.starts[first]), float(day.starts[last - 1]) + day.step_s, (site,))
        return staffing_of(day, self._block(site)[0][:, first:last], first, last)

    def _block(self, site: str) -> tuple[Floats, NDArray[np.bool_]]:
        found = self._required.get(site)
        if found is None:
            shape = self.sites[site].contacts.shape
            found = self._required[site] = np.full(shape, np.nan), np.zeros(shape[1], np.bool_)
        return found


def outlook_of(
    plan: DayPlan,
    seen: Mapping[str, Seen],
    believed: Mapping[str, bool],
    assumed: Mapping[tuple[str, str], Assumed],
    now: float,
    planned: PlannedDays | None = None,
) -> Outlook:
    """The plan by category held against what was seen of each site; `assumed` by (site, category).

    Who asks again and again keeps `planned`: what the plan alone says is then read once an interval.

    A category for which nothing is assumed and whose handle time the plan does not name requires nobody knows how many.
    """
    table = plan.forecast
    if table is None:
        return Outlook(now)
    begin = np.floor((now - BACK_S) / table.step_s) * table.step_s
    days: dict[str, SiteDay] = {}
    for site in table.sites:
        known = [one for (at, _), one in table.series.items() if at == site]
        first = max(min(one.start for one in known), begin)
        last = min(max(one.start + table.step_s * len(one.values) for one in known), now + AHEAD_S)
        starts: Floats = np.arange(first, last, table.step_s, dtype=np.float64)
        if len(starts):
            told = (planned or PlannedDays()).of(plan, site, starts)
            days[site] = _site_day(plan, told, starts, seen.get(site), believed.get(site, False), assumed, now)
    return Outlook(now, table.step_s, days, plan.roster is not None)


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """What a plan says of the intervals of one site, (categories, intervals)."""

    site: str
    keys: tuple[str, ...]
    forecast: Floats
    rostered: Floats
    traits: tuple[Mapping[str, Floats], ...]
    """Of each category."""


class PlannedDays:
    """Keeps what was read of a plan for as long as the plan and the intervals are the same."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[DayPlan, Floats, PlannedDay]] = {}

    def of(self, plan: DayPlan, site: str, starts: Floats) -> PlannedDay:
        """The plan's word on the intervals from `starts` on."""
        kept = self._kept.get(site)
        if kept is None or kept[0] is not plan or not np.array_equal(kept[1], starts):
            kept = self._kept[site] = plan, starts, _planned_day(plan, site, starts)
        return kept[2]


def _planned_day(plan: DayPlan, site: str, starts: Floats) -> PlannedDay:
    table = plan.forecast
    assert table is not None  # noqa: S101 - for the types; without a forecast nobody comes here
    keys = table.keys_of(site)
    return PlannedDay(
        site,
        keys,
        np.stack([table.during(site, key, starts) for key in keys]),
        np.stack([rostered_at(plan.roster, site, key, starts, table.step_s) for key in keys]),
        tuple({name: one.during(site, key, starts) for name, one in plan.traits.items()} for key in keys),
    )


def _site_day(
    plan: DayPlan,
    told: PlannedDay,
    starts: Floats,
    seen: Seen | None,
    believed: bool,
    assumed: Mapping[tuple[str, str], Assumed],
    now: float,
) -> SiteDay:
    table = plan.forecast
    assert table is not None  # noqa: S101 - for the types; without a forecast nobody comes here
    site, keys, step_s, size = told.site, told.keys, table.step_s, len(starts)
    here = int(np.searchsorted(starts, now + 1e-6, "right")) - 1
    here = here if 0 <= here < size and now < starts[here] + step_s else -1
    forecast, rostered = told.forecast, told.rostered
    came, actual = _as_seen(keys, starts, step_s, here, seen, believed)
    again = _again(table, site, keys, seen) if seen is not None and believed else table
    contacts = np.where(np.isnan(came), np.stack([again.during(site, key, starts) for key in keys]), came)
    staffed = _staffed(rostered, actual, here, starts, now)
    demands = []
    for place, key in enumerate(keys):
        taken = assumed.get((site, key), Assumed())
        demands.append(demand_of(contacts[place], step_s, told.traits[place], taken))
    return SiteDay(
        site, believed, keys, starts, step_s, here, forecast, contacts, came, rostered, actual, staffed,
        tuple(demands),
    )  # fmt: skip


def _as_seen(
    keys: tuple[str, ...], starts: Floats, step_s: float, here: int, seen: Seen | None, believed: bool
) -> tuple[Floats, Floats]:
    """What came in the intervals that are over, and who was there."""
    came, actual = (np.full((len(keys), len(starts)), np.nan) for _ in range(2))
    if seen is None:
        return came, actual
    edges = np.append(starts, starts[-1] + step_s)
    # The one sum of what came before the desk looked is not what came in each interval of it.
    near = np.abs(seen.edges[:, None] - edges).min(axis=0) <= max(90.0, step_s / 10)
    whole = near[:-1] & near[1:] & (edges[1:] <= seen.at + 1e-6)
    begins = np.array(list(seen.people), np.float64)
    place_of = np.minimum(np.searchsorted(starts, begins), len(starts) - 1)
    told = starts[place_of] == begins
    people = np.array(list(seen.people.values()), np.float64).reshape(len(begins), len(seen.keys))[told]
    for place, key in enumerate(keys):
        if key not in seen.keys:
            continue
        at = seen.keys.index(key)
        came[place] = np.where(whole, np.diff(np.interp(edges, seen.edges, seen.offered[:, at])), np.nan)
        actual[place, place_of[told]] = people[:, at]
        if here >= 0:
            actual[place, here] = seen.now[at] if believed else np.nan
    return came, actual


def _again(table: PlanTable, site: str, keys: tuple[str, ...], seen: Seen) -> PlanTable:
    """The site's forecast again, by what has come since contacts are counted."""
    mine = PlanTable(table.by, table.step_s, {(site, key): table.series[site, key] for key in keys})
    came: dict[tuple[str, str], float] = {}
    since: dict[float, Floats] = {}
    for key in keys:
        begin = max(seen.since, mine.series[site, key].start)
        if key in seen.keys and begin < seen.at:
            if begin not in since:
                since[begin] = seen.came(begin, seen.at)
            came[site, key] = float(since[begin][seen.keys.index(key)])
    return reforecast(mine, came, seen.since, seen.at)


def _staffed(rostered: Floats, actual: Floats, here: int, starts: Floats, now: float) -> Floats:
    """Who was there, and from now on who is rostered in the share that is there now: who is missing stays missing.

    Without a roster those who are there stay. Of a site that is not believed nothing is said of what lies ahead.
    """
    out = actual.copy()
    if here < 0:
        return out
    present, planned = actual[:, here], rostered[:, here]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(planned > 0, present / planned, 1.0)
    later = starts > now
    expected = np.where(np.isnan(rostered), present[:, None], rostered * share[:, None])
    out[:, later] = np.where(np.isnan(present)[:, None], np.nan, expected)[:, later]
    return out


def staffing_of(day: SiteDay, required: Floats, first: int, last: int) -> Staffing:
    """The intervals [first, last) of a site, in which its categories require so many agents."""
    net = surplus(day.staffed[:, first:last], required)
    short = np.minimum(net, 0.0).sum(axis=0)
    return Staffing(
        day.starts[first:last], required, net, required.sum(axis=0), np.where(short < 0, short, net.sum(axis=0))
    )
