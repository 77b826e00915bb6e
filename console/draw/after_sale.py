"""The after-sale view as a table and the wave as lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from console.aftersale.queues import AfterBy, AgainstPlan, after_sale, against_plan, network_plan
from console.aftersale.wave import FIRST_DAY, LAST_DAY, Wave, course
from console.board_rows import BoardRow
from console.draw.lines import Line, Span, line
from console.draw.plan import SMALL_HEIGHT, SMALL_WIDTH, Place, Plan
from console.draw.table import Column
from console.format import UNKNOWN, metric_value, ratio
from console.i18n import N_, _
from console.picture import NETWORK, Picture
from console.widgets.sparkline import sparkline
from feeds.columns import Columns

_QUEUES: tuple[tuple[str, str, str, int, int], ...] = (
    # key, heading, metric of the after-sale queues, width, priority
    ("in", N_("in/s"), "arrivals_per_s", 5, 5),
    ("wait", N_("wait"), "waiting", 6, 0),
    ("oldest", N_("oldest"), "oldest_wait_s", 6, 2),
    ("unreplied", N_("unreplied"), "unreplied", 9, 4),
    ("frt", N_("reply"), "first_response_s_15m", 6, 7),
    ("left", N_("left%"), "abandon_rate_15m", 5, 8),
)
_TRADE: tuple[tuple[str, str, str, int, int], ...] = (
    ("refund", N_("refund h"), "refund_time_h_day", 8, 1),
    ("refund15", N_("15 min"), "refund_time_h_15m", 6, 9),
    ("refunds", N_("refunds"), "refunds_completed", 7, 6),
    ("dispute", N_("dispute%"), "dispute_rate_day", 8, 2),
    ("shipped", N_("shipped%"), "shipped_in_time_rate_day", 9, 3),
    ("happy", N_("satisfied%"), "satisfaction_day", 10, 10),
)
_OF_QUEUES = {key: metric for key, _title, metric, _width, _priority in _QUEUES}
_OF_TRADE = {key: metric for key, _title, metric, _width, _priority in _TRADE}


def after_sale_columns(by: AfterBy) -> tuple[Column, ...]:
    """State and name, the after-sale queues, the plan, then what the shops do: refunds, disputes, shipping."""
    who = {"site": _("site"), "shop": _("shop"), "platform": _("platform")}[by]
    return (
        Column("mark", "", 1, 0, "left"),
        Column("name", who, 14, 0, "left", grow=1, most=30),
        *(Column(key, _(title), width, priority, metric=metric) for key, title, metric, width, priority in _QUEUES),
        Column("plan", _("× plan"), 6, 5),
        *(Column(key, _(title), width, priority, metric=metric) for key, title, metric, width, priority in _TRADE),
    )


class AfterSaleRows:
    """The rows as a table asks for them; the network on top."""

    def __init__(self, picture: Picture, by: AfterBy, rows: Sequence[BoardRow]) -> None:
        self.rows = rows
        self.ids: list[str] = [row.id for row in rows]
        self._all = after_sale(picture, "all")
        self._by = after_sale(picture, by)
        self._at = {key: i for i, key in enumerate(self._by.keys)}
        self._plan: Mapping[str, AgainstPlan] = against_plan(picture) if by == "site" else {}
        self._network = network_plan(picture)

    def value(self, row: int, key: str, width: int) -> Span:  # noqa: ARG002 - as a table asks
        """What one row shows in one column."""
        one = self.rows[row]
        quiet = "unknown" if one.sign.mark == "?" else "strong" if one.id == NETWORK else ""
        match key:
            case "mark":
                return one.sign.mark, one.sign.style
            case "name":
                name = one.name if one.known == one.total else f"{one.name} {one.known}/{one.total}"
                return name, one.sign.style if one.sign.style in ("critical", "warning") else quiet
            case "plan":
                return self._against(one), quiet
        if key in _OF_TRADE:
            return metric_value(_OF_TRADE[key], one.figure(_OF_TRADE[key])), quiet
        columns, at = self._place(one)
        value = float(columns[_OF_QUEUES[key]][at]) if 0 <= at < columns.size else math.nan
        return metric_value(_OF_QUEUES[key], value), quiet

    def _place(self, row: BoardRow) -> tuple[Columns, int]:
        if row.id == NETWORK:
            return self._all.columns, 0
        return self._by.columns, self._at.get(row.clock_key, -1)

    def _against(self, row: BoardRow) -> str:
        found = self._network if row.id == NETWORK else self._plan.get(row.id)
        return ratio(found.ratio) if found is not None else UNKNOWN


def wave_lines(wave: Wave, plan: AgainstPlan, queues: int, width: int) -> list[Line]:
    """Which day of the wave it is, what such a day brings, how that compares with what came."""
    said = wave.promotion.strftime("%m-%d")
    day = math.floor(wave.day)
    if wave.over:
        return [line((_("{promotion} is {n} days ago: its wave is over").format(promotion=said, n=day), "dim"))]
    out = [
        line(
            (_("Day {n} after {promotion}").format(n=day, promotion=said), "strong"),
            (f"  {_('expected')} ", "dim"),
            (_("{factor} × a normal day").format(factor=f"{wave.expected:.1f}"), "bright"),
            (f"  {_('(assumed course of the wave)')}", "faint"),
        ),
        _drawn_course(wave, width),
    ]
    if queues == 0:
        out.append(line((_("no site says which of its queues are after-sale work (phase: after)"), "unknown")))
    elif plan.planned > 0:
        said = _("came today {came}, planned so far {planned}: {ratio} ×")
        words = said.format(came=f"{plan.came:,.0f}", planned=f"{plan.planned:,.0f}", ratio=ratio(plan.ratio))
        out.append(line((words, "warning" if plan.ratio > 1.15 else "")))
    else:
        out.append(line((_("no plan names after-sale work by itself: nothing to hold what came against"), "dim")))
    return out


def _drawn_course(wave: Wave, width: int) -> Line:
    """The days of the wave as bars, today's bright."""
    bars, today = sparkline(course(), low=0.0), math.floor(wave.day) - FIRST_DAY
    each = 2 if width >= 60 else 1
    cells = [bar * each for bar in bars]
    before, here, after = cells[:today], cells[today : today + 1], cells[today + 1 :]
    return line(
        (f"D{FIRST_DAY} ", "dim"), ("".join(before), "course"), ("".join(here), "warning"), ("".join(after), "course"),
        (f" D+{LAST_DAY}", "dim"),
    )  # fmt: skip


def plan_after_sale(width: int, height: int) -> Plan:
    """The wave over the table, and with the room for it the backlog of the last 15 minutes below."""
    framed = width >= SMALL_WIDTH and height >= SMALL_HEIGHT - 2
    wave = 0 if height < 8 else 3 + 2 * framed
    chart = 12 if framed and height >= 36 else 0
    places = {"wave": Place(0, 0, width, wave)} if wave else {}
    places["board"] = Place(0, wave, width, height - wave - chart)
    if chart:
        places["chart"] = Place(0, height - chart, width, chart)
    return Plan(places, framed)
