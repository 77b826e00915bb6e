"""The life of one alert, as a pure function: one rule on one row, fed with what is true when.

    inactive ──when──▶ pending ──held for `for`──▶ firing ──clear──▶ resolved (= inactive again)
                          └──not when──▶ inactive

A condition is 1.0, 0.0 or NaN. NaN, the unknown, starts nothing and ends nothing: a pending alert is *held* (it fires
only when its condition is known to be true again at or after its deadline), a firing one stays and is *stale*.

Time is exact: `for: 40s` fires 40 s after the condition became true, whenever that is noticed. "Held for 40 s" means
true on [since, since + 40 s), so what happens at the deadline itself comes after the firing. Acknowledgement stands
apart from all this and lasts until the alert is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

State = Literal["inactive", "pending", "firing", "resolved"]


@dataclass(frozen=True, slots=True)
class Course:
    """Where one alert stands. `since` is when its condition became true, `fired_at` when it fired."""

    state: Literal["pending", "firing"]
    since: float
    fired_at: float | None = None
    unsure: bool = False
    """Its condition is unknown: a pending alert is held, a firing one stale."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change of state, at the time at which it was due."""

    from_state: State
    to_state: State
    at: float
    reason: str


Outcome = tuple[Course | None, tuple[Move, ...]]
"""Where an alert stands now (None: inactive), and how it came there."""


def deadline(course: Course, hold_s: float) -> float | None:
    """When a pending alert fires if nothing else happens; None for one that is held or fires already."""
    return course.since + hold_s if course.state == "pending" and not course.unsure else None


def expire(course: Course | None, hold_s: float, now: float) -> Outcome:
    """What time alone does up to and including `now`."""
    due = deadline(course, hold_s) if course is not None else None
    if course is None or due is None or due > now:
        return course, ()
    return _fire(course, due)


def step(course: Course | None, when: float, clear: float, hold_s: float, now: float) -> Outcome:
    """What the conditions as they are at `now` do, deadlines up to `now` first."""
    course, passed = expire(course, hold_s, now)
    if course is None:
        course, moves = _begin(when, hold_s, now)
    elif course.state == "pending":
        course, moves = _wait(course, when, hold_s, now)
    else:
        course, moves = _burn(course, when, clear, now)
    return course, passed + moves


def close(course: Course, now: float, reason: str) -> Move:
    """The end of an alert for a reason outside of its conditions: its row or its rule is no more."""
    return Move(course.state, "resolved" if course.state == "firing" else "inactive", now, reason)


def _begin(when: float, hold_s: float, now: float) -> Outcome:
    if when != 1.0:
        return None, ()
    if hold_s <= 0.0:
        return Course("firing", now, now), (Move("inactive", "firing", now, "when"),)
    return Course("pending", now), (Move("inactive", "pending", now, "when"),)


def _wait(course: Course, when: float, hold_s: float, now: float) -> Outcome:
    if when == 0.0:
        return None, (Move("pending", "inactive", now, "not when"),)
    if when != 1.0:
        return replace(course, unsure=True), ()
    if now >= course.since + hold_s:
        return _fire(course, now)
    return replace(course, unsure=False), ()


def _burn(course: Course, when: float, clear: float, now: float) -> Outcome:
    if clear == 1.0 and when != 1.0:
        return None, (Move("firing", "resolved", now, "clear"),)
    return replace(course, unsure=clear != clear), ()


def _fire(course: Course, at: float) -> Outcome:
    return Course("firing", course.since, at), (Move("pending", "firing", at, "for"),)
