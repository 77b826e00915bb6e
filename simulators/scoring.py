"""The score of a drill: five parts, each with its figures and the journal entries that they come from.

The weights are 40 for what customers suffered, 20 for the time to detect, 15 for the time to the first right act, 15
for reversal discipline, 10 for log and handover. A part that cannot be judged (no objectives, nothing was started) has
no points, neither zero nor full marks, and the total says out of how many points it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feeds.journal import Entry
from simulators.deeds import alerts_shown, courses, deeds
from simulators.objectives import Objectives, Truth
from simulators.scoring_customers import customers_part
from simulators.scoring_discipline import log_part, reversal_part
from simulators.scoring_part import Finding, Part
from simulators.scoring_response import act_part, detection_part
from simulators.standing_branch import Known, known_from, standing
from simulators.suffering import Suffering

__all__ = ["Finding", "Part", "Score", "Session", "score"]


@dataclass(frozen=True, slots=True)
class Session:
    """All that a drill is judged by. `entries` is its journal, `started` the scenario's start in epoch seconds.

    `left_over` is what the world says is still lent or switched on at the end. `outcome` is the number of the journal
    entry that holds the world's own counters.
    """

    entries: Sequence[Entry]
    started: float
    seconds: float
    suffered: Suffering
    best: Suffering | None
    objectives: Objectives
    truth: Truth | None
    left_over: Mapping[str, int] = field(default_factory=dict)
    outcome: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Parts by name, in the order of their weights."""

    parts: Mapping[str, Part]
    known: Known | None = None
    """From when on the people at the desk knew the truth; None where nobody revealed it."""

    @property
    def of(self) -> float:
        """The points of the parts that could be judged; 100 when all could."""
        return sum(part.of for part in self.parts.values() if not math.isnan(part.points))

    @property
    def points(self) -> float:
        """The sum of the points that are known; NaN when none is."""
        known = [part.points for part in self.parts.values() if not math.isnan(part.points)]
        return sum(known) if known else math.nan

    def as_dict(self) -> dict[str, Any]:
        """Plain data; unknown is None."""
        points = self.points
        total = {
            "points": None if math.isnan(points) else round(points, 2),
            "of": round(self.of, 2),
            "share": round(points / self.of, 4) if self.of else None,
            "unknown": [name for name, part in self.parts.items() if math.isnan(part.points)],
        }
        known = self.known
        said = {} if known is None else {"known": {"at_s": round(known.at, 6), "who": known.who, "entry": known.entry}}
        return {"total": total, "parts": {name: part.as_dict() for name, part in self.parts.items()}, **said}


def score(session: Session) -> Score:
    """Judge a drill by the branch of it that stands."""
    entries = standing(session.entries)
    shown, done = alerts_shown(entries, session.started), deeds(entries, session.started)
    runs = courses(entries, session.started)
    objectives, truth, end = session.objectives, session.truth, session.seconds
    return Score(
        {
            "customers": customers_part(session.suffered, session.best, objectives.limits, session.outcome),
            "detect": detection_part(objectives, truth, shown, done, end),
            "act": act_part(objectives, truth, done, end),
            "reversal": reversal_part(runs, end, session.left_over, objectives.limits, session.outcome),
            "log": log_part(shown, done, end, objectives.limits),
        },
        known_from(session.entries, session.started),
    )
