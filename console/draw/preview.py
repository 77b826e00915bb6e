"""What a playbook would do, as text to read before it is confirmed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from console.draw.lines import Line, cells, fit, line, wrap
from console.draw.plan_ahead import advice_lines, ahead_lines
from console.format import UNKNOWN, count, duration
from console.i18n import N_, _, local, name_of
from console.picture import Picture
from feeds.durations import format_duration
from playbooks.action import Candidate
from playbooks.preview import GuardView, Preview, StepPlan
from playbooks.roles import role_words
from playbooks.run import Order

_VERDICTS: Mapping[str, tuple[str, str, str]] = {
    "holds": ("✓", N_("holds"), "info"),
    "fails": ("▲", N_("does not hold"), "critical"),
    "unknown": ("?", N_("unknown, so it refuses"), "unknown"),
}


def preview_lines(preview: Preview, picture: Picture, width: int) -> list[Line]:
    """The whole preview: what may refuse it first, then every command, guard and choice."""
    out: list[Line] = [line((local(preview.title.zh, preview.title.en) or preview.playbook, "strong"))]
    out += _wrapped(_in_force(preview), width, "dim")
    for why in preview.second:
        out += _wrapped("  " + local(why.zh, why.en), width, "warning", "    ")
    out += _about(preview, width)
    out += _verdict(preview, width)
    out += advice_lines(preview, width)
    out += ahead_lines(preview, picture, width)
    out += _section(_("Parameters"))
    out += [
        line((f"  {fit(name, 10)} ", "dim"), (_value(value, picture), "")) for name, value in preview.params.items()
    ]
    out += _section(_("What will be done"))
    for number, step in enumerate(preview.steps, 1):
        out += _step(number, step, picture, width)
    if preview.guards:
        out += _section(_("Guards"))
        for guard in preview.guards:
            out += _guard(guard, width)
    out += _candidates(preview, picture, width)
    return out


def _wrapped(text: str, width: int, style: str, indent: str = "") -> list[Line]:
    return [line((part, style)) for part in wrap(text, width, indent)]


def _section(title: str) -> list[Line]:
    return [(), line((title, "title"))]


def _in_force(preview: Preview) -> str:
    lasts = _("In force for {time}, then undone by itself").format(time=duration(preview.lasts))
    people = _(" · needs {n} people").format(n=preview.approvals) if preview.approvals > 1 else ""
    return lasts + people


def _about(preview: Preview, width: int) -> list[Line]:
    """Who answers for it, how soon it works, what is expected of it and what it costs."""
    about = preview.about
    said = []
    if about.lead_time is not None:
        lead = "–".join(dict.fromkeys(map(format_duration, about.lead_time)))
        said.append(
            _("{rung} · works in {lead} · {owner}").format(
                rung=about.rung, lead=lead, owner=local(*role_words(about.owner))
            )
        )
    if any(about.effect):
        said.append(_("expected: {effect}").format(effect=local(*about.effect)))
    if any(about.cost):
        said.append(_("costs: {cost}").format(cost=local(*about.cost)))
    return [one for text in said for one in _wrapped(text, width, "dim")]


def _verdict(preview: Preview, width: int) -> list[Line]:
    if preview.ok:
        return []
    out: list[Line] = [(), line((_(" ▲ CANNOT BE STARTED "), "alarm"))]
    for refusal in preview.refusals:
        out += _wrapped("  " + local(refusal.zh, refusal.en), width, "critical", "    ")
    return out


def _step(number: int, step: StepPlan, picture: Picture, width: int) -> list[Line]:
    out = _wrapped(f"  {number}. {local(step.words.zh, step.words.en)}", width, "bright", "     ")
    for order in (one for one in step.orders if one.by != "site"):
        to = _("the desk writes it down") if order.by == "desk" else _("a person does it and says so")
        out += _wrapped("     → " + to, width, "info", "       ")
    for order in (one for one in step.orders if one.by == "site"):
        out += _wrapped("     → " + _order(order, picture), width, "", "       ")
    if step.when:
        out += _wrapped("     " + _("only if {condition}").format(condition=step.when), width, "dim", "       ")
    if step.verify:
        text = _("must show within {time}: {condition}").format(time=duration(step.within), condition=step.verify)
        out += _wrapped("     " + text, width, "dim", "       ")
    return out


def _order(order: Order, picture: Picture) -> str:
    said = " ".join(
        f"{name}={_value(value, picture)}"
        for name, value in order.args.items()
        if value not in ("", None) and name != "token"
    )
    return f"{_site(order.site, picture)}: {order.verb} {said}"


def _guard(guard: GuardView, width: int) -> list[Line]:
    mark, word, style = _VERDICTS[guard.verdict]
    out = [
        line((f"  {mark} ", style), part) if i == 0 else line("    ", part)
        for i, part in enumerate(wrap(guard.text, width - 4))
    ]
    shown = ", ".join(
        f"{name} = {UNKNOWN if math.isnan(value) else format(value, '.4g')}" for name, value in guard.figures
    )
    return out + _wrapped(
        f"    {_(word)}" + (f": {shown}" if shown else ""), width, "dim" if guard.verdict == "holds" else style, "    "
    )


def _candidates(preview: Preview, picture: Picture, width: int) -> list[Line]:
    if not preview.candidates:
        return []
    out = _section(_("Who could give"))
    names = [_site(candidate.site, picture) for candidate in preview.candidates]
    wide = min(max(cells(name) for name in names), width // 3)
    for name, candidate in zip(names, preview.candidates, strict=True):
        text = f"  {fit(name, wide)} {fit(count(candidate.spare), 6, 'right')} "
        why = candidate.why_not
        out.append(
            line(
                (text, "" if why is None else "dim"),
                (_could(candidate), "info") if why is None else (local(why.zh, why.en), "dim"),
            )
        )
    return out


def _could(candidate: Candidate) -> str:
    """That a site can give, and how many are best asked of it where the projection says so."""
    if math.isnan(candidate.gain):
        return _("could")
    gain, best = count(candidate.gain), count(candidate.count)
    return _("could; best {n}, worth {gain} answered in time").format(n=best, gain=gain)


def _site(site_id: str, picture: Picture) -> str:
    site = picture.site(site_id)
    return name_of(site) if site else site_id


def _value(value: object, picture: Picture) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value(part, picture) for part in value)
    if isinstance(value, float | int):
        return f"{value:g}"
    text = str(value)
    return picture.place(text) if picture.row(text) else text
