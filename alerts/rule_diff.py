"""What differs between two rule sets, whatever their order: for the journal as plain data, for people by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from alerts.rules import EscalationStep, Rule, Words
from feeds.canonical import canonical
from feeds.durations import format_duration, is_duration

_DURATIONS = frozenset(
    str(field.alias or name)
    for model in (Rule, EscalationStep)
    for name, field in model.model_fields.items()
    if is_duration(field.metadata)
)
"""The keys that hold a duration, wherever in a rule they stand."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a rule, as its file writes it (`scope.sites`, `for`). Empty: not there."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that is in both sets and differs, under its new title; its fields in the order of the file."""

    rule: str
    title: Words
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class RuleDiff:
    """What one rule set has that another has not: each part in order of the rules' ids."""

    added: tuple[Rule, ...] = ()
    removed: tuple[Rule, ...] = ()
    changed: tuple[RuleChange, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the journal: new rules whole, the fields of changed ones as [before, after]."""
        return {
            "added": [plain_rule(rule) for rule in self.added],
            "removed": [rule.rule for rule in self.removed],
            "changed": {one.rule: {f.field: [f.before, f.after] for f in one.fields} for one in self.changed},
        }

    def words(self) -> tuple[str, str]:
        """One line, in 中文 and English."""
        counts = (len(self.added), len(self.removed), len(self.changed))
        zh = ("新增 {}", "删除 {}", "改动 {}")
        en = ("{} added", "{} removed", "{} changed")
        told = [[word.format(n) for word, n in zip(words, counts, strict=True) if n] for words in (zh, en)]
        return "，".join(told[0]) or "无变化", ", ".join(told[1]) or "no change"


def rule_diff(before: Sequence[Rule], after: Sequence[Rule]) -> RuleDiff:
    """What has to be added, removed and changed to come from one set to the other."""
    old, new = {rule.rule: rule for rule in before}, {rule.rule: rule for rule in after}
    both = [_change(old[name], new[name]) for name in sorted(old.keys() & new.keys())]
    return RuleDiff(
        tuple(new[name] for name in sorted(new.keys() - old.keys())),
        tuple(old[name] for name in sorted(old.keys() - new.keys())),
        tuple(one for one in both if one.fields),
    )


def rules_hash(rules: Sequence[Rule]) -> str:
    """Names a rule set: the same rules in whatever order give the same 16 hex digits."""
    text = "\n".join(canonical(plain_rule(rule)) for rule in sorted(rules, key=lambda rule: rule.rule))
    return sha256(text.encode()).hexdigest()[:16]


def plain_rule(rule: Rule) -> dict[str, Any]:
    """A rule as plain data, from which `Rule.model_validate` makes it again; durations in seconds."""
    plain = rule.model_dump(mode="json", by_alias=True)
    # A profile changes the fields that it has; one that is there and empty is not one that is missing.
    profiles = {
        name: one.model_dump(mode="json", by_alias=True, exclude_unset=True) for name, one in rule.profiles.items()
    }
    return plain | {"profiles": profiles}


def _change(before: Rule, after: Rule) -> RuleChange:
    old, new = dict(_fields(plain_rule(before))), dict(_fields(plain_rule(after)))
    names = dict.fromkeys([*old, *new])
    changes = [FieldChange(name, old.get(name, ""), new.get(name, "")) for name in names]
    return RuleChange(after.rule, after.title, tuple(one for one in changes if one.before != one.after))


def _fields(plain: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Each field with its dotted name, as text; empty where there is nothing."""
    for name, value in plain.items():
        if isinstance(value, Mapping):
            yield from _fields(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", "" if value in (None, []) else _written(value, name)


def _written(value: object, name: str = "") -> str:
    """A value in the flow style of YAML; `name` is its key."""
    if isinstance(value, float) and name in _DURATIONS:
        return format_duration(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(part, key)}" for key, part in value.items() if part is not None) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
