"""The line at the top of every screen, and the banner that comes under it when something must not be missed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from console.actions import key_of
from console.draw.automatic import automatic_lines
from console.draw.lines import Line, fill, line, width_of
from console.format import clock, countdown, duration
from console.i18n import N_, _, local
from console.picture import Picture
from console.slow_link import LinkState
from playbooks.run import RunState

_MODES = {
    "live": (N_("LIVE"), "live", "bar"),
    "drill": (N_("DRILL"), "drill", "drillbar"),
    "replay": (N_("REPLAY"), "replay", "replaybar"),
}

STALLED_AFTER_S = 3.0
"""A view whose number has not risen for this long is said to have stalled."""

_USUAL_LINK = LinkState()

Part = tuple[int, Line]
"""Priority (the highest is left out first) and text."""


def header_line(
    picture: Picture, operator: str, width: int, now: float | None = None, link: LinkState = _USUAL_LINK
) -> Line:
    """Mode, what this is, the clock, what comes next, how the sites and the alerts stand, and who sits here.

    Of a picture of then `now` is the time now: both are said.
    """
    view = picture.view
    word, badge, bar = _MODES[view.mode] if now is None else (N_("THEN"), "then", "thenbar")
    left: list[Part] = [
        (9, line((" DutyDeck ", f"bold {bar}"))),
        (0, line((f"▌{_(word)} ", badge))),
        (6, line((f" {local(view.zh, view.en)}", f"strong {bar}"))),
        (1, line((f" {clock(view.at, picture.zone)}", f"bright {bar}"))),
        (2, _now(picture, now, bar)),
        (7, _pace(view.speed, bar)),
        (5, _next(picture, bar) if now is None else ()),
        (2, _unwritten(picture)),
        (3, _untold(picture)),
        (3, _proposed(picture)),
        (3, _slow(link)),
        (5, _rule_lock(picture, bar)),
        (7, _rule_files(picture, bar)),
    ]
    right: list[Part] = [
        (4, _sites(picture, bar)),
        (0, _alerts(picture, bar)),
        (8, line((f" {operator}{_others(picture)} ", f"dim {bar}")) if operator else ()),
        (10, _bytes(link, bar)),
    ]
    head, tail = _fitting(left, right, width)
    gap = max(0, width - width_of(head) - width_of(tail))
    return fill((*head, (" " * gap, bar), *tail), width, bar)


def _slow(link: LinkState) -> Line:
    """The terminal does not keep up, and is sent less."""
    rate = f"{link.bytes_per_s / 1000:.1f} kB/s " if math.isfinite(link.bytes_per_s) else ""
    return line((_(" ▽ slow link ") + rate, "frozen")) if link.slow else ()


def _bytes(link: LinkState, bar: str) -> Line:
    rate = link.bytes_per_s
    return line((f" {rate / 1000:.1f} kB/s ", f"dim {bar}")) if math.isfinite(rate) and not link.slow else ()


def _now(picture: Picture, now: float | None, bar: str) -> Line:
    return (
        line((_(" · now {clock}").format(clock=clock(now, picture.zone)), f"strong {bar}")) if now is not None else ()
    )


def _others(picture: Picture) -> str:
    """How many more consoles sit at this desk: `+2`."""
    view = picture.view
    others = len(view.people) - (view.reach is not None)
    return f" +{others}" if others > 0 else ""


def _fitting(left: Sequence[Part], right: Sequence[Part], width: int) -> tuple[Line, Line]:
    kept = [(priority, side, spans) for side, parts in enumerate((left, right)) for priority, spans in parts if spans]
    while sum(width_of(spans) for _p, _s, spans in kept) > width and len(kept) > 1:
        kept.remove(max(kept, key=lambda part: part[0]))
    head, tail = (tuple(span for _p, s, spans in kept if s == side for span in spans) for side in (0, 1))
    return head, tail


def _pace(speed: float, bar: str) -> Line:
    if speed == 1.0:
        return ()
    return line((_(" · paused") if speed == 0.0 else f" ×{speed:g}", f"warning {bar}"))


def _next(picture: Picture, bar: str) -> Line:
    view = picture.view
    at, words = (
        (view.next_at, local(view.next_zh, view.next_en)) if math.isfinite(view.next_at) else (view.ends_at, _("end"))
    )
    if not math.isfinite(at) or at < view.at:
        return ()
    text = _(" · next {what} in {time}").format(what=words or clock(at, picture.zone)[:5], time=countdown(at - view.at))
    return line((text, f"dim {bar}"))


def _unwritten(picture: Picture) -> Line:
    error = picture.view.journal.error
    return line((_(" ■ NOT WRITTEN DOWN: {error} ").format(error=error[:40]), "alarm")) if error else ()


def _rule_lock(picture: Picture, bar: str) -> Line:
    lock = picture.view.rules.lock
    if lock is None:
        return ()
    return line((_(" · rules locked to {time}").format(time=clock(lock.until, picture.zone)[:5]), f"strong {bar}"))


def _rule_files(picture: Picture, bar: str) -> Line:
    """The rule files say something else than the rules in force."""
    return line((_(" · :reload rules"), f"warning {bar}")) if picture.view.rules.files_differ else ()


def _untold(picture: Picture) -> Line:
    """Who is not told of alerts until a person mends it."""
    broken = [one.id for one in picture.view.receivers if one.state == "broken"]
    text = _(" ■ NOT TOLD: {receivers} ").format(receivers=", ".join(broken)[:40])
    return line((text, "alarm")) if broken else ()


def _proposed(picture: Picture) -> Line:
    """Runs that wait for another person."""
    waiting = sum(run.state is RunState.PROPOSED for run in picture.view.runs)
    return (
        line((_(" ■ {n} wait for approval {key} ").format(n=waiting, key=key_of("approve")), "ask")) if waiting else ()
    )


def _sites(picture: Picture, bar: str) -> Line:
    states = picture.states
    unknown = states["unknown"] + states["never"]
    parts = [(_("{n}/{all} live").format(n=states["live"], all=sum(states.values())), f"dim {bar}")]
    if states["late"]:
        parts.append((" " + _("{n} late").format(n=states["late"]), f"late {bar}"))
    if unknown:
        parts.append((" " + _("?{n} unknown").format(n=unknown), f"unknown {bar} bold"))
    return line((" ", bar), *parts, (" ", bar))


def _alerts(picture: Picture, bar: str) -> Line:
    critical, warning = picture.severities["critical"], picture.severities["warning"]
    reach = picture.view.reach
    if reach is not None and not reach.up and not critical and not warning:
        return line((_(" ? alerts not known "), f"unknown {bar} bold"))
    if not critical and not warning:
        return line((_(" ● no alerts "), f"dim {bar}"))
    parts = []
    if critical:
        parts.append((f" ▲{critical} {_('CRIT')} ", f"critical {bar}"))
    if warning:
        parts.append((f" ◆{warning} {_('WARN')} ", f"warning {bar}"))
    return line(*parts)


@dataclass(frozen=True, slots=True)
class Held:
    """A frozen view: the desk's time when it was frozen, and how many alerts came since."""

    at: float
    new_alerts: int


_HATCH = "▞▞▞"


def drill_line(width: int) -> Line:
    """A full line that says that nothing of this is the day, told by its words and hatching as well as its colour."""
    text = _(" DRILL {hatch} simulated sites; nothing here reaches a customer ").format(hatch=_HATCH)
    tail = _(" DRILL ")
    room = max(0, width - width_of(line(text)) - width_of(line(tail)))
    return fill(line((text, "drill"), ("▞" * room, "drill"), (tail, "drill")), width, "drill")


def banner_lines(
    picture: Picture, width: int, *, held: Held | None, silent_s: float, then: Line | None = None
) -> list[Line]:
    """What must not be missed, a full line each: a drill, a frozen view, a desk that is silent, nothing written down.

    `picture` is the newest one, whatever is frozen; `silent_s` is how long it has been the newest; `then` is the line
    that says that somebody looks back (`draw.not_now`).
    """
    out: list[Line] = [drill_line(width)] if picture.view.mode == "drill" else []
    if then is not None:
        out.append(then)
    if held is not None:
        behind = duration(max(0.0, picture.view.at - held.at))
        text = _(" ■ FROZEN at {clock}, {behind} behind").format(clock=clock(held.at, picture.zone), behind=behind)
        if held.new_alerts:
            text += _(" · ▲ {n} NEW ALERTS since").format(n=held.new_alerts)
        out.append(fill(line((text + _(" · {key} goes on").format(key=key_of("freeze")), "frozen")), width, "frozen"))
    reach = picture.view.reach
    if reach is not None and not reach.up:
        text = _(" ■ NOT CONNECTED {time}: the desk is not reached ({why}); all this is as it was at {clock}").format(
            time=duration(silent_s), why=_(reach.why)[:60], clock=clock(picture.view.at, picture.zone)
        )
        out.append(fill(line((text, "alarm")), width, "alarm"))
    elif silent_s > STALLED_AFTER_S:
        text = _(" ■ VIEW STALLED {time}: the desk hands nothing over; these figures are old").format(
            time=duration(silent_s)
        )
        out.append(fill(line((text, "alarm")), width, "alarm"))
    out += automatic_lines(picture, width)
    if picture.view.journal.error:
        text = _(" ■ NOTHING IS WRITTEN DOWN: {error} · alerts go on, new commands are refused").format(
            error=picture.view.journal.error
        )
        out.append(fill(line((text, "alarm")), width, "alarm"))
    return out
