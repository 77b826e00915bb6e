from __future__ import annotations

import math
import os
import random
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.aggregate import KEEP_ENDED_S, KNOWN_COUNTERS, KNOWN_GAUGES, ContactAggregator
from feeds.catalog import COUNTER_INDEX, GAUGE_INDEX
from feeds.clocks import Abandons, ClockDefinition
from feeds.contacts import ContactEvent
from feeds.intervals import Cell, ContactIntervals, IntervalClock, Key
from feeds.sources import asterisk_queue_log, contacts_csv

SHANGHAI = ZoneInfo("Asia/Shanghai")
HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DUTYDECK_DATA", HERE.parents[2] / "shared" / "data"))
BANK = SHARED / "callcentre" / "anonymous_bank_1999_02_contacts.csv.gz"
T0 = datetime(2026, 11, 11, 12, 0, tzinfo=SHANGHAI).timestamp()
QUEUES = ("a", "b", "c")


def contact(
    name: str, joined: float, kind: str = "", wait: float = 0, handle: float = math.nan, queue: str = "a"
) -> list[ContactEvent]:
    events = [ContactEvent(T0 + joined, "s", queue, name, "joined")]
    if kind:
        events.append(ContactEvent(T0 + joined + wait, "s", queue, name, kind, wait_s=wait))  # type: ignore[arg-type]
    if not math.isnan(handle):
        events.append(ContactEvent(T0 + joined + wait + handle, "s", queue, name, "completed", handle_s=handle))
    return events


def aggregated(events: list[ContactEvent], *clocks: ClockDefinition) -> ContactAggregator:
    figures = ContactAggregator("s", QUEUES, clocks)
    for event in events:
        figures.add(event)
    return figures


def counter(figures: ContactAggregator, name: str, row: int = -1) -> float:
    return float(figures.counters()[row, COUNTER_INDEX[name]])


def gauge(figures: ContactAggregator, name: str, now: float, row: int = -1) -> float:
    return float(figures.gauges(T0 + now)[row, GAUGE_INDEX[name]])


def test_counters_by_queue_and_for_the_site() -> None:
    figures = aggregated(
        [
            *contact("1", 0, "answered", 20, 100),
            *contact("2", 1, "answered", 20.5),
            *contact("3", 2, "abandoned", 5, queue="b"),
            *contact("4", 3, "abandoned", 5.5, queue="b"),
            *contact("5", 4, "timed_out", 60, queue="c"),
            *contact("6", 5, queue="c"),
        ]
    )
    expected = {
        "offered": 6,
        "answered": 2,
        "abandoned": 2,
        "timed_out": 1,
        "short_abandoned": 1,
        "completed": 1,
        "handle_sum_s": 100,
        "wait_answered_sum_s": 40.5,
        "wait_abandoned_sum_s": 10.5,
        "answered_within_15s": 0,
        "answered_within_20s": 1,
        "answered_within_30s": 2,
        "abandoned_within_5s": 1,
        "abandoned_within_8s": 2,
    }
    assert {name: counter(figures, name) for name in expected} == expected
    assert [counter(figures, "offered", row) for row in range(3)] == [2, 2, 2]
    assert counter(figures, "abandoned", 1) == 2


def test_gauges_at_a_moment() -> None:
    figures = aggregated(
        [*contact("1", 0), *contact("2", 40), *contact("3", 59, queue="b"), *contact("4", 0, "answered", 5)]
    )
    assert [gauge(figures, "waiting", 60, row) for row in range(4)] == [2, 1, 0, 3]
    assert [gauge(figures, "oldest_wait_s", 60, row) for row in range(4)] == [60, 1, 0, 60]
    assert [gauge(figures, f"waiting_over_{limit}s", 60) for limit in (15, 20, 30, 60)] == [2, 1, 1, 0]
    assert gauge(figures, "chats_open", 60) == 1


def test_what_events_cannot_tell_is_unknown() -> None:
    figures = aggregated(contact("1", 0))
    gauges, counters = figures.gauges(T0), figures.counters()
    known_gauges, known_counters = ([GAUGE_INDEX[n] for n in KNOWN_GAUGES], [COUNTER_INDEX[n] for n in KNOWN_COUNTERS])
    assert np.isfinite(gauges[:, known_gauges]).all()
    assert np.isnan(np.delete(gauges, known_gauges, axis=1)).all()
    assert np.isfinite(counters[:, known_counters]).all()
    assert np.isnan(np.delete(counters, known_counters, axis=1)).all()
    assert (gauges.dtype, counters.dtype, gauges.shape) == (np.float32, np.float64, (4, len(GAUGE_INDEX)))


def test_other_sites_unknown_queues_and_unknown_kinds() -> None:
    figures = ContactAggregator("s", QUEUES)
    assert not figures.add(ContactEvent(T0, "other", "a", "1", "joined"))
    assert not figures.add(ContactEvent(T0, "s", "nowhere", "1", "joined"))
    assert figures.unknown_queues == 1
    assert figures.add(ContactEvent(T0, "s", "a", "1", "joined"))
    assert not figures.add(ContactEvent(T0, "s", "a", "1", "joined"))
    assert not figures.add(ContactEvent(T0, "s", "a", "1", "teleported"))  # type: ignore[arg-type]
    assert figures.add(ContactEvent(T0, "s", "a", "1", "answered"))
    assert not figures.add(ContactEvent(T0, "s", "a", "1", "abandoned"))
    assert (counter(figures, "answered"), counter(figures, "abandoned")) == (1, 0)


def test_an_outcome_waits_until_its_contact_has_joined() -> None:
    joined, answered, completed = contact("1", 0, "answered", 5, 9)
    figures = aggregated([completed, answered])
    assert counter(figures, "answered") == counter(figures, "completed") == 0
    figures.add(joined)
    assert counter(figures, "offered") == counter(figures, "answered") == counter(figures, "completed") == 1
    assert gauge(figures, "waiting", 100) == gauge(figures, "chats_open", 100) == 0


def test_an_unknown_wait_counts_the_contact_and_adds_nothing() -> None:
    figures = aggregated(contact("1", 0, "answered", math.nan, math.nan))
    assert (
        counter(figures, "answered"),
        counter(figures, "wait_answered_sum_s"),
        counter(figures, "answered_within_600s"),
    ) == (1, 0, 0)


def test_ended_contacts_are_forgotten_and_waiting_ones_are_not() -> None:
    figures = aggregated(
        [*contact("old", 0, "abandoned", 5), *contact("waits", 1), *contact("talks", 2, "answered", 5)]
    )
    figures.add(ContactEvent(T0 + KEEP_ENDED_S + 10, "s", "b", "new", "joined"))
    assert set(figures._contacts) == {"waits", "talks", "new"}
    assert gauge(figures, "waiting", KEEP_ENDED_S) == 2


outcomes = st.sampled_from(["", "answered", "abandoned", "timed_out"])
histories = st.lists(
    st.tuples(st.integers(0, 300), outcomes, st.integers(0, 200), st.booleans(), st.sampled_from(QUEUES)), max_size=40
)


def events_of(history: list[tuple[int, str, int, bool, str]]) -> list[ContactEvent]:
    return [
        event
        for n, (joined, kind, wait, done, queue) in enumerate(history)
        for event in contact(f"c{n}", joined, kind, wait, 9 if done and kind == "answered" else math.nan, queue)
    ]


def table_totals(events: list[ContactEvent]) -> dict[str, Cell]:
    contacts, cells = ContactIntervals(), dict[Key, Cell]()
    for event in events:
        contacts.add(event)
    contacts.count(cells, IntervalClock(86_400, SHANGHAI), by="queue", threshold_s=20, end_at=T0 + 1e4)
    totals = {queue: Cell() for queue in QUEUES}
    for (_, _, queue), cell in cells.items():
        for name in Cell.__slots__:
            setattr(totals[queue], name, getattr(totals[queue], name) + getattr(cell, name))
    return totals


def assert_agrees(figures: ContactAggregator, totals: dict[str, Cell], end: float) -> None:
    counters, gauges = figures.counters(), figures.gauges(end)
    for row, queue in enumerate(figures.queues):
        cell = totals[queue]
        told = {name: counters[row, COUNTER_INDEX[name]] for name in KNOWN_COUNTERS}
        assert told["offered"] == cell.answered + cell.abandoned + cell.timed_out + cell.open
        assert (told["answered"], told["abandoned"], told["timed_out"]) == (
            cell.answered,
            cell.abandoned,
            cell.timed_out,
        )
        assert (told["answered_within_20s"], told["completed"]) == (cell.in_time, cell.handled)
        assert told["wait_answered_sum_s"] == pytest.approx(cell.wait_answered_s)
        assert told["wait_abandoned_sum_s"] == pytest.approx(cell.wait_abandoned_s)
        assert told["handle_sum_s"] == pytest.approx(cell.handle_s)
        assert gauges[row, GAUGE_INDEX["waiting"]] == cell.open
        assert gauges[row, GAUGE_INDEX["waiting_over_20s"]] == cell.open_late
    known = [COUNTER_INDEX[name] for name in KNOWN_COUNTERS]
    np.testing.assert_allclose(counters[-1, known], counters[:-1, known].sum(axis=0))


@given(histories)
@settings(max_examples=80, deadline=None)
def test_totals_are_those_of_the_table(history: list[tuple[int, str, int, bool, str]]) -> None:
    events = events_of(history)
    assert_agrees(aggregated(events), table_totals(events), T0 + 1e4)


@given(histories, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_order_and_repeats_do_not_matter_and_no_counter_falls(
    history: list[tuple[int, str, int, bool, str]], chance: random.Random
) -> None:
    clock = ClockDefinition("c", "", "", "contact", 30)
    events = events_of(history)
    plain = aggregated(events, clock)
    shuffled = events + chance.sample(events, len(events) // 2)
    chance.shuffle(shuffled)
    figures = ContactAggregator("s", QUEUES, [clock])
    before = figures.counters()
    for event in shuffled:
        figures.add(event)
        now = figures.counters()
        assert not (now < before).any()
        before = now
    # The sums are of whole seconds here, so they are exact in any order.
    np.testing.assert_array_equal(figures.counters(), plain.counters())
    np.testing.assert_array_equal(figures.gauges(T0 + 1e4), plain.gauges(T0 + 1e4))
    assert all(
        (mine == theirs).all()
        for mine, theirs in zip(
            (figures.clock("c", T0).met, figures.clock("c", T0).missed),
            (plain.clock("c", T0).met, plain.clock("c", T0).missed),
            strict=True,
        )
    )


def test_the_calls_of_a_real_asterisk() -> None:
    events = list(asterisk_queue_log.read(HERE.parent / "data" / "asterisk" / "queue_log", "s"))
    figures = ContactAggregator("s", sorted({e.queue for e in events}))
    for event in events:
        figures.add(event)
    assert [counter(figures, n) for n in ("offered", "answered", "abandoned", "timed_out", "completed")] == [
        227,
        137,
        18,
        72,
        137,
    ]
    assert gauge(figures, "waiting", 0) == gauge(figures, "chats_open", 0) == 0


@pytest.mark.skipif(not BANK.exists(), reason=f"the call centre's month is not at {BANK}")
def test_a_month_of_a_real_call_centre() -> None:
    events = list(contacts_csv.read(BANK, "s"))
    figures = ContactAggregator("s", sorted({e.queue for e in events}))
    for event in events:
        figures.add(event)
    assert [counter(figures, n) for n in ("offered", "answered", "abandoned")] == [31_125, 27_162, 3_963]
    assert counter(figures, "answered_within_20s") == sum(e.kind == "answered" and e.wait_s <= 20 for e in events)


# A published worked example: 1000 answered, 860 of them within 20 s; 60 abandoned, 20 within 20 s, 10 within 5 s.
@pytest.mark.parametrize(
    ("abandons", "percent"),
    [
        ("good_within", 83.02),
        ("ignored", 86.00),
        ("late", 81.13),
        ("ignored_within", 82.69),
        ("short_good", 82.08),
        ("short_ignored", 81.90),
    ],
)
def test_six_published_variants_of_service_level(abandons: Abandons, percent: float) -> None:
    clock = ClockDefinition("sl", "", "", "contact", 20, abandons=abandons)
    waits = [
        ("answered", 10, 860),
        ("answered", 30, 140),
        ("abandoned", 3, 10),
        ("abandoned", 15, 10),
        ("abandoned", 40, 40),
    ]
    events = [e for kind, wait, many in waits for n in range(many) for e in contact(f"{kind}{wait}-{n}", 0, kind, wait)]
    counts = aggregated(events, clock).clock("sl", T0)
    met, missed = int(counts.met[-1]), int(counts.missed[-1])
    assert round(100 * met / (met + missed), 2) == percent


def test_the_side_of_the_boundary() -> None:
    inclusive = ClockDefinition("in", "", "", "contact", 30)
    exclusive = ClockDefinition("ex", "", "", "contact", 30, inclusive=False)
    figures = aggregated([*contact("1", 0, "answered", 30), *contact("2", 0)], inclusive, exclusive)
    at = T0 + 30
    assert [int(figures.clock(c, at).met[-1]) for c in ("in", "ex")] == [1, 0]
    assert [int(figures.clock(c, at).waiting_late[-1]) for c in ("in", "ex")] == [0, 1]
    assert not inclusive.within(math.nan)
    assert not inclusive.past(math.nan)


def test_assessed_hours() -> None:
    def at(hour: int, minute: int, second: int = 0) -> float:
        return datetime(2026, 11, 11, hour, minute, second, tzinfo=SHANGHAI).timestamp()

    asked = ClockDefinition("a", "", "", "session", 30, hours=((9 * 60, 23 * 60),))
    either = ClockDefinition("e", "", "", "turn", 180, hours=((9 * 60, 23 * 60),), assessed="either")
    night = ClockDefinition("n", "", "", "turn", 180, hours=((22 * 60, 2 * 60),))
    assert [asked.counts(at(*t), at(9, 1)) for t in ((8, 56), (9, 0), (22, 59, 59), (23, 0))] == [
        False,
        True,
        True,
        False,
    ]
    assert either.counts(at(8, 56), at(9, 1))
    assert not either.counts(at(8, 56), at(8, 58))
    assert [night.assesses(at(*t)) for t in ((21, 59), (22, 0), (1, 59), (2, 0))] == [False, True, True, False]
