"""What a playbook file may say: the schema of the YAML, before it is checked against actions and metrics."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from feeds.durations import Duration
from feeds.yamlfile import FileModel
from playbooks.action import Kind

AUTO = "auto"
"""The default of a parameter that the action chooses from the board."""


class Title(FileModel):
    """A name in both languages."""

    zh: str
    en: str


class Suggest(FileModel):
    """Which alert this playbook answers, and how long it must have fired. An operator still confirms."""

    alert: str
    after: Duration = Field(0.0, alias="for")


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
    """One action with its arguments under the action's name, and its `verify`."""

    model_config = ConfigDict(extra="allow")

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


class PlaybookFile(FileModel):
    """The whole file."""

    playbook: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    title: Title
    tier: int = Field(1, ge=0, le=3)
    suggest: Suggest | None = None
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    guards: tuple[str, ...] = ()
    approve: int = Field(1, ge=1, le=9)
    on_expiry: Literal["revert", "ask"] = "revert"
    steps: tuple[Step, ...] = Field(min_length=1)
    check: Check | None = None
    revert: Revert
