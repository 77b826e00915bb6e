"""The histogram of waits as bars: how many of the last contacts were answered within each edge."""

from __future__ import annotations

import math
from collections.abc import Callable

from console.draw.lines import Line, fit, line, sides
from console.format import UNKNOWN, duration
from console.i18n import _
from feeds.metrics_stored import WAIT_EDGES_S

_SHOWN = (10, 20, 30, 60, 120, 180, 300, 600)


def wait_lines(figure: Callable[[str], float], width: int, style: str = "") -> list[Line]:
    """Share of today's answered contacts by the wait they had at most, one bar an edge."""
    head = line((_("Answered today within"), "heading"))
    answered = figure("answered")
    if not math.isfinite(answered) or answered <= 0:
        return [sides(head, line((UNKNOWN, style or "unknown")), width)]
    room = max(0, width - 16)
    out = [head]
    for edge in _SHOWN:
        if edge not in WAIT_EDGES_S:
            continue
        share = figure(f"answered_within_{edge}s") / answered
        text = UNKNOWN if not math.isfinite(share) else f"{share:.1%}"
        bar = "█" * int(room * share) if math.isfinite(share) else ""
        label = fit(duration(edge), 6, "right")
        out.append(
            line(
                (f" {label} ", "dim"),
                (fit(text, 6, "right"), style or "bright"),
                " ",
                (bar, "faint" if style else "dim"),
            )
        )
    return out
