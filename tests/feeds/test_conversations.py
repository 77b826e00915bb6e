from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.aggregate import ContactAggregator
from feeds.clocks import Bots, ClockDefinition
from feeds.codec import decode, encode
from feeds.contact_site import clocks_fed, frames_of
from feeds.contacts import ContactEvent
from feeds.contract import Beat, Hello, Row, Snapshot
from feeds.conversations import HOLD_S
from feeds.recording import RecordingReader, RecordingWriter
from feeds.site_board import SiteBoard

SHANGHAI = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 11, 11, 12, 0, tzinfo=SHANGHAI).timestamp()
QUEUES = ("a1", "a2", "b1")
ROWS = tuple(Row(queue, shop=queue[0], platform="pdd", channel="chat") for queue in QUEUES)
TURN = ClockDefinition("turn", "", "", "turn", 180)
MESSAGE = ClockDefinition("message", "", "", "message", 180)
PERSON = ClockDefinition("person", "", "", "person", 180)
SESSION = ClockDefinition("session", "", "", "session", 180)
ALL = (TURN, MESSAGE, PERSON)

KINDS = {"a": "asked", "r": "replied", "b": "bot_replied", "u": "unreplied"}


def talk(name: str, steps: str, *, queue: str = "a1", buyer: str = "", start: float = 0.0) -> list[ContactEvent]:
    """A conversation from `a0 a10 r40`: messages at 0 and 10 s, a person's reply at 40 s."""
    return [
        ContactEvent(T0 + start + float(step[1:]), "s", queue, name, KINDS[step[0]], buyer=buyer or name, part=part)  # type: ignore[arg-type]
        for part, step in enumerate(steps.split(), 1)
    ]


def counted(events: list[ContactEvent], *clocks: ClockDefinition) -> ContactAggregator:
    figures = ContactAggregator("s", QUEUES, clocks or ALL, ROWS)
    for event in events:
        figures.add(event)
    return figures


def result(figures: ContactAggregator, clock: str, now: float = 10_000.0, row: int = -1) -> tuple[int, int, int]:
    counts = figures.clock(clock, T0 + now)
    return int(counts.met[row]), int(counts.missed[row]), int(counts.waiting_late[row])


@pytest.mark.parametrize(
    ("steps", "turn", "message"),
    [
        ("a0 a10 r40", (1, 0, 0), (2, 0, 0)),
        ("a0 a100 r250", (0, 1, 0), (1, 1, 0)),
        ("a0 r180", (1, 0, 0), (1, 0, 0)),
        ("a0 r181", (0, 1, 0), (0, 1, 0)),
        ("a0 r10 a20 r30 r40 a50", (2, 0, 1), (2, 0, 1)),
        ("r0 a10 r20", (1, 0, 0), (1, 0, 0)),
        ("a0 a5 u60", (0, 1, 0), (0, 2, 0)),
        ("a0 a9900", (0, 0, 1), (0, 0, 1)),
    ],
)
def test_turns_and_messages(steps: str, turn: tuple[int, int, int], message: tuple[int, int, int]) -> None:
    figures = counted(talk("1", steps))
    assert result(figures, "turn") == turn
    assert result(figures, "message") == message


@pytest.mark.parametrize(
    ("bots", "turn"), [("excluded", (1, 1, 0)), ("count", (3, 0, 0)), ("count_in_human_stage", (2, 0, 0))]
)
def test_what_a_bots_reply_is_taken_for(bots: Bots, turn: tuple[int, int, int]) -> None:
    clock = ClockDefinition("turn", "", "", "turn", 180, bots=bots)
    # The first question meets the bot alone; a person answers it after 100 s; the bot helps with the second.
    assert result(counted(talk("1", "a0 b5 a20 r100 a200 b210 r500"), clock), "turn") == turn


def test_the_same_contact_at_856_and_901_counts_by_the_clock() -> None:
    hours = {"hours": ((9 * 60, 23 * 60),)}
    either = ClockDefinition("either", "", "", "turn", 180, assessed="either", **hours)  # type: ignore[arg-type]
    asked = ClockDefinition("asked", "", "", "turn", 180, assessed="asked", **hours)  # type: ignore[arg-type]
    answered = ClockDefinition("answered", "", "", "turn", 600, assessed="answered", **hours)  # type: ignore[arg-type]
    nine = -3 * 3600.0
    figures = counted(talk("1", f"a{nine - 240} r{nine + 60}"), either, asked, answered)
    assert [result(figures, clock) for clock in ("either", "asked", "answered")] == [(0, 1, 0), (0, 0, 0), (1, 0, 0)]
    waits = counted(talk("1", f"a{nine - 240}"), either, asked, answered)
    assert [result(waits, clock, nine - 1)[2] for clock in ("either", "asked", "answered")] == [0, 0, 0]
    assert [result(waits, clock, nine + 400)[2] for clock in ("either", "asked", "answered")] == [1, 0, 1]


def test_a_person_is_late_once_and_counts_in_one_place_of_the_shop() -> None:
    figures = counted(
        [
            *talk("1", "a0 r10", queue="a1", buyer="wang"),
            *talk("2", "a0 r500 a600 r1000", queue="a2", buyer="wang", start=1000),
            *talk("3", "a0 r10", queue="a2", buyer="wang", start=5000),
            *talk("4", "a0 r10", queue="b1", buyer="wang"),
            *talk("5", "a0 r10", queue="a2", buyer="li"),
            *talk("6", "a0", queue="a1", buyer="zhao", start=9000),
            *talk("7", "a0", queue="a2", buyer="wang", start=9000),
        ]
    )
    assert [result(figures, "person", row=row) for row in range(4)] == [(1, 1, 1), (0, 0, 0), (1, 0, 0), (2, 1, 1)]


def test_a_person_counts_anew_the_next_day_and_not_without_a_key() -> None:
    figures = counted([*talk("1", "a0 r500", buyer="wang"), *talk("2", "a0 r1", buyer="wang", start=86_400.0)])
    assert result(figures, "person", 90_000.0) == (1, 1, 0)
    nobody = [ContactEvent(e.at, e.site, e.queue, e.contact, e.kind, part=e.part) for e in talk("1", "a0 r500")]
    assert result(counted(nobody), "person") == (0, 0, 0)


def test_clocks_count_the_rows_of_their_platforms() -> None:
    taobao = ClockDefinition("taobao", "", "", "person", 180, platforms=("taobao",))
    mixed = (Row("a1", shop="a", platform="jd"), Row("a2", shop="a", platform="taobao"), Row("b1", shop="b"))
    figures = ContactAggregator("s", QUEUES, [taobao], mixed)
    for event in [*talk("1", "a0 r10", queue="a1"), *talk("2", "a0 r10", queue="a2"), *talk("3", "a0 r10", queue="b1")]:
        figures.add(event)
    assert [result(figures, "taobao", row=row)[0] for row in range(4)] == [0, 1, 0, 1]


def test_a_step_that_never_comes_is_given_up_and_said() -> None:
    lost = [event for event in talk("1", "a0 r10 a20 r30 a40 r50") if event.part != 2]
    figures = counted(lost)
    assert result(figures, "turn") == (0, 0, 1)
    for event in talk("2", "a0 r1", start=HOLD_S + 100):
        figures.add(event)
    assert figures.conversations.gaps == 1
    assert result(figures, "turn") == (3, 0, 0)  # the two turns before the lost reply became one
    assert not figures.add(talk("1", "a0 r10")[1])
    assert figures.conversations.stray == 0
    assert not figures.add(ContactEvent(T0, "s", "a1", "9", "asked"))
    assert figures.conversations.stray == 1


def test_what_is_over_is_forgotten_and_what_waits_is_not() -> None:
    figures = counted([*talk("over", "a0 r10"), *talk("waits", "a0")])
    for event in talk("later", "a0 r1", start=90_000.0):
        figures.add(event)
    assert set(figures.conversations._conversations) == {"waits", "later"}
    assert result(figures, "turn", 90_010.0) == (2, 0, 1)


# Properties against a count by hand ------------------------------------------------------------------------------

steps = st.lists(st.tuples(st.sampled_from("aarbu"), st.integers(1, 40)), min_size=1, max_size=12)
talks = st.lists(
    st.tuples(steps, st.integers(0, 60), st.sampled_from(QUEUES), st.sampled_from(["li", "wang", "zhao"])), max_size=8
)


def told(found: list[tuple[list[tuple[str, int]], int, str, str]]) -> list[ContactEvent]:
    events = []
    for number, (parts, start, queue, buyer) in enumerate(found):
        moments = np.cumsum([gap for _, gap in parts]).tolist()
        text = " ".join(f"{kind}{moment}" for (kind, _), moment in zip(parts, moments, strict=True))
        events += talk(f"c{number}", text, queue=queue, buyer=buyer, start=start)
    return events


LIMIT = 30
SHORT = [
    ClockDefinition(f"{unit}_{bots}", "", "", unit, LIMIT, bots=bots)  # type: ignore[arg-type]
    for unit in ("turn", "message", "person")
    for bots in ("excluded", "count", "count_in_human_stage")
]


def by_hand(events: list[ContactEvent], clock: ClockDefinition, now: float) -> tuple[int, int, int]:
    """(met, missed, overdue) of the site, told from the definition: one conversation, one person at a time."""
    conversations: dict[str, list[ContactEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda e: (e.contact, e.part)):
        conversations[event.contact].append(event)
    good, late, waiting = [], [], []
    for parts in conversations.values():
        asked: list[ContactEvent] = []
        human = False
        for event in parts:
            if event.kind == "asked":
                asked.append(event)
                continue
            helps = clock.bots == "count" or (clock.bots == "count_in_human_stage" and human)
            if event.kind == "bot_replied" and not helps:
                continue
            human |= event.kind == "replied"
            for one in asked[:1] if clock.unit == "turn" else asked:
                in_time = event.kind != "unreplied" and event.at - one.at <= LIMIT
                (good if in_time else late).append((one.queue[0], one.buyer))
            asked = []
        waits = asked[:1] if clock.unit == "turn" else asked
        waiting += [(one.queue[0], one.buyer) for one in waits if now - one.at > LIMIT]
    if clock.unit == "person":
        return len(set(good) - set(late)), len(set(late)), len(set(waiting) - set(late))
    return len(good), len(late), len(waiting)


@given(talks, st.integers(0, 900))
@settings(max_examples=120, deadline=None)
def test_counts_are_those_of_the_definition(found: Any, now: int) -> None:
    events = told(found)
    figures = counted(events, *SHORT)
    for clock in SHORT:
        assert result(figures, clock.id, 600.0 + now) == by_hand(events, clock, T0 + 600.0 + now), clock.id


@given(talks, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_and_repeats_do_not_matter_and_no_count_falls(found: Any, chance: random.Random) -> None:
    events = told(found)
    shuffled = events + chance.sample(events, len(events) // 2)
    chance.shuffle(shuffled)
    figures = ContactAggregator("s", QUEUES, SHORT, ROWS)
    before = figures.clock_counters()
    for event in shuffled:
        figures.add(event)
        now = figures.clock_counters()
        assert not (now < before).any()
        before = now
    plain = counted(events, *SHORT)
    np.testing.assert_array_equal(figures.clock_counters(), plain.clock_counters())
    np.testing.assert_array_equal(figures.clock_gauges(T0 + 1000), plain.clock_gauges(T0 + 1000))


@given(talks)
@settings(max_examples=25, deadline=None)
def test_counters_on_the_wire_are_those_of_the_events(found: Any) -> None:
    """Both ways to feed a clock, from the events and from the counters of a site, agree to the last one."""
    events = told(found)
    board, last = SiteBoard(), T0
    for _, frame in frames_of(events, "s", 20.0, until=T0 + 700, clocks=SHORT, rows=ROWS):
        frame = decode(encode(frame))
        if isinstance(frame, Hello):
            board.announce(frame)
        elif isinstance(frame, Snapshot):
            board.land(frame)
            last = frame.at_ns / 1e9
        elif isinstance(frame, Beat):
            assert frame.checksum == board.checksum()
    assert not board.faults
    if not any(event.kind == "asked" for event in events):
        return
    figures, columns = ContactAggregator("s", sorted({event.queue for event in events}), SHORT, ROWS), board.columns()
    for event in events:
        figures.add(event)
    for clock in SHORT:
        counts = figures.clock(clock.id, last)
        persons = clock.unit == "person"
        first = columns[f"clock.{clock.id}.{'counted' if persons else 'met'}"]
        assert (first - persons * counts.missed).tolist() == counts.met.tolist()
        assert columns[f"clock.{clock.id}.missed"].tolist() == counts.missed.tolist()
        assert columns[f"clock.{clock.id}.overdue"].tolist() == counts.waiting_late.tolist()


def test_a_log_says_which_clocks_it_can_feed() -> None:
    joined = [ContactEvent(T0, "s", "a1", "1", "joined")]
    voice = ClockDefinition("voice", "", "", "contact", 20, channels=("voice",))
    clocks = (*ALL, SESSION, voice)
    assert clocks_fed(clocks, ROWS, joined) == (SESSION,)
    assert clocks_fed(clocks, ROWS, talk("1", "a0")) == ALL
    assert clocks_fed(clocks, [Row("q", channel="voice")], joined) == (SESSION, voice)
    _, hello = next(frames_of(joined, "s", clocks=clocks, rows=ROWS))
    assert isinstance(hello, Hello)
    assert [column.name for column in hello.columns if column.name.startswith("clock")] == [
        "clock.session.overdue",
        "clock.session.met",
        "clock.session.missed",
    ]


def test_recordings_keep_the_steps_and_old_ones_read_as_before(tmp_path: Any) -> None:
    old = [ContactEvent(T0, "s", "a1", "1", "joined"), ContactEvent(T0 + 5, "s", "a1", "1", "answered", wait_s=5.0)]
    with RecordingWriter(tmp_path / "old", made_at="x") as writer:
        for event in old:
            writer.contact(event)
    raw = next((tmp_path / "old").glob("*[0-9]*")).read_bytes()
    assert b"answered" in raw
    with RecordingWriter(tmp_path / "new", made_at="x") as writer:
        for event in [*old, *talk("2", "a0 b1 r2", buyer="王")]:
            writer.contact(event)
    kept = list(RecordingReader(tmp_path / "new").contacts())
    assert [(e.kind, e.buyer, e.part) for e in kept] == [
        ("joined", "", 0),
        ("answered", "", 0),
        ("asked", "王", 1),
        ("bot_replied", "王", 2),
        ("replied", "王", 3),
    ]
    assert [(e.at, e.kind, e.contact) for e in RecordingReader(tmp_path / "old").contacts()] == [
        (e.at, e.kind, e.contact) for e in old
    ]
