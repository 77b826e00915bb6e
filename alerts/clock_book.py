"""All clocks of all sites of a desk: fed with what lands on the board, asked by rules and screens.

Knows no wall clock, socket or disk; `now` is handed in. The same input gives the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

import numpy as np

from alerts.clock_count import no_count, side_by_side
from alerts.clock_course import ClockCourse
from alerts.clock_day import ClockDay, day_at
from alerts.clock_floor import By, ClockFloor, SiteRows
from alerts.clock_names import CLOCK_FIGURES
from alerts.clock_stack import ClockStack, StackedCourses
from alerts.clock_state import ClockFigures, figures_of
from alerts.clock_still import NOTHING_YET
from alerts.clocks_view import ClockStanding, ClocksView, Forecast, SiteClocks, count_at, degraded_rows
from alerts.degrade import DegradeWindow, degraded_platforms
from alerts.unknown import Missing, why_clock_unknown
from feeds.clocks import ClockDefinition
from feeds.columns import Floats
from feeds.site_view import SiteView


@dataclass(slots=True)
class _Site:
    course: ClockCourse
    rows: SiteRows
    believed: bool = False
    ids: tuple[str, ...] = ()

    def still(self) -> SiteClocks:
        return SiteClocks(self.rows, self.course.still() if self.believed else NOTHING_YET, self.believed)


_NOTHING_INSTEAD: Mapping[str, SiteClocks] = MappingProxyType({})


class ClockBook:
    """The clocks of a desk. `coarse` is for boards of many rows: queues have no windows there, sites do."""

    def __init__(
        self,
        clocks: Sequence[ClockDefinition],
        degrade: Sequence[DegradeWindow] = (),
        *,
        forecast: Forecast | None = None,
        coarse: bool = False,
    ) -> None:
        self.clocks = {clock.id: clock for clock in clocks}
        self.degrade = tuple(degrade)
        self.forecast: Forecast = forecast or {}
        """By clock; replaced, never changed, since views hold it."""
        self._coarse = coarse
        self._sites: dict[str, _Site] = {}
        self._days: dict[str, ClockDay] = {}
        self._floor: ClockFloor | None = None
        self._stack = ClockStack()

    def take(self, site: SiteView, counting_since: float, now: float) -> None:
        """A site as it stands at `now`: its figures where they can be believed, else that they cannot.

        `counting_since` is when its counters were zero, in seconds since the epoch; 0 where it does not say.
        """
        kept = self._known(site)
        kept.believed = site.state in ("live", "late")
        if kept.believed:
            kept.course.take(now, site.columns, kept.ids, site.site_row, counting_since)

    def _known(self, site: SiteView) -> _Site:
        kept = self._sites.get(site.id)
        if kept is None:
            course = ClockCourse(tuple(self.clocks.values()), coarse=self._coarse)
            kept = self._sites[site.id] = _Site(course, SiteRows(site.id, (), -1))
            self._floor = None
        if kept.rows.rows is not site.rows or kept.rows.own != site.site_row:
            kept.rows, self._floor = SiteRows(site.id, site.rows, site.site_row), None
            kept.ids = tuple(row.id for row in site.rows)
        return kept

    def fed(self, site: str) -> tuple[str, ...]:
        """The clocks that a site feeds; it says so by the columns it sends."""
        kept = self._sites.get(site)
        return kept.course.fed if kept is not None else ()

    def figures(self, site: str, clock_id: str, now: float) -> ClockFigures:
        """One clock over the rows of one site."""
        clock, kept = self.clocks[clock_id], self._sites.get(site)
        at = kept.still() if kept is not None else SiteClocks()
        day = self._day(clock, now)
        count = count_at(at, clock, day, now, self.forecast)
        if count is None:
            count = no_count(len(at.rows.rows) or 1)
        degraded = degraded_rows(clock, at.rows, degraded_platforms(self.degrade, now))
        return figures_of(clock, day, count, now, degraded if len(degraded) else np.zeros(1, np.bool_))

    def stacked_figures(self, sites: Sequence[str], of: StackedCourses, clock_id: str, now: float) -> ClockFigures:
        """One clock over the rows of several sites that have been taken and are believed, one below the other."""
        clock, day = self.clocks[clock_id], self._day(self.clocks[clock_id], now)
        count = of.count(clock_id, day, now, self.forecast.get(clock_id))
        if count is None:
            at = [self._sites[site].still() for site in sites]
            each = [count_at(one, clock, day, now, self.forecast) or no_count(len(one.rows.rows)) for one in at]
            count = side_by_side(each)
        platforms = degraded_platforms(self.degrade, now)
        degraded = np.zeros(len(count.met), np.bool_)
        if platforms:
            each_row = [degraded_rows(clock, self._sites[site].rows, platforms) for site in sites]
            whole = len(degraded) == of.stack.rows
            degraded = np.concatenate(
                each_row if whole else [one[cut] for one, cut in zip(each_row, of.stack.cuts, strict=True)]
            )
        return figures_of(clock, day, count, now, degraded)

    def stacked(self, sites: Sequence[str], *, own_only: bool) -> StackedCourses:
        """Several sites that have been taken and are believed, as they stand: all rows, or those of the sites alone."""
        kept = [self._sites[site] for site in sites]
        return self._stack.at([one.course.still() for one in kept], [one.rows for one in kept], own_only=own_only)

    def columns(self, site: str, now: float) -> ClockColumns:
        """The clocks of one site as columns by name, each worked out when a rule asks for it."""
        return ClockColumns(self, site, now)

    def stacked_columns(self, sites: Sequence[str], now: float, *, own_only: bool = False) -> ClockColumns:
        """The clocks of several sites that have been taken and are believed, one below the other.

        With `own_only` they may be NaN in any row but the sites' own, which each of them then has.
        """
        return StackedClockColumns(self, tuple(sites), now, own_only=own_only)

    def standing(self, clock_id: str, by: By, now: float) -> ClockStanding:
        """One clock at `now`, as `ClocksView.standing`."""
        return self.view(now).standing(clock_id, by)

    def still(self, site: str) -> SiteClocks | None:
        """The clocks of one site as they stand, for good; None for one that was never taken."""
        kept = self._sites.get(site)
        return kept.still() if kept is not None else None

    def view(self, now: float, instead: Mapping[str, SiteClocks] = _NOTHING_INSTEAD) -> ClocksView:
        """All clocks as they stand at `now`, for good; some sites as they stood before. A few microseconds a site."""
        if self._floor is None:
            self._floor = ClockFloor(tuple(site.rows for site in self._sites.values()))
        return ClocksView(
            now,
            self.clocks,
            {clock.id: self._day(clock, now) for clock in self.clocks.values()},
            self._floor,
            tuple(instead.get(name) or site.still() for name, site in self._sites.items()),
            tuple(window for window in self.degrade if window.holds(now)),
            self.forecast,
        )

    def _day(self, clock: ClockDefinition, now: float) -> ClockDay:
        day = self._days.get(clock.id)
        if day is None or not day.start <= now < day.end:
            day = self._days[clock.id] = day_at(clock, now)
        return day


class ClockColumns(Mapping[str, Floats]):
    """The figures of all clocks over the rows of one site at one moment, by the names that rules use."""

    def __init__(self, book: ClockBook, site: str, now: float) -> None:
        self._book, self._site, self._now = book, site, now
        self._figures: dict[str, ClockFigures] = {}

    def _of(self, clock: str) -> ClockFigures:
        return self._book.figures(self._site, clock, self._now)

    def __getitem__(self, name: str) -> Floats:
        """The column called `<clock>.<figure>`; KeyError for any other name."""
        clock, _, figure = name.partition(".")
        if clock not in self._book.clocks or figure not in CLOCK_FIGURES:
            raise KeyError(name)
        figures = self._figures.get(clock)
        if figures is None:
            figures = self._figures[clock] = self._of(clock)
        if figure == "assessed":
            return np.full(len(figures.counted), float(figures.assesses))
        return cast("Floats", getattr(figures, figure))

    def why_unknown(self, name: str, row: int) -> Missing:
        """Why a figure called `<clock>.<figure>` is NaN in a row of the site."""
        clock, _, figure = name.partition(".")
        if clock not in self._book.clocks or figure not in CLOCK_FIGURES:
            return Missing(name, "no_such_figure")
        figures = self._book.figures(self._site, clock, self._now)
        return Missing(name, why_clock_unknown(figures, row, figure, fed=clock in self._book.fed(self._site)))

    def __contains__(self, name: object) -> bool:
        clock, _, figure = name.partition(".") if isinstance(name, str) else ("", "", "")
        return clock in self._book.clocks and figure in CLOCK_FIGURES

    def __iter__(self) -> Iterator[str]:
        """Every name."""
        return (f"{clock}.{figure}" for clock in self._book.clocks for figure in CLOCK_FIGURES)

    def __len__(self) -> int:
        return len(self._book.clocks) * len(CLOCK_FIGURES)


class StackedClockColumns(ClockColumns):
    """The same over the rows of several sites, one below the other; with `own_only`, NaN where a row is a queue."""

    def __init__(self, book: ClockBook, sites: tuple[str, ...], now: float, *, own_only: bool) -> None:
        super().__init__(book, "", now)
        self._sites, self._own_only = sites, own_only
        self._at: StackedCourses | None = None

    def __getitem__(self, name: str) -> Floats:
        """The column called `<clock>.<figure>`; KeyError for any other name."""
        found = super().__getitem__(name)
        if not self._own_only or self._at is None:
            return found
        stack = self._at.stack
        if len(found) == stack.rows:
            return found
        out = np.full(stack.rows, np.nan)
        out[stack.own] = found
        return out

    def _of(self, clock: str) -> ClockFigures:
        if self._at is None:
            self._at = self._book.stacked(self._sites, own_only=self._own_only)
        return self._book.stacked_figures(self._sites, self._at, clock, self._now)
