"""The clocks of several sites as one block of rows, for rules that ask the same of each: the same figures, at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from alerts.clock_count import ClockCount, day_factor, no_count
from alerts.clock_day import ClockDay
from alerts.clock_floor import SiteRows
from alerts.clock_rest import Coming, RestOfDay
from alerts.clock_still import Counts, Grown, StillCourse, known_or_zero
from feeds.columns import Floats


class ClockStack:
    """Puts the counts of the same sites below each other again and again; keeps what has not changed meanwhile."""

    def __init__(self) -> None:
        self._sizes: tuple[int, ...] = ()
        self._kept: dict[object, tuple[list[object], Floats]] = {}
        self._places: dict[int, tuple[Mapping[str, bool], dict[str, int]]] = {}

    def count(
        self,
        clock: str,
        day: ClockDay,
        now: float,
        courses: Sequence[StillCourse],
        rows: Sequence[SiteRows],
        rest: RestOfDay | None,
    ) -> ClockCount | None:
        """As `clock_count.count_of` of each course over its rows; None: do each by itself.

        Rows of sites that do not feed the clock are NaN. `rest` is what the forecast says of the clock's day.
        """
        sizes = tuple(len(of.rows) for of in rows)
        if sizes != self._sizes:
            self._sizes, self._kept = sizes, {}
        fed = [course for course in courses if clock in course.persons]
        if not fed:
            return no_count(sum(sizes))
        persons = fed[0].persons[clock]
        if any(
            one.last is None or one.kept is not None or one.persons[clock] != persons or one.days[clock].day != day
            for one in fed
        ):
            return None
        block = _Block(self, clock, courses, persons=persons)
        expected, coming = block.expected(day, now), self._coming(clock, rest, rows, day, now)
        if coming is not None:
            told = coming.total
            expected = np.where(np.isnan(told), expected, block.counted + told)
        return ClockCount(block.met, block.late, block.overdue, expected, block.grown, coming)

    def _coming(
        self, clock: str, rest: RestOfDay | None, rows: Sequence[SiteRows], day: ClockDay, now: float
    ) -> Coming | None:
        """What the forecast still has for the rows of all sites; NaN for those of which it says nothing."""
        if rest is None or not rest.covers(day, now):
            return None
        of = [rest, *(one.rows for one in rows)]
        kept = self._kept.get((clock, "coming"))
        if kept is None or any(one is not before for one, before in zip(of, kept[0], strict=True)):
            whole = [rest.whole(one.site, one.rows) for one in rows]
            kept = self._kept[clock, "coming"] = of, np.concatenate(whole)
        return Coming(rest.edges, kept[1]).after(now)

    def place(self, course: StillCourse, clock: str) -> int:
        """The column of a clock in the blocks of a site; -1 where it does not feed it."""
        held = self._places.get(id(course.persons))
        if held is None or held[0] is not course.persons:
            if len(self._places) > 4 * len(self._sizes):
                self._places.clear()
            held = self._places[id(course.persons)] = course.persons, {name: i for i, name in enumerate(course.persons)}
        return held[1].get(clock, -1)

    def joined(self, parts: Sequence[Floats | None]) -> Floats:
        """Columns below each other; NaN in the rows of those that are missing."""
        return np.concatenate(
            [np.full(size, np.nan) if part is None else part for part, size in zip(parts, self._sizes, strict=True)]
        )

    def still(self, key: object, of: list[object], parts: Sequence[Floats | None]) -> Floats:
        """The same where it seldom changes: joined anew only when one of what the columns are `of` is another."""
        kept = self._kept.get(key)
        if kept is None or any(one is not before for one, before in zip(of, kept[0], strict=True)):
            kept = self._kept[key] = of, self.joined(parts)
        return kept[1]

    def by_row(self, values: Sequence[float]) -> Floats | float:
        """One value a site, for each of its rows."""
        return values[0] if values.count(values[0]) == len(values) else np.repeat(values, self._sizes)


class _Block:
    """One clock over the rows of all sites."""

    def __init__(self, stack: ClockStack, clock: str, courses: Sequence[StillCourse], *, persons: bool) -> None:
        self._stack, self._clock, self._courses, self._persons = stack, clock, courses, persons
        self._places = [stack.place(course, clock) for course in courses]
        self._begun = [course.days[clock] if clock in course.persons else None for course in courses]
        lasts = [course.last if place >= 0 else None for course, place in zip(courses, self._places, strict=True)]
        self._first, self._missed = stack.joined(self._of("first", lasts)), stack.joined(self._of("missed", lasts))
        self.overdue = stack.joined(self._of("overdue", lasts))

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
        return self.counted * self._stack.by_row([factors[one.since] if one else first for one in self._begun])

    def grown(self, window: str) -> Grown:
        """As `StillCourse.grown`; NaN where nothing is known yet."""
        placed = list(zip(self._courses, self._places, strict=True))
        starts = [_start(course, window) if place >= 0 else None for course, place in placed]
        late = np.maximum(self._missed - self._at_start("missed", window, starts), 0.0)
        met = self._met(np.maximum(self._first - self._at_start("first", window, starts), 0.0), late)
        waited = known_or_zero(self._at_start("overdue", window, starts))
        late = np.maximum(late + (known_or_zero(self.overdue) - waited), 0.0)
        both = zip(self._courses, starts, strict=True)
        lasted = [course.last.at - start.at if course.last and start else 1.0 for course, start in both]
        return Grown(met, late, late / self._stack.by_row(lasted))

    def _met(self, first: Floats, late: Floats) -> Floats:
        return np.maximum(first - late, 0.0) if self._persons else first

    def _when_begun(self, part: str) -> Floats:
        columns: list[Floats | None] = [None if one is None else getattr(one, part) for one in self._begun]
        return self._stack.still((self._clock, part), list(self._begun), columns)

    def _at_start(self, part: str, window: str, starts: Sequence[Counts | None]) -> Floats:
        return self._stack.still((self._clock, window, part), list(starts), self._of(part, starts))

    def _of(self, part: str, counts: Sequence[Counts | None]) -> list[Floats | None]:
        """The clock's column of each; none where the site does not feed it."""
        found = zip(counts, self._places, strict=True)
        return [None if one is None else getattr(one, part)[:, place] for one, place in found]


def _start(course: StillCourse, window: str) -> Counts | None:
    start, last = course.starts.get(window), course.last
    return start if start is not None and last is not None and last.at > start.at else None
