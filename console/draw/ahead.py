"""Where a queue is heading, as labelled lines."""

from __future__ import annotations

from alerts.projected import HORIZON_S, NOT_IN_SIGHT_S, PROJECTED
from alerts.templates import format_figure
from console.draw.facts import Figure
from console.draw.lines import Line, line, sides
from console.format import UNKNOWN
from console.i18n import _, local
from feeds.durations import format_duration


def ahead_lines(figure: Figure, width: int, style: str = "") -> list[Line]:
    """The projected figures that are known, one a line; that nothing is known is said once."""
    head = line((_("Ahead"), "heading"))
    known = [(name, value) for name in PROJECTED if (value := figure(name)) == value]
    if not known:
        return [sides(head, line((UNKNOWN, style or "unknown")), width)]
    return [
        head,
        *(
            sides(
                line((f" {local(PROJECTED[name].zh, PROJECTED[name].en)}", "dim")),
                line((_written(name, value), style or "bright")),
                width,
            )
            for name, value in known
        ),
    ]


def _written(name: str, value: float) -> str:
    if name == "breach_in_s" and value == NOT_IN_SIGHT_S:
        return f"> {format_duration(HORIZON_S)}"
    return format_figure(value, PROJECTED[name].unit)
