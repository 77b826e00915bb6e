"""What rules see of one site: its figures where they can be believed, and how old they are in any case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from alerts.clock_book import ClockBook, ClockColumns
from alerts.projected import PROJECTED
from alerts.unknown import Missing, Seen, no_value, unknown_metric
from console.projecting import NOTHING, Projected
from console.view import LinkView
from feeds.columns import Columns, Floats, unknown_columns
from feeds.liveness import is_late
from feeds.session import SiteSession
from feeds.site_view import SiteView

BY_PLAN = ("arrivals_vs_forecast", "net_staffing_60m", "deficit_ahead_s")
"""The figures that are not known without a forecast."""

_NOT_PROJECTED: Mapping[str, Floats] = MappingProxyType({})


class StandingColumns(Mapping[str, Floats]):
    """A site's columns with its standing added, the same value in every row, and the figures of its clocks."""

    def __init__(
        self,
        columns: Columns,
        standing: Mapping[str, float],
        size: int,
        clocks: ClockColumns | None = None,
        projected: Mapping[str, Floats] = _NOT_PROJECTED,
        *,
        at: float = float("nan"),
        spoken: bool = True,
    ) -> None:
        self.at = at
        """When the site stood so."""
        self._columns, self._size, self._spoken = columns, size, spoken
        self._clocks: Mapping[str, Floats] = clocks if clocks is not None else {}
        self._projected = projected
        self._dark, self._why_clock = (
            standing.get("unknown") == 1.0,
            clocks.why_unknown if clocks is not None else no_value,
        )
        self.standing = standing
        """What is the same in every row."""

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self._size

    def __getitem__(self, name: str) -> Floats:
        """The column called `name`."""
        found = self.standing.get(name)
        if found is not None:
            return np.full(self._size, found)
        if name in self._columns:
            return self._columns[name]
        return self._projected[name] if name in self._projected else self._clocks[name]

    def __iter__(self) -> Iterator[str]:
        """Every name."""
        yield from self._columns
        yield from self.standing
        yield from self._projected
        yield from self._clocks

    def __len__(self) -> int:
        return len(self._columns) + len(self.standing) + len(self._projected) + len(self._clocks)

    def why_unknown(self, name: str, row: int) -> Missing:
        """Why the figure called `name` is NaN in a row."""
        if not self._spoken or self._dark:
            return Missing(name, "dark" if self._spoken else "never")
        if row >= self._size:  # the row that the desk adds for a site which announces none of its own
            return Missing(name, "no_site_row")
        if name in PROJECTED:
            return Missing(name, "not_planned" if name in BY_PLAN else "not_projected")
        return self._why_clock(name, row) if "." in name else unknown_metric(self._columns, name, row)

    @property
    def seen(self) -> Seen:
        """These columns as what the rules saw, for whoever asks why."""
        return Seen(self, self.at, self.why_unknown)


class StackedStanding(Mapping[str, Floats]):
    """The same over the rows of several sites, one below the other; NaN for a site that has no such column.

    `whole` are the figures of all of them as one block, `clocks` those of their clocks, `projected` those of the
    projection where it knows exactly these sites.
    """

    def __init__(
        self,
        sites: Sequence[StandingColumns],
        whole: Columns,
        clocks: ClockColumns,
        projected: Mapping[str, Floats] | None = None,
    ) -> None:
        self._sites, self._whole, self._clocks, self._projected = sites, whole, clocks, projected

    def __getitem__(self, name: str) -> Floats:
        """The column called `name`."""
        if name in self._sites[0].standing:
            each = [one.standing[name] for one in self._sites]
            if each.count(each[0]) == len(each):  # sites that are heard of at one moment are of one age
                return np.full(self._whole.size, each[0])
            return np.repeat(each, [one.size for one in self._sites])
        if name in self._whole:
            return self._whole[name]
        if name in self._clocks:
            return self._clocks[name]
        if self._projected is not None:
            return self._projected[name]
        found = [one.get(name) for one in self._sites]
        if all(column is None for column in found):
            raise KeyError(name)
        unknown = [
            np.full(one.size, np.nan) if column is None else column
            for one, column in zip(self._sites, found, strict=True)
        ]
        return np.concatenate(unknown)

    def __iter__(self) -> Iterator[str]:
        """Every name."""
        return iter(dict.fromkeys(name for one in self._sites for name in one))

    def __len__(self) -> int:
        return sum(1 for _ in self)


SKEW_THAT_COUNTS_S = 60.0
"""A smaller skew is mostly the way of the frame; taking it off would move a midnight by some milliseconds."""


def counting_since(session: SiteSession) -> float:
    """When the site's counters were zero, by the desk's clock; 0 where it does not say.

    A site whose clock is an hour ahead has its midnight an hour early: by its own word the hour before midnight would
    be today's.
    """
    hello = session.board.hello
    since = hello.counters_since_ns / 1e9 if hello else 0.0
    return since - session.skew_s if since and abs(session.skew_s) >= SKEW_THAT_COUNTS_S else since


def standing_columns(
    session: SiteSession,
    view: SiteView,
    now: float,
    started: float,
    *,
    unknown: bool,
    clocks: ClockBook | None = None,
    projected: Projected = NOTHING,
) -> StandingColumns:
    """The columns of one site, whose `view` is that of `now`; its figures are handed to the `clocks` on the way.

    `unknown` is the desk's word on whether the site can be believed. One that never sent anything has one row, and is
    as old as the time since the desk `started`.
    """
    heard = session.heard_at if session.heard_at == session.heard_at else started
    moved = session.moved_at if session.moved_at == session.moved_at else started
    beat_s, data_s = session.intervals()
    # The names are those of alerts.rule_checks.PSEUDO_METRICS.
    standing = {
        "link_age_s": now - heard,
        "data_age_s": now - moved,
        "link_late": float(is_late(now - heard, beat_s)),
        "data_late": float(is_late(now - moved, max(beat_s, data_s))),
        "unknown": float(unknown),
    }
    figures: ClockColumns | None = None
    if clocks is not None:
        clocks.take(view, counting_since(session), now)
        figures = clocks.columns(session.site, now)
    columns = view.columns if view.rows else unknown_columns(1)
    spoken = session.moved_at == session.moved_at
    return StandingColumns(columns, standing, columns.size, figures, projected.columns(view), at=now, spoken=spoken)


def link_view(session: SiteSession, now: float) -> LinkView:
    """How the connection to one site stands, for the screen."""
    beat_s, data_s = session.intervals()
    return LinkView(
        session.site,
        session.link.state,
        now - session.heard_at,
        now - session.moved_at,
        beat_s,
        data_s,
        session.skew_s,
        session.conflated,
        dict(session.faults),
        session.link.detail,
    )
