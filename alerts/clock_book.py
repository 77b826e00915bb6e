"""All clocks of all sites of a desk: fed with what lands on the board, asked by rules and screens.

Knows no wall clock, socket or disk; `now` is handed in. The same input gives the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from alerts.clock_course import ClockCourse
from alerts.clock_day import ClockDay, day_at
from alerts.clock_names import CLOCK_FIGURES
from alerts.clock_state import STATES, ClockCount, ClockFigures, add_up, count_of, figures_of
from alerts.degrade import DegradeWindow, degraded_platforms
from alerts.unknown import Missing, why_clock_unknown
from feeds.clocks import ClockDefinition
from feeds.columns import Floats
from feeds.contract import Row
from feeds.site_view import Grouping, SiteView

Forecast = Mapping[tuple[str, str, str], float]
"""(clock, site, row id) → how many are expected to be assessed in the day."""


@dataclass(frozen=True, slots=True)
class ClockStanding:
    """One clock over some rows: `keys[i]` is the site, shop, platform or category of row `i` of `figures`."""

    clock: ClockDefinition
    keys: tuple[str, ...]
    figures: ClockFigures


@dataclass(slots=True)
class _Site:
    course: ClockCourse
    rows: tuple[Row, ...] = ()
    site_row: int = -1
    believed: bool = False


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
        self._coarse = coarse
        self._sites: dict[str, _Site] = {}
        self._days: dict[str, ClockDay] = {}

    def take(self, site: SiteView, counting_since: float, now: float) -> None:
        """A site as it stands at `now`: its figures where they can be believed, else that they cannot.

        `counting_since` is when its counters were zero, in seconds since the epoch; 0 where it does not say.
        """
        kept = self._sites.get(site.id)
        if kept is None:
            kept = self._sites[site.id] = _Site(ClockCourse(tuple(self.clocks.values()), coarse=self._coarse))
        kept.rows, kept.site_row, kept.believed = site.rows, site.site_row, site.state in ("live", "late")
        if kept.believed:
            ids = [row.id for row in site.rows]
            kept.course.take(now, site.columns, ids, site.site_row, counting_since)

    def fed(self, site: str) -> tuple[str, ...]:
        """The clocks that a site feeds; it says so by the columns it sends."""
        kept = self._sites.get(site)
        return kept.course.fed if kept is not None else ()

    def figures(self, site: str, clock_id: str, now: float) -> ClockFigures:
        """One clock over the rows of one site."""
        clock, kept = self.clocks[clock_id], self._sites.get(site)
        rows = kept.rows if kept is not None else ()
        count = self._count(site, clock, now)
        if count is None:
            count = _nothing(len(rows) or 1)
        degraded = self._degraded(clock, rows, now) if rows else np.zeros(1, np.bool_)
        return figures_of(clock, self._day(clock, now), count, now, degraded)

    def columns(self, site: str, now: float) -> ClockColumns:
        """The clocks of one site as columns by name, each worked out when a rule asks for it."""
        return ClockColumns(self, site, now)

    def standing(self, clock_id: str, by: Grouping, now: float) -> ClockStanding:
        """One clock over everything that is known, added up by site, shop, platform, category or all (key `*`).

        Sites and the network add up the sites' own rows where they send one; the others their queues.
        """
        clock, index = self.clocks[clock_id], dict[str, int]()
        parts, keys, degraded = [], [], set[int]()
        for site, kept in self._sites.items():
            own = by in ("site", "all") and kept.site_row >= 0
            places = np.full(len(kept.rows), -1, np.int64)
            for i, row in enumerate(kept.rows):
                if own != (i == kept.site_row) or not (own or clock.applies(row.platform, row.channel)):
                    continue
                key = "*" if by == "all" else site if by == "site" else str(getattr(row, by)) or "–"
                places[i] = index.setdefault(key, len(index))
            count = self._count(site, clock, now)
            if count is not None:
                parts.append(count)
                keys.append(places)
            hit = np.flatnonzero(self._degraded(clock, kept.rows, now) & (places >= 0))
            degraded.update(places[hit].tolist())
        marks = np.array([i in degraded for i in range(len(index))], np.bool_)
        figures = figures_of(clock, self._day(clock, now), add_up(parts, keys, len(index)), now, marks)
        return ClockStanding(clock, tuple(index), figures)

    def _day(self, clock: ClockDefinition, now: float) -> ClockDay:
        day = self._days.get(clock.id)
        if day is None or not day.start <= now < day.end:
            day = self._days[clock.id] = day_at(clock, now)
        return day

    def _count(self, site: str, clock: ClockDefinition, now: float) -> ClockCount | None:
        kept = self._sites.get(site)
        if kept is None or not kept.believed:
            return None
        forecast = None
        if self.forecast:
            known = [self.forecast.get((clock.id, site, row.id), np.nan) for row in kept.rows]
            forecast = np.array(known, np.float64)
        return count_of(kept.course, clock.id, self._day(clock, now), now, forecast)

    def _degraded(self, clock: ClockDefinition, rows: Sequence[Row], now: float) -> NDArray[np.bool_]:
        """Rows of a degraded platform, and the sites' own rows for a clock of such a platform: a part is missing."""
        platforms = degraded_platforms(self.degrade, now)
        if not platforms:
            return np.zeros(len(rows), np.bool_)
        whole = not platforms.isdisjoint(clock.platforms)
        return np.array([whole if row.kind == "site" else row.platform in platforms for row in rows], np.bool_)


class ClockColumns(Mapping[str, Floats]):
    """The figures of all clocks over the rows of one site at one moment, by the names that rules use."""

    def __init__(self, book: ClockBook, site: str, now: float) -> None:
        self._book, self._site, self._now = book, site, now
        self._figures: dict[str, ClockFigures] = {}

    def __getitem__(self, name: str) -> Floats:
        """The column called `<clock>.<figure>`; KeyError for any other name."""
        clock, _, figure = name.partition(".")
        if clock not in self._book.clocks or figure not in CLOCK_FIGURES:
            raise KeyError(name)
        figures = self._figures.get(clock)
        if figures is None:
            figures = self._figures[clock] = self._book.figures(self._site, clock, self._now)
        if figure == "assessed":
            return np.where(figures.state == STATES.index("not_assessed"), 0.0, 1.0)
        return cast("Floats", getattr(figures, figure))

    def why_unknown(self, name: str, row: int) -> Missing:
        """Why a figure called `<clock>.<figure>` is NaN in a row of the site."""
        clock, _, figure = name.partition(".")
        if clock not in self._book.clocks or figure not in CLOCK_FIGURES:
            return Missing(name, "no_such_figure")
        figures = self._book.figures(self._site, clock, self._now)
        return Missing(name, why_clock_unknown(figures, row, figure, fed=clock in self._book.fed(self._site)))

    def __iter__(self) -> Iterator[str]:
        """Every name."""
        return (f"{clock}.{figure}" for clock in self._book.clocks for figure in CLOCK_FIGURES)

    def __len__(self) -> int:
        return len(self._book.clocks) * len(CLOCK_FIGURES)


def _nothing(rows: int) -> ClockCount:
    unknown = np.full(rows, np.nan)
    windows = dict.fromkeys(("5m", "15m", "1h"), unknown)
    return ClockCount(unknown, unknown, unknown, unknown, windows, windows, windows)
