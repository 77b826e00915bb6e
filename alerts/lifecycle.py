"""The life of one alert, as a pure function: one rule on one row, fed with what is true when.

    inactive ──when──▶ pending ──held for `for`──▶ firing ──clear──▶ recovering ──`keep_firing_for`──▶ resolved
        ▲                 │                          ▲                    │                         (= inactive)
        └────not when─────┘                          └─────not clear──────┘

A condition is 1.0, 0.0 or NaN. NaN, the unknown, starts nothing and ends nothing, but time goes on under it: a deadline
that falls into it is acted on at the next known value, and only if that value bears it out. Until then a pending alert
is *held*, a firing or recovering one *stale*.

Time is exact: `for: 40s` fires 40 s after the condition became true, whenever that is noticed. At one instant t the
order is: deadlines before t, then what is true at t, then deadlines at t. A condition that ends just as the deadline
comes has not held; zero durations pass at once. Acknowledgement stands apart from all this and lasts until the alert
is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

State = Literal["inactive", "pending", "firing", "recovering", "resolved"]

Standing = Literal["pending", "firing", "recovering"]
"""The states of an alert that is there."""


class Holds(NamedTuple):
    """A rule's two durations in seconds: before it fires (`for`), and before it is over (`keep_firing_for`)."""

    for_s: float = 0.0
    keep_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Course:
    """Where one alert stands. `since` is when its condition became true, `fired_at` when it first fired."""

    state: Standing
    since: float
    fired_at: float | None = None
    unsure: bool = False
    """Its condition is unknown: a pending alert is held, any other stale."""
    recovering_at: float | None = None
    """When a recovering alert last became so."""

    @property
    def entered(self) -> float:
        """When it came into the state that it shows; an alert that fires again shows its first firing."""
        own = {"pending": self.since, "firing": self.fired_at, "recovering": self.recovering_at}[self.state]
        return self.since if own is None else own


@dataclass(frozen=True, slots=True)
class Move:
    """One change of state, at the time at which it was due."""

    from_state: State
    to_state: State
    at: float
    reason: str


Outcome = tuple[Course | None, tuple[Move, ...]]
"""Where an alert stands now (None: inactive), and how it came there."""


def deadline(course: Course, holds: Holds) -> float | None:
    """When time alone moves an alert on; None for one that just fires, and while its condition is unknown."""
    return None if course.unsure or course.state == "firing" else _due(course, holds)


def expire(course: Course | None, holds: Holds, now: float, *, before: bool = False) -> Outcome:
    """What time alone does up to and including `now`, or only `before` it."""
    due = deadline(course, holds) if course is not None else None
    if course is None or due is None or due > now or (before and due == now):
        return course, ()
    return _pass(course, due)


def step(course: Course | None, when: float, clear: float, holds: Holds, now: float) -> Outcome:
    """What the conditions as they are at `now` do, deadlines before `now` first; those at `now` are left to `expire`.

    `when` counts while an alert is not there or pending, `clear` from its firing on.
    """
    course, passed = expire(course, holds, now, before=True)
    if course is None:
        course, moves = _begin(when, holds, now)
    elif course.state == "pending":
        course, moves = _wait(course, when, holds, now)
    elif course.state == "firing":
        course, moves = _burn(course, clear, holds, now)
    else:
        course, moves = _ease(course, clear, holds, now)
    return course, passed + moves


def close(course: Course, now: float, reason: str) -> Move:
    """The end of an alert for a reason outside of its conditions: its row or its rule is no more."""
    return Move(course.state, "inactive" if course.state == "pending" else "resolved", now, reason)


def _due(course: Course, holds: Holds) -> float:
    """The end of the state's own duration, to the microsecond: 0.1 s + 0.2 s is the instant that people call 0.3 s."""
    held = holds.for_s if course.state == "pending" else holds.keep_s
    return max(course.entered, round(course.entered + held, 6))


def _begin(when: float, holds: Holds, now: float) -> Outcome:
    if when != 1.0:
        return None, ()
    if holds.for_s <= 0.0:
        return Course("firing", now, now), (Move("inactive", "firing", now, "when"),)
    return Course("pending", now), (Move("inactive", "pending", now, "when"),)


def _wait(course: Course, when: float, holds: Holds, now: float) -> Outcome:
    if when == 0.0:
        return None, (Move("pending", "inactive", now, "not when"),)
    if when != 1.0:
        return replace(course, unsure=True), ()
    return _pass(course, now) if _missed(course, holds, now) else (replace(course, unsure=False), ())


def _burn(course: Course, clear: float, holds: Holds, now: float) -> Outcome:
    if clear != 1.0:
        return replace(course, unsure=clear != clear), ()
    if holds.keep_s <= 0.0:
        return None, (Move("firing", "resolved", now, "clear"),)
    easing = replace(course, state="recovering", unsure=False, recovering_at=now)
    return easing, (Move("firing", "recovering", now, "clear"),)


def _ease(course: Course, clear: float, holds: Holds, now: float) -> Outcome:
    if clear == 0.0:
        again = replace(course, state="firing", unsure=False, recovering_at=None)
        return again, (Move("recovering", "firing", now, "not clear"),)
    if clear != 1.0:
        return replace(course, unsure=True), ()
    return _pass(course, now) if _missed(course, holds, now) else (replace(course, unsure=False), ())


def _missed(course: Course, holds: Holds, now: float) -> bool:
    """Whether a deadline was reached before `now` while the condition was unknown."""
    return course.unsure and _due(course, holds) < now


def _pass(course: Course, at: float) -> Outcome:
    """The state's duration is over."""
    if course.state == "pending":
        return Course("firing", course.since, at), (Move("pending", "firing", at, "for"),)
    return None, (Move("recovering", "resolved", at, "keep_firing_for"),)
