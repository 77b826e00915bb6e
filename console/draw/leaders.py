"""The leader board as a table: rank, who, and each figure with its own rank."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import tzinfo

from console.draw.lines import Line, Span, line
from console.draw.table import Column
from console.format import UNKNOWN, clock_minutes, metric_value
from console.i18n import N_, _, name_of
from console.leaders.ranking import FIGURES, LEAST_SAMPLE, By, Figure, Leader
from console.leaders.table import TEAM, LeaderTable
from console.picture import Picture

TITLES = {
    "sales": N_("sales"),
    "conversion": N_("conversion%"),
    "order_value": N_("order value"),
    "response": N_("reply"),
    "satisfaction": N_("satisfied%"),
}
"""The headings of the figures."""

_BEST = 3
"""So many of the first are marked at each figure."""


def leader_columns(by: By, first: Figure) -> tuple[Column, ...]:
    """The columns, the figure that ranks the rows before the others."""
    order = [first, *(name for name in FIGURES if name != first)]
    who = _("site") if by == "site" else _("team")
    return (
        Column("rank", _("rank"), 4, 0),
        Column("name", who, 14, 0, "left", grow=1, most=30),
        *(Column(name, _(TITLES[name]), 11, 0 if name == first else place) for place, name in enumerate(order, 1)),
    )


class LeaderRows:
    """The rows as a table asks for them."""

    def __init__(self, rows: Sequence[Leader], first: Figure, picture: Picture) -> None:
        self.rows, self.first, self.picture = rows, first, picture
        self.ids: list[str] = [row.key for row in rows]

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one row shows in one column."""
        one = self.rows[row]
        rank = one.standings[self.first].rank
        match key:
            case "rank":
                return (str(rank), "strong" if rank <= _BEST else "") if rank else (UNKNOWN, "dim")
            case "name":
                return self._name(one.key), "strong" if 0 < rank <= _BEST else "" if rank else "dim"
        name = next(figure for figure in FIGURES if figure == key)
        standing = one.standings[name]
        if not math.isfinite(standing.value):
            return UNKNOWN, "dim"
        text = metric_value(FIGURES[name].metric, standing.value)
        if standing.few:
            return f"{text} {_('few')}", "dim"
        mark = f"#{standing.rank} " if standing.rank <= _BEST else ""
        return f"{mark}{text}", "good" if standing.rank == 1 else ""

    def _name(self, key: str) -> str:
        site_id, _slash, team = key.partition(TEAM)
        site = self.picture.site(site_id)
        name = name_of(site) if site is not None else site_id
        return f"{name}·{team}" if team else name


def window_words(table: LeaderTable, zone: tzinfo | None) -> str:
    """From when to when the board counts."""
    return f"{clock_minutes(table.begin, zone)}–{clock_minutes(table.end, zone)}"


def leader_notes(table: LeaderTable | None, zone: tzinfo | None) -> list[Line]:
    """What must be known before somebody is paid by it."""
    out = [
        line(
            (
                _("{n} or more are ranked; with fewer buyers, orders, replies or ratings: few").format(n=LEAST_SAMPLE),
                "dim",
            )
        )
    ]
    if table is not None and table.begin > table.asked + 60.0:
        since = clock_minutes(table.begin, zone)
        out.insert(
            0, line((_("counted since {time} only: this desk did not look before that").format(time=since), "warning"))
        )
    out.append(line((_("equal as written is equal in rank; who is not known is not ranked"), "dim")))
    return out
