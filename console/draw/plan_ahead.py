"""The next half hour with a plan and without it: a table of whoever it touches, and their courses."""

from __future__ import annotations

import math
from collections.abc import Callable

from console.draw.chart import Chart, Series, chart_lines
from console.draw.lines import Line, cells, fill, fit, line, wrap
from console.format import count, duration, percent
from console.i18n import N_, _, local, name_of
from console.picture import Picture
from playbooks.ahead.heading import Band, Heading
from playbooks.ahead.with_plan import PlaceAhead, PlanAhead
from playbooks.preview import Preview

CHART_HEIGHT = 9
CHARTS = 4
"""So many places have their courses drawn; the table has all of them."""

TWO_CHARTS = 110
"""From this width on two charts stand side by side."""

_HEADS = (N_("in time"), N_("in time at the end"), N_("wait at the end"), N_("waiting at the end"))
_WIDTHS = (8, 18, 20, 19)
_LABEL = 11


def ahead_lines(preview: Preview, picture: Picture, width: int) -> list[Line]:
    """The section of a preview; empty where nothing of the plan is modelled or known."""
    found = preview.outlook
    if found is None:
        return []
    minutes = round(found.times[-1] / 60)
    out: list[Line] = [(), line((_("The next {n} minutes").format(n=minutes), "title"))]
    out += [line((part, "strong")) for part in wrap("  " + _sum(found), width, "    ")]
    out += _table(found, picture, width)
    return out + _charts(preview, found, picture, width)


def _sum(found: PlanAhead) -> str:
    if math.isnan(found.gained):
        return _("where some of these queues are heading is not known")
    parts = [_("{n} more are answered in time").format(n=_signed(found.gained))]
    if found.relieved >= 0.5:
        parts.append(_("{n} fewer need a person").format(n=count(found.relieved)))
    if abs(found.kept) >= 0.5:
        parts.append(_("{n} fewer give up").format(n=_signed(found.kept, plus=False)))
    return " · ".join(parts)


def _signed(value: float, *, plus: bool = True) -> str:
    # Minus nothing is nothing.
    shown = count(abs(value))
    return f"-{shown}" if value < 0 and shown != "0" else f"+{shown}" if plus and shown != "0" else shown


def _table(found: PlanAhead, picture: Picture, width: int) -> list[Line]:
    columns = [i for i in range(len(_WIDTHS)) if _LABEL + 4 + sum(w + 1 for w in _WIDTHS[: i + 1]) <= width] or [0]
    heads = "".join(" " + fit(_(_HEADS[i]), _WIDTHS[i], "right") for i in columns)
    out = [line((" " * (_LABEL + 4) + heads, "heading"))]
    for place in found.places:
        role = _("gets") if place.role == "receiver" else _("gives")
        out.append(line((f"  {_name(place, picture)}", "bright"), (f"  {role}", "dim")))
        out += [
            _row(_("without it"), place.without, columns, "dim"),
            _row(_("with it"), place.planned, columns, _style(place)),
        ]
    return out


def _style(place: PlaceAhead) -> str:
    worse = place.planned.mean_level < place.without.mean_level - 0.005
    return "warning" if worse else "good" if place.planned.mean_level > place.without.mean_level + 0.005 else ""


def _row(label: str, heading: Heading, columns: list[int], style: str) -> Line:
    texts = (
        percent(heading.mean_level) + ("%" if math.isfinite(heading.mean_level) else ""),
        _banded(heading.level, lambda value: f"{value * 100:.0f}%"),
        _banded(heading.wait_s, duration),
        _banded(heading.waiting, count),
    )
    cellsof = "".join(" " + fit(texts[i], _WIDTHS[i], "right") for i in columns)
    return line((f"    {fit(label, _LABEL)}", "dim"), (cellsof, style))


def _banded(band: Band, write: Callable[[float], str]) -> str:
    """The figure at the end of the half hour with its band: `7m17 (5m02–9m30)`."""
    low, middle, high = (side[-1] for side in (band.low, band.middle, band.high))
    if not math.isfinite(middle):
        return "–"
    edges = (write(low), write(high))
    return write(middle) if edges[0] == edges[1] == write(middle) else f"{write(middle)} ({edges[0]}–{edges[1]})"


def _charts(preview: Preview, found: PlanAhead, picture: Picture, width: int) -> list[Line]:
    known = [place for place in found.places if place.known][:CHARTS]
    if not known:
        return []
    side_by_side = width >= TWO_CHARTS and len(known) > 1
    each = (width - 4) // 2 if side_by_side else width - 2
    drawn = [_chart(preview, found, place, picture, each) for place in known]
    if not side_by_side:
        return [(("  ", ""), *one) for chart in drawn for one in chart]
    out: list[Line] = []
    for at in range(0, len(drawn), 2):
        right = drawn[at + 1] if at + 1 < len(drawn) else [()] * len(drawn[at])
        out += [(("  ", ""), *fill(a, each), ("  ", ""), *b) for a, b in zip(drawn[at], right, strict=True)]
    return out


def _chart(preview: Preview, found: PlanAhead, place: PlaceAhead, picture: Picture, width: int) -> list[Line]:
    start = preview.at
    times = [start + seconds for seconds in found.times]
    series = (
        # What comes later is drawn over what comes before: the band lies under the courses.
        Series(_("low (10 %)"), times, place.planned.level.low, "faint"),
        Series(_("high (90 %)"), times, place.planned.level.high, "faint"),
        Series(_("with it"), times, place.planned.level.middle, "one"),
        Series(_("without it"), times, place.without.level.middle, "two"),
    )
    chart = Chart(series, start, times[-1], start, (), picture.zone, percent, "%", 1.0)
    title = _("{place}: answered in time, %").format(place=_name(place, picture))
    return [(), line((fit(title, min(width, cells(title))), "heading")), *chart_lines(chart, width, CHART_HEIGHT)]


def _name(place: PlaceAhead, picture: Picture) -> str:
    site = picture.site(place.site)
    name = name_of(site) if site else place.site
    return f"{name} · {place.category}" if place.category else name


def advice_lines(preview: Preview, width: int) -> list[Line]:
    """What else would help, or would help more."""
    if not preview.advice:
        return []
    out: list[Line] = [(), line((_("Worth knowing"), "title"))]
    for words in preview.advice:
        out += [line((part, "info")) for part in wrap("  " + local(words.zh, words.en), width, "    ")]
    return out
