"""Net staffing as it is drawn: each deficit by a shape, a signed number and a word, the colour last."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import tzinfo

import numpy as np

from alerts.forecast.need import Break
from console.draw.lines import Line, Span, cells, fill, line, sides, wrap
from console.draw.marks import Sign
from console.draw.table import GAP, Column
from console.format import UNKNOWN, clock_minutes, count
from console.i18n import N_, _
from console.picture import NETWORK, Picture
from console.staffing import AHEAD_S, Place
from feeds.columns import Floats

DEEP, SMALL = 0.15, 0.05
"""Shares of those required: so many missing is a deep deficit, fewer than the other a slight one."""

DEEP_DEFICIT = Sign("▲", N_("deep deficit"), "critical", 0)
UNKNOWN_NET = Sign("?", N_("unknown"), "unknown", 1)
DEFICIT = Sign("◆", N_("deficit"), "warning", 2)
SLIGHT = Sign("○", N_("slight deficit"), "late", 3)
ENOUGH = Sign("", N_("enough"), "dim", 4)

LEAST_AT = 100
"""In a narrower matrix the time of the worst interval gives way to one interval more."""
CELL = 6
"""Cells of an interval in the matrix, `▲-269`."""
_CELL_STEPS_S = (900.0, 1_800.0, 3_600.0)


def net_sign(net: float, required: float) -> Sign:
    """How a net staffing stands; what is not known is never enough."""
    if math.isnan(net) or math.isnan(required):
        return UNKNOWN_NET
    if net >= 0:
        return ENOUGH
    share = -net / max(required, 1.0)
    return DEEP_DEFICIT if share >= DEEP else DEFICIT if share >= SMALL else SLIGHT


def net_cell(net: float, required: float, width: int = 8) -> Span:
    """A net staffing with its shape: `▲-42`, `+12`, `?`; thousands shortened where there is no room."""
    sign = net_sign(net, required)
    text = sign.mark if math.isnan(net) else sign.mark + signed(net)
    if cells(text) > width:
        size = abs(net) / 1_000.0
        short = f"{size:.1f}" if size < 9.95 else f"{size:.0f}"
        text = f"{sign.mark}{'-' if net < 0 else '+'}{short}k"
        text = text if cells(text) <= width else f"{sign.mark}{'-' if net < 0 else '+'}{size:.0f}k"
    return text, sign.style


def signed(value: float) -> str:
    """A number of agents over or short, cut off towards short: `+12`, `-3`, `0`."""
    whole = math.floor(value) if math.isfinite(value) else math.nan
    return (
        UNKNOWN
        if math.isnan(whole)
        else "0"
        if whole == 0
        else f"{whole:+,.0f}"
        if abs(whole) < 10_000
        else count(whole)
    )


def legend() -> Line:
    """What the shapes of the matrix mean."""
    parts: list[Span | str] = []
    for sign in (DEEP_DEFICIT, DEFICIT, SLIGHT, UNKNOWN_NET):
        parts += [(f"{sign.mark} ", sign.style), (f"{_(sign.word)}  ", "dim")]
    return line(*parts, (f"+ {_('surplus')}", "dim"))


def cell_length(step_s: float, room: int) -> float:
    """How long an interval of the matrix is, in seconds: so short that four hours fit into `room` of them, if any."""
    fitting = [s for s in (step_s, *_CELL_STEPS_S) if s >= step_s and s % step_s == 0 and AHEAD_S / s <= room]
    return min(fitting, default=max(3_600.0, step_s))


def worst_in(place: Place, begin: float, end: float) -> tuple[float, float]:
    """The worst net staffing that begins in [begin, end), and what is required then; NaN where any is unknown."""
    at = np.flatnonzero((place.starts >= begin) & (place.starts < end))
    if not len(at):
        return math.nan, math.nan
    nets = place.net[at]
    worst = at[int(np.argmin(nets))]  # a NaN is the least of all
    return float(place.net[worst]), float(place.required[worst])


class Matrix:
    """Places × intervals as a table asks for them: from `begin` on `number` intervals of `cell_s`."""

    def __init__(
        self, rows: Sequence[Place], begin: float, cell_s: float, number: int, now: float, zone: tzinfo | None
    ) -> None:
        self.rows, self.begin, self.cell_s, self.number, self.now, self.zone = rows, begin, cell_s, number, now, zone
        self.ids: list[str] = [row.id for row in rows]

    def columns(self, heading: str, width: int) -> tuple[Column, ...]:
        """The columns, for a table of this width."""
        wide = width >= 150
        figures = (
            Column("required", _("req"), 6),
            Column("rostered", _("rost"), 6),
            Column("actual", _("actual"), 6),
        )
        times = (self.begin + i * self.cell_s for i in range(self.number))
        return (
            Column("name", heading, 12, 0, "left", grow=1, most=22),
            *(figures if wide else ()),
            Column("worst", _("worst"), CELL),
            *((Column("at", _("at"), 5, 0, "left"),) if width >= LEAST_AT else ()),
            *(Column(f"c{i}", self._title(at), CELL - GAP) for i, at in enumerate(times)),
        )

    def _title(self, at: float) -> str:
        return _("now") if at <= self.now < at + self.cell_s else clock_minutes(at, self.zone)

    def value(self, row: int, key: str, width: int) -> Span:
        """What one place shows in one column."""
        place = self.rows[row]
        if key == "name":
            return place.name, "strong" if row == 0 else ""
        if not place.planned:
            return ("?", "unknown") if key.startswith("c") else (_("no plan") if key == "worst" else "", "unknown")
        if key in ("required", "rostered", "actual"):
            return count(at_now(getattr(place, key), place, self.now)), ""
        if key in ("worst", "at"):
            return self._worst(place, key, width)
        begin = self.begin + int(key[1:]) * self.cell_s
        net, required = worst_in(place, begin, begin + self.cell_s)
        text, style = net_cell(net, required, width)
        return text, style if begin + self.cell_s > self.now else f"{style} faint"

    def _worst(self, place: Place, key: str, width: int) -> Span:
        """The worst of the next four hours."""
        ahead = (place.starts + place.step_s > self.now) & (place.starts < self.now + AHEAD_S)
        if not ahead.any():
            return ("?" if key == "worst" else ""), "unknown"
        at = np.flatnonzero(ahead)[int(np.argmin(place.net[ahead]))]
        text, style = net_cell(float(place.net[at]), float(place.required[at]), width)
        unknown = math.isnan(place.net[at])
        return (text if key == "worst" else "" if unknown else clock_minutes(float(place.starts[at]), self.zone)), style


def at_now(values: Floats, place: Place, now: float) -> float:
    """The figure of the interval in which now lies; NaN outside of those shown."""
    at = np.flatnonzero((place.starts <= now) & (now < place.starts + place.step_s))
    return float(values[at[0]]) if len(at) else math.nan


class Intervals:
    """One place interval by interval, as a table asks for it; row ids are the intervals' begins."""

    def __init__(self, place: Place, now: float, zone: tzinfo | None) -> None:
        self.place, self.now, self.zone = place, now, zone
        self.ids: list[str] = [f"{start:.0f}" for start in place.starts.tolist()]

    @staticmethod
    def columns() -> tuple[Column, ...]:
        """The columns; contacts give way first."""
        return (
            Column("time", _("from"), 6, 0, "left"),
            Column("forecast", _("forecast"), 9, 3, grow=1, most=12),
            Column("contacts", _("contacts"), 9, 2, grow=1, most=12),
            Column("required", _("req"), 6, grow=1, most=10),
            Column("rostered", _("rost"), 6, 1, grow=1, most=10),
            Column("actual", _("actual"), 6, grow=1, most=10),
            Column("net", _("net"), 6, grow=1, most=10),
        )

    def value(self, row: int, key: str, width: int) -> Span:
        """What one interval shows in one column."""
        place, start = self.place, float(self.place.starts[row])
        gone = start + place.step_s <= self.now
        usual = "dim" if gone else ""
        match key:
            case "time":
                here = start <= self.now < start + place.step_s
                return ("▸" if here else " ") + clock_minutes(start, self.zone), "bright" if here else usual
            case "contacts":
                came = not math.isnan(place.came[row])
                return ("" if came else "~") + count(place.contacts[row]), usual
            case "net":
                return net_cell(float(place.net[row]), float(place.required[row]), width)
            case "actual":
                known = not math.isnan(place.actual[row])
                return ("" if known else "~") + count(place.staffed[row]), usual
        return count(float(getattr(place, key)[row])), usual


def summary_lines(picture: Picture, rows: Sequence[Place], found: Sequence[Break], width: int) -> list[Line]:
    """In two lines: how many sites are short in the next four hours, where first; how busy the day is; the legend."""
    now = picture.view.at
    sites = [row for row in rows if row.id != NETWORK and "/" not in row.id]
    unknown = sum(not row.believed for row in sites)
    broken = {one.site for one in found}
    if found:
        first = found[0]
        head = [
            (_("{n} of {all} sites are short in the next 4 h").format(n=len(broken), all=len(sites)), "warning"),
            (f" · {_('first')} {break_text(first, picture)}", ""),
        ]
    elif unknown == len(sites):
        head = [(_("nothing is known of the staffing ahead"), "unknown")]
    else:
        head = [(_("nobody is short in the next 4 h, as far as is known"), "good")]
    if unknown:
        head.append((f" · {_('{n} unknown').format(n=unknown)}", "unknown"))
    whole = rows[0] if rows else None
    busy = busyness_of(whole, now) if whole is not None and len(whole.starts) else math.nan
    if not math.isnan(busy):
        head.append((f" · {_('re-forecast')} ×{busy:.2f}", "dim"))
    return [fill(line(*head), width), fill(legend(), width)]


def busyness_of(place: Place, now: float) -> float:
    """By what the forecast ahead is scaled."""
    ahead = place.starts > now
    planned = float(place.forecast[ahead].sum())
    return float(place.contacts[ahead].sum()) / planned if planned > 0 else math.nan


def break_text(one: Break, picture: Picture) -> str:
    """`Hefei·apparel 00:00–01:45 -159`."""
    place, zone = picture.place(one.site), picture.zone
    where = f"{place}·{one.key}" if one.key else place
    times = f"{clock_minutes(one.begin, zone)}–{clock_minutes(one.end, zone)}"
    return f"{where} {times} {signed(-one.worst)}"


def break_lines(found: Sequence[Break], picture: Picture, width: int) -> list[Line]:
    """Every stretch in which somebody is missing, with the worst of it and the agent-hours."""
    if not found:
        return [line((part, "dim")) for part in wrap(_("no deficit is known in the next 4 h"), width)]
    out: list[Line] = []
    for one in found:
        tail = _("{hours} agent-hours").format(hours=f"{one.agent_hours:,.1f}")
        out.append(sides(line(("▲ ", "warning"), break_text(one, picture)), line((tail, "dim")), width))
    return out


def no_plan_lines(width: int, *, live: bool) -> list[str]:
    """What stands on the screen where there is no forecast, and how to give one."""
    said = [
        _("there is no forecast: nothing can be said of the staffing ahead"),
        _("put forecast.csv and roster.csv into the folder plan/ of the configuration; docs/forecast.md says how")
        if live
        else _("what is replayed was recorded without one"),
    ]
    return [part for text in said for part in wrap(text, max(10, width))]
