"""What the coach's panel shows, as one value: made on demand, and never part of what the desk hands to its screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a screen draws it without the simulator behind it
    from simulators.aims import Aim
    from simulators.objectives import Truth
    from simulators.scoring import Score
    from simulators.standing_branch import Known


@dataclass(frozen=True, slots=True)
class Incident:
    """Something injected, or done by the coach: from `at` to `until` (seconds since the start; infinity: for good).

    `by` is who asked for it, empty for the scenario's own.
    """

    at: float
    until: float
    zh: str
    en: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class NamedMoment:
    """A moment that has a name to go back to; `at` in seconds since the start."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class CoachView:
    """A drill as its coach sees it, `at` seconds after the scenario's start (`started`, epoch seconds)."""

    started: float
    at: float
    length: float
    seed: int
    ahead: tuple[Incident, ...]
    past: tuple[Incident, ...]
    aims: tuple[Aim, ...]
    score: Score
    harm: float
    """Share of what could be spoilt for customers that was; NaN while there were none."""
    moments: tuple[NamedMoment, ...] = ()
    oldest: float = float("nan")
    """The earliest moment that can be gone back to."""
    seeks: int = 0
    """How often the drill went back."""
    undone: int = 0
    """Entries of the journal that do not stand any more."""
    truth: Truth | None = None
    """What really happens; None until it is revealed."""
    has_truth: bool = False
    known: Known | None = None
    """Who revealed it, and from when on it was known."""
    ready: tuple[str, ...] = ()
    """Injections to take as they are or to change."""
    fixed: bool = False
    """Whether the drill is recorded, and cannot go back."""
