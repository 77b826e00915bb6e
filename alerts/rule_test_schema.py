"""What a file of rule tests may say (docs/rules.md, "Rule tests")."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from alerts.rows import Level
from alerts.rules import Reason, Rule, RuleId, Severity, Words
from feeds.durations import Duration, parse_duration
from feeds.errors import InputError
from feeds.yamlfile import FileModel

Label = Annotated[str, StringConstraints(min_length=1, max_length=300)]

_NO_WORDS = Words(zh="–", en="–")


class CaseRule(Rule):
    """A rule written in a case: only its condition is needed."""

    rule: RuleId = "rule"
    title: Words = _NO_WORDS
    severity: Severity = "warning"
    message: Words = _NO_WORDS
    why: Reason = _NO_WORDS


def _figure(value: object) -> object:
    """A figure as people write it: 30, 0.8, 80%, 45s."""
    if not isinstance(value, str):
        return value
    try:
        if value.endswith("%"):
            return float(value[:-1]) / 100.0
        return parse_duration(value)
    except (ValueError, InputError):
        raise PydanticCustomError(
            "refused", "{what}; expected {expected}", {"what": f"{value!r} is no figure", "expected": "30, 80% or 45s"}
        ) from None


def _as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


Figure = Annotated[float | None, BeforeValidator(_figure)]
"""One value of a series; None is unknown."""

Figures = Annotated[tuple[Figure, ...], BeforeValidator(_as_list)]
"""The values of a metric, one for each interval from 0 on; a single one holds for good."""


def _sort_of_mapping(value: object) -> str:
    return "<mapping>" if isinstance(value, dict | CaseRule) else "<other>"


Series = Annotated[
    Annotated[dict[str, Figures], Tag("<mapping>")] | Annotated[Figures, Tag("<other>")],
    Discriminator(_sort_of_mapping),
]
"""Metric → values, or the values of the only metric that the case's rule looks at."""

RuleEntry = Annotated[
    Annotated[CaseRule, Tag("<mapping>")] | Annotated[str, Tag("<other>")], Discriminator(_sort_of_mapping)
]
"""A rule written out, or a name: of a rule in a case, of a file at the top."""

Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class CaseRow(FileModel):
    """Where a series belongs, for rules with a scope."""

    level: Level = "queue"
    site: str = "site"
    shop: str = ""
    platform: str = ""
    category: str = ""
    phase: str = ""
    channel: str = ""
    tier: int = 0
    tags: Names = ()


class Expectation(FileModel):
    """What must be so at an instant: the state, and what else is named, of each series that is meant."""

    at: Duration
    state: Literal["inactive", "pending", "firing", "recovering", "resolved"] | None = None
    series: Names = ()
    rule: str | None = None
    since: Duration | None = None
    stale: bool | None = None
    muted: bool | None = None
    silenced: bool | None = None
    acknowledged: bool | str | None = None
    escalated: Literal[False] | str | None = None
    severity: Severity | None = None
    profile: RuleId | None = None

    @model_validator(mode="after")
    def _something(self) -> Expectation:
        if not self.model_fields_set - {"at", "series", "rule"}:
            raise ValueError("expects nothing; expected a state")
        return self


class CaseAcknowledge(FileModel):
    """Somebody takes alerts on, until they are over or `until`: those of `series` and `rule`, or all that are there."""

    by: Label
    note: str = ""
    until: Duration | None = None
    series: Names = ()
    rule: str | None = None


class CaseSilence(FileModel):
    """Somebody silences the alerts of `series`, `rules` and `sites` until an instant; what is not named allows all."""

    by: Label
    until: Duration
    series: Names = ()
    rules: Names = ()
    sites: Names = ()


def _acknowledge(value: object) -> object:
    return {"by": value} if isinstance(value, str) else value


class CaseEvent(FileModel):
    """One thing that happens in a case beside its figures."""

    at: Duration
    restart: Literal[True] | Duration | None = None
    acknowledge: Annotated[CaseAcknowledge | None, BeforeValidator(_acknowledge)] = None
    silence: CaseSilence | None = None
    dark: Names | None = None
    back: Names | None = None
    profile: RuleId | None = None
    """The profile that holds from now on; `none` for the usual thresholds."""

    @model_validator(mode="after")
    def _one(self) -> CaseEvent:
        if len(self.model_fields_set - {"at"}) != 1:
            raise ValueError(
                "an event is one thing; expected one of restart, acknowledge, silence, dark, back, profile"
            )
        until = self.silence.until if self.silence else self.acknowledge.until if self.acknowledge else None
        if until is not None and until <= self.at:
            raise ValueError("ends before it begins; expected an until after at")
        return self

    @property
    def down_s(self) -> float:
        """How long the desk is down when it restarts."""
        return 0.0 if self.restart in (True, None) else float(self.restart)


class Case(FileModel):
    """One case: rules, the figures of some series, what happens, and what must come of it."""

    name: Label
    rule: RuleEntry | None = None
    rules: tuple[RuleEntry, ...] = ()
    interval: Annotated[Duration, Field(gt=0)] = 1.0
    series: dict[str, Series]
    rows: dict[str, CaseRow] = Field(default_factory=dict)
    events: tuple[CaseEvent, ...] = ()
    expect: tuple[Expectation, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _either(cls, given: Any) -> Any:  # noqa: ANN401 - whatever the file has
        if isinstance(given, dict) and "rule" in given and "rules" in given:
            raise ValueError("a case has both rule and rules; expected one of them")
        return given


class RuleTestFile(FileModel):
    """A file of rule tests."""

    rules: tuple[RuleEntry, ...] = ()
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]
