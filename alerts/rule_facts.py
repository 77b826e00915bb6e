"""What a screen says of a rule beside its alerts: its conditions, its reason, and the figure that its alerts carry."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerts.nodes import Name, Node
from alerts.plan import Plan
from alerts.templates import format_figure
from feeds.metric import Unit


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """One rule. Durations in seconds; `clear` is empty where the end is `not when`.

    `figure` is the metric that its alerts carry, empty where that is worked out from several; `limit` is the threshold
    of that figure, NaN where it is no constant, and `limit_text` the same as people write it. `metrics` are all names
    of its conditions, the figure's first.
    """

    rule: str
    title_zh: str
    title_en: str
    when: str
    clear: str
    why_zh: str
    why_en: str
    for_s: float
    keep_s: float
    figure: str
    metrics: tuple[str, ...]
    unit: Unit
    limit: float
    limit_text: str
    runbook: str = ""

    def written(self, value: float) -> str:
        """A figure of its alerts as people write it; `–` where it is unknown."""
        return format_figure(value, self.unit)


def rule_facts(plans: Sequence[Plan]) -> Mapping[str, RuleFacts]:
    """The facts of all rules by their ids."""
    return {plan.rule.rule: _facts(plan) for plan in plans}


def _facts(plan: Plan) -> RuleFacts:
    rule = plan.rule
    return RuleFacts(
        rule.rule,
        rule.title.zh,
        rule.title.en,
        rule.when,
        rule.clear or "",
        rule.why.zh,
        rule.why.en,
        rule.for_,
        rule.keep_firing_for,
        plan.show.name if isinstance(plan.show, Name) else "",
        tuple(dict.fromkeys((*_names(plan.show), *_names(plan.when)))),
        plan.unit,
        plan.limit,
        plan.threshold if math.isfinite(plan.limit) else "",
        rule.runbook,
    )


def _names(node: Node) -> list[str]:
    return [part.name for part in node.walk() if isinstance(part, Name)]
