"""A run as a story: what happened, one sentence each with its time, and what it was expected to bring."""

from __future__ import annotations

import math
from collections.abc import Sequence

from console.draw.lines import Line, Span, line, plain, width_of, wrap
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
    """Lines broken to the width: each goes on below, under where its last part began, in the styles of its parts."""
    out: list[Line] = []
    for spans in lines:
        if not spans or width_of(spans) <= width:
            out.append(spans)
            continue
        begins = width_of(spans[:-1])
        indent = " " * (begins if begins <= width // 2 else 4)
        out.extend(_styled(wrap(plain(spans), max(len(indent) + 4, width), indent), spans, indent))
    return out


def _styled(parts: Sequence[str], spans: Line, indent: str) -> list[Line]:
    """Pieces of a line's text in the styles that they had; blanks at the breaks are gone, an indent has none."""
    styles = [(char, style) for text, style in spans for char in text]
    at, out = 0, []
    for number, part in enumerate(parts):
        blank = indent if number and part.startswith(indent) else ""
        pieces: list[Span] = [(blank, "")] if blank else []
        for char in part[len(blank) :]:
            while at < len(styles) and styles[at][0] != char:
                at += 1
            style = styles[at][1] if at < len(styles) else ""
            at += 1
            if pieces and pieces[-1][1] == style and (len(pieces) > 1 or not blank):
                pieces[-1] = (pieces[-1][0] + char, style)
            else:
                pieces.append((char, style))
        out.append(tuple(pieces))
    return out
