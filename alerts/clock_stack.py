"""The clocks of several sites as one block of rows, for rules that ask the same of each: the same figures, at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from alerts.clock_count import ClockCount, day_factor, no_count
from alerts.clock_day import ClockDay
from alerts.clock_floor import SiteRows
from alerts.clock_rest import Coming, RestOfDay
from alerts.clock_still import BegunDay, Counts, Grown, StillCourse, known_or_zero
from feeds.columns import Floats


class ClockStack:
    """Puts the counts of the same sites below each other again and again; keeps what has not changed meanwhile."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.cuts: list[slice] = []
        """The rows of each site that are asked about."""
        self._own_only = False
        self._of: dict[str, list[object]] = {}
        self._kept: dict[str, dict[object, Floats]] = {}
        self._places: dict[str, list[int]] = {}
        self._begun: dict[str, tuple[ClockDay, list[BegunDay | None], bool | None]] = {}

    def at(self, courses: Sequence[StillCourse], rows: Sequence[SiteRows], *, own_only: bool = False) -> StackedCourses:
        """The sites as they stand at one moment, for all clocks that are asked about it: all rows, or the sites' own.

        With `own_only` every site has a row of its own.
        """
        if self.are_others("rows", list(rows)) or own_only is not self._own_only:
            self._own_only, self._kept, self._places, self._begun = own_only, {}, {}, {}
            self.cuts = [slice(of.own, of.own + 1) if own_only else slice(0, len(of.rows)) for of in rows]
            self.sizes = [cut.stop - cut.start for cut in self.cuts]
        if self.are_others("persons", [course.persons for course in courses]):
            self._places, self._begun, self._kept = {}, {}, {}
        if self.are_others("days", [course.days for course in courses]):
            self._begun = {}
            self._kept.pop("days", None)
        return StackedCourses(self, courses, rows)

    def are_others(self, what: str, these: list[object]) -> bool:
        """Whether these are others than those before, which are remembered."""
        known = self._of.get(what)
        same = known is not None and len(known) == len(these)
        if same and all(one is before for one, before in zip(these, known or (), strict=True)):
            return False
        self._of[what] = these
        return True

    def forget(self, what: str) -> None:
        """What was joined of `what` is of others now."""
        self._kept.pop(what, None)

    def places(self, clock: str, courses: Sequence[StillCourse]) -> list[int]:
        """The column of a clock in the blocks of each site; -1 where it does not feed it."""
        found = self._places.get(clock)
        if found is None:
            found = [list(one.persons).index(clock) if clock in one.persons else -1 for one in courses]
            self._places[clock] = found
        return found

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

    def still(self, what: str, key: object, parts: Callable[[], Sequence[Floats | None]]) -> Floats:
        """Columns below each other that change only with what they are of: joined once."""
        kept = self._kept.setdefault(what, {})
        found = kept.get(key)
        if found is None:
            found = kept[key] = self.joined(parts())
        return found

    def joined(self, parts: Sequence[Floats | None]) -> Floats:
        """The rows that are asked about, of columns over all of them, below each other; NaN where one is missing."""
        each = zip(parts, self.cuts, self.sizes, strict=True)
        return np.concatenate([np.full(size, np.nan) if part is None else part[cut] for part, cut, size in each])

    def by_row(self, values: Sequence[float]) -> Floats | float:
        """One value a site, for each of its rows."""
        return values[0] if values.count(values[0]) == len(values) else np.repeat(values, self.sizes)


class StackedCourses:
    """The counts of some sites at one moment, one site below the other."""

    def __init__(self, stack: ClockStack, courses: Sequence[StillCourse], rows: Sequence[SiteRows]) -> None:
        self.stack, self.courses = stack, courses
        self._rows = rows
        self._whole = all(course.last is not None and course.kept is None for course in courses)
        self._starts: dict[str, list[Counts | None]] = {}
        self._lasted: dict[str, list[float]] = {}

    def count(self, clock: str, day: ClockDay, now: float, rest: RestOfDay | None) -> ClockCount | None:
        """As `clock_count.count_of` of each course over its rows; None: do each by itself.

        Rows of sites that do not feed the clock are NaN. `rest` is what the forecast says of the clock's day.
        """
        if all(place < 0 for place in self.stack.places(clock, self.courses)):
            return no_count(sum(self.stack.sizes))
        begun, persons = self.stack.begun(clock, day, self.courses)
        if not self._whole or persons is None:
            return None
        block = _Block(self, clock, begun, persons=persons)
        expected, coming = block.expected(day, now), self._coming(clock, rest, day, now)
        if coming is not None:
            told = coming.total
            expected = np.where(np.isnan(told), expected, block.counted + told)
        return ClockCount(block.met, block.late, block.overdue, expected, block.grown, coming)

    def starts(self, window: str) -> list[Counts | None]:
        """Where a window began at each site; None where it has not."""
        found = self._starts.get(window)
        if found is None:
            found = self._starts[window] = [_start(course, window) for course in self.courses]
            if self.stack.are_others(window, list(found)):
                self.stack.forget(window)
        return found

    def lasted(self, window: str, places: Sequence[int]) -> Floats | float:
        """How long it is, by row; 1 where there is none."""
        each = self._lasted.get(window)
        if each is None:
            both = zip(self.courses, self.starts(window), strict=True)
            each = [course.last.at - start.at if course.last and start else 1.0 for course, start in both]
            self._lasted[window] = each
        return self.stack.by_row([one if place >= 0 else 1.0 for one, place in zip(each, places, strict=True)])

    @property
    def cuts(self) -> Sequence[slice]:
        """The rows of each site that are asked about."""
        return self.stack.cuts

    def _coming(self, clock: str, rest: RestOfDay | None, day: ClockDay, now: float) -> Coming | None:
        """What the forecast still has for the rows of all sites; NaN for those of which it says nothing."""
        if rest is None or not rest.covers(day, now):
            return None
        what = f"coming {clock}"
        if self.stack.are_others(what, [rest]):
            self.stack.forget(what)
        whole = self.stack.still(what, clock, lambda: [rest.whole(one.site, one.rows) for one in self._rows])
        return Coming(rest.edges, whole).after(now)


class _Block:
    """One clock over the rows of all sites."""

    def __init__(self, of: StackedCourses, clock: str, begun: Sequence[BegunDay | None], *, persons: bool) -> None:
        self._of, self._stack, self._clock, self._begun, self._persons = of, of.stack, clock, begun, persons
        self._places = of.stack.places(clock, of.courses)
        lasts = [course.last for course in of.courses]
        self._first, self._missed, self.overdue = (
            self._stack.joined(self._columns(part, lasts)) for part in ("first", "missed", "overdue")
        )

    @cached_property
    def late(self) -> Floats:
        return np.maximum(self._missed - self._when_begun("missed"), 0.0)

    @cached_property
    def met(self) -> Floats:
        return self._met(np.maximum(self._first - self._when_begun("first"), 0.0), self.late)

    @cached_property
    def counted(self) -> Floats:
        return self.met + self.late + known_or_zero(self.overdue)

    def expected(self, day: ClockDay, now: float) -> Floats:
        factors = {one.since: 0.0 for one in self._begun if one is not None}
        factors = {since: day_factor(day, since, now) for since in factors}
        first = next(iter(factors.values()))  # what the rows of a site that does not feed it are multiplied by is NaN
        if len(factors) == 1:
            return self.counted * first
        return self.counted * self._stack.by_row([factors[one.since] if one else first for one in self._begun])

    def grown(self, window: str) -> Grown:
        """As `StillCourse.grown`; NaN where nothing is known yet."""
        starts = self._of.starts(window)
        late = np.maximum(self._missed - self._at_start("missed", window, starts), 0.0)
        met = self._met(np.maximum(self._first - self._at_start("first", window, starts), 0.0), late)
        waited = known_or_zero(self._at_start("overdue", window, starts))
        late = np.maximum(late + (known_or_zero(self.overdue) - waited), 0.0)
        return Grown(met, late, late / self._of.lasted(window, self._places))

    def _met(self, first: Floats, late: Floats) -> Floats:
        return np.maximum(first - late, 0.0) if self._persons else first

    def _when_begun(self, part: str) -> Floats:
        return self._stack.still(
            "days", (self._clock, part), lambda: [None if one is None else getattr(one, part) for one in self._begun]
        )

    def _at_start(self, part: str, window: str, starts: Sequence[Counts | None]) -> Floats:
        return self._stack.still(window, (self._clock, part), lambda: self._columns(part, starts))

    def _columns(self, part: str, counts: Sequence[Counts | None]) -> list[Floats | None]:
        """The clock's column of each; none where the site does not feed it."""
        found = zip(counts, self._places, strict=True)
        return [None if one is None or place < 0 else getattr(one, part)[:, place] for one, place in found]


def _start(course: StillCourse, window: str) -> Counts | None:
    start, last = course.starts.get(window), course.last
    return start if start is not None and last is not None and last.at > start.at else None
