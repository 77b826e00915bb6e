"""A rule made ready to run: its expressions parsed, its figure and its sentences prepared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerts.alert import Subject
from alerts.expression import parse
from alerts.lifecycle import Holds
from alerts.nodes import Node, Number
from alerts.rows import RowAttributes
from alerts.rules import NO_PROFILE, Rule
from alerts.templates import UNKNOWN, fill, format_figure
from alerts.thresholds import constant, leading_comparison
from alerts.units import unit_of_part
from alerts.worst import Worse, limit_of
from alerts.writing import write
from feeds.durations import format_duration
from feeds.metric import Unit


@dataclass(frozen=True, slots=True)
class Plan:
    """One rule of an engine. `index` is its place among the rules: the order in which things of one moment are told."""

    rule: Rule
    index: int
    when: Node
    clear: Node | None
    show: Node
    unit: Unit
    threshold: str
    holds: Holds
    profile: str = NO_PROFILE
    """The profile under which it is so."""
    profiles: Mapping[str, Plan] = field(default_factory=dict, compare=False, repr=False)
    """The rule under each of its profiles, and under none."""
    limit: float = math.nan
    """The threshold as a figure, where it is a constant of the figure that the alert carries."""
    worse: Worse = None
    """Which of two of its figures is the worse one: numpy's fmax or fmin; None where the rule does not say."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """Every expression of it, those of its profiles included: what they look back at is remembered all the time."""
        plans = self.profiles.values() or (self,)
        return tuple(part for plan in plans for part in (plan.when, plan.clear, plan.show) if part is not None)

    def under(self, profile: str) -> Plan:
        """The rule while a profile holds; as usual where it has none of that name."""
        return self.profiles.get(profile) or self.profiles.get(NO_PROFILE) or self

    def message(self, row: RowAttributes, value: float) -> tuple[str, str]:
        """The rule's sentence about a row with this figure, in 中文 and English."""
        fields = {
            "value": format_figure(value, self.unit),
            "threshold": self.threshold,
            "for": format_duration(self.rule.for_),
            "shop": row.shop or UNKNOWN,
            "platform": row.platform or UNKNOWN,
            "category": row.category or UNKNOWN,
            "key": row.key,
        }
        zh = {"site": row.site_zh or row.site_en or row.site, "queue": row.zh or row.en or row.key}
        en = {"site": row.site_en or row.site_zh or row.site, "queue": row.en or row.zh or row.key}
        if row.level == "platform":
            zh, en = {**zh, "platform": zh["queue"]}, {**en, "platform": en["queue"]}
        return fill(self.rule.message.zh, fields | zh), fill(self.rule.message.en, fields | en)

    def subject(self, row: RowAttributes, value: float) -> Subject:
        """What the rule says of a row with this figure."""
        rule, (zh, en) = self.rule, self.message(row, value)
        named = (rule.title.zh, rule.title.en, zh, en)
        return Subject(rule.rule, rule.severity, row, value, *named, rule.playbook, rule.runbook)


def make_plan(rule: Rule, index: int) -> Plan:
    """Make one rule ready, as it usually is. Raises InputError when an expression of it does not parse."""
    if not rule.profiles:
        return _plan(rule, index, NO_PROFILE, {})
    plans: dict[str, Plan] = {}
    for profile in (NO_PROFILE, *rule.profiles):
        plans[profile] = _plan(rule.under(profile), index, profile, plans)
    return plans[NO_PROFILE]


def _plan(rule: Rule, index: int, profile: str, profiles: Mapping[str, Plan]) -> Plan:
    where = f"rule {rule.rule}"
    when = parse(rule.when, where).root
    clear = parse(rule.clear, where).root if rule.clear is not None else None
    leading = leading_comparison(when)
    show, limit = (leading.left, leading.right) if leading is not None else (when, None)
    if leading is not None and constant(leading.left) is not None:
        show, limit = leading.right, leading.left
    threshold_unit = unit_of_part(show)
    if rule.show is not None:
        show = parse(rule.show, where).root
    holds = Holds(rule.for_, rule.keep_firing_for)
    written = _limit(limit, threshold_unit)
    ways = limit_of(show, when)
    return Plan(rule, index, when, clear, show, unit_of_part(show), written, holds, profile, profiles, *ways)


def _limit(node: Node | None, unit: Unit) -> str:
    if node is None:
        return UNKNOWN
    figure = constant(node)
    if figure is None or (isinstance(node, Number) and node.unit):
        return write(node)
    return format_figure(figure, unit)


def make_plans(rules: Sequence[Rule]) -> tuple[Plan, ...]:
    """All rules ready, in order. Raises ValueError when two have one id."""
    if len({rule.rule for rule in rules}) != len(rules):
        raise ValueError("two rules have one id")
    return tuple(make_plan(rule, index) for index, rule in enumerate(rules))
