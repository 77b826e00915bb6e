"""What a playbook file may say: the schema of the YAML, before it is checked against actions and metrics."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from feeds.durations import Duration, format_duration
from feeds.yamlfile import FileModel
from playbooks.action import Kind

MAX_LASTS_S = 86_400.0
"""Nothing is switched on or lent for longer than this without somebody renewing it."""

AUTO = "auto"
"""The default of a parameter that the action chooses from the board."""


class Title(FileModel):
    """A name in both languages."""

    zh: str
    en: str


class Suggest(FileModel):
    """Which alert this playbook answers, and how long it must have fired. An operator still confirms, unless `auto`."""

    alert: str
    after: Duration = Field(0.0, alias="for")
    mode: Literal["manual", "suggest", "auto"] = "suggest"
    """`manual`: never proposed; `auto`: the desk starts it by itself, after it was announced."""
    announce: Duration = Field(30.0, ge=5, le=3600)
    """How long an automatic start is announced before."""
    per_hour: int = Field(2, ge=1, le=60)
    """So many times an hour the desk starts it by itself."""


class Cost(Title):
    """What it costs, in words, and as a number from 1 (nobody notices) to 10 to rank by."""

    rank: int = Field(ge=1, le=10)


class Effect(Title):
    """What it is expected to do, in words, and where it can be said in figures, as a relative change.

    `arrivals` of new contacts that need a person, `capacity` in agents, `handle_time` of a contact; `efficiency` is
    what one of its people does against one at home.
    """

    arrivals: float | None = Field(None, ge=-1, le=10)
    capacity: float | None = Field(None, ge=-1, le=10)
    handle_time: float | None = Field(None, ge=-1, le=10)
    efficiency: float | None = Field(None, gt=0, le=2)


class Parameter(FileModel):
    """Something that is filled in for each run: from the alert, by default, chosen, or by the operator.

    `kind` may be left out where `from` or the argument that uses it says it. `default: auto` lets the action choose.
    `min` and `max` bound counts, shares and durations (in seconds).
    """

    source: Literal["alert.queue", "alert.site"] | None = Field(None, alias="from")
    default: str | float | None = None
    min: float | None = None
    max: float | None = None
    kind: Kind | None = None
    title: Title | None = None


class Verify(FileModel):
    """What the board must show for a step to count as done, and how long that may take."""

    that: str
    within: Duration


class Step(FileModel):
    """One action with its arguments under the action's name, its `verify`, and `when` it is done at all."""

    model_config = ConfigDict(extra="allow")

    when: str | None = None
    verify: Verify | None = None

    @model_validator(mode="after")
    def _one_action(self) -> Step:
        extra = self.model_extra or {}
        if len(extra) != 1:
            found = ", ".join(sorted(extra)) or "none"
            raise PydanticCustomError(
                "refused",
                "{what}; expected {expected}",
                {
                    "what": f"a step has exactly one action, this one has {found}",
                    "expected": "one action and its verify",
                },
            )
        return self

    @property
    def action(self) -> str:
        """The action's name."""
        return next(iter(self.model_extra or {}))

    @property
    def args(self) -> Any:  # noqa: ANN401 - not checked yet
        """Whatever the file has under it; checked with the action's arguments."""
        return (self.model_extra or {})[self.action]


class Check(FileModel):
    """Whether it helped: looked at once, `after` the last step was seen."""

    after: Duration
    expect: str


class Revert(FileModel):
    """When it ends: as soon as `when` holds, or at the latest `after` it took effect."""

    when: str | None = None
    after: Duration

    @field_validator("after")
    @classmethod
    def _has_an_end(cls, after: float) -> float:
        if 0.0 < after <= MAX_LASTS_S:
            return after
        what = f"it would end by itself after {format_duration(after)}"
        raise PydanticCustomError(
            "refused", "{what}; expected {expected}", {"what": what, "expected": "more than 0s and at most 1d"}
        )


class PlaybookFile(FileModel):
    """The whole file."""

    playbook: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    title: Title
    rung: str = Field("", pattern=r"^(P[0-9]{2})?$")
    """Its place on the agreed ladder, P01 to P23."""
    tier: int = Field(1, ge=0, le=3)
    phase: Literal["before", "during", "after", "any"] = "any"
    """When in a peak it has its place."""
    owner: str = Field("", max_length=64)
    """The role that answers for it."""
    lead_time: tuple[Duration, Duration] | None = None
    """From the key to the first effect: at least, at most."""
    effect: Effect | None = None
    cost: Cost | None = None
    cooldown: Duration = Field(0.0, ge=0, le=MAX_LASTS_S)
    """After its end it is not started again on the same things for so long."""
    next: str | None = None
    """The playbook that is proposed where this one does not help."""
    suggest: Suggest | None = None
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    guards: tuple[str, ...] = ()
    approve: int = Field(1, ge=1, le=9)
    on_expiry: Literal["revert", "ask"] = "revert"
    steps: tuple[Step, ...] = Field(min_length=1)
    check: Check | None = None
    revert: Revert
