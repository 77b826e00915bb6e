from __future__ import annotations

from dataclasses import replace

import msgpack
import numpy as np
import pytest

from alerts.rows import attributes_of
from feeds.codec import encode
from feeds.contract import Delta, Event, Frame, Hello, Resync, Row, Snapshot, Subscribe
from feeds.publisher import Publisher
from feeds.session import SiteSession
from tests.feeds.made import figures, hello, ns


class Conversation:
    """A publisher and a session that hear each other at times the test chooses."""

    def __init__(self, first: Hello | None = None) -> None:
        self.session = SiteSession("hefei")
        self.publisher = Publisher(first or hello())
        self.now = 1000.0

    def open(self) -> None:
        subscribe = self.session.connected(self.now)
        for frame in self.publisher.welcome(subscribe, ns(self.now)):
            self.hear(frame)

    def hear(self, frame: Frame) -> object:
        return self.session.receive(encode(frame), self.now)

    def publish(self, **values: float) -> Snapshot | Delta:
        gauges, counters = figures(len(self.publisher.hello.rows), **{"offered": 10.0, **values})
        return self.publisher.publish(gauges, counters, ns(self.now), ns(self.now))

    def tick(self, **values: float) -> None:
        self.now += 1.0
        self.hear(self.publish(**values))


@pytest.fixture
def talk() -> Conversation:
    conversation = Conversation()
    conversation.open()
    conversation.tick(waiting=4, offered=10)
    return conversation


def test_a_site_is_live_after_its_first_state(talk: Conversation) -> None:
    view = talk.session.view(talk.now)
    assert view.state == "live"
    assert view.columns["waiting"].tolist() == [4, 4, 4, 4]
    assert view.site_row == 3
    assert not talk.session.faults


def test_before_anything_came_a_site_is_never_and_unknown() -> None:
    session = SiteSession("hefei")
    assert session.state(5.0) == "never"
    assert session.view(5.0).columns.size == 0


@pytest.mark.parametrize(
    ("after", "state"), [(1.9, "live"), (2.0, "late"), (2.9, "late"), (3.0, "unknown"), (900.0, "unknown")]
)
def test_silence_makes_late_then_unknown(talk: Conversation, after: float, state: str) -> None:
    assert talk.session.state(talk.now + after) == state


def test_unknown_rows_hold_nothing_and_the_last_known_is_kept_apart(talk: Conversation) -> None:
    view = talk.session.view(talk.now + 10)
    assert np.isnan(view.columns["waiting"]).all()
    assert view.last["waiting"].tolist() == [4, 4, 4, 4]


def test_a_site_that_beats_while_its_source_stands_still_becomes_unknown(talk: Conversation) -> None:
    for _ in range(4):
        talk.now += 1.0
        talk.hear(talk.publisher.beat(ns(talk.now)))
    assert talk.session.heard_at == talk.now
    assert talk.session.state(talk.now) == "unknown"
    assert not talk.session.faults


def test_next_change_foretells_the_state(talk: Conversation) -> None:
    change = talk.session.next_change(talk.now)
    assert change is not None
    assert talk.session.state(np.nextafter(change, 0)) == "live"
    assert talk.session.state(change) == "late"


def test_a_missing_delta_makes_the_whole_site_suspect_until_it_resyncs(talk: Conversation) -> None:
    talk.now += 1
    gauges, counters = figures(4, waiting=4, offered=10)
    gauges[0, 0] = 9
    talk.publisher.publish(gauges, counters, ns(talk.now), ns(talk.now))  # lost on the way
    gauges = gauges.copy()
    gauges[1, 0] = 7
    arrival = talk.hear(talk.publisher.publish(gauges, counters, ns(talk.now), ns(talk.now)))
    assert talk.session.state(talk.now) == "unknown"
    assert talk.session.faults["gap"] == 1
    assert arrival.replies == (Resync("hefei", "ask"),)  # type: ignore[attr-defined]
    for frame in talk.publisher.welcome(Subscribe("hefei"), ns(talk.now)):
        talk.hear(frame)
    assert talk.session.state(talk.now) == "live"
    assert talk.session.view(talk.now).columns["waiting"].tolist() == [9, 7, 4, 4]


def test_a_gap_that_only_a_beat_shows_is_seen(talk: Conversation) -> None:
    talk.publish(waiting=9)
    talk.hear(talk.publisher.beat(ns(talk.now)))
    assert talk.session.faults["gap"] == 1
    assert talk.session.state(talk.now) == "unknown"


def test_silent_divergence_is_seen_by_the_checksum(talk: Conversation) -> None:
    talk.session.board._gauges = talk.session.board.gauges + 1
    talk.hear(talk.publisher.beat(ns(talk.now)))
    assert talk.session.faults["diverged"] == 1
    assert talk.session.state(talk.now) == "unknown"


def test_repeated_and_older_frames_change_nothing(talk: Conversation) -> None:
    older = talk.publish(waiting=5)
    talk.hear(older)
    newer = talk.publish(waiting=6)
    talk.hear(newer)
    talk.hear(newer)
    talk.hear(older)
    assert talk.session.faults == {"duplicate": 1, "old": 1}
    assert talk.session.view(talk.now).columns["waiting"].tolist() == [6, 6, 6, 6]


def test_a_lower_epoch_is_a_second_writer_and_no_data(talk: Conversation) -> None:
    other = Publisher(hello(epoch=0))
    talk.hear(other.hello)
    talk.hear(other.publish(*figures(4, waiting=99), ns(talk.now), ns(talk.now)))
    assert talk.session.faults["second_writer"] == 2
    assert talk.session.view(talk.now).columns["waiting"].tolist() == [4, 4, 4, 4]


def test_a_restart_carries_the_counters_on(talk: Conversation) -> None:
    talk.publisher = Publisher(hello(epoch=2, counters_since_ns=ns(talk.now + 1)))
    talk.hear(talk.publisher.hello)
    talk.tick(offered=3)
    columns = talk.session.view(talk.now).columns
    assert columns["offered"].tolist() == [13, 13, 13, 13]
    talk.now += 4
    talk.tick(offered=8)
    assert (talk.session.view(talk.now).columns["arrivals_per_s"] > 0).all()


def test_resuming_gets_only_what_was_missed(talk: Conversation) -> None:
    talk.session.disconnected(talk.now, "broke")
    missed = [talk.publish(waiting=w) for w in (5, 6)]
    welcome = talk.publisher.welcome(talk.session.connected(talk.now), ns(talk.now))
    assert welcome[1:] == missed
    for frame in welcome:
        talk.hear(frame)
    assert talk.session.view(talk.now).columns["waiting"].tolist() == [6, 6, 6, 6]
    assert not talk.session.faults


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\x00garbage", "garbage"),
        (msgpack.packb({"t": "S"}), "garbage"),
        (msgpack.packb({"t": "?", "s": "hefei"}), "unknown_type"),
        (b"x" * ((1 << 20) + 1), "oversized"),
    ],
)
def test_nonsense_is_counted_and_without_effect(talk: Conversation, data: bytes, kind: str) -> None:
    talk.session.receive(data, talk.now)
    assert talk.session.faults == {kind: 1}
    assert talk.session.state(talk.now) == "live"


def test_a_row_that_was_not_announced_is_counted(talk: Conversation) -> None:
    gauges, counters = figures(1)
    rows = np.array([40], np.uint16)
    talk.hear(Delta("hefei", 1, 2, talk.publisher.hello.schema, ns(talk.now), ns(talk.now), rows, gauges, counters))
    assert talk.session.faults["unknown_row"] == 1


def test_a_block_of_other_size_is_truncated(talk: Conversation) -> None:
    talk.hear(Snapshot("hefei", 1, 2, talk.publisher.hello.schema, ns(talk.now), ns(talk.now), *figures(2)))
    assert talk.session.faults["truncated"] == 1
    assert talk.session.view(talk.now).columns["waiting"].tolist() == [4, 4, 4, 4]


def test_infinities_and_falling_counters_are_counted_and_not_believed(talk: Conversation) -> None:
    talk.now += 1
    gauges, counters = figures(4, waiting=5, offered=11)
    gauges[0, 0], counters[1, 0], counters[2, 0] = np.inf, np.nan, 2
    talk.hear(talk.publisher.publish(gauges, counters, ns(talk.now), ns(talk.now)))
    columns = talk.session.view(talk.now).columns
    assert talk.session.faults == {"not_finite": 2, "went_back": 1}
    assert np.isnan(columns["waiting"][0])
    assert columns["offered"].tolist() == [11, 10, 10, 11]
    talk.hear(talk.publisher.beat(ns(talk.now)))
    assert "diverged" not in talk.session.faults


def test_a_missing_gauge_stays_missing(talk: Conversation) -> None:
    talk.tick(waiting=float("nan"), offered=10)
    assert np.isnan(talk.session.view(talk.now).columns["waiting"]).all()
    assert not talk.session.faults


def test_names_are_harmless_and_hostile_ids_stay_apart() -> None:
    from dataclasses import replace

    from feeds.contract import Row

    evil = "\x1b]0;owned\x07[/][@click=app.quit]" + "宽" * 300
    first = hello()
    rows = (Row("a\x1b", zh=evil), Row("a\x9b", en="\u202eevil"), Row("*", "site"))
    talk = Conversation(replace(first, rows=rows, zh=evil))
    talk.open()
    talk.hear(talk.publisher.publish(*figures(3), ns(talk.now), ns(talk.now)))
    view = talk.session.view(talk.now)
    assert len({row.id for row in view.rows}) == 3
    for text in (view.zh, *(row.name for row in view.rows)):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert len(text) <= 64


def test_a_drill_site_is_refused_on_a_live_desk() -> None:
    talk = Conversation(hello(mode="drill"))
    talk.open()
    assert talk.session.faults["wrong_site"] == 1
    assert talk.session.state(talk.now) == "never"


def test_a_frame_of_another_site_is_refused(talk: Conversation) -> None:
    other = Publisher(hello("nanchang"))
    talk.hear(other.hello)
    assert talk.session.faults == {"wrong_site": 1}


def test_a_connection_over_which_nothing_comes_is_counted_once() -> None:
    session = SiteSession("hefei")
    session.connected(10.0)
    assert not session.check_silence(14.0)
    assert session.check_silence(15.0)
    assert not session.check_silence(16.0)
    assert session.faults == {"silent": 1}


def test_an_event_is_delivered_once(talk: Conversation) -> None:
    event = Event("hefei", "e1", "notice", 1, text="\x1b[2Jpause")
    first = talk.hear(event)
    assert "\x1b" not in first.frame.text  # type: ignore[attr-defined]
    assert talk.hear(event).frame is None  # type: ignore[attr-defined]


def test_a_second_in_which_nothing_changed_is_still_a_sign_that_the_source_lives(talk: Conversation) -> None:
    talk.tick(waiting=4, offered=10)
    frame = talk.publisher._ring[-1]
    assert isinstance(frame, Delta)
    assert len(frame.rows) == 0
    assert talk.session.moved_at == talk.now
    assert not talk.session.faults


def test_a_negative_zero_does_not_break_the_checksum(talk: Conversation) -> None:
    talk.tick(waiting=0.0, offered=10)
    talk.tick(waiting=-0.0, offered=10)
    talk.hear(talk.publisher.beat(ns(talk.now)))
    assert not talk.session.faults


@pytest.mark.parametrize("skew", [3600.0, -3600.0])
def test_a_clock_an_hour_off_makes_nothing_old_and_bends_no_window(skew: float) -> None:
    right, wrong = Conversation(), Conversation()
    for talk, off in ((right, 0.0), (wrong, skew)):
        talk.open()
        for number in range(90):
            talk.now += 1.0
            at = ns(talk.now + off)
            counted = figures(4, offered=3.0 * number, answered=2.0 * number)
            talk.hear(talk.publisher.publish(*counted, at, at))
    assert wrong.session.skew_s == pytest.approx(skew, abs=0.01)
    assert wrong.session.state(wrong.now) == "live"
    assert wrong.session.state(wrong.now + 2.5) == "late"
    assert wrong.session.moved_at == right.session.moved_at
    shown = wrong.session.view(wrong.now).columns
    for metric in ("arrivals_per_s", "answers_per_s"):
        assert shown[metric].tolist() == right.session.view(right.now).columns[metric].tolist()
    assert not wrong.session.faults


@pytest.mark.parametrize("skew", [3600.0, -3600.0])
def test_a_clock_that_is_put_right_is_no_source_that_stands_still(skew: float) -> None:
    talk = Conversation()
    talk.open()
    for number in range(120):
        talk.now += 1.0
        at = ns(talk.now + (skew if number < 60 else 0.0))
        talk.hear(talk.publisher.publish(*figures(4, offered=3.0 * number), at, at))
        rate = talk.session.view(talk.now).columns["arrivals_per_s"]
        assert talk.session.state(talk.now) == "live"
        assert (np.isnan(rate) | (np.abs(rate - 3.0) < 0.1)).all()
    assert talk.session.skew_s == pytest.approx(0.0, abs=0.01)
    assert not np.isnan(talk.session.view(talk.now).columns["arrivals_per_s"]).any()


def test_a_queue_cannot_take_the_name_of_the_whole_site(talk: Conversation) -> None:
    rows = (Row("*"), Row("q1"), Row("*~2"), Row("all", "site"))
    talk.hear(replace(hello(epoch=2), rows=rows))
    view = talk.session.view(talk.now)
    assert [row.id for row in view.rows] == ["*~2", "q1", "*~2~2", "all"]
    assert len({row.key for row in attributes_of(replace(hello(), rows=view.rows))}) == 4


def test_two_rows_for_the_whole_site_are_no_hello(talk: Conversation) -> None:
    before = talk.session.view(talk.now).rows
    talk.hear(replace(hello(epoch=2), rows=(Row("a", "site"), Row("b", "site"))))
    assert talk.session.faults["garbage"] == 1
    assert talk.session.view(talk.now).rows == before
