"""From the outlook to the clocks: for every clock the rest of its day, by the forecast as the day has moved it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from alerts.clock_day import ClockDay
from alerts.clock_rest import DayOfKeys, RestOfDay, keyed_rows, rest_by_row
from alerts.clocks_view import ClocksView, SiteClocks
from alerts.forecast.outlook import Outlook, SiteDay
from alerts.forecast.seen import Seen
from feeds.clocks import ClockDefinition
from feeds.columns import Floats

MOST_OFF_S = 60.0
"""What the clock has counted and what came must have begun within this of each other."""


def rest_of_days(
    view: ClocksView, outlook: Outlook, seen: Mapping[str, Seen], waiting: Mapping[str, Floats]
) -> dict[str, RestOfDay]:
    """For each clock the rest of its day, as of the outlook's time; `waiting` by site over its rows."""
    out: dict[str, RestOfDay] = {}
    known = [
        _Expecting(site, outlook.sites[name], seen[name], waiting[name], outlook.at)
        for site in view.sites
        if site.believed and (name := site.rows.site) in outlook.sites and name in seen and name in waiting
    ]
    for clock in view.clocks.values():
        day = view.days[clock.id]
        edges = _edges(outlook, day)
        if not len(edges):
            continue
        found = {one.name: (one.rows, rest) for one in known if (rest := one.rest(clock, day, edges)) is not None}
        if found:
            out[clock.id] = RestOfDay(day, edges, found)
    return out


def _edges(outlook: Outlook, day: ClockDay) -> Floats:
    """Now, the ends of the plan's intervals until the day's end, and that."""
    first = (np.floor(outlook.at / outlook.step_s) + 1) * outlook.step_s
    inner = np.arange(first, day.end, outlook.step_s)
    return np.concatenate([[outlook.at], inner, [day.end]]) if outlook.at < day.end else np.empty(0)


class _Expecting:
    """One site with its plan and what was seen of it. Clocks whose days are the same share what is to come in them."""

    def __init__(self, site: SiteClocks, plan: SiteDay, seen: Seen, waiting: Floats, now: float) -> None:
        self._site, self._plan, self._seen, self._waiting, self._now = site, plan, seen, waiting, now
        self.name, self.rows = site.rows.site, site.rows.rows
        self._course = _Course(plan)
        self._keyed = keyed_rows(self.rows, plan.keys)
        self._days: dict[tuple[ClockDay, float], DayOfKeys] = {}

    def rest(self, clock: ClockDefinition, day: ClockDay, edges: Floats) -> Floats | None:
        """What the clock is to expect, by row and stretch; None where the site cannot tell."""
        counts = self._site.still.day(clock.id)
        if counts is None or counts.day != day:
            return None
        begin = max(day.start, counts.since)
        if self._seen.since > begin + MOST_OFF_S:
            return None
        begin = max(begin, self._seen.since)
        overdue = np.where(np.isnan(counts.overdue), 0.0, counts.overdue)
        counted = counts.met + counts.missed + overdue
        applies = np.array([clock.applies(row.platform, row.channel) for row in self.rows], np.float64)
        of = self._days.get((day, begin))
        if of is None:
            of = self._days[day, begin] = self._day_of_keys(day, begin, edges)
        return rest_by_row(self._keyed, counted, np.maximum(self._waiting - overdue, 0.0), of, applies)

    def _day_of_keys(self, day: ClockDay, begin: float, edges: Floats) -> DayOfKeys:
        plan, seen, now, course = self._plan, self._seen, self._now, self._course
        came = seen.came(begin, seen.at)
        known = np.array([came[seen.keys.index(key)] if key in seen.keys else np.nan for key in plan.keys])
        if day.seconds(begin, now) < now - begin - 1e-6:  # of what came, those who came in the clock's hours
            with np.errstate(invalid="ignore", divide="ignore"):
                inside, whole = course.assessed(day, np.array([begin, now])), course.between(np.array([begin, now]))
                known = known * np.where(whole[:, 0] > 0, inside[:, 0] / whole[:, 0], np.nan)
        return DayOfKeys(plan.keys, known, edges, course.assessed(day, edges))


class _Course:
    """A plan's contacts by category as running totals over time; NaN where the plan does not reach."""

    def __init__(self, plan: SiteDay) -> None:
        self._times = np.append(plan.starts, plan.starts[-1] + plan.step_s)
        self._totals = [np.concatenate([[0.0], np.cumsum(one)]) for one in plan.contacts]

    def between(self, edges: Floats) -> Floats:
        """Contacts from each edge to the next, (categories, edges - 1)."""
        at = [np.interp(edges, self._times, total, left=np.nan, right=np.nan) for total in self._totals]
        return np.diff(np.stack(at), axis=1)

    def assessed(self, day: ClockDay, edges: Floats) -> Floats:
        """The same, of the assessed hours alone."""
        pieces = [self.between(np.clip(edges, begin, end)) for begin, end in day.assessed]
        # A stretch that holds no time holds nobody, whether or not the plan reaches there.
        empty = [np.diff(np.clip(edges, begin, end)) <= 0.0 for begin, end in day.assessed]
        parts = [np.where(nothing, 0.0, piece) for piece, nothing in zip(pieces, empty, strict=True)]
        return np.sum(parts, axis=0) if parts else np.zeros((len(self._totals), len(edges) - 1))
