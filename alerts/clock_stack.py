"""The clocks of several sites as one block of rows, for rules that ask the same of each: the same figures, at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import is_

import numpy as np
from numpy.typing import NDArray

from alerts.clock_count import ClockCount, day_factor, no_count
from alerts.clock_day import ClockDay
from alerts.clock_floor import SiteRows
from alerts.clock_rest import Coming, RestOfDay
from alerts.clock_still import BegunDay, Counts, Grown, Ints, StillCourse, known_or_zero
from feeds.columns import Floats


@dataclass(frozen=True, slots=True)
class _Stacked:
    """The counts of all clocks, clocks × rows; NaN where a site does not feed one."""

    first: Floats
    missed: Floats
    overdue: Floats


class ClockStack:
    """Puts the counts of the same sites below each other again and again; keeps what has not changed meanwhile."""

    def __init__(self) -> None:
        self.clocks: dict[str, int] = {}
        """Where each clock that any of the sites feeds stands in a block."""
        self.persons: NDArray[np.bool_] = np.empty((0, 1), np.bool_)
        """Whether it counts persons, (clocks, 1)."""
        self.cuts: list[slice] = []
        """The rows of each site that are asked about."""
        self.own: Ints = np.empty(0, np.int64)
        """The sites' own rows among all of their rows."""
        self.rows = 0
        """How many rows the sites have in all."""
        self._sizes: list[int] = []
        self._own_only = False
        self._into: Ints = np.empty(0, np.int64)
        self._of: dict[str, Sequence[object]] = {}
        self._starts: dict[str, _Stacked] = {}
        self._whole: dict[str, Floats] = {}
        self._begun: dict[str, tuple[ClockDay, list[BegunDay | None], bool | None]] = {}
        self._begins: tuple[Floats, Floats] | None = None

    def at(self, courses: Sequence[StillCourse], rows: Sequence[SiteRows], *, own_only: bool = False) -> StackedCourses:
        """The sites as they stand at one moment, for all clocks that are asked about it: all rows, or the sites' own.

        With `own_only` every site has a row of its own.
        """
        others = self.are_others("rows", rows)
        if self.are_others("persons", [course.persons for course in courses]) or others or own_only != self._own_only:
            self._own_only = own_only
            self._lay_out(courses, rows)
        if self.are_others("days", [course.days for course in courses]):
            self._begun, self._begins = {}, None
        return StackedCourses(self, courses, rows)

    def _lay_out(self, courses: Sequence[StillCourse], rows: Sequence[SiteRows]) -> None:
        self.cuts = [slice(of.own, of.own + 1) if self._own_only else slice(0, len(of.rows)) for of in rows]
        self._sizes = [cut.stop - cut.start for cut in self.cuts]
        ends = np.cumsum([len(of.rows) for of in rows])
        self.own, self.rows = ends + np.array([of.own - len(of.rows) for of in rows]), int(ends[-1])
        self.clocks = {}
        for course in courses:
            for clock in course.persons:
                self.clocks.setdefault(clock, len(self.clocks))
        self.persons = np.array([[any(one.persons.get(clock) for one in courses)] for clock in self.clocks], np.bool_)
        width, begin, into = sum(self._sizes), 0, []
        for course, size in zip(courses, self._sizes, strict=True):
            places = np.array([self.clocks[clock] for clock in course.persons], np.int64)
            into.append((np.arange(begin, begin + size)[:, None] + width * places[None, :]).ravel())
            begin += size
        self._into = np.concatenate(into)
        self._starts, self._whole, self._begun, self._begins = {}, {}, {}, None
        self._of = {what: self._of[what] for what in ("rows", "persons", "days") if what in self._of}

    def are_others(self, what: str, these: Sequence[object]) -> bool:
        """Whether these are others than those before, which are remembered."""
        known = self._of.get(what)
        if known is not None and len(known) == len(these) and all(map(is_, these, known)):
            return False
        self._of[what] = these
        return True

    def begun(
        self, clock: str, day: ClockDay, courses: Sequence[StillCourse]
    ) -> tuple[list[BegunDay | None], bool | None]:
        """The day of a clock at each site, and whether all count persons; None where they differ in that or the day."""
        found = self._begun.get(clock)
        if found is None or found[0] is not day:
            each = [one.days[clock] if clock in one.persons else None for one in courses]
            counted = {one.persons[clock] for one in courses if clock in one.persons}
            alike = len(counted) == 1 and all(one is None or one.day == day for one in each)
            found = self._begun[clock] = day, each, counted.pop() if alike else None
        return found[1], found[2]

    def begins(self, courses: Sequence[StillCourse]) -> tuple[Floats, Floats]:
        """What the counters of all clocks stood at when their days began, `first` and `missed`, clocks × rows."""
        if self._begins is None:
            days = [[one.days.get(clock) if clock in one.persons else None for one in courses] for clock in self.clocks]
            self._begins = (
                np.stack([self.joined([None if one is None else one.first for one in each]) for each in days]),
                np.stack([self.joined([None if one is None else one.missed for one in each]) for each in days]),
            )
        return self._begins

    def starts(self, window: str, courses: Sequence[StillCourse], counts: Sequence[Counts | None]) -> _Stacked:
        """Where a window began at each site, clocks × rows: stacked anew only when one of these is another."""
        if self.are_others(window, counts) or window not in self._starts:
            self._starts[window] = self.stacked(courses, counts)
        return self._starts[window]

    def whole(self, clock: str, rest: RestOfDay, rows: Sequence[SiteRows]) -> Floats:
        """What the forecast has for the rows of all sites, for as long as it is the same one."""
        what = f"coming {clock}"
        if self.are_others(what, [rest]) or what not in self._whole:
            self._whole[what] = self.joined([rest.whole(one.site, one.rows) for one in rows])
        return self._whole[what]

    def joined(self, parts: Sequence[Floats | None]) -> Floats:
        """The rows that are asked about, of columns over all of them, below each other; NaN where one is missing."""
        each = zip(parts, self.cuts, self._sizes, strict=True)
        return np.concatenate([np.full(size, np.nan) if part is None else part[cut] for part, cut, size in each])

    def stacked(self, courses: Sequence[StillCourse], counts: Sequence[Counts | None]) -> _Stacked:
        """The counts of all clocks at each site, clocks × rows; NaN where there are none."""
        return _Stacked(
            self._block(courses, (None if one is None else one.first for one in counts)),
            self._block(courses, (None if one is None else one.missed for one in counts)),
            self._block(courses, (None if one is None else one.overdue for one in counts)),
        )

    def _block(self, courses: Sequence[StillCourse], parts: Iterable[Floats | None]) -> Floats:
        each = zip(parts, self.cuts, self._sizes, courses, strict=True)
        cells = [
            np.full(size * len(course.persons), np.nan) if part is None else part[cut].ravel()
            for part, cut, size, course in each
        ]
        block = np.full((len(self.clocks), sum(self._sizes)), np.nan)
        block.reshape(-1)[self._into] = np.concatenate(cells)
        return block

    def by_row(self, values: Sequence[float]) -> Floats | float:
        """One value a site, for each of its rows."""
        return values[0] if values.count(values[0]) == len(values) else np.repeat(values, self._sizes)


class StackedCourses:
    """The counts of some sites at one moment, one site below the other: worked out for all clocks at once."""

    def __init__(self, stack: ClockStack, courses: Sequence[StillCourse], rows: Sequence[SiteRows]) -> None:
        self.stack, self._courses, self._rows = stack, courses, rows
        self._whole = all(course.last is not None and course.kept is None for course in courses)
        self._grown: dict[str, Grown] = {}

    def count(self, clock: str, day: ClockDay, now: float, rest: RestOfDay | None) -> ClockCount | None:
        """As `clock_count.count_of` of each course over its rows; None: do each by itself.

        Rows of sites that do not feed the clock are NaN. `rest` is what the forecast says of the clock's day.
        """
        place = self.stack.clocks.get(clock)
        if place is None:
            return no_count(sum(cut.stop - cut.start for cut in self.stack.cuts))
        begun, persons = self.stack.begun(clock, day, self._courses)
        if not self._whole or persons is None:
            return None
        counted = self._counted[place]
        expected, coming = self._expected(counted, begun, day, now), self._coming(clock, rest, day, now)
        if coming is not None:
            told = coming.total
            expected = np.where(np.isnan(told), expected, counted + told)

        def grown(window: str) -> Grown:
            of = self._growth(window)
            return Grown(of.met[place], of.late[place], of.late_per_s[place])

        return ClockCount(self._met[place], self._late[place], self._last.overdue[place], expected, grown, coming)

    @cached_property
    def _last(self) -> _Stacked:
        return self.stack.stacked(self._courses, [course.last for course in self._courses])

    @cached_property
    def _late(self) -> Floats:
        return np.maximum(self._last.missed - self.stack.begins(self._courses)[1], 0.0)

    @cached_property
    def _met(self) -> Floats:
        return self._answered(np.maximum(self._last.first - self.stack.begins(self._courses)[0], 0.0), self._late)

    @cached_property
    def _counted(self) -> Floats:
        return self._met + self._late + known_or_zero(self._last.overdue)

    def _answered(self, first: Floats, late: Floats) -> Floats:
        """What was met; of persons how many there are in all is known."""
        persons = self.stack.persons
        return np.where(persons, np.maximum(first - late, 0.0), first) if persons.any() else first

    def _expected(self, counted: Floats, begun: Sequence[BegunDay | None], day: ClockDay, now: float) -> Floats:
        factors = {one.since: 0.0 for one in begun if one is not None}
        factors = {since: day_factor(day, since, now) for since in factors}
        first = next(iter(factors.values()))  # what the rows of a site that does not feed it are multiplied by is NaN
        if len(factors) == 1:
            return counted * first
        return counted * self.stack.by_row([factors[one.since] if one else first for one in begun])

    def _growth(self, window: str) -> Grown:
        """As `StillCourse.grown` of every clock, clocks × rows; NaN where nothing is known yet."""
        found = self._grown.get(window)
        if found is None:
            begins, last = [_start(course, window) for course in self._courses], self._last
            start = self.stack.starts(window, self._courses, begins)
            both = zip(self._courses, begins, strict=True)
            lasted = self.stack.by_row(
                [course.last.at - one.at if course.last and one else 1.0 for course, one in both]
            )
            late = np.maximum(last.missed - start.missed, 0.0)
            met = self._answered(np.maximum(last.first - start.first, 0.0), late)
            late = np.maximum(late + (known_or_zero(last.overdue) - known_or_zero(start.overdue)), 0.0)
            found = self._grown[window] = Grown(met, late, late / lasted)
        return found

    def _coming(self, clock: str, rest: RestOfDay | None, day: ClockDay, now: float) -> Coming | None:
        """What the forecast still has for the rows of all sites; NaN for those of which it says nothing."""
        if rest is None or not rest.covers(day, now):
            return None
        return Coming(rest.edges, self.stack.whole(clock, rest, self._rows)).after(now)


def _start(course: StillCourse, window: str) -> Counts | None:
    start, last = course.starts.get(window), course.last
    return start if start is not None and last is not None and last.at > start.at else None
