"""Rules: what a planner writes, read from YAML and checked to the last name before anything depends on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from alerts.rows import Level, RowAttributes
from feeds.durations import Duration
from feeds.errors import InputError
from feeds.yaml_tree import Places
from feeds.yamlfile import FileModel, read_yaml_located

Severity = Literal["critical", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
"""The gravest first."""

RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]


class Words(FileModel):
    """One sentence in both languages."""

    zh: Sentence
    en: Sentence


def _no_none(name: str) -> str:
    if name == "none":
        raise ValueError("none stands for no profile; expected another name")
    return name


ProfileId = Annotated[RuleId, AfterValidator(_no_none)]
"""The name of a profile."""

NO_PROFILE = ""
"""The usual thresholds."""


class RuleProfile(FileModel):
    """What is different of a rule while a profile holds; what is not named stays as it is."""

    when: str | None = None
    for_: Duration | None = Field(None, alias="for")
    clear: str | None = None
    keep_firing_for: Duration | None = None

    @model_validator(mode="after")
    def _something(self) -> RuleProfile:
        if not self.model_fields_set:
            raise ValueError("changes nothing; expected when, for, clear or keep_firing_for")
        return self


class EscalationStep(FileModel):
    """Who is told when nobody has taken an alert on for `after` since it first fired, and how grave it is then."""

    after: Duration = Field(gt=0)
    to: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]
    severity: Severity | None = None


def _in_both(text: object) -> object:
    """A sentence that stands for both languages, as the two."""
    return {"zh": text, "en": text} if isinstance(text, str) else text


Reason = Annotated[Words, BeforeValidator(_in_both)]
"""Why a rule is as it is: a sentence in each language, or one for both."""


class RuleScope(FileModel):
    """Which rows a rule looks at: those that match every list that is not empty; of `tags`, those that have any."""

    level: Level = "queue"
    sites: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()

    def matches(self, row: RowAttributes) -> bool:
        """Whether the rule looks at this row."""
        if row.level != self.level or (self.tags and not any(tag in self.tags for tag in row.tags)):
            return False
        return all(getattr(row, name) in allowed for name, allowed in self.narrowed)

    @cached_property
    def narrowed(self) -> tuple[tuple[str, frozenset[str | int]], ...]:
        """The attributes of a row that are asked for, and what each may be: a rule is asked of every row there is."""
        lists: tuple[tuple[str, tuple[str | int, ...]], ...] = (
            ("site", self.sites),
            ("shop", self.shops),
            ("platform", self.platforms),
            ("category", self.categories),
            ("phase", self.phases),
            ("channel", self.channels),
            ("tier", self.tiers),
        )
        return tuple((name, frozenset(allowed)) for name, allowed in lists if allowed)


class Rule(FileModel):
    """One rule: when a row is in trouble, for how long it must be, and when it is out of it again.

    `clear` is the condition for the end, without it the end is `not when`; it must hold for `keep_firing_for`, in which
    the alert is recovering. `show` is the figure that the alert carries, without it the left side of the first
    comparison of `when`. `owner` is who answers for its alerts, `runbook` where it is written what to do: an address or
    a page. `inhibits` mutes other alerts while this one fires: `queues`, all alerts of the queues of the site (of the
    platform, for a rule about platforms); or rule ids, on the same row. `escalate` are the steps that are taken while
    nobody acknowledges it, `profiles` what is different of it while a planned profile holds.
    """

    rule: RuleId
    title: Words
    scope: RuleScope = RuleScope()
    when: str
    for_: Duration = Field(0.0, alias="for")
    clear: str | None = None
    keep_firing_for: Duration = 0.0
    show: str | None = None
    severity: Severity
    message: Words
    why: Reason
    owner: str = Field("", max_length=64)
    escalate: tuple[EscalationStep, ...] = Field((), max_length=8)
    profiles: Mapping[ProfileId, RuleProfile] = Field({}, max_length=16)
    playbook: RuleId | None = None
    runbook: str = Field("", max_length=300, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")
    inhibits: Literal["queues"] | tuple[RuleId, ...] = ()

    def under(self, profile: str) -> Rule:
        """The rule as it is while a profile holds; itself where it has none of that name."""
        found = self.profiles.get(profile)
        if found is None:
            return self
        return self.model_copy(update={name: getattr(found, name) for name in found.model_fields_set})


class RulesFile(FileModel):
    """A file of rules."""

    rules: tuple[Rule, ...] = Field(min_length=1)


def load_rules(paths: Iterable[Path] | None = None, names: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules of some files and folders (`*.yaml`, by name), or without any the shipped ones, all checked.

    `names` may be used beside those that every rule may use: of clocks that are not shipped. Raises InputError for the
    first thing that is wrong, with its file, line and column.
    """
    from alerts.rule_checks import check_rule, check_together  # needs the grammar; whoever only names a Rule does not

    rules: list[tuple[Rule, Places, int]] = []
    for source in _sources(paths):
        content, places = read_yaml_located(source, RulesFile)
        for index, rule in enumerate(content.rules):
            check_rule(rule, places, ("rules", index), names)
            rules.append((rule, places, index))
    check_together(rules)
    return tuple(rule for rule, _, _ in rules)


def rule_names(rule: Rule) -> tuple[str, ...]:
    """The names that a rule's expressions use, each once, in order of first use."""
    from alerts.expression import parse

    texts = (rule.when, rule.clear, rule.show, *(t for one in rule.profiles.values() for t in (one.when, one.clear)))
    return tuple(dict.fromkeys(name for text in texts if text is not None for name in parse(text).names))


def _sources(paths: Iterable[Path] | None) -> list[Path | Traversable]:
    if paths is None:
        folder = files("alerts").joinpath("library")
        return sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    found: list[Path | Traversable] = []
    for path in paths:
        inside = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not inside:
            raise InputError(str(path), "no rules here", "at least one file *.yaml")
        found.extend(inside)
    return found
