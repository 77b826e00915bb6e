from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.lifecycle import Course, Holds, Move, close, deadline, expire, step

NAN = math.nan


def run(hold: float, *samples: tuple[float, ...], keep: float = 0.0) -> tuple[Course | None, list[Move]]:
    """Feed (time, when) or (time, when, clear), deadlines at each time after it; without clear it is `not when`."""
    course: Course | None = None
    moves: list[Move] = []
    for at, when, *rest in samples:
        course, made = step(course, when, rest[0] if rest else 1.0 - when, Holds(hold, keep), at)
        moves.extend(made)
        course, made = expire(course, Holds(hold, keep), at)
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


def test_what_ends_at_the_deadline_has_not_held() -> None:
    assert told(run(40, (10, 1), (50, 0))[1]) == ["10 inactive-pending", "50 pending-inactive"]
    assert told(run(40, (10, 1), (50, 1))[1]) == ["10 inactive-pending", "50 pending-firing"]
    assert told(run(40, (10, 1), (50.001, 0))[1])[1:] == ["50 pending-firing", "50.001 firing-resolved"]


def test_time_alone_fires() -> None:
    holds = Holds(40)
    course, _ = run(40, (10, 1))
    assert course is not None
    assert deadline(course, holds) == 50
    assert expire(course, holds, 49.999) == (course, ())
    assert expire(course, holds, 50, before=True) == (course, ())
    fired, moves = expire(course, holds, 900)
    assert fired == Course("firing", 10, 50)
    assert told(list(moves)) == ["50 pending-firing"]
    assert expire(fired, holds, 1_000) == (fired, ())
    assert expire(None, holds, 1_000) == (None, ())


def test_a_deadline_is_the_instant_that_people_mean() -> None:
    course, _ = run(0.2, (0.1, 1))
    assert course is not None
    assert deadline(course, Holds(0.2)) == 0.3


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
    assert deadline(course, Holds(40)) is None
    assert expire(course, Holds(40), 1_000) == (course, ())
    assert told(moves) == ["10 inactive-pending"]


def test_a_held_alert_fires_when_it_is_known_to_be_true_again() -> None:
    assert told(run(40, (10, 1), (20, NAN), (70, 1))[1])[-1] == "70 pending-firing"
    assert told(run(40, (10, 1), (20, NAN), (50, 1))[1])[-1] == "50 pending-firing"
    assert told(run(40, (10, 1), (20, NAN), (30, 1), (60, 1))[1])[-1] == "50 pending-firing"
    assert told(run(40, (10, 1), (20, NAN), (70, 0))[1])[-1] == "70 pending-inactive"


def test_unknown_from_the_deadline_on_is_unknown_at_the_deadline() -> None:
    course, moves = run(40, (10, 1), (50, NAN))
    assert told(moves) == ["10 inactive-pending"]
    assert course == Course("pending", 10, unsure=True)


def test_ends_by_its_own_condition() -> None:
    course, moves = run(0, (1, 1, 0), (2, 0, 0), (3, NAN, 0), (4, 0, NAN))
    assert course == Course("firing", 1, 1, unsure=True)
    assert len(moves) == 1
    assert told(run(0, (1, 1, 0), (2, NAN, 1))[1])[-1] == "2 firing-resolved"


def test_recovers_for_its_time_and_is_over_at_the_deadline() -> None:
    course, moves = run(0, (10, 1), (20, 0), (30, 0), keep=15)
    assert course == Course("recovering", 10, 10, recovering_at=20)
    assert deadline(course, Holds(0, 15)) == 35
    assert moves[-1] == Move("firing", "recovering", 20, "clear")
    over, moves = run(0, (10, 1), (20, 0), (50, 0), keep=15)
    assert over is None
    assert moves[-1] == Move("recovering", "resolved", 35, "keep_firing_for")


def test_fires_again_as_the_same_alert() -> None:
    course, moves = run(5, (10, 1), (20, 0), (30, 1), (40, 0), keep=15)
    assert told(moves)[2:] == ["20 firing-recovering", "30 recovering-firing", "40 firing-recovering"]
    assert moves[3].reason == "not clear"
    assert course == Course("recovering", 10, 15, recovering_at=40)
    assert course.entered == 40
    again, _ = run(5, (10, 1), (20, 0), (30, 1), keep=15)
    assert again == Course("firing", 10, 15)
    assert again.entered == 15
    assert told(run(0, (10, 1), (20, 0), (35, 1), keep=15)[1])[-1] == "35 recovering-firing"


def test_a_recovery_that_lost_sight_ends_at_the_next_known_value() -> None:
    course, _ = run(0, (10, 1), (20, 0), (30, NAN), (90, NAN), keep=15)
    assert course == Course("recovering", 10, 10, unsure=True, recovering_at=20)
    assert told(run(0, (10, 1), (20, 0), (30, NAN), (90, 0), keep=15)[1])[-1] == "90 recovering-resolved"
    assert told(run(0, (10, 1), (20, 0), (30, NAN), (90, 1), keep=15)[1])[-1] == "90 recovering-firing"
    assert told(run(0, (10, 1), (20, 0), (30, NAN), (34, 0), (50, 0), keep=15)[1])[-1] == "35 recovering-resolved"


@pytest.mark.parametrize(
    ("course", "to"),
    [
        (Course("pending", 1), "inactive"),
        (Course("firing", 1, 1), "resolved"),
        (Course("recovering", 1, 1, recovering_at=2), "resolved"),
    ],
)
def test_closing_says_why(course: Course, to: str) -> None:
    move = close(course, 9, "row removed")
    assert (move.to_state, move.at, move.reason) == (to, 9, "row removed")


# Against the words of the definition, walked through millisecond by millisecond.


def walk(hold: int, keep: int, samples: dict[int, tuple[float, float]], end: int) -> list[str]:
    """The state at each millisecond: values first, then what is due by then; a deadline waits for a known value."""
    state, since, first, moves = "inactive", 0, 0, []
    when = clear = NAN
    for now in range(end + 1):
        when, clear = samples.get(now, (when, clear))
        before = None
        while state != before:
            before = state
            held = now - since
            if state == "inactive" and when == 1 and now in samples:
                state, since = ("pending", now) if hold else ("firing", now)
                first = now
            elif state == "pending" and when == 0:
                state = "inactive"
            elif state == "pending" and when == 1 and held >= hold:
                state, since, first = "firing", now, now
            elif state == "firing" and clear == 1 and now in samples and first != now:
                state, since = ("recovering", now) if keep else ("resolved", now)
            elif state == "recovering" and clear == 0:
                state, since = "firing", first
            elif state == "recovering" and clear == 1 and held >= keep:
                state = "resolved"
            if state != before:
                moves.append(f"{now} {before}-{state}")
            if state == "resolved":
                state = before = "inactive"
    return moves


_TRUTH = st.sampled_from([0.0, 1.0, 1.0, NAN])


@given(
    st.sampled_from([0, 1, 7, 20]),
    st.sampled_from([0, 1, 5, 20]),
    st.dictionaries(st.integers(0, 60), _TRUTH, min_size=1, max_size=20),
    st.data(),
)
def test_agrees_with_walking_through_every_millisecond(
    hold: int, keep: int, truths: dict[int, float], data: st.DataObject
) -> None:
    samples = {at: (truths[at], 1.0 - truths[at]) for at in sorted(truths)}
    if data.draw(st.booleans()):  # a clear of its own, which never holds together with `when`
        draw = st.sampled_from([0.0, 1.0, NAN])
        samples = {at: (when, 0.0 if when == 1.0 else data.draw(draw)) for at, (when, _) in samples.items()}
    course: Course | None = None
    moves: list[Move] = []
    holds = Holds(hold / 1000, keep / 1000)
    for at, (when, clear) in samples.items():
        course, made = step(course, when, clear, holds, at / 1000)
        moves.extend(made)
    course, made = expire(course, holds, 0.1)
    moves.extend(made)
    assert [f"{round(m.at * 1000)} {m.from_state}-{m.to_state}" for m in moves] == walk(hold, keep, samples, 100)
