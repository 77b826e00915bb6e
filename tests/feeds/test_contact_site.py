from __future__ import annotations

from pathlib import Path

import pytest

from feeds.codec import decode, encode
from feeds.contact_site import frames_of
from feeds.contacts import ContactEvent
from feeds.contract import Beat, Goodbye, Hello, Snapshot
from feeds.site_board import SiteBoard
from feeds.sources import asterisk_ami, asterisk_queue_log

DATA = Path(__file__).parent.parent / "data" / "asterisk"


def replayed(
    events: list[ContactEvent], site: str = "s", **options: float
) -> tuple[SiteBoard, list[tuple[float, object]]]:
    """The board of a desk that got the frames, each through the codec."""
    board, frames = SiteBoard(), []
    for at, frame in frames_of(events, site, **options):
        frame = decode(encode(frame))
        frames.append((at, frame))
        if isinstance(frame, Hello):
            board.announce(frame)
        elif isinstance(frame, Snapshot):
            board.land(frame)
            assert not board.altered
        elif isinstance(frame, Beat):
            assert frame.checksum == board.checksum()
    return board, frames


def test_a_real_log_on_the_board() -> None:
    events = list(asterisk_queue_log.read(DATA / "queue_log", "s"))
    board, frames = replayed(events)
    assert [row.id for row in board.rows] == ["billing", "promo-vip", "retention", "sales", "support", "s *"]
    assert [row.kind for row in board.rows] == ["queue"] * 5 + ["site"]
    columns = board.columns()
    assert [columns[name][-1] for name in ("offered", "answered", "abandoned", "timed_out", "waiting")] == [
        227,
        137,
        18,
        72,
        0,
    ]
    assert list(columns["offered"][:-1]) == [93, 14, 27, 57, 36]
    assert columns["agents_online"][-1] != columns["agents_online"][-1]
    assert [at for at, _ in frames] == sorted(at for at, _ in frames)
    assert isinstance(frames[0][1], Hello)
    assert isinstance(frames[-1][1], Goodbye)


def test_a_stream_that_was_cut_off_still_has_people_waiting() -> None:
    board, _ = replayed(list(asterisk_ami.read(DATA / "ami.txt.gz", "s")), until=1795319879.93)
    assert board.columns()["waiting"][-1] == 13
    assert board.columns()["oldest_wait_s"][-1] == pytest.approx(19.1, abs=1.0)


def test_a_frame_each_second_a_snapshot_where_there_is_news_and_at_least_each_ten() -> None:
    at = 1_000.25
    events = [
        ContactEvent(at, "s", "q", "1", "joined"),
        ContactEvent(at + 3, "s", "q", "1", "answered", wait_s=3),
        ContactEvent(at + 40, "s", "q", "1", "completed", handle_s=37),
        ContactEvent(at, "other", "q", "2", "joined"),
    ]
    _, frames = replayed(events)
    said = "".join("S" if isinstance(f, Snapshot) else "B" for _, f in frames[1:-1])
    assert said == "SSSSS" + "BBBBBBBBBS" * 3 + "BBBBBB" + "S"
    assert [t for t, _ in frames[1:-1]] == [1000.0 + n for n in range(42)]
    assert [f.seq for _, f in frames if isinstance(f, Snapshot)] == list(range(1, said.count("S") + 1))


def test_events_of_one_second_in_any_order_give_the_same_frames() -> None:
    events = [e for e in asterisk_queue_log.read(DATA / "queue_log", "s") if e.at < 1795319720]
    forwards = [encode(f) for _, f in frames_of(events, "s")]
    assert forwards == [encode(f) for _, f in frames_of(reversed(events), "s")]
    assert forwards == [encode(f) for _, f in frames_of(events + events, "s")]


def test_nothing_of_a_site_is_no_frame() -> None:
    assert list(frames_of([], "s")) == []
    assert list(frames_of([ContactEvent(1.0, "other", "q", "1", "joined")], "s")) == []
