from __future__ import annotations

import csv
import gzip
import json
import math
import os
import random
from collections import Counter
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.codec import encode
from feeds.contacts import ContactEvent
from feeds.contract import Column, Hello, Row
from feeds.errors import InputError
from feeds.interval_export import COLUMNS, as_csv, as_json, interval_table
from feeds.intervals import By, Cell, ContactIntervals, IntervalClock, IntervalRow, Key, table
from feeds.publisher import Publisher
from feeds.recording import RecordingReader, RecordingWriter
from feeds.sources.importing import import_log

SHANGHAI = ZoneInfo("Asia/Shanghai")
HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DUTYDECK_DATA", HERE.parents[2] / "shared" / "data"))
BANK = SHARED / "callcentre" / "anonymous_bank_1999_02_contacts.csv.gz"
BANK_TABLE = SHARED / "callcentre" / "anonymous_bank_1999_02_15min.csv"
needs_bank = pytest.mark.skipif(not BANK.exists(), reason=f"the call centre's month is not at {BANK}")

T0 = datetime(2026, 11, 11, 0, 0, tzinfo=SHANGHAI).timestamp()


def tabled(
    events: list[ContactEvent],
    by: By = "queue",
    interval_s: float = 900,
    threshold_s: float = 20,
    end_at: float = T0 + 1e5,
    tz: ZoneInfo = SHANGHAI,
) -> list[IntervalRow]:
    contacts, cells = ContactIntervals(), dict[Key, Cell]()
    for event in events:
        contacts.add(event)
    contacts.count(cells, IntervalClock(interval_s, tz), by=by, threshold_s=threshold_s, end_at=end_at)
    return table(cells)


def contact(
    name: str, joined: float, kind: str = "", wait: float = 0, handle: float = math.nan, queue: str = "q"
) -> list[ContactEvent]:
    events = [ContactEvent(T0 + joined, "s", queue, name, "joined")]
    if kind:
        events.append(ContactEvent(T0 + joined + wait, "s", queue, name, kind, wait_s=wait))  # type: ignore[arg-type]
    if not math.isnan(handle):
        events.append(ContactEvent(T0 + joined + wait + handle, "s", queue, name, "completed", handle_s=handle))
    return events


def test_every_column_of_one_row() -> None:
    events = [
        *contact("a", 0, "answered", 20, 100),
        *contact("b", 1, "answered", 20.5, 50),
        *contact("c", 2, "answered", 5),
        *contact("d", 3, "abandoned", 8),
        *contact("e", 4, "timed_out", 60),
        *contact("f", 5),
        *contact("g", 895),
    ]
    assert tabled(events, end_at=T0 + 900) == [
        IntervalRow("2026-11-11T00:00:00", "s", "q", 7, 3, 1, 1, 2, round(45.5 / 3, 6), 8.0, 75.0, round(2 / 6, 6))
    ]


def test_nothing_to_take_a_mean_of_is_null() -> None:
    rows = tabled(contact("a", 0), end_at=T0 + 5)
    assert astuple(rows[0])[3:] == (1, 0, 0, 0, 1, None, None, None, None)
    assert as_csv(rows).splitlines()[1] == "2026-11-11T00:00:00,s,q,1,0,0,0,1,,,,"
    assert json.loads(as_json(rows))["rows"][0]["service_level"] is None


def test_a_waiting_contact_is_late_once_it_is_past_the_threshold() -> None:
    assert tabled(contact("a", 0), end_at=T0 + 20)[0].service_level is None
    assert tabled(contact("a", 0), end_at=T0 + 20.1)[0].service_level == 0.0


def test_an_unknown_wait_is_in_no_mean_and_not_in_time() -> None:
    row = tabled(
        [
            *contact("a", 0, "answered", math.nan),
            *contact("b", 0, "answered", 4),
            *contact("c", 0, "timed_out", math.nan),
        ]
    )[0]
    assert (row.mean_wait_answered_s, row.service_level) == (4.0, round(1 / 3, 6))


def test_a_contact_belongs_to_the_interval_in_which_it_joined() -> None:
    rows = tabled([*contact("a", 899.999, "answered", 700, 9000), *contact("b", 900, "abandoned", 1)])
    assert [(r.interval_start[11:], r.answered, r.abandoned) for r in rows] == [("00:00:00", 1, 0), ("00:15:00", 0, 1)]


def test_rolled_up_keys_and_order() -> None:
    events = [*contact("a", 0, queue="z"), *contact("b", 0, queue="A"), *contact("c", 90_000, queue="m")]
    assert [(r.interval_start, r.site, r.queue) for r in tabled(events, interval_s=86_400)] == [
        ("2026-11-11T00:00:00", "s", "A"),
        ("2026-11-11T00:00:00", "s", "z"),
        ("2026-11-12T00:00:00", "s", "m"),
    ]
    assert {(r.site, r.queue) for r in tabled(events, by="site")} == {("s", "*")}
    assert {(r.site, r.queue) for r in tabled(events, by="all")} == {("*", "*")}


def test_unknown_kinds_and_contacts_that_never_joined_are_left_out() -> None:
    events = [*contact("a", 0, "teleported", 3), ContactEvent(T0, "s", "q", "b", "answered", wait_s=3)]
    assert [(r.offered, r.open) for r in tabled(events)] == [(1, 1)]


@pytest.mark.parametrize("seconds", [1, 60, 900, 5400, 86_400, 7 * 86_400])
def test_intervals_that_fit(seconds: int) -> None:
    assert IntervalClock(seconds, SHANGHAI).start(T0 + 12_345).endswith(("00", "45"))


@pytest.mark.parametrize("seconds", [0, 0.5, 420, 7 * 3600, 86_401, 1.5 * 86_400])
def test_intervals_that_do_not_fit(seconds: float) -> None:
    with pytest.raises(InputError, match="--interval"):
        IntervalClock(seconds, SHANGHAI)


def test_weeks_begin_on_monday() -> None:
    clock = IntervalClock(7 * 86_400, SHANGHAI)
    assert clock.start(T0) == "2026-11-09T00:00:00"
    assert clock.start(T0 - 2 * 86_400) == "2026-11-09T00:00:00"
    assert clock.start(T0 - 2 * 86_400 - 1) == "2026-11-02T00:00:00"


def test_local_days_where_the_clocks_change() -> None:
    new_york = ZoneInfo("America/New_York")
    at = lambda *when: datetime(*when, tzinfo=UTC).timestamp()  # noqa: E731
    day, hour = IntervalClock(86_400, new_york), IntervalClock(3600, new_york)
    assert day.start(at(2026, 3, 8, 4, 59)) == "2026-03-07T00:00:00"
    assert day.start(at(2026, 3, 8, 5)) == day.start(at(2026, 3, 9, 3, 59)) == "2026-03-08T00:00:00"  # 23 hours
    assert day.start(at(2026, 11, 1, 4)) == day.start(at(2026, 11, 2, 4, 59)) == "2026-11-01T00:00:00"  # 25 hours
    assert hour.start(at(2026, 3, 8, 6, 59)) == "2026-03-08T01:00:00"
    assert hour.start(at(2026, 3, 8, 7)) == "2026-03-08T03:00:00"
    assert hour.start(at(2026, 11, 1, 5, 30)) == hour.start(at(2026, 11, 1, 6, 30)) == "2026-11-01T01:00:00"
    assert IntervalClock(900, ZoneInfo("Asia/Kathmandu")).start(at(2026, 1, 1, 0)) == "2026-01-01T05:45:00"


outcomes = st.sampled_from(["", "answered", "abandoned", "timed_out"])
histories = st.lists(
    st.tuples(st.integers(0, 5000), outcomes, st.integers(0, 200), st.booleans(), st.sampled_from("abc")), max_size=40
)


@given(histories, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_offered_is_the_sum_and_order_and_repeats_do_not_matter(
    history: list[tuple[int, str, int, bool, str]], chance: random.Random
) -> None:
    events = [
        event
        for n, (joined, kind, wait, done, queue) in enumerate(history)
        for event in contact(f"c{n}", joined, kind, wait, 9 if done and kind == "answered" else math.nan, queue)
    ]
    rows = tabled(events)
    assert all(r.offered == r.answered + r.abandoned + r.timed_out + r.open for r in rows)
    assert sum(r.offered for r in rows) == len(history)
    assert sum(r.offered for r in tabled(events, by="all", interval_s=86_400)) == len(history)
    shuffled = events + events[: len(events) // 2]
    chance.shuffle(shuffled)
    assert [astuple(r)[:8] for r in tabled(shuffled)] == [astuple(r)[:8] for r in rows]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rec = tmp_path_factory.mktemp("bank") / "rec"
    import_log("contacts-csv", BANK, rec, site="anonymous-bank")
    return rec


@needs_bank
def test_the_month_of_a_real_call_centre_interval_by_interval(bank: Path) -> None:
    rows = interval_table(RecordingReader(bank), by="queue", interval_s=900, threshold_s=20)
    with BANK_TABLE.open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert [(r.interval_start, r.site, r.queue) for r in rows] == [
        (e["interval_start"].replace(" ", "T"), e["site"], e["queue"]) for e in expected
    ]
    for row, e in zip(rows, expected, strict=True):
        assert (row.offered, row.answered, row.abandoned) == (
            int(e["offered"]),
            int(e["answered"]),
            int(e["abandoned"]),
        ), e
        assert row.service_level == pytest.approx(int(e["answered_le_20s"]) / int(e["offered"]), abs=1e-6)
        theirs = e["mean_wait_answered_s"]
        mine = row.mean_wait_answered_s
        assert mine == pytest.approx(float(theirs), abs=0.0051) if theirs else mine is None
    assert sum(r.offered for r in rows) == 31_125
    assert sum(r.abandoned for r in rows) == 3_963


@needs_bank
def test_the_handle_times_are_those_of_the_file(bank: Path) -> None:
    # The table that came with the data leaves services under 10 s out, an artefact of its source; an export does not.
    with gzip.open(BANK, "rt", encoding="utf-8") as file:
        services = [float(row["service_s"]) for row in csv.DictReader(file) if row["outcome"] == "answered"]
    rows = interval_table(RecordingReader(bank), by="all", interval_s=86_400, threshold_s=20)
    total = sum((row.mean_handle_s or 0.0) * row.answered for row in rows)
    assert total == pytest.approx(sum(services), rel=1e-6)


@needs_bank
@pytest.mark.parametrize("tz", [None, "Asia/Shanghai", "UTC", "America/New_York"])
def test_times_without_a_zone_are_taken_as_they_are(bank: Path, tz: str | None) -> None:
    rows = interval_table(
        RecordingReader(bank), by="all", interval_s=3600, threshold_s=20, tz=ZoneInfo(tz) if tz else None
    )
    assert rows[0].interval_start == "1999-02-01T06:00:00"


def test_times_with_a_zone_move_to_the_one_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("joined_at,queue,outcome,wait_s,service_s\n2026-11-11T00:00:01,q,answered,5,30\n")
    starts = []
    for tz, asked in ((None, "UTC"), ("Asia/Tokyo", None), ("Asia/Tokyo", "UTC")):
        rec = tmp_path / f"{tz}-{asked}".replace("/", "-")
        import_log("contacts-csv", file, rec, tz=ZoneInfo(tz) if tz else None)
        rows = interval_table(
            RecordingReader(rec), by="all", interval_s=3600, threshold_s=20, tz=ZoneInfo(asked) if asked else None
        )
        starts.append(rows[0].interval_start)
    assert starts == ["2026-11-11T00:00:00", "2026-11-11T00:00:00", "2026-11-10T15:00:00"]


@pytest.mark.parametrize(
    ("form", "file", "expected"),
    [
        ("asterisk-queue-log", "queue_log", (227, 137, 18, 72, 0)),
        ("asterisk-ami", "ami.txt.gz", (227, 130, 15, 69, 13)),
    ],
)
def test_the_totals_of_a_real_asterisk(tmp_path: Path, form: str, file: str, expected: tuple[int, ...]) -> None:
    import_log(form, HERE.parent / "data" / "asterisk" / file, tmp_path / "rec")
    row = interval_table(RecordingReader(tmp_path / "rec"), by="all", interval_s=86_400, threshold_s=20)[0]
    assert (row.offered, row.answered, row.abandoned, row.timed_out, row.open) == expected
    assert row.interval_start == "2026-11-22T00:00:00"
    rows = interval_table(RecordingReader(tmp_path / "rec"), by="queue", interval_s=60, threshold_s=20)
    assert {r.site for r in rows} == {file.split(".")[0]}
    assert sum((Counter({n: getattr(r, n) for n in COLUMNS[3:8]}) for r in rows), Counter()) == Counter(
        {n: v for n, v in zip(COLUMNS[3:8], expected, strict=True) if v}
    )


def test_csv_and_json_say_the_same() -> None:
    rows = tabled([*contact("a", 0, "answered", 1 / 3, 2), *contact("b", 0, "abandoned", 1, queue='"quoted", name')])
    plain = json.loads(as_json(rows))["rows"]
    assert [tuple(row) for row in plain] == [COLUMNS, COLUMNS]
    assert isinstance(plain[1]["offered"], int)
    assert plain[1]["mean_wait_answered_s"] == 0.333333
    read = list(csv.DictReader(as_csv(rows).splitlines()))
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in plain] == read


COUNTERS = (
    "answered",
    "abandoned",
    "timed_out",
    "completed",
    "wait_answered_sum_s",
    "handle_sum_s",
    "answered_within_20s",
)


def hello(epoch: int = 1, rows: tuple[str, ...] = ("q1", "q2")) -> Hello:
    gauges = tuple(
        Column(name, "gauge", "count", f"{name}.v1") for name in ("waiting", "oldest_wait_s", "waiting_over_20s")
    )
    counters = tuple(Column(name, "counter", "count", f"{name}.v1") for name in COUNTERS)
    return Hello(
        "live",
        epoch,
        "live",
        "live",
        gauges + counters,
        (*(Row(r) for r in rows), Row("all", "site")),
        counters_since_ns=epoch,
    )


class Site:
    """Writes the frames of a site whose first queue gets `answers` a frame."""

    def __init__(self, writer: RecordingWriter, epoch: int = 1) -> None:
        self.writer, self.publisher = writer, Publisher(hello(epoch))
        self.counters = np.zeros((3, len(COUNTERS)))
        writer.frame(T0, "live", encode(self.publisher.hello))

    def say(self, at: float, answered: int = 0, waiting: int = 0, oldest: float = 0.0, late: int = 0) -> None:
        self.counters[[0, 2]] += np.array([answered, 0, 0, answered, answered * 7.0, answered * 30.0, answered // 2])
        gauges = np.zeros((3, 3), np.float32)
        gauges[[0, 2]] = waiting, oldest, late
        ns = round((T0 + at) * 1e9)
        self.writer.frame(T0 + at, "live", encode(self.publisher.publish(gauges, self.counters, ns, ns)))


def test_recorded_frames_are_counted_by_what_their_counters_grew(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "rec") as writer:
        site = Site(writer)
        site.say(0, answered=100)  # before the recording
        site.say(1, answered=4)
        writer.frame(T0 + 2, "live", b"garbage")
        site.say(899, answered=2)
        site.say(901, answered=6, waiting=3, oldest=30, late=2)
    rows = interval_table(RecordingReader(tmp_path / "rec"), by="queue", interval_s=900, threshold_s=20)
    assert [astuple(r) for r in rows] == [
        ("2026-11-11T00:00:00", "live", "q1", 6, 6, 0, 0, 0, 7.0, None, 30.0, 0.5),
        ("2026-11-11T00:15:00", "live", "q1", 9, 6, 0, 0, 3, 7.0, None, 30.0, 0.375),
    ]
    with pytest.raises(InputError, match=r"--threshold.*25 s is no edge of them; expected 5s, 8s, 10s"):
        interval_table(RecordingReader(tmp_path / "rec"), by="all", interval_s=900, threshold_s=25)


def test_a_restarted_site_is_no_negative_growth(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "rec") as writer:
        site = Site(writer)
        site.say(0)
        site.say(1, answered=4)
        site = Site(writer, epoch=2)
        site.say(2, answered=3)
        site.say(3, answered=1)
    assert [
        r.answered for r in interval_table(RecordingReader(tmp_path / "rec"), by="all", interval_s=900, threshold_s=20)
    ] == [8]
