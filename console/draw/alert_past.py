"""What happened to an alert, in lines and words: each change with its time, figure and reason, or its person."""

from __future__ import annotations

import math
from collections.abc import Sequence

from alerts.alert import Transition
from alerts.rule_facts import RuleFacts
from console.alert_histories import AlertHistory, Happening
from console.draw.lines import Line, Span, line, sides
from console.format import clock
from console.i18n import N_, _
from console.picture import Picture

STATE_WORDS = {
    "inactive": N_("not there"),
    "pending": N_("pending"),
    "firing": N_("firing"),
    "recovering": N_("recovering"),
    "resolved": N_("resolved"),
    "acknowledged": N_("taken on"),
    "unacknowledged": N_("given back"),
    "assigned": N_("assigned"),
    "flapping": N_("flapping"),
    "settled": N_("settled"),
    "escalated": N_("escalated"),
}
"""States of an alert, and what may become of it beside them."""
_REASONS = {
    "when": N_("its condition is true"),
    "not when": N_("its condition is false again"),
    "for": N_("it held for its time"),
    "clear": N_("its end condition is true"),
    "not clear": N_("its end condition is false again"),
    "keep_firing_for": N_("it stayed well for its time"),
    "row removed": N_("its row is gone"),
    "rule removed": N_("its rule is gone"),
    "out of scope": N_("its row is out of the rule's scope"),
}


def history_lines(history: AlertHistory, rule: str, picture: Picture, width: int) -> list[Line]:
    """What happened to it, the newest first."""
    facts = picture.view.rule_facts.get(rule)
    shown = history.happenings
    if not shown:
        return [line((_("nothing is remembered of it; the journal has it all"), "dim"))]
    out: list[Line] = []
    for place, one in enumerate(reversed(shown)):
        if history.left_out and place == len(shown) - 1:
            out.append(line((_("   … {n} more are in the journal").format(n=history.left_out), "dim")))
        out += _happening(one, facts, picture, width)
    return out


def _happening(one: Happening, facts: RuleFacts | None, picture: Picture, width: int) -> list[Line]:
    change = one.change
    figure = facts.written(change.value) if facts is not None and math.isfinite(change.value) else ""
    tail = line((figure, "bright"))
    head: Sequence[Span] = (
        (f"{clock(change.at, picture.zone)} ", "dim"),
        (f"{_moved(change)} ", _style(change)),
        (reason_words(change, who=one.who), "dim"),
    )
    return [sides(head, tail, width)]


def _moved(change: Transition) -> str:
    became = _(STATE_WORDS[change.to_state])
    if change.from_state == "inactive" or change.to_state not in _REACHED:
        return became
    return f"{_(STATE_WORDS[change.from_state])} → {became}"


_REACHED = frozenset({"inactive", "pending", "firing", "recovering", "resolved"})


def _style(change: Transition) -> str:
    return {"firing": "strong", "resolved": "good", "pending": "warning"}.get(change.to_state, "info")


def reason_words(change: Transition, who: str = "") -> str:
    """Why a change came about, in words; of what a person did, the person and what they said."""
    known = _REASONS.get(change.reason)
    if known is not None:
        return _(known)
    if who and not change.reason.startswith(who):
        return f"{who}: {change.reason}"
    return change.reason
