"""The line at the bottom of every screen: keys, or what was just said, or what is being asked."""

from __future__ import annotations

from collections.abc import Sequence

from console.actions import Action
from console.draw.lines import Line, crop, fill, line, width_of
from console.i18n import _


def keys_line(actions: Sequence[Action], width: int, remark: str = "") -> Line:
    """As many keys with their words as fit, help first of all; `remark` stands before them."""
    kept: list[tuple[int, Line]] = []
    said = line((f" {remark} ", "ask")) if remark else ()
    used = width_of(said)
    for action in sorted(actions, key=lambda action: (action.id != "help", action.footer)):
        part = line((f" {action.label} ", "key bar"), (f"{_short(_(action.says))} ", "dim bar"))
        if used + width_of(part) <= width:
            used += width_of(part)
            kept.append((action.footer, part))
    return fill([*said, *(span for _order, part in sorted(kept) for span in part)], width, "bar")


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
    keys = line((" y ", "key bar"), (_("yes "), "dim bar"), (" n ", "key bar"), (_("no "), "dim bar"))
    asked = crop(line((f" ? {question}  ", "ask")), max(0, width - width_of(keys)))
    return fill((*asked, *keys), width, "bar")
