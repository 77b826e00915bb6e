"""The line at the bottom of every screen: keys, or what was just said, or what is being asked."""

from __future__ import annotations

from collections.abc import Sequence

from console.actions import Action, key_of
from console.draw.lines import Line, crop, fill, line, width_of
from console.i18n import _


def keys_line(actions: Sequence[Action], width: int, remark: str = "") -> Line:
    """As many keys with their words as fit, help first of all; `remark` stands before them."""
    said = _remark(remark)
    kept = _fitting(actions, width - width_of(said))
    return fill([*said, *(span for _action, part in kept for span in part)], width, "bar")


def key_at(actions: Sequence[Action], width: int, remark: str, x: int) -> Action | None:
    """The action whose key stands at cell `x` of that line; None between them."""
    end = width_of(_remark(remark))
    for action, part in _fitting(actions, width - end):
        start, end = end, end + width_of(part)
        if start <= x < end:
            return action
    return None


def _remark(remark: str) -> Line:
    return line((f" {remark} ", "ask")) if remark else ()


def _fitting(actions: Sequence[Action], width: int) -> list[tuple[Action, Line]]:
    kept: list[tuple[Action, Line]] = []
    used = 0
    for action in sorted(actions, key=lambda action: (action.id != "help", action.footer)):
        part = line((f" {action.label} ", "key bar"), (f"{_short(_(action.says))} ", "dim bar"))
        if used + width_of(part) <= width:
            used += width_of(part)
            kept.append((action, part))
    return sorted(kept, key=lambda one: one[0].footer)


def _short(says: str) -> str:
    """The description up to its first explanation."""
    return says.split(";")[0].split("；")[0]


def said_line(text: str, kind: str, width: int) -> Line:
    """What the desk or the console answered; `kind` is ok, bad or note."""
    style = {"ok": "good bar", "bad": "alarm", "note": "bright bar"}[kind]
    mark = {"ok": "✓", "bad": "■", "note": "·"}[kind]
    return fill(line((f" {mark} {text}", style)), width, style)


def ask_line(question: str, width: int) -> Line:
    """A question that y or n answers; where both do not fit, the question is cut and not the keys."""
    asked, yes, no = _asked(question, width)
    return fill((*asked, *yes, *no), width, "bar")


def answer_at(question: str, width: int, x: int) -> str:
    """`y` or `n`, whichever stands at cell `x` of that line; empty beside them."""
    asked, yes, no = _asked(question, width)
    start = width_of(asked)
    middle = start + width_of(yes)
    return "y" if start <= x < middle else "n" if middle <= x < middle + width_of(no) else ""


def _asked(question: str, width: int) -> tuple[Line, Line, Line]:
    yes = line((f" {key_of('yes')} ", "key bar"), (_("yes "), "dim bar"))
    no = line((f" {key_of('no')} ", "key bar"), (_("no "), "dim bar"))
    return crop(line((f" ? {question}  ", "ask")), max(0, width - width_of(yes) - width_of(no))), yes, no
