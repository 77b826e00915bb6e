"""The coach's panel in lines."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.draw.lines import Line, Span, crop, line, sides, wrap
from console.format import clock, countdown, percent
from console.i18n import N_, _, local
from console.picture import Picture
from feeds.durations import format_duration

if TYPE_CHECKING:
    from console.coach_view import CoachView, Incident  # with the whole simulator behind it
    from simulators.aims import Aim

_PARTS: Mapping[str, str] = {
    "customers": N_("customers"),
    "detect": N_("noticing"),
    "act": N_("first right act"),
    "reversal": N_("taking back"),
    "log": N_("log"),
}

_SIGNS: Mapping[str, Span] = {
    "met": ("✔ ", "good"),
    "late": ("◆ ", "warning"),
    "missed": ("✘ ", "critical"),
    "open": ("○ ", "bright"),
    "ahead": ("· ", "faint"),
}


def time_lines(coach: CoachView, picture: Picture, width: int) -> list[Line]:
    """How far the drill is, at what pace, and where it can go back to."""
    view = picture.view
    speed = _("paused") if view.speed == 0.0 else f"×{view.speed:g}"
    left = line(
        (f" {clock(view.at, picture.zone)} ", "strong"),
        (_("{at} of {length}").format(at=countdown(max(0.0, coach.at)), length=countdown(coach.length)), "bright"),
        ("  ", ""),
        (f" {speed} ", "warning" if view.speed != 1.0 else "bright"),
    )
    seed = line((_("seed {n}").format(n=coach.seed), "dim"), (" ", ""))
    named = ", ".join(one.label for one in coach.moments)
    if coach.fixed:
        back = line((_(" this drill is recorded and cannot go back"), "dim"))
    else:
        first = clock(coach.started + coach.oldest, picture.zone)
        back = line(
            (_(" back as far as {clock}").format(clock=first), "dim"),
            (_(" · named: {names}").format(names=named) if named else "", "dim"),
        )
    return [sides(left, seed, width), crop(back, width), crop(_branch(coach), width)]


def _branch(coach: CoachView) -> Line:
    if not coach.seeks:
        return line((_(" never gone back: one course"), "dim"))
    text = _(" gone back {n} times; {undone} journal entries are undone and not judged")
    return line((text.format(n=coach.seeks, undone=coach.undone), "warning"))


def course_lines(coach: CoachView, picture: Picture, width: int) -> list[Line]:
    """What is to come with its countdown, then what happened, the newest first."""
    out = [line((_("To come"), "heading"))]
    for one in coach.ahead:
        left: Line = line((f" {'-' + countdown(one.at - coach.at):>7}  ", "bright"))
        out += _entry(left, _said(one), width, "")
    if not coach.ahead:
        out.append(line((_(" nothing more is planned"), "dim")))
    out += [(), line((_("Happened"), "heading"))]
    for one in reversed(coach.past):
        lasts = one.at <= coach.at < one.until
        left = line((f" {clock(coach.started + one.at, picture.zone)[:8]} ", "warning" if lasts else "dim"))
        text = _said(one)
        if lasts and math.isfinite(one.until):
            text += _(" · {time} more").format(time=countdown(one.until - coach.at))
        out += _entry(left, text, width, "bright" if lasts else "dim")
    if not coach.past:
        out.append(line((_(" nothing yet"), "dim")))
    return out


def _said(one: Incident) -> str:
    text = local(one.zh, one.en)
    return text + f" · {one.by}" if one.by else text


def _entry(left: Line, text: str, width: int, style: str) -> list[Line]:
    indent = sum(len(part) for part, _style in left)
    rows = wrap(text, max(8, width - indent))
    head: Line = (*left, (rows[0], style))
    return [head, *(line((" " * indent, ""), (row, style)) for row in rows[1:])]


def judged_lines(coach: CoachView, width: int) -> list[Line]:
    """The score if the drill ended now, the objectives, and the truth where it is revealed."""
    return [*_score_lines(coach, width), (), *_aim_lines(coach, width), (), *_truth_lines(coach, width)]


def _score_lines(coach: CoachView, width: int) -> list[Line]:
    score = coach.score
    points = "–" if score.points != score.points else f"{score.points:.1f}"
    total = _("{points} of {of}").format(points=points, of=f"{score.of:g}")
    out = [sides(line((_("Score, if it ended now"), "heading")), line((total, "strong")), width)]
    for name, part in score.parts.items():
        known = part.points == part.points
        # The best possible is worked out after the drill: until then it can only be more.
        sign = "≥" if name == "customers" and known else ""
        text = f"{sign}{part.points:.1f} / {part.of:g}" if known else "–"
        label = line((f" {_(_PARTS[name])}", "dim"))
        out.append(sides(label, line((text, "bright" if known else "unknown")), width))
    harm = "–" if coach.harm != coach.harm else f"{percent(coach.harm)}%"
    out.append(sides(line((_(" harm to customers"), "dim")), line((harm, "bright")), width))
    if coach.known is not None:
        when = format_duration(max(0.0, coach.known.at), parts=2)
        text = _(" truth known from {when} on (revealed by {who})").format(when=when, who=coach.known.who)
        out += [line((row, "warning")) for row in wrap(text, width, " ")]
    return out


def _aim_lines(coach: CoachView, width: int) -> list[Line]:
    """Those that are settled in words; what is still open only once the truth is revealed."""
    out = [line((_("Objectives"), "heading"))]
    hidden = 0
    for aim in coach.aims:
        if aim.state in ("open", "ahead") and coach.truth is None:
            hidden += 1
            continue
        out += _aim(aim, coach, width)
    if hidden:
        out.append(line((_(" ○ {n} open; hidden until revealed").format(n=hidden), "dim")))
    if not coach.aims:
        out.append(line((_(" the scenario names none"), "dim")))
    return out


def _aim(aim: Aim, coach: CoachView, width: int) -> list[Line]:
    sign, style = _SIGNS[aim.state]
    text = local(aim.zh, aim.en)
    if aim.state in ("open", "ahead") and math.isfinite(aim.due):
        text += _(" · {time} left").format(time=countdown(max(0.0, aim.due - coach.at)))
    return _entry(line((" ", ""), (sign, style)), text, width, "" if aim.state != "ahead" else "dim")


def _truth_lines(coach: CoachView, width: int) -> list[Line]:
    out = [line((_("Truth"), "heading"))]
    if not coach.has_truth:
        return [*out, line((_(" the scenario names none"), "dim"))]
    if coach.truth is None:
        return [*out, line((_(" ▒▒▒ hidden · v reveals it"), "dim"))]
    out += [line((row, "strong")) for row in wrap(" " + local(coach.truth.story.zh, coach.truth.story.en), width, " ")]
    for event in coach.truth.events:
        left = line((f" {format_duration(event.at, parts=2):>6} ", "bright" if event.at <= coach.at else "faint"))
        out += _entry(left, local(event.what.zh, event.what.en), width, "" if event.at <= coach.at else "dim")
    return out


def ready_lines(coach: CoachView, width: int) -> list[Line]:
    """Injections to take as they are or to change."""
    out = [line((_("Ready; 1–9 to change and inject, i to type"), "heading"))]
    for number, text in enumerate(coach.ready, 1):
        out += _entry(line((f" {number} ", "key")), text, width, "")
    return out
