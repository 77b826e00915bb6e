"""From the outlook to the clocks: for every clock the rest of its day, by the forecast as the day has moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from alerts.clock_day import ClockDay
from alerts.clock_rest import DayOfKeys, RestOfDay, keyed_rows, rest_by_row
from alerts.clock_still import known_or_zero
from alerts.clocks_view import ClocksView, SiteClocks
from alerts.forecast.outlook import Outlook, SiteDay
from alerts.forecast.seen import Seen
from feeds.columns import Floats

MOST_OFF_S = 60.0
"""What the clock has counted and what came must have begun within this of each other."""


def rest_of_days(
    view: ClocksView, outlook: Outlook, seen: Mapping[str, Seen], waiting: Mapping[str, Floats]
) -> dict[str, RestOfDay]:
    """For each clock the rest of its day, as of the outlook's time; `waiting` by site over its rows."""
    out: dict[str, RestOfDay] = {}
    courses = _Courses(outlook)
    known = [
        (place, _Expecting(site, outlook.sites[name], seen[name], waiting[name], courses))
        for place, site in enumerate(view.sites)
        if site.believed and (name := site.rows.site) in outlook.sites and name in seen and name in waiting
    ]
    for clock in view.clocks.values():
        day = view.days[clock.id]
        edges = _edges(outlook, day)
        if not len(edges):
            continue
        applied = view.floor.applied(clock)
        found = {
            one.name: (one.rows, rest)
            for place, one in known
            if (rest := one.rest(clock.id, day, edges, applied[place])) is not None
        }
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

    def __init__(self, site: SiteClocks, plan: SiteDay, seen: Seen, waiting: Floats, courses: _Courses) -> None:
        self._site, self._plan, self._seen, self._waiting, self._courses = site, plan, seen, waiting, courses
        self.name, self.rows = site.rows.site, site.rows.rows
        self._keyed = keyed_rows(self.rows, plan.keys)
        self._days: dict[tuple[ClockDay, float], DayOfKeys] = {}
        self._came: dict[float, Floats] = {}

    def rest(self, clock: str, day: ClockDay, edges: Floats, applies: Floats) -> Floats | None:
        """What the clock is to expect, by row and stretch; None where the site cannot tell."""
        counts = self._site.still.day(clock)
        if counts is None or counts.day != day:
            return None
        begin = max(day.start, counts.since)
        if self._seen.since > begin + MOST_OFF_S:
            return None
        begin = max(begin, self._seen.since)
        overdue = known_or_zero(counts.overdue)
        counted = counts.met + counts.missed + overdue
        of = self._days.get((day, begin))
        if of is None:
            of = self._days[day, begin] = self._day_of_keys(day, begin, edges)
        return rest_by_row(self._keyed, counted, np.maximum(self._waiting - overdue, 0.0), of, applies)

    def _day_of_keys(self, day: ClockDay, begin: float, edges: Floats) -> DayOfKeys:
        plan, now, courses, known = self._plan, self._courses.now, self._courses, self._came.get(begin)
        if known is None:
            known = self._came[begin] = self._came_since(begin)
        if day.seconds(begin, now) < now - begin - 1e-6:  # of what came, those who came in the clock's hours
            known = known * courses.share(self.name, day, begin)
        return DayOfKeys(plan.keys, known, edges, courses.ahead(self.name, day, edges))

    def _came_since(self, begin: float) -> Floats:
        """Contacts since then by the plan's keys."""
        seen = self._seen
        came = seen.came(begin, seen.at)
        return np.array([came[seen.keys.index(key)] if key in seen.keys else np.nan for key in self._plan.keys])


class _Courses:
    """The plans of all sites; those of the same intervals, which are mostly all, are worked out as one."""

    def __init__(self, outlook: Outlook) -> None:
        self.now = outlook.at
        alike: dict[tuple[float, float, int], list[SiteDay]] = {}
        for plan in outlook.sites.values():
            alike.setdefault((float(plan.starts[0]), plan.step_s, len(plan.starts)), []).append(plan)
        self._of = {plan.site: course for plans in alike.values() for course in (_Course(plans),) for plan in plans}

    def ahead(self, site: str, day: ClockDay, edges: Floats) -> Floats:
        """The contacts of a site from each edge to the next in a day's assessed hours, (categories, stretches)."""
        course = self._of[site]
        found = course.told.get(day)
        if found is None:
            found = course.told[day] = course.assessed(day, edges)
        return found[course.place[site]]

    def share(self, site: str, day: ClockDay, begin: float) -> Floats:
        """Of the contacts of a site from `begin` to now the share in a day's assessed hours, (categories,)."""
        course = self._of[site]
        found = course.told.get((day, begin))
        if found is None:
            edges = np.array([begin, self.now])
            inside, whole = course.assessed(day, edges)[:, 0], course.between(edges)[:, 0]
            with np.errstate(invalid="ignore", divide="ignore"):
                found = course.told[day, begin] = np.where(whole > 0, inside / whole, np.nan)
        return found[course.place[site]]


class _Course:
    """Contacts by category of some sites as running totals over time; NaN where the plan does not reach."""

    def __init__(self, plans: Sequence[SiteDay]) -> None:
        first, edges = plans[0], np.cumsum([0, *(len(plan.keys) for plan in plans)]).tolist()
        self.place = {plan.site: slice(*edge) for plan, edge in zip(plans, pairwise(edges), strict=True)}
        self.told: dict[object, Floats] = {}
        """What was worked out, by what was asked."""
        self._times = np.append(first.starts, first.starts[-1] + first.step_s)
        summed = np.cumsum(np.concatenate([plan.contacts for plan in plans]), axis=1)
        self._totals = np.concatenate([np.zeros((len(summed), 1)), summed], axis=1)

    def between(self, edges: Floats) -> Floats:
        """Contacts from each edge to the next, (categories, edges - 1)."""
        return np.diff(interpolated(edges, self._times, self._totals), axis=1)

    def assessed(self, day: ClockDay, edges: Floats) -> Floats:
        """The same, of the assessed hours alone."""
        pieces = [self.between(np.clip(edges, begin, end)) for begin, end in day.assessed]
        # A stretch that holds no time holds nobody, whether or not the plan reaches there.
        empty = [np.diff(np.clip(edges, begin, end)) <= 0.0 for begin, end in day.assessed]
        parts = [np.where(nothing, 0.0, piece) for piece, nothing in zip(pieces, empty, strict=True)]
        return np.sum(parts, axis=0) if parts else np.zeros((len(self._totals), len(edges) - 1))


def interpolated(at: Floats, times: Floats, values: Floats) -> Floats:
    """Each row of `values` at other times than its own `times`, to the last bit as `numpy.interp`; NaN outside."""
    place = np.searchsorted(times, at, "right") - 1
    known, left = np.maximum(place, 0), np.clip(place, 0, len(times) - 2)
    before = values[:, left]
    with np.errstate(invalid="ignore"):
        slope = (values[:, left + 1] - before) / (times[left + 1] - times[left])
        between = slope * (at - times[left]) + before
    found = np.where(at == times[known], values[:, known], between)
    found[:, (place < 0) | (at > times[-1])] = np.nan
    return found
