"""A real Asterisk's queue_log and AMI stream of the same calls, and what both become when they are hurt."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.contacts import ContactEvent
from feeds.errors import InputError
from feeds.sources import asterisk_ami, asterisk_queue_log
from feeds.sources.logfile import LogReport

DATA = Path(__file__).parent.parent / "data" / "asterisk"
LOG = (DATA / "queue_log").read_bytes()
AMI = gzip.decompress((DATA / "ami.txt.gz").read_bytes())


def log_events(tmp_path: Path, data: bytes, report: LogReport | None = None) -> list[ContactEvent]:
    file = tmp_path / "queue_log"
    file.write_bytes(data)
    return list(asterisk_queue_log.read(file, "s", report=report))


def ami_events(tmp_path: Path, data: bytes, report: LogReport | None = None) -> list[ContactEvent]:
    file = tmp_path / "ami"
    file.write_bytes(data)
    return list(asterisk_ami.read(file, "s", report=report))


def kinds(events: Iterable[ContactEvent]) -> Counter[str]:
    return Counter(event.kind for event in events)


def by_contact(events: Iterable[ContactEvent]) -> dict[str, dict[str, ContactEvent]]:
    contacts: dict[str, dict[str, ContactEvent]] = {}
    for event in events:
        assert event.kind not in contacts.setdefault(event.contact, {})
        contacts[event.contact][event.kind] = event
    return contacts


def ami_block(**fields: str) -> bytes:
    return "".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode() + b"\r\n"


def test_the_log_agrees_with_itself_to_the_last_contact() -> None:
    report = LogReport()
    events = list(asterisk_queue_log.read(DATA / "queue_log", "s", report=report))
    assert kinds(events) == {"joined": 227, "answered": 137, "abandoned": 18, "timed_out": 72, "completed": 137}
    assert not report.oddities
    assert report.ended_at == 1795319911.0
    lines = [line.split("|") for line in LOG.decode().splitlines()]
    waits = Counter((c[1], float(c[5])) for c in lines if c[4] == "CONNECT")
    waits += Counter((c[1], float(c[7])) for c in lines if c[4] in ("ABANDON", "EXITWITHTIMEOUT"))
    assert waits == Counter((e.contact, e.wait_s) for e in events if e.kind in ("answered", "abandoned", "timed_out"))
    assert Counter((c[1], float(c[6])) for c in lines if c[4].startswith("COMPLETE")) == Counter(
        (e.contact, e.handle_s) for e in events if e.kind == "completed"
    )


def test_the_ami_stream_tells_time_outs_from_abandons() -> None:
    events = list(asterisk_ami.read(DATA / "ami.txt.gz", "s"))
    assert kinds(events) == {"joined": 227, "answered": 130, "abandoned": 15, "timed_out": 69, "completed": 122}


def test_both_formats_agree_call_by_call() -> None:
    log = by_contact(asterisk_queue_log.read(DATA / "queue_log", "s"))
    report = LogReport()
    ami = by_contact(asterisk_ami.read(DATA / "ami.txt.gz", "s", report=report))
    assert not report.oddities
    assert ami.keys() == log.keys()
    for contact, told in ami.items():
        assert told.keys() <= log[contact].keys()
        for kind, event in told.items():
            same = log[contact][kind]
            assert event.queue == same.queue
            assert abs(event.at - same.at) <= 1.1  # the log has whole seconds, of a coarser clock
            assert event.wait_s == same.wait_s or kind in ("joined", "completed")
            assert abs(event.handle_s - same.handle_s) <= 1.0 or kind != "completed"
        # What the stream does not tell any more happened after it ended.
        assert all(log[contact][kind].at >= report.ended_at - 1 for kind in log[contact].keys() - told.keys())


def test_both_formats_have_the_same_totals_by_queue() -> None:
    end = 1795319878  # everything after this second is in the log only
    log, ami = (
        Counter((event.queue, event.kind) for event in events if int(event.at) < end)
        for events in (asterisk_queue_log.read(DATA / "queue_log", "s"), asterisk_ami.read(DATA / "ami.txt.gz", "s"))
    )
    assert log == ami
    assert log["billing", "joined"] == 93


@pytest.mark.parametrize("cut", [3_000, 10_001, 20_000, 30_007, 44_000])
def test_a_log_cut_anywhere_keeps_every_contact_that_joined(tmp_path: Path, cut: int) -> None:
    data = LOG[:cut]
    events = log_events(tmp_path, data)
    joins = sum(line.count(b"|") >= 4 and line.split(b"|")[4] == b"ENTERQUEUE" for line in data.split(b"\n"))
    assert kinds(events)["joined"] == joins


@given(cut=st.integers(min_value=400_000, max_value=len(AMI)))
@settings(max_examples=15, deadline=None)
def test_a_stream_cut_anywhere_keeps_the_whole_blocks(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    data = AMI[:cut]
    whole = data[: data.rfind(b"\r\n\r\n") + 4]
    tmp_path = tmp_path_factory.mktemp("cut")
    events = ami_events(tmp_path, data)
    assert kinds(events)["joined"] == whole.count(b"Event: QueueCallerJoin\r\n")
    assert kinds(events)["answered"] == whole.count(b"Event: AgentConnect\r\n")
    outcomes = kinds(events)["abandoned"] + kinds(events)["timed_out"]
    assert outcomes == whole.count(b"Event: QueueCallerAbandon\r\n")


def test_a_last_line_without_an_end_counts_when_it_is_whole(tmp_path: Path) -> None:
    report = LogReport()
    assert kinds(log_events(tmp_path, b"9|c|q|NONE|ENTERQUEUE||1|1\n12|c|q|NONE|ABANDON|1|1|3", report)) == {
        "joined": 1,
        "abandoned": 1,
    }
    assert not report.oddities
    report = LogReport()
    assert kinds(log_events(tmp_path, b"9|c|q|NONE|ENTERQUEUE||1|1\n12|c|q|NONE|ABANDON|1|", report)) == {"joined": 1}
    assert report.line() == "last line cut off: 1"


def test_every_way_to_leave_a_queue(tmp_path: Path) -> None:
    leaves = (
        ("A|CONNECT|4|x|3", "answered", 4.0),
        ("NONE|ABANDON|1|1|5", "abandoned", 5.0),
        ("NONE|EXITWITHTIMEOUT|1|2|6", "timed_out", 6.0),
        ("NONE|EXITWITHKEY|9|1|2|7", "timed_out", 7.0),
        ("NONE|EXITEMPTY|1|2|8", "timed_out", 8.0),
        ("NONE|WITHDRAW|1|2|9|why", "timed_out", 9.0),
    )
    text = "".join(
        f"100|c{n}|q|NONE|ENTERQUEUE||1|1\n101|c{n}|q|A|RINGNOANSWER|6000\n101|c{n}|q|A|AGENTDUMP|\n110|c{n}|q|{leave}\n"
        for n, (leave, _, _) in enumerate(leaves)
    )
    events = [
        e for e in log_events(tmp_path, text.encode() + b"120|NONE|NONE|NONE|CONFIGRELOAD|\n") if e.kind != "joined"
    ]
    assert [(e.kind, e.wait_s) for e in events] == [(kind, wait) for _, kind, wait in leaves]


@pytest.mark.parametrize(
    ("end", "handle"),
    [
        ("COMPLETEAGENT|4|17|1", 17.0),
        ("COMPLETECALLER|4|18|1", 18.0),
        ("TRANSFER|800|ctx|4|19|1", 19.0),
        ("BLINDTRANSFER|800|from/queue@x;1|4|20|1", 20.0),
        ("ATTENDEDTRANSFER|BRIDGE|id|4|21|1", 21.0),
        ("ATTENDEDTRANSFER|LINK|SIP/a b@c;1|Local/x;2|4|22|1", 22.0),
    ],
)
def test_every_way_to_end_a_call(tmp_path: Path, end: str, handle: float) -> None:
    text = f"1|c|q|NONE|ENTERQUEUE||1|1\n5|c|q|A|CONNECT|4|x|3\n9|c|q|A|{end}\n"
    assert log_events(tmp_path, text.encode())[-1].handle_s == handle


def test_one_call_in_two_queues_in_turn_is_two_contacts(tmp_path: Path) -> None:
    text = (
        b"1|c|sales|NONE|ENTERQUEUE||1|1\n5|c|sales|A|CONNECT|4|x|3\n9|c|sales|A|BLINDTRANSFER|800|ctx|4|4|1\n"
        b"9|c|support|NONE|ENTERQUEUE||1|1\n12|c|support|NONE|EXITWITHTIMEOUT|1|1|3\n"
        b"12|c|sales|NONE|ENTERQUEUE||1|1\n14|c|sales|NONE|ABANDON|1|1|2\n"
    )
    events = log_events(tmp_path, text)
    assert [(e.contact, e.queue, e.kind) for e in events] == [
        ("c", "sales", "joined"),
        ("c", "sales", "answered"),
        ("c", "sales", "completed"),
        ("c#2", "support", "joined"),
        ("c#2", "support", "timed_out"),
        ("c#3", "sales", "joined"),
        ("c#3", "sales", "abandoned"),
    ]


def test_hostile_names_are_harmless_and_stay_apart(tmp_path: Path) -> None:
    queues = [
        b"\x1b]0;owned\x07",
        b"\x1b]1;owned\x07",
        b"a/b@c;1 d",
        b"\xff\xfe",
        b"\xff\xfd",
        b"x" * 300,
        b"x" * 301,
        b"[red]",
    ]
    text = b"".join(b"%d|c%d|%s|NONE|ENTERQUEUE||1|1\n" % (n, n, queue) for n, queue in enumerate(queues, 10))
    events = log_events(tmp_path, text)
    names = [event.queue for event in events]
    assert len(set(names)) == len(queues)
    assert all(name.isprintable() and len(name) <= 64 for name in names)
    assert names[2] == "a/b@c;1 d"


def test_oddities_are_counted_and_passed_over(tmp_path: Path) -> None:
    report = LogReport()
    text = (
        b"100|old|q|A|CONNECT|4|x|3\n100|old|q|A|COMPLETEAGENT|4|8|1\n101|c|q|NONE|ENTERQUEUE||1|1\n"
        b"101|c|q|NONE|ENTERQUEUE||1|1\n90|d|q|NONE|ENTERQUEUE||1|1\n"
    )
    assert kinds(log_events(tmp_path, text, report)) == {"joined": 2}
    assert report.line() == (
        "ends of calls not seen answered: 1; lines that go back in time: 1; outcomes of calls not seen waiting: 1; "
        "repeated joins: 1"
    )


def test_a_log_pasted_after_itself_counts_once(tmp_path: Path) -> None:
    assert kinds(log_events(tmp_path, LOG + LOG)) == kinds(log_events(tmp_path, LOG))


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        (b"", "", "no caller joins"),
        (b"\x00\x01\x02\x1f\n", ":1:1", "not a line of a queue_log"),
        (b"joined_at,queue\n", ":1:1", "not a line of a queue_log"),
        (b"5|a|b\n", ":1:6", "3 fields"),
        (b"99999999999|a|q|NONE|ENTERQUEUE||1|1\n", ":1:1", "not a time"),
        (b"-5|a|q|NONE|ENTERQUEUE||1|1\n", ":1:1", "not a time"),
        (b"5|a|q|NONE|ENTERQUEUE||1|1\n6|a|q|NONE|ABANDON|1|1|-3\n", ":2:24", "'-3' is not a time in whole seconds"),
        (b"5|a|q|NONE|ENTERQUEUE||1|1\n6|a|q|NONE|ABANDON|1|1|nan\n", ":2:24", "'nan'"),
        (b"5|a|q|NONE|ENTERQUEUE||1|1\n6|a|q|NONE|ABANDON|1|1|99999999999\n", ":2:24", "'99999999999'"),
        (b"5|a|q|NONE|ENTERQUEUE||1|1\n6|a|q|NONE|ABANDON|1|1\n", ":2:23", "ABANDON with 2 data fields"),
        (b"5|a|q|NONE|CONFIGRELOAD|\n", "", "no caller joins"),
        (b"5|" + b"x" * (1 << 20) + b"\n", ":1", "over 1048576 bytes"),
    ],
)
def test_a_broken_log_is_one_line_with_its_place(tmp_path: Path, line: bytes, place: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        log_events(tmp_path, line)
    text = str(caught.value)
    assert text.startswith(f"{tmp_path}/queue_log{place}: ")
    assert told in text
    assert text.isprintable()


def test_a_gzip_cut_off_is_said(tmp_path: Path) -> None:
    packed = gzip.compress(LOG)
    for data in (packed[: len(packed) // 2], packed[:12], packed[:200] + b"\xff" * 50 + packed[250:]):
        with pytest.raises(InputError, match=r"the gzip stream is cut off or damaged"):
            log_events(tmp_path, data)
    assert kinds(log_events(tmp_path, packed))["joined"] == 227


def test_a_missing_file_and_a_directory(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            list(asterisk_queue_log.read(path, "s"))


def join(call: str = "u.1", queue: str = "q", at: float = 100.0, name: str = "Ann") -> bytes:
    return ami_block(
        Event="QueueCallerJoin", Timestamp=f"{at:.6f}", CallerIDName=name, Uniqueid=call, Queue=queue, Position="1"
    )


def leave(event: str, at: float, call: str = "u.1", queue: str = "q", **more: str) -> bytes:
    return ami_block(Event=event, Timestamp=f"{at:.6f}", CallerIDName="Ann", Uniqueid=call, Queue=queue, **more)


def status(value: str, call: str = "u.1") -> bytes:
    return ami_block(
        Event="VarSet", Timestamp="109.0", CallerIDName="Ann", Uniqueid=call, Variable="QUEUESTATUS", Value=value
    )


@pytest.mark.parametrize(
    "name",
    [
        "a\nb",
        "a\rb",
        "a\r\nb",
        "a\r\n\r\nb",
        "\x1b]0;x\x07",
        "a\r\nUniqueid: fake",
        "a\r\nQueue: fake",
        "a\r\n\r\nQueue: fake",
        ": :",
        "",
    ],
)
def test_a_name_cannot_break_the_framing(tmp_path: Path, name: str) -> None:
    data = join(name=name) + leave("AgentConnect", 104.0, HoldTime="4") + status("CONTINUE")
    assert [(e.contact, e.queue, e.kind, e.at) for e in ami_events(tmp_path, data)] == [
        ("u.1", "q", "joined", 100.0),
        ("u.1", "q", "answered", 104.0),
    ]


def test_wrong_utf8_and_plain_line_feeds(tmp_path: Path) -> None:
    data = join().replace(b"Ann", b"\xff\xfe\x80") + leave("QueueCallerAbandon", 107.0, HoldTime="7")
    assert [e.kind for e in ami_events(tmp_path, data)] == ["joined", "abandoned"]
    assert [e.kind for e in ami_events(tmp_path, data.replace(b"\r\n", b"\n"))] == ["joined", "abandoned"]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("TIMEOUT", "timed_out"),
        ("LEAVEEMPTY", "timed_out"),
        ("WITHDRAW", "timed_out"),
        ("CONTINUE", "abandoned"),
        ("", "abandoned"),
    ],
)
def test_the_queue_status_decides(tmp_path: Path, value: str, kind: str) -> None:
    data = join() + leave("QueueCallerAbandon", 108.0, HoldTime="8") + leave("QueueCallerLeave", 108.0) + status(value)
    assert [(e.kind, e.at, e.wait_s) for e in ami_events(tmp_path, data)[1:]] == [(kind, 108.0, 8.0)]


def test_a_status_of_another_call_or_in_a_value_decides_nothing(tmp_path: Path) -> None:
    forged = ami_block(
        Event="VarSet",
        Timestamp="108.1",
        Uniqueid="u.1",
        Variable="HEADER",
        Value="x\r\nVariable: QUEUESTATUS\r\nValue: TIMEOUT",
    )
    data = join() + leave("QueueCallerAbandon", 108.0, HoldTime="8") + status("TIMEOUT", "u.2") + forged
    assert [e.kind for e in ami_events(tmp_path, data)] == ["joined", "abandoned"]


def test_a_caller_who_leaves_by_a_key_is_timed_out_and_the_wait_unknown(tmp_path: Path) -> None:
    hangup = ami_block(Event="Hangup", Timestamp="120.0", Uniqueid="u.1", Cause="16")
    events = ami_events(tmp_path, join() + leave("QueueCallerLeave", 108.0) + hangup)
    assert [(e.kind, e.at) for e in events] == [("joined", 100.0), ("timed_out", 108.0)]
    assert events[1].wait_s != events[1].wait_s
    # Cut off after the leave: nobody knows whether an answer followed.
    assert [e.kind for e in ami_events(tmp_path, join() + leave("QueueCallerLeave", 108.0))] == ["joined"]


def test_a_capture_without_var_set_says_what_it_cannot_tell(tmp_path: Path) -> None:
    report = LogReport()
    ami_events(tmp_path, join() + leave("QueueCallerAbandon", 108.0, HoldTime="8"), report)
    assert report.line() == "abandons that may be time-outs, for want of VarSet events: 1"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no caller joins"),
        (b"\x7fELF\x00\x00", ":1:1: "),
        (b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n", "no caller joins"),
        (join().replace(b"Timestamp", b"Nothing"), "timestampevents = yes"),
        (join().replace(b"100.000000", b"soon"), ":2:12: 'soon' is not a time"),
        (join().replace(b"100.000000", b"nan"), "'nan' is not a time"),
        (join().replace(b"Queue:", b"Kueue:"), ":1:8: Event: QueueCallerJoin without a Queue"),
        (join().replace(b"Uniqueid", b"Id"), "QueueCallerJoin without a Uniqueid"),
        (join() + leave("AgentConnect", 104.0, HoldTime="-4"), ":13:11: HoldTime '-4'"),
        (join() + leave("AgentConnect", 104.0), ":8:8: Event: AgentConnect without a HoldTime"),
        (join() + leave("QueueCallerAbandon", 104.0, HoldTime="1e3"), "HoldTime '1e3'"),
        (b"Event: X\r\n" + b"x" * (3 << 20), "over 1048576 bytes"),
    ],
)
def test_a_broken_stream_is_one_line(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(InputError) as caught:
        ami_events(tmp_path, data)
    assert told in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_garbage_is_never_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    tmp_path = tmp_path_factory.getbasetemp()
    for read in (log_events, ami_events):
        with pytest.raises(InputError):
            read(tmp_path, data)
