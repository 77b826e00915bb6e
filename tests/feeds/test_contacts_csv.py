from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.contacts import ContactEvent
from feeds.errors import InputError
from feeds.sources import contacts_csv
from feeds.sources.logfile import LogReport

HEAD = "joined_at,queue,outcome,wait_s,service_s\n"


def events_of(
    tmp_path: Path, text: str | bytes, tz: str = "Asia/Shanghai", report: LogReport | None = None
) -> list[ContactEvent]:
    file = tmp_path / "contacts.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(contacts_csv.read(file, "s", tz=ZoneInfo(tz), report=report))


def test_one_row_is_one_contact(tmp_path: Path) -> None:
    report = LogReport()
    events = events_of(
        tmp_path,
        HEAD + "2026-11-11T00:00:01,售前,answered,5,30\n2026-11-11 00:00:02,售后,abandoned,9,0\n",
        report=report,
    )
    at = datetime(2026, 11, 10, 16, 0, 1, tzinfo=UTC).timestamp()
    assert [(e.at - at, e.queue, e.contact, e.kind) for e in events] == [
        (0, "售前", "row-1", "joined"),
        (1, "售后", "row-2", "joined"),
        (5, "售前", "row-1", "answered"),
        (10, "售后", "row-2", "abandoned"),
        (35, "售前", "row-1", "completed"),
    ]
    assert [e.wait_s for e in events if e.kind in ("answered", "abandoned")] == [5, 9]
    assert events[-1].handle_s == 30
    assert report.floating
    assert report.ended_at == at + 35


def test_column_order_other_columns_bom_quotes_and_crlf(tmp_path: Path) -> None:
    text = (
        '\ufeffagent,Outcome,queue,service_s,joined_at,wait_s\r\nA1,answered,"a, b",1.5,2026-11-11T00:00:01Z,0.25\r\n'
    )
    report = LogReport()
    events = events_of(tmp_path, text, report=report)
    assert [(e.queue, e.kind) for e in events] == [("a, b", "joined"), ("a, b", "answered"), ("a, b", "completed")]
    assert events[0].at == datetime(2026, 11, 11, 0, 0, 1, tzinfo=UTC).timestamp()
    assert (events[1].wait_s, events[2].handle_s) == (0.25, 1.5)
    assert not report.floating


def test_an_answered_contact_without_a_service_time_has_not_ended(tmp_path: Path) -> None:
    events = events_of(tmp_path, HEAD + "2026-11-11T00:00:01,q,answered,5,\n2026-11-11T00:00:01,q,abandoned,5,\n")
    assert [e.kind for e in events] == ["joined", "joined", "answered", "abandoned"]


@given(st.permutations(range(30)))
@settings(max_examples=25, deadline=None)
def test_rows_may_stand_in_any_order(tmp_path_factory: pytest.TempPathFactory, order: list[int]) -> None:
    rows = [f"2026-11-11T00:{n:02d}:00,q{n % 3},answered,{n * 37 % 200},{n}\n" for n in range(30)]
    tmp_path = tmp_path_factory.getbasetemp()
    events = events_of(tmp_path, HEAD + "".join(rows[n] for n in order))
    assert [e.at for e in events] == sorted(e.at for e in events)
    plain = [
        (e.at, e.queue, e.kind, e.handle_s if e.kind == "completed" else 0)
        for e in events_of(tmp_path, HEAD + "".join(rows))
    ]
    assert sorted(plain) == sorted((e.at, e.queue, e.kind, e.handle_s if e.kind == "completed" else 0) for e in events)


GOOD = "2026-11-11T00:00:01,q,answered,5,30\n"


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("", ":1:1", "the file is empty"),
        (HEAD, "", "no rows"),
        ("joined_at,queue,wait_s\n" + GOOD, ":1:1", "no column outcome, service_s"),
        ("joined_at,queue,queue,outcome,wait_s,service_s\n", ":1:1", "two columns queue"),
        (HEAD + GOOD + "2026-11-11T00:00:01,q,answered\n", ":3:31", "3 fields; expected 5"),
        (HEAD + GOOD + "yesterday,q,answered,5,30\n", ":3:1", "'yesterday' is not a time; expected ISO 8601"),
        (HEAD + "2026-11-31T00:00:01,q,answered,5,30\n", ":2:1", "is not a time"),
        (HEAD + "2026-11-11,q,answered,5,30\n", ":2:1", "is not a time"),
        (HEAD + "9999-11-11T00:00:01,q,answered,5,30\n", ":2:1", "is not a time"),
        (HEAD + "0001-01-01T00:00:01,q,answered,5,30\n", ":2:1", "is not a time"),
        (HEAD + "2026-11-11T00:00:01,,answered,5,30\n", ":2:21", "no queue"),
        (HEAD + "2026-11-11T00:00:01,q,lost,5,30\n", ":2:23", "outcome 'lost'; expected answered or abandoned"),
        (HEAD + "2026-11-11T00:00:01,q,answered,,30\n", ":2:32", "wait_s ''"),
        (HEAD + "2026-11-11T00:00:01,q,answered,five,30\n", ":2:32", "wait_s 'five'; expected seconds"),
        (HEAD + "2026-11-11T00:00:01,q,answered,-1,30\n", ":2:32", "wait_s '-1'"),
        (HEAD + "2026-11-11T00:00:01,q,answered,nan,30\n", ":2:32", "wait_s 'nan'"),
        (HEAD + "2026-11-11T00:00:01,q,answered,1e300,30\n", ":2:32", "wait_s '1e300'"),
        (HEAD + '2026-11-11T00:00:01,"q,""x",answered,5,inf\n', ":2:40", "service_s 'inf'"),
        (HEAD + '2026-11-11T00:00:01,"q,answered,5,30\n' + GOOD, ":3:1", "broken CSV"),
        (HEAD + "2026-11-11T00:00:01,\0,answered,5,30\n", ":2:21", "a NUL byte"),
        (HEAD.encode() + "2026-11-11T00:00:01,售前,answered,5,30\n".encode("gbk"), ":2:21", "is not UTF-8"),
        (HEAD.encode("utf-16"), ":1:1", "is not UTF-8"),
        (b"\x00\x01\x02", ":1:1", "a NUL byte"),
        (HEAD + "2026-11-11T00:00:01," + "q" * 200_000 + ",answered,5,30\n", ":2:1", "broken CSV: field larger"),
        (gzip.compress((HEAD + GOOD * 500).encode())[:-20], ":", "the gzip stream is cut off"),
    ],
)
def test_a_broken_file_is_one_line_with_its_place(tmp_path: Path, text: str | bytes, place: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        events_of(tmp_path, text)
    line = str(caught.value)
    assert line.startswith(f"{tmp_path}/contacts.csv{place}")
    assert told in line
    assert line.isprintable()


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: (HEAD + t).encode("utf-8", "replace"))))
@settings(max_examples=150, deadline=None)
def test_garbage_is_never_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    with pytest.raises(InputError):
        events_of(tmp_path_factory.getbasetemp(), data)
