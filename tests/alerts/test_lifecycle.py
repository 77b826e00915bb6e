from __future__ import annotations

import math

import pytest

from alerts.lifecycle import Course, Move, close, deadline, expire, step

NAN = math.nan


def run(hold: float, *samples: tuple[float, ...]) -> tuple[Course | None, list[Move]]:
    """Feed (time, when) or (time, when, clear); without clear it is `not when`."""
    course: Course | None = None
    moves: list[Move] = []
    for at, when, *rest in samples:
        course, made = step(course, when, rest[0] if rest else 1.0 - when, hold, at)
        moves.extend(made)
    return course, moves


def told(moves: list[Move]) -> list[str]:
    return [f"{move.at:g} {move.from_state}-{move.to_state}" for move in moves]


def test_fires_at_once_without_a_hold() -> None:
    course, moves = run(0, (5, 1))
    assert course == Course("firing", 5, 5)
    assert moves == [Move("inactive", "firing", 5, "when")]


def test_fires_at_its_deadline_and_not_when_it_is_noticed() -> None:
    course, moves = run(40, (10, 1), (49.9, 1), (63, 1))
    assert course == Course("firing", 10, 50)
    assert told(moves) == ["10 inactive-pending", "50 pending-firing"]


def test_what_happens_at_the_deadline_comes_after_the_firing() -> None:
    _, moves = run(40, (10, 1), (50, 0))
    assert told(moves) == ["10 inactive-pending", "50 pending-firing", "50 firing-resolved"]


def test_time_alone_fires() -> None:
    course, _ = run(40, (10, 1))
    assert course is not None
    assert deadline(course, 40) == 50
    assert expire(course, 40, 49.999) == (course, ())
    fired, moves = expire(course, 40, 900)
    assert fired == Course("firing", 10, 50)
    assert told(list(moves)) == ["50 pending-firing"]
    assert expire(fired, 40, 1_000) == (fired, ())
    assert expire(None, 40, 1_000) == (None, ())


def test_a_pending_alert_drops_and_starts_from_zero() -> None:
    course, moves = run(40, (10, 1), (30, 0), (35, 1), (60, 1))
    assert course == Course("pending", 35)
    assert told(moves) == ["10 inactive-pending", "30 pending-inactive", "35 inactive-pending"]


def test_the_unknown_starts_nothing_and_ends_nothing() -> None:
    assert run(0, (1, NAN), (2, NAN)) == (None, [])
    course, moves = run(0, (1, 1), (2, NAN), (500, NAN))
    assert course == Course("firing", 1, 1, unsure=True)
    assert len(moves) == 1
    course, moves = run(0, (1, 1), (2, NAN), (3, 1))
    assert course == Course("firing", 1, 1)
    assert len(moves) == 1
    assert told(run(0, (1, 1), (2, NAN), (3, 0))[1])[-1] == "3 firing-resolved"


def test_a_pending_alert_that_lost_sight_is_held() -> None:
    course, moves = run(40, (10, 1), (20, NAN), (70, NAN))
    assert course == Course("pending", 10, unsure=True)
    assert deadline(course, 40) is None
    assert expire(course, 40, 1_000) == (course, ())
    assert told(moves) == ["10 inactive-pending"]


def test_a_held_alert_fires_when_it_is_known_to_be_true_again() -> None:
    assert told(run(40, (10, 1), (20, NAN), (70, 1))[1])[-1] == "70 pending-firing"
    assert told(run(40, (10, 1), (20, NAN), (30, 1), (60, 1))[1])[-1] == "50 pending-firing"
    assert told(run(40, (10, 1), (20, NAN), (70, 0))[1])[-1] == "70 pending-inactive"


def test_known_until_the_deadline_is_enough() -> None:
    course, moves = run(40, (10, 1), (50, NAN))
    assert told(moves)[-1] == "50 pending-firing"
    assert course == Course("firing", 10, 50, unsure=True)


def test_ends_by_its_own_condition() -> None:
    course, moves = run(0, (1, 1, 0), (2, 0, 0), (3, NAN, 0), (4, 0, NAN))
    assert course == Course("firing", 1, 1, unsure=True)
    assert len(moves) == 1
    assert told(run(0, (1, 1, 0), (2, NAN, 1))[1])[-1] == "2 firing-resolved"


def test_while_when_is_true_nothing_clears() -> None:
    assert told(run(0, (1, 1, 1), (2, 1, 1))[1]) == ["1 inactive-firing"]


@pytest.mark.parametrize(("course", "to"), [(Course("pending", 1), "inactive"), (Course("firing", 1, 1), "resolved")])
def test_closing_says_why(course: Course, to: str) -> None:
    move = close(course, 9, "row removed")
    assert (move.to_state, move.at, move.reason) == (to, 9, "row removed")
