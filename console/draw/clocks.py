"""Response clocks as lines of a table: how each stands, its rates, what is left of its budget and when that is gone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo

from alerts.clock_day import next_assessed
from alerts.clock_state import State
from alerts.clocks_view import ClockAt, ClocksView
from console.draw.lines import Line, Span, cells, fit, line
from console.draw.marks import CRITICAL, OK, UNKNOWN, WARNING, Sign
from console.draw.table import GAP, Column, Fitted, row_line
from console.format import UNKNOWN as NOT_KNOWN
from console.format import clock as clock_time
from console.format import count, percent, ratio
from console.i18n import N_, _, local
from feeds.clocks import ClockDefinition

SIGNS: Mapping[State, Sign] = {
    "missed": Sign(CRITICAL.mark, N_("missed"), CRITICAL.style, 0),
    "at_risk": Sign(WARNING.mark, N_("at risk"), WARNING.style, 1),
    "met": Sign(OK.mark, N_("kept"), OK.style, 2),
    "small_sample": Sign("·", N_("few yet"), "dim", 3),
    "no_target": Sign("·", N_("no line"), "dim", 4),
    "not_assessed": Sign("○", N_("not assessed"), "dim", 5),
    "degraded": Sign("■", N_("degraded"), "unknown", 6),
    "no_data": Sign(UNKNOWN.mark, N_("no data here"), UNKNOWN.style, 7),
}
"""How a clock's state looks; a lower rank is worse. What is not judged is never drawn like what is kept."""

WITHOUT_FIGURES: tuple[State, ...] = ("not_assessed", "degraded", "no_data")
_TINTED: tuple[State, ...] = ("missed", "at_risk")


def clock_name(clock: ClockDefinition) -> str:
    """What a clock is called."""
    return local(clock.zh, clock.en)


def worst_first(clocks: Sequence[ClockAt]) -> list[ClockAt]:
    """The clocks in order of their states, the worst first; within a state in their own order."""
    return sorted(clocks, key=lambda one: SIGNS[one.state].rank)


def figure_columns(heading: str, most: int = 60) -> tuple[Column, ...]:
    """The columns of a table of clocks (or of sites by one clock); `heading` says what its rows are."""
    return (
        Column("mark", "", 1, 0, "left"),
        Column("name", heading, 12, 0, "left", grow=3, most=most),
        Column("state", "", state_width(), 2, "left"),
        Column("rate_15m", _("15m%"), 5, 5),
        Column("rate_day", _("day%"), 5, 3),
        Column("target", _("target"), 6, 8),
        Column("late", _("too late"), 8, 7),
        Column("budget_left", _("left"), 7, 0),
        Column("runs_out_at", _("gone at"), 7, 6),
        Column("burn", _("burn"), 5, 1),
        Column("counted", _("counted"), 8, 9),
        Column("expected", _("expected"), 8, 10),
    )


def state_width() -> int:
    """Room for the words of the states that have figures."""
    return max(cells(_(sign.word)) for state, sign in SIGNS.items() if state not in WITHOUT_FIGURES)


def clock_row(fitted: Fitted, name: Span, at: ClockAt, view: ClocksView, zone: tzinfo | None) -> Line:
    """One clock (or one site by a clock) as a line; where there are no figures, a sentence says why in their place."""
    state = at.state
    sign = SIGNS[state]
    if state not in WITHOUT_FIGURES:
        return row_line(fitted, lambda key, _width: clock_cell(at, key, name, zone))
    widths = {column.key: width for column, width in fitted}
    room = sum(widths.values()) + GAP * (len(fitted) - 1)
    head = line((sign.mark, sign.style), " ", (fit(name[0], widths.get("name", 0)), name[1] or "dim"), " ")
    return (*head, (fit(why_no_figures(at, view, zone), max(0, room - widths.get("name", 0) - 3)), sign.style))


def clock_cell(at: ClockAt, key: str, name: Span, zone: tzinfo | None) -> Span:
    """What one clock shows in one column."""
    state = at.state
    sign = SIGNS[state]
    match key:
        case "mark":
            return sign.mark, sign.style
        case "name":
            return name[0], name[1] or (sign.style if state in _TINTED else "")
        case "state":
            return _(sign.word), sign.style
        case "target":
            return percent(at.clock.target), "dim"
        case "runs_out_at":
            return gone_at(at, zone)
    return figure_cell(at.figure(key), key, state, at.clock.target)


def figure_cell(value: float, key: str, state: State, target: float) -> Span:
    """A figure of a clock; tinted where it is what breaks the promise."""
    text = _WRITE[key](value)
    if text == NOT_KNOWN:
        return text, "dim"
    sign = SIGNS[state]
    broken = {
        "budget_left": value < 0,
        "burn": value > 1,
        "rate_15m": value < target,
        "rate_day": value < target,
    }.get(key, False)
    return text, sign.style if broken and state in _TINTED else ""


def gone_at(at: ClockAt, zone: tzinfo | None) -> Span:
    """When the budget is gone at the pace of the last 15 minutes: a time, `gone`, or that it lasts."""
    if at.figure("budget_left") <= 0:
        return _("gone"), SIGNS[at.state].style if at.state in _TINTED else ""
    moment = at.figure("runs_out_at")
    if math.isfinite(moment):
        return clock_time(moment, zone)[:5], SIGNS[at.state].style if at.state in _TINTED else ""
    lasts = math.isfinite(at.figure("budget_left")) and math.isfinite(at.figure("burn"))
    return (_("lasts"), "dim") if lasts else (NOT_KNOWN, "dim")


def why_no_figures(at: ClockAt, view: ClocksView, zone: tzinfo | None) -> str:
    """Why a clock has no figures now, and until when."""
    state = at.state
    if state == "not_assessed":
        begins = next_assessed(at.clock, view.now)
        words = _("not assessed")
        return words if math.isnan(begins) else _("not assessed until {time}").format(time=clock_time(begins, zone)[:5])
    if state == "degraded":
        window = next(
            (one for one in view.windows if not at.clock.platforms or one.platform in at.clock.platforms), None
        )
        words = _("no data because degraded")
        if window is None:
            return words
        until = clock_time(window.to.timestamp(), zone)[:5]
        return words + _(" until {time}: {what}").format(time=until, what=local(window.what.zh, window.what.en))
    if not view.fed(at.clock.id):
        return _("no data: no source feeds it")
    return _("no data: nobody has asked yet") if at.fed else _("no data: not fed from here, or not known now")


_WRITE: Mapping[str, Callable[[float], str]] = {
    "rate_15m": percent,
    "rate_day": percent,
    "late": count,
    "budget_left": count,
    "burn": ratio,
    "counted": count,
    "expected": count,
    "overdue": count,
}
