"""A checked playbook: every action, argument, parameter and name in it exists."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from playbooks.action import Action, Kind
from playbooks.conditions import Condition
from playbooks.run import Value
from playbooks.words import Words


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """What a parameter holds and where it comes from. `default` None must be given, `auto` is chosen."""

    name: str
    kind: Kind
    source: str | None = None
    default: Value | None = None
    least: float = -math.inf
    most: float = math.inf
    title: Words | None = None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: arguments are values or `$parameter`; `within` is how long the board may take to show `verify`."""

    action: Action
    args: Mapping[str, Value]
    verify: Condition | None
    within: float


@dataclass(frozen=True, slots=True)
class Playbook:
    """One playbook, ready to be previewed and run. Times in seconds."""

    id: str
    title: Words
    tier: int
    suggested_by: str | None
    suggested_after: float
    parameters: Mapping[str, ParameterSpec]
    guards: tuple[Condition, ...]
    approve: int
    on_expiry: Literal["revert", "ask"]
    steps: tuple[PlannedStep, ...]
    check: Condition | None
    check_after: float
    revert_when: Condition | None
    revert_after: float
    source: Mapping[str, Any]
    """The file as plain data, from which it can be checked again."""
    digest: str
    """A hash of `source`: a run goes on under the definition that it was confirmed under."""

    @property
    def kinds(self) -> dict[str, Kind]:
        """Parameter → what it holds."""
        return {spec.name: spec.kind for spec in self.parameters.values()}

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure that any of its conditions depends on, each once."""
        steps = tuple(step.verify for step in self.steps)
        found = [c for c in (*self.guards, *steps, self.check, self.revert_when) if c is not None]
        return tuple(dict.fromkeys(name for one in found for name in one.names))
