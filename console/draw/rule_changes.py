"""What the rule files would change, as text to read before it is confirmed."""

from __future__ import annotations

from collections import Counter

from alerts.rule_diff import RuleDiff
from alerts.rules import Rule, Words
from console.draw.lines import Line, line, wrap
from console.format import duration
from console.i18n import _, local
from console.intents import RuleProposal
from console.picture import Picture
from feeds.durations import format_duration
from feeds.text import clean

LONGEST = 4_000
"""Cells of one text: an expression has at most 2,000 characters."""


def proposal_lines(proposal: RuleProposal, picture: Picture, width: int) -> list[Line]:
    """Every rule that is new, gone or changed, field by field; how many open alerts it touches."""
    rules, diff = picture.view.rules, proposal.diff
    out: list[Line] = [line((local(*diff.words()), "strong"))]
    total = _("{n} rules in the files, {old} in force").format(n=len(proposal.rules), old=rules.count)
    out.append(line((total, "dim")))
    if rules.lock is not None:
        left = duration(max(0.0, rules.lock.until - picture.view.at))
        text = _("locked by {who} for {time} more: {note}").format(
            who=clean(rules.lock.who), time=left, note=clean(rules.lock.note) or "–"
        )
        out += [(), line((_(" ▲ CANNOT BE TAKEN "), "alarm")), *_wrapped(f"  {text}", width, "critical", "    ")]
    return out + _parts(diff, Counter(alert.rule for alert in picture.view.alerts), width)


def problem_lines(problem: str, width: int) -> list[Line]:
    """What is wrong with the files, in full."""
    return [line((_(" ▲ CANNOT BE TAKEN "), "alarm")), (), *_wrapped(_whole(problem), width, "critical", "  ")]


def _parts(diff: RuleDiff, alerts: Counter[str], width: int) -> list[Line]:
    out: list[Line] = []
    if diff.removed:
        out += _section(_("Removed: their alerts end"))
        for rule in diff.removed:
            out += _head("−", "critical", rule.rule, rule.title, alerts[rule.rule], width)
    if diff.changed:
        out += _section(_("Changed: alerts keep their clocks and acknowledgements"))
        for rule_change in diff.changed:
            out += _head("~", "warning", rule_change.rule, rule_change.title, alerts[rule_change.rule], width)
            for one in rule_change.fields:
                shown = f"{_whole(one.before) or '–'} → {_whole(one.after) or '–'}"
                out += _wrapped(f"    {one.field}: {shown}", width, "bright", "      ")
    if diff.added:
        out += _section(_("Added"))
        for rule in diff.added:
            out += _head("+", "info", rule.rule, rule.title, 0, width)
            out += _wrapped(f"    {_condition(rule)}", width, "bright", "      ")
    return out


def _condition(rule: Rule) -> str:
    held = f" · for {format_duration(rule.for_)}" if rule.for_ else ""
    return _whole(f"{rule.when}{held} · {rule.severity} · {rule.scope.level}")


def _head(mark: str, style: str, rule: str, title: Words, alerts: int, width: int) -> list[Line]:
    told = " · " + _("{n} open alerts").format(n=alerts) if alerts else ""
    first, *rest = wrap(_whole(f"{rule}  {local(title.zh, title.en)}") + told, max(10, width - 4), "  ")
    return [line((f"  {mark} ", style), (first, "")), *(line("    ", part) for part in rest)]


def _whole(text: str) -> str:
    """A text of the files made harmless; all of it, since people decide on it."""
    return clean(text, LONGEST)


def _section(title: str) -> list[Line]:
    return [(), line((title, "title"))]


def _wrapped(text: str, width: int, style: str, indent: str) -> list[Line]:
    return [line((part, style)) for part in wrap(text, max(10, width), indent)]
