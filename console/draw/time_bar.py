"""The time line of the day: load, alerts and deeds over time, where one looks, and what happened there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from console.draw.lines import Line, Span, cells, fill, fit, line, merge
from console.draw.marks import severity_sign
from console.format import clock, clock_minutes, duration
from console.i18n import N_, _, local
from console.past.day_events import DayEvent
from console.past.frames import Kept
from console.past.looking import nearest
from console.picture import NETWORK, Picture
from console.widgets.sparkline import sparkline

LEAST_S, MOST_S = 600.0, 86_400.0
LABEL = 9
"""Cells of the names of the lines."""
_STEPS_S = (60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600)


@dataclass(frozen=True, slots=True)
class Ruler:
    """`width` cells of time from `start` to `end`."""

    start: float
    end: float
    width: int

    def cell(self, at: float) -> int:
        """The cell of a time; outside of the ruler below 0 or past its end."""
        return math.floor((at - self.start) / (self.end - self.start) * self.width)

    @property
    def cell_s(self) -> float:
        """Seconds in a cell."""
        return (self.end - self.start) / self.width


def ruler(newest: Picture, kept: Kept, events: Sequence[DayEvent], width: int) -> Ruler:
    """From the oldest view that is kept, or the first event, to now: ten minutes at least, a day at most."""
    now = newest.view.at
    first = min([kept.start, *(event.at for event in events[:1])])
    length = min(MOST_S, max(LEAST_S, now - first)) if math.isfinite(first) else LEAST_S
    return Ruler(now - length, now + length / max(1, width), width)


def time_bar_lines(
    newest: Picture, then: Picture | None, kept: Kept, events: Sequence[DayEvent], cursor: float, width: int
) -> list[Line]:
    """Load, alerts, deeds, hours, and a sentence about the cursor: five lines."""
    room = max(8, width - LABEL - 1)
    scale = ruler(newest, kept, events, room)
    at = min(room - 1, max(0, scale.cell(cursor)))
    rows = [
        (_("load"), _load(newest, kept, scale)),
        (_("alerts"), _marks([e for e in events if e.kind == "began"], scale)),
        (_("deeds"), _marks([e for e in events if e.kind in ("run", "deed", "taken")], scale)),
    ]
    out = [_row(name, spans, at, width) for name, spans in rows]
    return [*out, _axis(scale, at, newest, width), _said(newest, then, events, cursor, scale, width)]


def _row(name: str, spans: list[Span], at: int, width: int) -> Line:
    text, style = spans[at]
    spans[at] = (text if text.strip() else "│", f"{style} reverse" if style else "strong")
    return fill((*line((f" {fit(name, LABEL - 1)}", "dim bar")), *merge(spans)), width)


def _load(newest: Picture, kept: Kept, scale: Ruler) -> list[Span]:
    """Arrivals of the network; where no view is kept, faint."""
    times, values = newest.view.board.courses.day(NETWORK, "arrivals_per_s")
    sums, counts = [0.0] * scale.width, [0] * scale.width
    for time, value in zip(times, values, strict=True):
        cell = scale.cell(float(time))
        if 0 <= cell < scale.width and math.isfinite(value):
            sums[cell] += float(value)
            counts[cell] += 1
    course = _held([s / n if n else math.nan for s, n in zip(sums, counts, strict=True)], scale.cell_s)
    return [
        (char if char != " " else "·", "course" if _is_kept(kept, scale, i) else "faint")
        for i, char in enumerate(sparkline(course))
    ]


def _held(values: list[float], cell_s: float) -> list[float]:
    """A value a minute, over as many cells as a minute has."""
    reach = math.ceil(60.0 / cell_s)
    out = list(values)
    for i, value in enumerate(values):
        if not math.isfinite(value):
            known = [v for v in values[max(0, i - reach) : i] if math.isfinite(v)]
            out[i] = known[-1] if known else math.nan
    return out


def _is_kept(kept: Kept, scale: Ruler, cell: int) -> bool:
    begin, end = scale.start + cell * scale.cell_s, scale.start + (cell + 1) * scale.cell_s
    return any(span.start <= end and begin <= span.end + span.step_s for span in kept.spans)


def _marks(events: Sequence[DayEvent], scale: Ruler) -> list[Span]:
    """One sign a cell: that of the gravest event in it, or how many there are where there are several."""
    found: dict[int, list[DayEvent]] = {}
    for event in events:
        if 0 <= (cell := scale.cell(event.at)) < scale.width:
            found.setdefault(cell, []).append(event)
    return [_sign(found[i]) if i in found else (" ", "") for i in range(scale.width)]


_TONES = ("critical", "warning", "info", "good", "")


def _sign(events: Sequence[DayEvent]) -> Span:
    worst = min(events, key=lambda event: _TONES.index(event.tone) if event.tone in _TONES else 0)
    if worst.kind == "began":
        sign = severity_sign(worst.tone)
        return sign.mark, sign.style
    style = {"critical": "critical", "warning": "warning"}.get(worst.tone, "info")
    return ("✓" if worst.kind == "taken" else "▸" if worst.kind == "run" else "+"), style


def _axis(scale: Ruler, at: int, newest: Picture, width: int) -> Line:
    zone = newest.zone
    chars: list[Span] = [("─", "faint")] * scale.width
    step = next((s for s in _STEPS_S if s / scale.cell_s >= 8), _STEPS_S[-1])
    tick = math.ceil(scale.start / step) * step
    while tick < scale.end:
        text, cell = clock_minutes(tick, zone), scale.cell(tick)
        if cell >= 0 and cell + cells(text) < scale.width:
            chars[cell : cell + cells(text)] = [(char, "dim") for char in text]
        tick += step
    chars[at] = ("▲", "strong")
    return fill((*line((" " * LABEL, "")), *merge(chars)), width)


_VERBS = {"began": N_("began"), "ended": N_("ended"), "taken": N_("taken on")}


def _said(
    newest: Picture, then: Picture | None, events: Sequence[DayEvent], cursor: float, scale: Ruler, width: int
) -> Line:
    if then is None and cursor >= newest.view.at - 1:
        head = line((f" {_('now')} {clock(newest.view.at, newest.zone)} ", "bright bar"))
    else:
        ago = duration(max(0.0, newest.view.at - cursor))
        text = _("{clock} · {ago} ago").format(clock=clock(cursor, newest.zone), ago=ago)
        head = line((f" {text} ", "then"))
    event = nearest(events, cursor, max(60.0, 2 * scale.cell_s))
    said = event_words(event, newest) if event is not None else ((_("nothing happened here"), "dim bar"),)
    return fill((*head, (" ", "bar"), *said), width, "bar")


def event_words(event: DayEvent, picture: Picture) -> Line:
    """An event in words: when, what, where, who."""
    when = clock(event.at, picture.zone)
    what = local(event.what.zh, event.what.en)
    who = f" · {event.who}" if event.who and event.who != "desk" else ""
    if event.kind in _VERBS:
        sign = severity_sign(event.tone)
        head = (f"{sign.mark} {_(sign.word)} ", f"{sign.style} bar") if event.kind == "began" else ("", "")
        text = f"{picture.place(event.key)} {what} {_(_VERBS[event.kind])}{who}"
        return line((f"{when} ", "dim bar"), head, (text, "bar"))
    said = local(event.said.zh, event.said.en)
    if event.kind == "deed":
        what = _(event.what.en)
    return line((f"{when} ", "dim bar"), (f"{what}{': ' if said else ''}{said}{who}", "bar"))
