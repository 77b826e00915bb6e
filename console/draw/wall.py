"""What a wall shows: large figures, a pulse, and over everything that nothing new comes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from console.board_columns import METRIC_OF
from console.draw.big import HEIGHT, big_fit, big_lines, big_width, scales
from console.draw.lines import Line, cells, fill, fit, line, merge
from console.draw.plan import Place, Plan
from console.format import UNKNOWN, clock, count, duration
from console.i18n import _
from console.picture import Picture

GAP = 2
"""Cells between two figures."""

PULSE = "●○○○○○"


@dataclass(frozen=True, slots=True)
class Figure:
    """One large figure: its name, what it is, and its style."""

    name: str
    value: str
    style: str


def figures(picture: Picture) -> list[Figure]:
    """What a wall says at every moment, the worst first. Unknown is –, and never looks fine."""
    severities, states = picture.severities, picture.states
    critical, warning = severities["critical"], severities["warning"]
    unknown = states["unknown"] + states["never"]
    reach = picture.view.reach
    lost = reach is not None and not reach.up
    waiting, oldest, level = _network(picture)
    live, all_sites = sum(states.values()) - unknown, sum(states.values())
    of = f" {live}/{all_sites}" if unknown else ""
    return [
        Figure(f"▲ {_('CRIT')}", "?" if lost else str(critical), "critical" if critical or lost else "dim"),
        Figure(f"◆ {_('WARN')}", "?" if lost else str(warning), "warning" if warning or lost else "dim"),
        Figure(f"? {_('unknown')}", str(unknown), "unknown" if unknown else "dim"),
        Figure(_("waiting") + of, count(waiting), _known(waiting)),
        Figure(_("oldest wait"), duration(oldest), _known(oldest)),
        Figure(_("within 30 s"), f"{level:.0%}" if math.isfinite(level) else UNKNOWN, _known(level)),
    ]


def _network(picture: Picture) -> tuple[float, float, float]:
    """Waiting, oldest wait and service level of all sites that are known; NaN where none is."""
    columns = picture.rollup("all").columns
    if not columns.size:
        return math.nan, math.nan, math.nan
    waiting, oldest, level = (float(columns[METRIC_OF[name]][0]) for name in ("wait", "oldest", "sl30"))
    return waiting, oldest, level


def _known(value: float) -> str:
    return "strong" if math.isfinite(value) else "unknown"


def strip_lines(found: Sequence[Figure], width: int, height: int) -> list[Line]:
    """The figures beside each other in `height` lines, their names below, all of one size: the largest that fits.

    Where not even the smallest fits, the last ones are left out: the worst stand first.
    """
    if height < HEIGHT + 1 or not found:
        return []
    for across, down in scales(height - 1):
        widths = [max(cells(one.name), big_width(one.value, across)) + GAP for one in found]
        if sum(widths) <= width:
            spare = (width - sum(widths)) // len(found)
            return _strip(found, [w + spare for w in widths], (across, down), width)
    return strip_lines(found[:-1], width, height)


def _strip(found: Sequence[Figure], widths: Sequence[int], scale: tuple[int, int], width: int) -> list[Line]:
    large = [big_lines(one.value, *scale) for one in found]
    rows = [
        fill(merge((fit(f" {big[y]}", w), one.style) for one, big, w in zip(found, large, widths, strict=True)), width)
        for y in range(len(large[0]))
    ]
    names = [(fit(f" {one.name}", w), _named(one)) for one, w in zip(found, widths, strict=True)]
    return [*rows, fill(names, width)]


def _named(one: Figure) -> str:
    """The style of a figure's name."""
    return "dim" if one.style in ("strong", "dim") else one.style


def pulse_line(seconds: int, now: str, page: str, width: int, *, still: bool) -> Line:
    """The line that moves each second: whoever sees it stand still sees a screen that is dead."""
    at = seconds % len(PULSE)
    mark = "" if still else PULSE[-at:] + PULSE[:-at] if at else PULSE
    said = _("if these seconds stand still, this screen is dead")
    head = line((f" {mark} ", "title bar"), (f"{now} ", "strong bar"), (f"{said} ", "dim bar"))
    tail = line((f" {page} ", "dim bar"))
    room = width - sum(cells(text) for text, _style in tail)
    return fill((*fill(head, max(0, room), "bar"), *tail), width, "bar")


def stalled_lines(picture: Picture, silent_s: float, width: int, height: int) -> list[Line]:
    """The whole of a wall whose figures are old: for how long, since when, and why where it is known."""
    reach = picture.view.reach
    why = _("the desk is not reached") if reach is not None and not reach.up else _("the desk hands nothing over")
    said = _("■ NOTHING NEW: {why}; last at {clock}").format(why=why, clock=clock(picture.view.at, picture.zone))
    big = big_fit(duration(silent_s), width - 4, max(1, height - 4))
    above = max(0, (height - len(big) - 3) // 2)
    words = fit(f"  {said}", width)
    body = [words, "", *(f"  {text}" for text in big), "", words]
    lines = ["" for _ in range(above)] + body
    return [fill(line((text, "alarm")), width, "alarm") for text in (*lines, *[""] * height)[:height]]


def plan_wall(width: int, height: int) -> Plan:
    """The strip of figures over the page: six lines, eleven where there is room for both."""
    strip = 0 if height < 12 else 2 * HEIGHT + 1 if height >= 50 and width >= 140 else HEIGHT + 1
    places = {"figures": Place(0, 0, width, strip)} if strip else {}
    rest = max(0, height - strip)
    return Plan(places | {page: Place(0, strip, width, rest) for page in ("page",)}, framed=False)
