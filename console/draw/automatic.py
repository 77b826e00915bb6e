"""The lines that say what is about to start by itself, and that nothing does any more."""

from __future__ import annotations

import math

from console.draw.lines import Line, fill, line
from console.format import clock
from console.i18n import _, local
from console.picture import Picture


def automatic_lines(picture: Picture, width: int) -> list[Line]:
    """A full line for a panic, and one for each start that is announced, with its countdown."""
    auto = picture.view.automatic
    out: list[Line] = []
    if auto.panic is not None:
        note = f" ({auto.panic.note[:60]})" if auto.panic.note else ""
        text = _(" ■ PANIC: nothing happens by itself since {clock}, by {who}{note} · :panic off lets it go on").format(
            clock=clock(auto.panic.at, picture.zone), who=auto.panic.who, note=note
        )
        out.append(fill(line((text, "alarm")), width, "alarm"))
    for one in sorted(auto.announced, key=lambda found: found.due):
        left = max(0, math.ceil(one.due - picture.view.at))
        does = local("；".join(words.zh for words in one.does), "; ".join(words.en for words in one.does))
        text = _(" ◷ {left} s: {title} starts by itself at {key}: {does} · X stops it").format(
            left=left, title=local(*one.title), key=one.key, does=does
        )
        out.append(fill(line((text, "ask")), width, "ask"))
    return out
