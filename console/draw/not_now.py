"""What says on every screen that this is not now: the header of then, and a banner with what now has to say."""

from __future__ import annotations

from console.draw.lines import Line, fill, line, width_of
from console.format import clock, duration
from console.i18n import _
from console.picture import Picture

_HATCH = "◀"


def not_now_line(newest: Picture, then: Picture, known: frozenset[str], width: int) -> Line:
    """A full line: when this was, and what has begun since somebody looked away from now."""
    ago = duration(max(0.0, newest.view.at - then.view.at))
    text = _(" ◀◀ NOT NOW: as seen at {clock}, {ago} ago").format(clock=clock(then.view.at, newest.zone), ago=ago)
    fresh = [alert for alert in newest.firing if alert.id not in known]
    if fresh:
        text += _(" · ▲ {n} NEW ALERTS NOW").format(n=len(fresh))
    tail = _(" esc: back to now ")
    room = width - width_of(line(text)) - width_of(line(tail))
    return fill(
        line((text, "then"), (f" {_HATCH * max(0, room - 1)}" if room > 1 else "", "then"), (tail, "then")),
        width,
        "then",
    )
