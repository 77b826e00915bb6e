"""Which moments are kept, what of a journal stands after going back, and when the truth was known."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.journal import Entry, Journal
from simulators.kept_moments import EVERY_S, MOST_BYTES, MOST_NAMED, SPACING, KeptMoments, Moment
from simulators.standing_branch import REVEAL, SEEK, known_from, standing
from tests.simulators.test_scoring import START, alert, journal, judged

LONG_S = 8 * 3600


def kept_until(end: int, names: dict[int, str] | None = None) -> KeptMoments[int]:
    kept: KeptMoments[int] = KeptMoments()
    for at in range(0, end + 1, EVERY_S):
        kept.keep(Moment(float(at), (names or {}).get(at, "start" if at == 0 else ""), at))
    return kept


def test_a_long_drill_keeps_a_bounded_number_of_moments() -> None:
    kept = kept_until(LONG_S)
    # 10 minutes each 10 s, to two hours each minute, the rest each five minutes
    assert len(kept) <= 60 + 110 + 72 + 4
    gaps = [(b.at - a.at, LONG_S - a.at) for a, b in zip(list(kept), list(kept)[1:], strict=False)]
    for gap, age in gaps:
        step = next(step for limit, step in SPACING if age <= limit)
        assert gap <= 2 * step


@settings(max_examples=25)
@given(st.integers(1, 300), st.floats(0.0, 3_000.0))
def test_the_moment_before_a_time_is_the_nearest_that_is_kept(tens: int, back: float) -> None:
    kept = kept_until(tens * 10)
    at = max(0.0, tens * 10 - back)
    found = kept.at_or_before(at)
    assert found is not None
    assert found.at <= at
    assert not [one for one in kept if found.at < one.at <= at]
    if back <= SPACING[0][0] - EVERY_S:
        assert at - found.at < EVERY_S


def test_named_moments_stay_and_the_first_of_all() -> None:
    kept = kept_until(4 * 3600, {600: "Before", 610: "i1"})
    assert [one.label for one in kept.labels()] == ["start", "Before", "i1"]
    found = kept.named("before")
    assert found is not None
    assert found.at == 600
    many = kept_until(3 * 3600, {at: f"m{at}" for at in range(10, 3 * 3600, 50)})
    assert len(many.labels()) <= MOST_NAMED + 1
    assert many.labels()[0].label == "start"


def test_more_than_the_memory_that_there_is_lets_the_oldest_go() -> None:
    kept: KeptMoments[int] = KeptMoments()
    for at in range(0, 300, EVERY_S):
        kept.keep(Moment(float(at), "start" if at == 0 else "", at, MOST_BYTES // 10))
    assert sum(one.size for one in kept) <= MOST_BYTES
    assert [one.at for one in kept] == [0.0, *(float(at) for at in range(210, 300, EVERY_S))]


def test_what_did_not_happen_is_forgotten() -> None:
    kept = kept_until(300, {200: "later"})
    kept.forget_after(100.0)
    assert [one.at for one in kept][-1] == 100.0
    assert kept.named("later") is None
    assert kept.at_or_before(-1.0) is None


def seek(at: float, to: float, first: int, last: int) -> tuple[float, str, str, dict[str, object]]:
    return at, SEEK, "coach", {"to_s": to, "from_s": at, "moment": "", "undone": [first, last]}


def numbers(entries: list[Entry]) -> list[int]:
    return [entry.number for entry in entries]


def test_only_the_branch_that_stands_is_left_and_nothing_is_deleted() -> None:
    entries = journal(
        alert(10, "firing"),  # 1 stands
        alert(20, "acknowledged", "duty"),  # 2 undone
        (25, REVEAL, "coach", {}),  # 3 stays: people do not forget
        seek(30, 12, 2, 3),  # 4
        alert(40, "acknowledged", "lead"),  # 5 undone by the next
        seek(50, 11, 2, 5),  # 6
        alert(60, "acknowledged", "zhou"),  # 7 stands
    )
    assert numbers(standing(entries)) == [1, 3, 4, 6, 7]
    assert len(entries) == 7


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=40))
def test_going_back_leaves_the_journal_of_a_drill_that_never_went_there(steps: list[tuple[bool, int]]) -> None:
    book, model = Journal(), []
    for back, value in steps:
        if back and model:
            kept = model[: value % len(model)]
            first = (kept[-1][0] if kept else 0) + 1
            book.append(0, SEEK, "coach", {"to_s": 0.0, "from_s": 0.0, "moment": "", "undone": [first, book.number]})
            model = kept
        else:
            entry = book.append(0, "note", "duty", {"text": str(value)})
            model.append((entry.number, value))
    assert numbers([one for one in standing(book.entries()) if one.kind == "note"]) == [number for number, _ in model]


def test_the_score_is_of_the_branch_that_stands() -> None:
    fast = journal(alert(10, "firing"), alert(20, "acknowledged", "duty"))
    undone = journal(alert(10, "firing"), alert(20, "acknowledged", "duty"), seek(30, 11, 2, 2))
    nobody = journal(alert(10, "firing"))
    log = [judged(entries)["parts"]["log"] for entries in (fast, undone, nobody)]
    assert log[0]["points"] > 0
    assert (log[1]["points"], log[1]["findings"]) == (log[2]["points"], log[2]["findings"])


def test_the_truth_is_known_from_its_reveal_or_from_where_the_drill_went_back_to() -> None:
    told = (600.0, REVEAL, "coach", {})
    assert known_from(journal(alert(10, "firing")), START) is None
    known = known_from(journal(told), START)
    assert known is not None
    assert (known.at, known.who, known.entry) == (600.0, "coach", 1)
    behind = known_from(journal(told, seek(700, 300, 1, 1)), START)
    assert behind is not None
    assert behind.at == 300.0
    before = known_from(journal(told, seek(700, 650, 2, 2)), START)
    assert before is not None
    assert before.at == 600.0
    assert "known" not in judged(journal(alert(10, "firing")))
    assert judged(journal(told))["known"] == {"at_s": 600.0, "who": "coach", "entry": 1}
