"""What can be wrong with a rule although its file is well-formed, found before the day and not on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

from alerts.checking import check
from alerts.clock_names import SHIPPED_CLOCK_NAMES
from alerts.duties import DUTY_METRICS
from alerts.expression import Expression, parse
from alerts.functions import Kind
from alerts.nodes import Call, Comparison, Name, Node, Number
from alerts.over_time import RULE_FUNCTIONS
from alerts.platforms import PLATFORM_METRICS
from alerts.projected import PROJECTED
from alerts.rules import SEVERITIES, Rule
from alerts.templates import FIELDS, unit_of, unknown_fields
from alerts.thresholds import first_overlap
from alerts.writing import write
from feeds.catalog import METRICS
from feeds.durations import format_duration
from feeds.errors import InputError
from feeds.metric import Metric, Rows, Unit
from feeds.yaml_tree import Path, Places

PSEUDO_METRICS: Mapping[str, str] = MappingProxyType(
    {
        "link_age_s": "seconds since the site's link was last heard of",
        "data_age_s": "age in seconds of the site's own figures",
        "link_late": "1 when the link is past 2 of its expected intervals, else 0",
        "data_late": "1 when the data is past 2 of its expected intervals, else 0",
        "unknown": "1 when the site's rows cannot be believed any more, else 0",
    }
)
"""What the desk knows about a site beside its figures; never unknown themselves."""

KNOWN_NAMES: frozenset[str] = (
    frozenset(METRICS)
    | frozenset(PSEUDO_METRICS)
    | frozenset(PROJECTED)
    | SHIPPED_CLOCK_NAMES
    | frozenset(PLATFORM_METRICS)
    | frozenset(DUTY_METRICS)
)
"""Every name that a rule's expressions may use, those of rules about platforms and the desk included.

A clock of one's own adds `alerts.clock_names.clock_names`.
"""


_ONLY_OF_PLATFORMS = frozenset(PLATFORM_METRICS) - frozenset(METRICS)


def check_rule(rule: Rule, places: Places, path: Path, more: Collection[str] = ()) -> None:
    """Refuse an unknown name, a figure that the rows lack, a wrong field of a message, a clear that overlaps when.

    `more` are names that go beside `KNOWN_NAMES`.
    """
    check_parts(rule, places, path, more)
    check_sides(rule, places, path)


def _check_escalation(rule: Rule, places: Places, path: Path) -> None:
    """Refuse steps that do not come one after the other, and one that makes an alert milder."""
    latest, gravest = 0.0, SEVERITIES.index(rule.severity)
    for index, one in enumerate(rule.escalate):
        if one.after <= latest:
            before = format_duration(latest)
            what = f"this step comes after {format_duration(one.after)}, the one before it after {before}"
            raise places.error((*path, "escalate", index, "after"), what, f"more than {before}")
        if one.severity is not None and SEVERITIES.index(one.severity) > gravest:
            what = f"this step makes a {SEVERITIES[gravest]} alert {one.severity}"
            expected = " or ".join(SEVERITIES[: gravest + 1])
            raise places.error((*path, "escalate", index, "severity"), what, expected)
        latest = one.after
        gravest = SEVERITIES.index(one.severity) if one.severity else gravest


def check_sides(rule: Rule, places: Places, path: Path) -> None:
    """Refuse a `clear` that can plainly be true together with `when`, as usual or under a profile."""
    for name in ("", *rule.profiles):
        here = rule.under(name)
        if here.clear is not None:
            own = rule.profiles[name].model_fields_set if name else frozenset[str]()
            texts = (("when", here.when), ("clear", here.clear))
            inside = {key: (*path, "profiles", name, key) if key in own else (*path, key) for key, _ in texts}
            _check_sides(*(_parsed(places, inside[key], text) for key, text in texts))


def _check_sides(when: Expression, clear: Expression) -> None:
    overlap = first_overlap(when, clear)
    if overlap is not None:
        raise clear.error(
            overlap.at,
            f"clear and when can both be true: {overlap.clear} and {overlap.when}",
            f"a clear on the good side, such as {overlap.suggestion}",
        )


def check_parts(rule: Rule, places: Places, path: Path, more: Collection[str] = ()) -> None:
    """Refuse what is wrong with a rule's expressions and sentences, each for itself."""
    known = KNOWN_NAMES.union(more)
    _checked(rule, places, (*path, "when"), rule.when, "condition", known)
    if rule.clear is not None:
        _checked(rule, places, (*path, "clear"), rule.clear, "condition", known)
    for name, profile in rule.profiles.items():
        for key, text in (("when", profile.when), ("clear", profile.clear)):
            if text is not None:
                _checked(rule, places, (*path, "profiles", name, key), text, "condition", known)
    if rule.show is not None:
        _checked(rule, places, (*path, "show"), rule.show, "number", known)
    _check_escalation(rule, places, path)
    for language, sentence in (("zh", rule.message.zh), ("en", rule.message.en)):
        for at, name in unknown_fields(sentence):
            raise places.error(
                (*path, "message", language),
                f"unknown field {{{name}}}",
                "one of " + ", ".join(f"{{{field}}}" for field in FIELDS),
                offset=at,
            )


def _check_units(expression: Expression) -> None:
    """Refuse a limit in another unit than its metric: `refund_time_h_day > 48h` would compare hours with 172,800."""
    for node in expression.root.walk():
        if not isinstance(node, Comparison):
            continue
        for quantity, limit in ((node.left, node.right), (node.right, node.left)):
            name = _measured(quantity)
            if name and isinstance(limit, Number):
                right = _right_limit(unit_of(name), limit)
                if right:
                    raise expression.error(limit.at, f"{write(limit)} is no limit for {name}", right)


def _measured(node: Node) -> str:
    """The metric that a part is a figure of, in the metric's own unit; empty for anything else."""
    if isinstance(node, Call) and node.name in ("avg", "max", "min", "delta") and node.arguments:
        node = node.arguments[0]
    return node.name if isinstance(node, Name) else ""


def _right_limit(unit: Unit, limit: Number) -> str:
    """What the limit should have been; empty when it is right."""
    if limit.unit == "s" and unit is not Unit.SECONDS:
        return f"a plain number: the metric is in {unit.value}"
    if unit is Unit.SECONDS and not limit.unit and limit.number != 0.0:
        return f"a duration such as {limit.number:g}s"
    if unit is Unit.SHARE and limit.number > 1.0:
        return f"a share such as {min(limit.number, 100.0):g}%"
    if limit.unit == "%" and unit not in (Unit.SHARE, Unit.RATIO):
        return f"a plain number: the metric is in {unit.value}"
    return ""


def check_together(rules: Sequence[tuple[Rule, Places, int]]) -> None:
    """Refuse rules with one id, and rules that inhibit one that does not exist, or each other in a circle."""
    seen: dict[str, tuple[Rule, Places, int]] = {}
    for rule, places, index in rules:
        if rule.rule in seen:
            _, other, earlier = seen[rule.rule]
            first = f"{other.where}:{other(('rules', earlier, 'rule'))[0]}"
            raise places.error(
                ("rules", index, "rule"), f"rule {rule.rule!r} is here twice, first in {first}", "each id once"
            )
        seen[rule.rule] = (rule, places, index)
    for rule, places, index in rules:
        for position, target in enumerate(_targets(rule)):
            path: Path = ("rules", index, "inhibits", position)
            if target not in seen:
                raise places.error(path, f"unknown rule {target!r}", nearest_of(target, seen, "the id of a rule"))
            if rule.rule in _reached(target, {name: _targets(one) for name, (one, _, _) in seen.items()}):
                raise places.error(path, f"{rule.rule} and {target} inhibit each other", "one direction only")


def _checked(rule: Rule, places: Places, path: Path, text: str, wants: Kind, known: Collection[str]) -> Expression:
    expression = _parsed(places, path, text)
    check(expression, known, RULE_FUNCTIONS, wants=wants)
    _check_units(expression)
    for name in expression.names:
        metric = METRICS.get(name)
        if (name in DUTY_METRICS) != (rule.scope.level == "desk"):
            raise _of_the_desk(expression, name, rule.scope.level)
        if (name not in PLATFORM_METRICS) if rule.scope.level == "platform" else name in _ONLY_OF_PLATFORMS:
            raise _of_platforms(expression, name, rule.scope.level)
        if (
            rule.scope.level not in ("platform", "desk")
            and isinstance(metric, Metric)
            and metric.rows not in (Rows.BOTH, Rows(rule.scope.level))
        ):
            raise _misplaced(expression, name, metric, rule.scope.level)
    return expression


def _parsed(places: Places, path: Path, text: str) -> Expression:
    return parse(text, places.where, place=lambda at: places.inside(path, at))


def _misplaced(expression: Expression, name: str, metric: Metric, level: str) -> InputError:
    at = max(expression.text.find(name), 0)
    return expression.error(
        at,
        f"{name} is a figure of a {metric.rows.value}, not of a {level}",
        f"a metric that a {level} has, or scope: {{level: {metric.rows.value}}}",
    )


def _of_platforms(expression: Expression, name: str, level: str) -> InputError:
    at = max(expression.text.find(name), 0)
    if level == "platform":
        expected = "one of " + ", ".join(PLATFORM_METRICS)
        return expression.error(at, f"{name} is no figure of a platform", expected)
    return expression.error(at, f"{name} is a figure of a platform, not of a {level}", "scope: {level: platform}")


def _of_the_desk(expression: Expression, name: str, level: str) -> InputError:
    at = max(expression.text.find(name), 0)
    if level == "desk":
        return expression.error(at, f"{name} is nothing that the desk owes", "one of " + ", ".join(DUTY_METRICS))
    return expression.error(at, f"{name} is a figure of the desk, not of a {level}", "scope: {level: desk}")


def _targets(rule: Rule) -> tuple[str, ...]:
    return () if rule.inhibits == "queues" else rule.inhibits


def _reached(start: str, graph: Mapping[str, tuple[str, ...]]) -> set[str]:
    reached, ahead = {start}, [start]
    while ahead:
        fresh = [name for name in graph.get(ahead.pop(), ()) if name not in reached]
        reached.update(fresh)
        ahead.extend(fresh)
    return reached


def nearest_of(name: str, known: Iterable[str], what: str) -> str:
    """`what`, and the known name that is nearest to a mistyped one."""
    found = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"{what}, nearest: {found[0]!r}" if found else what
