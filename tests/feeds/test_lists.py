"""The lists behind figures on the wire: both directions, old with new, bounded and cleaned."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from feeds.codec import decode, encode
from feeds.contact_site import frames_of
from feeds.contacts import ContactEvent
from feeds.contract import (
    LISTS,
    MAX_LISTED,
    SUBPROTOCOL,
    Frame,
    Hello,
    ListItem,
    ListQuery,
    ListReply,
    Resync,
    Row,
    Snapshot,
    Subscribe,
    schema_hash,
)
from feeds.errors import FrameError
from feeds.gateway import Gateway
from feeds.publisher import Publisher
from feeds.session import SiteSession

TEXTS = st.text(max_size=20)
ITEMS = st.builds(ListItem, TEXTS, st.floats(0, 1e6), TEXTS, TEXTS, st.floats(0, 1e6))
ROWS = (Row("q1"), Row("*", "site"))


def _hello(lists: tuple[str, ...] = LISTS) -> Hello:
    return Hello("hefei", 3, "合肥", "Hefei", (), ROWS, lists=lists, schema=schema_hash((), ROWS))


@given(st.lists(ITEMS, max_size=MAX_LISTED), st.sampled_from(LISTS), st.integers(0, 1000))
def test_a_list_is_read_as_it_was_written(items: list[ListItem], what: str, more: int) -> None:
    reply = ListReply("hefei", "1", what, "q1", 17, len(items) + more, tuple(items))
    assert decode(encode(reply)) == reply
    query = ListQuery("hefei", "1", what, "q1", 20)
    assert decode(encode(query)) == query


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"items": [["a", 1.0, "", ""]] * (MAX_LISTED + 1), "n": 99}, "oversized"),
        ({"items": [["a", 1.0]], "n": 0}, "garbage"),
        ({"items": [["a", float("nan")]], "n": 1}, "garbage"),
        ({"items": [["a", -1.0]], "n": 1}, "garbage"),
        ({"items": [[1, 1.0]], "n": 1}, "garbage"),
        ({"items": [["a", 1.0, "", "", 0.0, "more"]], "n": 1}, "garbage"),
        ({"items": 7, "n": 1}, "garbage"),
    ],
)
def test_a_list_that_cannot_be_is_counted_and_never_believed(change: dict[str, object], kind: str) -> None:
    fields = {"t": "M", "s": "hefei", "id": "", "w": "waiting", "row": "*", "a": 1, "n": 1, "items": []}
    with pytest.raises(FrameError) as error:
        decode(msgpack.packb(fields | change))
    assert error.value.kind == kind


def test_what_a_list_says_is_made_harmless() -> None:
    session = SiteSession("hefei")
    session.receive(encode(_hello()), 1.0)
    item = ListItem("\x1b[2Jboss", 5.0, "q1\u202e", "x" * 300)
    found = session.receive(encode(ListReply("hefei", "", "waiting", "*", 1, 1, (item,))), 2.0).frame
    assert isinstance(found, ListReply)
    assert "\x1b" not in found.items[0].id
    assert "\u202e" not in found.items[0].row
    assert len(found.items[0].note) <= 48


def test_a_site_of_the_first_version_is_known_to_tell_no_list() -> None:
    """An old site's hello has no such key; it is read as telling none, and so is never asked."""
    fields = msgpack.unpackb(encode(replace(_hello(()), version=(1, 0))))
    assert "ls" not in fields
    read = decode(msgpack.packb(fields))
    assert isinstance(read, Hello)
    assert read.lists == ()


def test_an_old_desk_reads_the_hello_of_a_new_site() -> None:
    """A desk of 1.0 passes over the keys that it does not know; the hash of the schema stays what it was."""
    fields = msgpack.unpackb(encode(_hello()))
    assert fields["v"] == [1, 1]
    del fields["ls"]  # all that is new in it
    assert decode(msgpack.packb(fields)) == replace(_hello(), lists=())


def _event(at: float, contact: str, kind: str, wait_s: float = float("nan")) -> ContactEvent:
    return ContactEvent(at, "s", "q", contact, kind, wait_s)  # type: ignore[arg-type]


def test_a_log_tells_who_waits_and_who_gave_up_exactly() -> None:
    events = [
        *(_event(1000.0 + i, f"138{i:08d}", "joined") for i in range(60)),
        _event(1030.0, "13800000003", "abandoned", 27.0),
        _event(1031.0, "13800000004", "answered", 27.0),
    ]
    frames = list(frames_of(events, "s", until=1070.0, lists=True))
    hello = frames[0][1]
    assert isinstance(hello, Hello)
    assert hello.lists == ("waiting", "abandoned")
    waiting = [(at, one) for at, one in frames if isinstance(one, ListReply) and one.what == "waiting"][-1]
    at, reply = waiting
    assert reply.total == 58
    assert len(reply.items) == MAX_LISTED
    assert [item.seconds for item in reply.items] == sorted((item.seconds for item in reply.items), reverse=True)
    assert reply.items[0].seconds == at - 1000.0
    assert not any("138" in item.id and len(item.id) > 8 for item in reply.items)  # a telephone number is hashed
    gone = [one for _at, one in frames if isinstance(one, ListReply) and one.what == "abandoned"][-1]
    assert [(item.seconds, item.ago_s) for item in gone.items] == [(27.0, at - 1030.0)]
    snapshot = [one for when, one in frames if isinstance(one, Snapshot) and when == at][-1]
    assert snapshot.gauges[0, 0] == reply.total


def test_without_lists_a_log_says_what_it_always_said() -> None:
    events = [_event(1000.0, "a", "joined"), _event(1009.0, "b", "joined")]
    plain = list(frames_of(events, "s"))
    assert not any(isinstance(frame, ListReply) for _at, frame in plain)
    listed = [one for one in frames_of(events, "s", lists=True) if not isinstance(one[1], ListReply)]
    assert len(listed) == len(plain)


async def _spoken(gateway: Gateway, *frames: Frame) -> list[Frame]:
    """What a desk hears that sends these frames after its subscribe, up to a list or a second hello."""
    await gateway.start()
    heard: list[Frame] = []
    try:
        async with connect(gateway.url, subprotocols=[Subprotocol(SUBPROTOCOL)]) as socket:
            await socket.send(encode(Subscribe("hefei")))
            for frame in frames:
                await socket.send(encode(frame))
            async with asyncio.timeout(5.0):
                async for message in socket:
                    heard.append(decode(message if isinstance(message, bytes) else message.encode()))
                    if isinstance(heard[-1], ListReply) or sum(isinstance(one, Hello) for one in heard) == 2:
                        break
    finally:
        await gateway.stop()
    return heard


def _told(query: ListQuery) -> ListReply | None:
    return ListReply("hefei", query.id, query.what, query.row, 1, 7, (ListItem("a", 3.0, "q1"),))


def test_a_new_site_answers_a_new_desk_and_says_nothing_new_to_an_old_one() -> None:
    """Over a real socket: who asks is told; who does not, as a desk of 1.0, hears the frames of 1.0 alone."""
    new = asyncio.run(_spoken(Gateway(Publisher(_hello()), lambda _o: (), tell=_told), ListQuery("hefei", "7", "idle")))
    assert new[-1] == _told(ListQuery("hefei", "7", "idle"))
    old = asyncio.run(_spoken(Gateway(Publisher(_hello()), lambda _o: (), tell=_told), Resync("hefei", "ask")))
    assert not any(isinstance(frame, ListReply) for frame in old)
    assert any(isinstance(frame, Hello) for frame in old)
