"""One alert told in full: what, since when, how bad, why, who has it, what may help, and all that happened to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC

from alerts.alert import Alert
from alerts.rule_facts import RuleFacts
from alerts.why import Why
from alerts.why_parts import WhyPart
from alerts.why_words import part_words, verdict_of
from console.actions import key_of
from console.alert_histories import AlertHistory
from console.draw.alert_ladder import ladder_lines
from console.draw.alert_past import STATE_WORDS, reason_words
from console.draw.alerts import (
    alert_place,
    condition_words,
    message,
    playbook_name,
    quiet,
    taken_sentence,
    taken_words,
)
from console.draw.lines import Line, Span, line, sides, wrap
from console.draw.marks import alert_sign
from console.draw.silences import matcher_words, until_words, window_words
from console.draw.suggested import best_playbook, suggestion_lines
from console.format import clock, duration
from console.i18n import _, local
from console.picture import Picture
from feeds.durations import format_duration

ID_FROM = 90
"""From this width on the head names the alert's id."""


def head_lines(alert: Alert, history: AlertHistory, picture: Picture, width: int) -> list[Line]:
    """What, where and how grave; what it says; its state since when; its figure now and at worst; who has it."""
    sign = alert_sign(alert)
    title = local(alert.title_zh, alert.title_en) or alert.rule
    first = line(
        (f"{sign.mark} {_(sign.word)}  ", sign.style),
        (alert_place(alert, picture), "strong"),
        (f"  {title}", ""),
    )
    said = (message(alert), "bright" if history.end is None else "dim")
    return [
        sides(first, line((alert.id, "faint")) if width >= ID_FROM else (), width),
        line(said),
        line(*_state(alert, history, picture)),
        line(*_figures(alert, history, picture)),
        line(*_people(alert, history, picture)),
    ]


def _state(alert: Alert, history: AlertHistory, picture: Picture) -> list[Span]:
    """The state in words, since when, for how long, and what time alone will do."""
    now, end = picture.view.at, history.end
    if end is not None:
        why = reason_words(end)
        said = _("OVER since {when}, {age} ago: {why}")
        return [(said.format(when=clock(end.at, picture.zone), age=duration(now - end.at), why=why), "good")]
    began = alert.fired_at if alert.fired_at is not None else alert.since
    entered = alert.entered if math.isfinite(alert.entered) else began
    word = _(STATE_WORDS[alert.state])
    spans: list[Span] = [
        (f"{word} ", "strong"),
        (_("since {when}, for {age}").format(when=clock(began, picture.zone), age=duration(now - began)), ""),
    ]
    if alert.since != began:
        spans.append((_(" · true since {when}").format(when=clock(alert.since, picture.zone)), "dim"))
    if alert.state == "recovering":
        spans.append((_(" · recovering since {when}").format(when=clock(entered, picture.zone)), "dim"))
    if alert.state != "firing":
        spans.append(_deadline(alert, picture))
    if alert.stale:
        spans.append((_(" · not known now, so nothing ends it"), "unknown"))
    return spans


def _deadline(alert: Alert, picture: Picture) -> Span:
    if alert.deadline is None:
        return _(" · waits for its figures"), "unknown"
    left, when = duration(alert.deadline - picture.view.at), clock(alert.deadline, picture.zone)
    said = _(" · fires at {when}, in {left}") if alert.state == "pending" else _(" · over at {when}, in {left}")
    return said.format(when=when, left=left), "warning" if alert.state == "pending" else "dim"


def _figures(alert: Alert, history: AlertHistory, picture: Picture) -> list[Span]:
    facts = picture.view.rule_facts.get(alert.rule)
    if facts is None:
        return []
    label = _("at the end ") if history.end is not None else _("last known ") if alert.stale else _("now ")
    spans: list[Span] = [(label, "dim"), (facts.written(alert.value), "unknown" if alert.stale else "strong")]
    spans += [(_("   worst "), "dim"), (facts.written(alert.worst), "strong")]
    if facts.limit_text:
        spans += [(_("   limit "), "dim"), (facts.limit_text, "")]
    return spans


def _people(alert: Alert, history: AlertHistory, picture: Picture) -> list[Span]:
    """Who has it, what else is to be known of it, and the key to what may help; nothing once it is over."""
    if history.end is not None:
        return []
    taken = taken_words(alert, picture)
    needy = "dim" if quiet(alert) or alert.state != "firing" else "warning"
    spans: list[Span] = [(_("muted") + " · ", "dim")] if alert.inhibited else []
    spans += (
        [(taken, "info")] if taken else [(_("nobody has taken it on"), needy), (f"  {key_of('acknowledge')}", "key")]
    )
    if words := condition_words(alert):
        spans.append((f" · {words}", "info"))
    if best := best_playbook(alert, picture):
        spans += [(" · ", "dim"), (key_of("playbooks"), "key"), (f" {playbook_name(best, picture)}", "info")]
    return spans


def alert_blocks(
    alert: Alert, history: AlertHistory, picture: Picture, why: Why | None = None
) -> list[Callable[[int], list[Line]]]:
    """The titled parts of the text: why, who, what keeps it from people, what may help."""
    return [
        lambda width: why_lines(alert, picture, width, why),
        lambda width: people_lines(alert, picture, width),
        lambda width: quiet_lines(alert, picture, width, why),
        lambda width: help_lines(alert, history, picture, width),
    ]


def why_lines(alert: Alert, picture: Picture, width: int, why: Why | None = None) -> list[Line]:
    """What the desk says to why, with the parts of the condition; the rule's conditions and the reason for them."""
    facts = picture.view.rule_facts.get(alert.rule)
    out = [sides(line((_("Why"), "heading")), line((alert.rule, "faint")), width)]
    if why is not None:
        # Who has it and what keeps it from people have parts of their own.
        own = replace(why, acknowledged=None, silenced_by=None, muted_by=(), profile="", escalated_to="")
        said = verdict_of(own, picture.zone or UTC)
        out += [line((f" {part}", "bright")) for part in wrap(local(said.zh, said.en), max(10, width - 1))]
    if facts is None:
        return [*out, line((_(" nothing is known of this rule (any more)"), "dim"))]
    out += _item(_("fires when"), _condition(facts), width)
    out += _parts(why.parts, why.figures_at, width) if why is not None else []
    out += _item(_("over when"), _ending(facts), width)
    out += _parts(why.clear, why.figures_at, width) if why is not None else []
    out += [line((f" {part}", "dim")) for part in wrap(local(facts.why_zh, facts.why_en), max(10, width - 1))]
    return out


_TRUTH = {"true": ("✓", "bright"), "false": ("✗", "dim"), "unknown": ("?", "unknown"), None: ("·", "dim")}


def _parts(parts: Sequence[WhyPart], at: float, width: int) -> list[Line]:
    """The parts of a condition that has several, each with its mark and its figure; what decides stands out."""
    out: list[Line] = []
    for part in parts if len(parts) > 1 else ():
        mark, style = _TRUTH[part.truth]
        words = part_words(part, at)
        indent = "  " * (part.depth + 1)
        said = part.text if part.kind == "logic" and part.truth != "unknown" else local(words.zh, words.en)
        first, *rest = wrap(said, max(10, width - len(indent) - 2))
        spans = ((f"{indent}{mark} ", style), (first, style if part.decides else "dim"))
        out += [line(*spans), *(line((f"{indent}  {more}", style if part.decides else "dim")) for more in rest)]
    return out


def _condition(facts: RuleFacts) -> str:
    return (
        _("{when} for {time}").format(when=facts.when, time=format_duration(facts.for_s)) if facts.for_s else facts.when
    )


def _ending(facts: RuleFacts) -> str:
    clear = facts.clear or _("that is no longer so")
    return _("{when} for {time}").format(when=clear, time=format_duration(facts.keep_s)) if facts.keep_s else clear


def people_lines(alert: Alert, picture: Picture, width: int) -> list[Line]:
    """Who answers for it, who has taken it on, and whom it is escalated to."""
    out = [line((_("Who"), "heading"))]
    out += _item(_("owner"), alert.owner or _("nobody is named"), width, "info" if alert.owner else "dim")
    if alert.acknowledged is not None:
        out += _item(_("has it"), taken_sentence(alert.acknowledged, picture), width, "info")
    else:
        style = "warning" if alert.state == "firing" else "dim"
        out += _item(_("has it"), _("nobody has taken it on"), width, style)
    for ((text, style),) in ladder_lines(alert, picture):
        out += [line((f" {part}", style)) for part in wrap(text, max(10, width - 1), "   ")]
    return out


def quiet_lines(alert: Alert, picture: Picture, width: int, why: Why | None = None) -> list[Line]:
    """What keeps it from people: a silence, another alert. Nothing where nothing does."""
    out: list[Line] = []
    silence = next((one for one in picture.view.silences if one.id == alert.silenced), None)
    if silence is not None:
        what = matcher_words(silence.matcher, picture)
        said = _("{what} by {who} until {when}").format(
            what=what, who=silence.author, when=until_words(silence, picture)
        )
        hours = window_words(silence.windows)
        note = f": {silence.note}" if silence.note else ""
        out += _item(_("silenced"), said + (f" ({hours})" if hours else "") + note, width, "info")
    if alert.inhibited:
        out += _item(_("muted"), _muted_by(why), width, "dim")
    return [line((_("Kept from people"), "heading")), *out] if out else []


def _muted_by(why: Why | None) -> str:
    by = why.muted_by if why is not None else ()
    if not by:
        return _("another alert explains it, it is not counted")
    titles = local("、", ", ").join(local(one.title_zh, one.title_en) for one in by)
    return _("{title} explains it, it is not counted").format(title=titles)


def help_lines(alert: Alert, history: AlertHistory, picture: Picture, width: int) -> list[Line]:
    """What may help: the rule's playbook, and where it is written what to do."""
    facts = picture.view.rule_facts.get(alert.rule)
    out: list[Line] = []
    listed = suggestion_lines(alert, picture, width) if history.end is None else []
    out += listed
    if alert.playbook and history.end is None and not listed:
        out.append(
            sides(
                line((f" {playbook_name(alert.playbook, picture)}", "info")), line((key_of("playbooks"), "key")), width
            )
        )
    if facts is not None and facts.runbook:
        out += [line((f" {part}", "info")) for part in wrap(facts.runbook, max(10, width - 1))]
    return [line((_("What may help"), "heading")), *out] if out else []


def _item(label: str, text: str, width: int, style: str = "") -> list[Line]:
    """A label and a text that goes on under itself."""
    room = max(10, width - 1)
    first, *rest = wrap(f"{label}  {text}", room, "   ")
    body = first[len(label) :]
    return [line((f" {label}", "dim"), (body, style)), *(line((f" {part}", style)) for part in rest)]
