"""A clock that explains itself: what it counts, each figure with the sum behind it, and where the promise stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import tzinfo

from alerts.clock_state import MOST_BURN
from alerts.clock_still import Grown
from alerts.clocks_view import ClockAt, ClocksView
from console.draw.clocks import SIGNS, WITHOUT_FIGURES, clock_name, gone_at, why_no_figures
from console.draw.lines import Line, cells, fit, line, wrap
from console.format import UNKNOWN, count, duration, percent, ratio
from console.i18n import N_, _, local
from feeds.clocks import MINUTES, ClockDefinition, Limit

COUNTS = {
    "session": N_("each session: from joining to the first reply"),
    "contact": N_("each contact: from joining to the answer"),
    "turn": N_("each turn: all that a buyer writes until the next reply"),
    "message": N_("each message of a buyer"),
    "person": N_("each buyer once a day and shop; late once is late"),
}
DECIDED = {
    "asked": N_("when it was asked"),
    "answered": N_("when it was answered"),
    "either": N_("when it was asked, or else answered"),
}
BOTS = {
    "excluded": N_("a bot's reply does not count"),
    "count": N_("a bot's reply counts"),
    "count_in_human_stage": N_("a bot's reply counts where it helps a person"),
}

Item = tuple[str, str, str]
"""Label, text, style."""


def formula_lines(at: ClockAt, view: ClocksView, zone: tzinfo | None, width: int) -> list[Line]:
    """Everything there is to say about one clock in one place."""
    sign = SIGNS[at.state]
    head = [line((f"{sign.mark} {_(sign.word)}  ", sign.style), (clock_name(at.clock), "strong"))]
    if at.state in WITHOUT_FIGURES:
        sums: list[Item] = [("", why_no_figures(at, view, zone), sign.style)]
    else:
        sums = _sums(at, zone)
    return [*head, *items_lines(sums, width), (), *items_lines(rule_items(at.clock), width)]


def _sums(at: ClockAt, zone: tzinfo | None) -> list[Item]:
    """The figures, each as the sum that gives it."""
    clock, row = at.clock, at.row
    met, missed = float(at.figures.count.met[row]), float(at.figures.count.missed[row])
    late, overdue, counted = at.figure("late"), at.figure("overdue"), at.figure("counted")
    grown = at.figures.count.grown("15m")
    kept_15m, late_15m = float(grown.met[row]), float(grown.late[row])
    out: list[Item] = [
        (
            _("today"),
            _("{met} kept ÷ {all} assessed = {rate}").format(
                met=count(met), all=count(counted), rate=_with(percent(at.figure("rate_day")))
            ),
            "",
        ),
        (
            _("15 min"),
            _("{met} kept ÷ {all} = {rate}").format(
                met=count(kept_15m), all=count(kept_15m + late_15m), rate=_with(percent(at.figure("rate_15m")))
            ),
            "",
        ),
        (
            _("too late"),
            _("{late} = {missed} answered late or left + {overdue} that wait past the limit").format(
                late=count(late), missed=count(missed), overdue=count(overdue)
            ),
            "",
        ),
    ]
    return out if math.isnan(clock.target) else [*out, *_budget(at, grown, zone)]


def _budget(at: ClockAt, grown: Grown, zone: tzinfo | None) -> list[Item]:
    late_per_s, coming = float(grown.late_per_s[at.row]), float(at.figures.coming[at.row])
    left, late = at.figure("budget_left"), at.figure("late")
    hours = at.figures.left_s / 3600.0
    budget = _("{share} of {expected} expected = {bearable}; − {late} late = {left}").format(
        share=_with(percent(1.0 - at.clock.target)),
        expected=count(at.figure("expected")),
        bearable=count(at.figure("bearable")),
        late=count(late),
        left=count(left),
    )
    if not math.isnan(coming):
        of = float(grown.late[at.row] + grown.met[at.row])
        share = _with(percent(float(grown.late[at.row]) / of if of else 0.0))
        burn = _("{share} late × {coming} to come by the forecast ÷ {left} = {burn}").format(
            share=share, coming=count(coming), left=count(max(left, 1.0)), burn=_burn(at.figure("burn"))
        )
        return [(_("left"), budget, ""), (_("burn"), burn, ""), (_("gone at"), gone_at(at, zone)[0], "")]
    burn = _("{pace} late/h ÷ ({left} ÷ {hours} h) = {burn}").format(
        pace=count(late_per_s * 3600.0), left=count(max(left, 1.0)), hours=ratio(hours), burn=_burn(at.figure("burn"))
    )
    return [(_("left"), budget, ""), (_("burn"), burn, ""), (_("gone at"), gone_at(at, zone)[0], "")]


def _burn(value: float) -> str:
    return f"≥ {value:.0f}" if value >= MOST_BURN else ratio(value)


def rule_items(clock: ClockDefinition) -> list[Item]:
    """What the clock promises, as its file says."""
    target = _with(percent(clock.target)) if math.isfinite(clock.target) else _("none is published")
    over = {"day": _("a day"), "30d": _("30 days"), "month": _("a month")}.get(clock.period, clock.period)
    items: Sequence[Item] = (
        (_("counts"), _(COUNTS[clock.unit]), ""),
        (_("limit"), limits(clock), ""),
        (_("hours by"), _(DECIDED[clock.assessed]), ""),
        (_("bots"), _(BOTS[clock.bots]), ""),
        (_("target"), f"{target} · {over}", ""),
        (_("least"), count(clock.min_sample) if clock.min_sample else "", ""),
        (_("below it"), local(clock.consequence_zh, clock.consequence_en), ""),
        (_("note"), local(clock.note_zh, clock.note_en), "dim"),
        (_("source"), clock.source, "dim"),
        (_("verified"), clock.verified.isoformat() if clock.verified else "", "dim"),
        (_("in rules"), f"{clock.id}.budget_left", "dim"),
    )
    return [item for item in items if item[1]]


def limits(clock: ClockDefinition) -> str:
    """`8s 9:00–21:00, 15s 21:00–24:00`; a limit that goes all day stands alone."""
    return _(", ").join(_stretch(stretch) for stretch in clock.stretches())


def _stretch(stretch: Limit) -> str:
    text = duration(stretch.limit_s)
    if (stretch.begin, stretch.until) != (0, MINUTES):
        text += f" {_minute(stretch.begin)}–{_minute(stretch.until)}"
    return text + (_(" on promotion days") if stretch.promotion else "")


def _minute(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def _with(text: str) -> str:
    return text if text == UNKNOWN else f"{text}%"


def items_lines(items: Sequence[Item], width: int) -> list[Line]:
    """Labelled texts, each broken into lines behind its label."""
    label = max((cells(name) for name, _text, _style in items), default=0) + 1
    out: list[Line] = []
    for name, text, style in items:
        for i, part in enumerate(wrap(text, max(8, width - label - 1))):
            out.append(line((f" {fit(name if i == 0 else '', label)}", "dim"), (part, style)))
    return out
