"""A run as a story: what happened, one sentence each with its time, and what it was expected to bring."""

from __future__ import annotations

import math
from collections.abc import Sequence

from console.draw.lines import Line, Span, line, width_of, wrap
from console.format import clock, clock_minutes
from console.i18n import _, local, name_of
from console.picture import Picture
from playbooks.check_outcome import Measured
from playbooks.run import RunView
from playbooks.story import Told

_MARKS = {"intent": "→", "reply": "←", "seen": "✓", "verified": "●", "reverting": "◀", "reverted": "·", "failed": "▲"}


def story_lines(run: RunView, picture: Picture) -> list[Line]:
    """What happened, oldest first; nothing where the desk keeps none of it any more."""
    if not run.story:
        return []
    return [line((_("What happened"), "heading")), *(_told(one, picture) for one in run.story)]


def _told(one: Told, picture: Picture) -> Line:
    site = picture.site(one.site) if one.site else None
    name = (name_of(site) if site is not None else one.site) if one.site else ""
    step = _("step {n} · ").format(n=one.step) if one.step else ""
    until = _(", until {clock}").format(clock=clock_minutes(one.until, picture.zone)) if one.until is not None else ""
    mark = _MARKS.get(one.kind, "·")
    said = f"{f'{name} ' if name else ''}{local(one.zh, one.en)}{until}"
    return line(
        (f"{clock(one.at, picture.zone)} ", "dim"), (f"{mark} ", one.tone or "dim"), (step, "dim"), (said, one.tone)
    )


def outcome_lines(run: RunView, picture: Picture) -> list[Line]:
    """What was expected by the check against what came; before it, when that is."""
    if run.worked is None:
        if run.check_due is None:
            return []
        return [line((_("checked at {clock}").format(clock=clock_minutes(run.check_due, picture.zone)), "dim"))]
    lines = [_measured(one) for one in run.measured]
    if run.gained is not None and not math.isnan(run.gained):
        share = max(-9.99, min(run.gained, 9.99))
        style = "good" if share >= 1 else "warning" if share >= 0.5 else "critical"
        lines.append(line((_("{share} of what was expected").format(share=f"{share:.0%}"), style)))
    if run.next:
        lines.append(
            line((_("less than half of it: try {playbook}, not more of the same").format(playbook=run.next), "info"))
        )
    elif run.worked == 0.0:
        lines.append(line((_("more than half of it: give it more time"), "info")))
    return lines


def _measured(one: Measured) -> Line:
    figures = _("was {before} · expected {operator} {expected} · is {actual}").format(
        before=_number(one.before), operator=one.operator, expected=_number(one.expected), actual=_number(one.actual)
    )
    return line((f"{one.figure}  ", ""), (figures, "bright"))


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.4g}"


def folded(lines: Sequence[Line], width: int) -> list[Line]:
    """Lines broken to the width: the last part of each goes on below, under where it began."""
    out: list[Line] = []
    for spans in lines:
        if not spans or width_of(spans) <= width:
            out.append(spans)
            continue
        *head, (text, style) = spans
        used = width_of(head)
        if used > width // 2:
            head, used = [], 0
            text = "".join(part for part, _style in spans)
        parts = wrap(text, max(8, width - used), "")
        out.append((*head, (parts[0], style)))
        indent: Span = (" " * (used or 2), "")
        for part in parts[1:]:
            out.extend((indent, (piece, style)) for piece in wrap(part, max(8, width - len(indent[0]))))
    return out
