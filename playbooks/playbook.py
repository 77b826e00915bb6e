"""A checked playbook: every action, argument, parameter and name in it exists."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playbooks.action import Action, Kind
from playbooks.conditions import Condition
from playbooks.run import Value
from playbooks.words import Words

NOTHING = Words("", "")


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
    when: Condition | None = None
    """Looked at when its turn comes; where it does not hold, the step is left out."""


@dataclass(frozen=True, slots=True)
class About:
    """What a catalogue says of a playbook, beside its title. What the file leaves out is empty, 0 or None."""

    rung: str = ""
    phase: str = "any"
    owner: str = ""
    lead_time: tuple[float, float] | None = None
    effect: Words = NOTHING
    figures: Mapping[str, float] = field(default_factory=dict)
    """`arrivals`, `capacity`, `handle_time` as relative changes, `efficiency` of its people."""
    cost: Words = NOTHING
    rank: int = 5
    """By cost, 1 to 10."""


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
    about: About = About()
    cooldown: float = 0.0
    next: str | None = None
    mode: Literal["manual", "suggest", "auto"] = "suggest"
    """Who starts it: a person, a person to whom it was proposed, or the desk (`playbooks.automatic`)."""
    announce: float = 30.0
    per_hour: int = 2
    """Of automatic starts: for how many seconds each is announced, and how many there are at most in an hour."""

    @property
    def kinds(self) -> dict[str, Kind]:
        """Parameter → what it holds."""
        return {spec.name: spec.kind for spec in self.parameters.values()}

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure that any of its conditions depends on, each once."""
        steps = tuple(condition for step in self.steps for condition in (step.when, step.verify))
        found = [c for c in (*self.guards, *steps, self.check, self.revert_when) if c is not None]
        return tuple(dict.fromkeys(name for one in found for name in one.names))
