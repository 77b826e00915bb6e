"""A site's gateway and a desk's link on real sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

import pytest

from feeds.codec import decode, encode
from feeds.contract import Ack, Command, Frame, Nack, Query
from feeds.gateway import Gateway
from feeds.link import Address, Link, delays
from feeds.publisher import Publisher
from feeds.session import SiteSession
from tests.feeds.made import figures, hello, ns


class Desk:
    """A link and a session, and a way to wait for something to become true."""

    def __init__(self, url: str, token: str = "") -> None:
        self.session = SiteSession("hefei")
        self.heard: list[Frame] = []
        self.closed: list[tuple[str, bool]] = []
        self.news = asyncio.Event()
        self.now = 1000.0
        self.link = Link(Address("hefei", url, token), self._open, self._bytes, self._close, random.Random(1))
        self.task = asyncio.create_task(self.link.run())

    def _open(self) -> bytes:
        return encode(self.session.connected(self.now))

    def _bytes(self, data: bytes) -> None:
        arrival = self.session.receive(data, self.now)
        if arrival.frame is not None:
            self.heard.append(arrival.frame)
        for reply in arrival.replies:
            self.link.send(encode(reply))
        self.news.set()

    def _close(self, why: str, refused: bool) -> None:
        self.session.disconnected(self.now, why, refused=refused)
        self.closed.append((why, refused))
        self.news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():
                await self.news.wait()
                self.news.clear()

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def obey(order: Command | Query) -> Sequence[Frame]:
    return [Ack("hefei", order.id)] if isinstance(order, Command) else [Nack("hefei", order.id, "BAD_ARGS")]


def with_gateway(test: Callable[[Gateway, Publisher], Awaitable[None]], token: str = "") -> None:
    async def main() -> None:
        publisher = Publisher(hello())
        gateway = Gateway(publisher, obey, token=token, clock=lambda: 1000.0)
        await gateway.start()
        try:
            await test(gateway, publisher)
        finally:
            await gateway.stop()

    asyncio.run(main())


def test_states_commands_and_replies_pass_over_a_real_socket() -> None:
    async def test(gateway: Gateway, publisher: Publisher) -> None:
        publisher.publish(*figures(4, waiting=1), ns(1), ns(1))
        desk = Desk(gateway.url, "secret")
        await desk.until(lambda: desk.session.state(desk.now) == "live")
        gateway.broadcast(publisher.publish(*figures(4, waiting=7), ns(2), ns(2)))
        gateway.beat()
        await desk.until(lambda: desk.session.board.gauges[0, 0] == 7)
        desk.link.send(encode(Command("hefei", "c1", "x", {}, "duty", 0)))
        await desk.until(lambda: any(isinstance(f, Ack) for f in desk.heard))
        assert not desk.session.faults
        await desk.end()

    with_gateway(test, token="secret")


def test_a_wrong_token_is_refused_and_counted() -> None:
    async def test(gateway: Gateway, publisher: Publisher) -> None:
        desk = Desk(gateway.url, "wrong")
        await desk.until(lambda: bool(desk.closed))
        assert desk.closed[0][1]
        assert desk.session.faults == {"token": 1}
        assert desk.session.link.state == "refused"
        await desk.end()

    with_gateway(test, token="secret")


def test_a_broken_connection_comes_back_and_resumes() -> None:
    async def test(gateway: Gateway, publisher: Publisher) -> None:
        publisher.publish(*figures(4, waiting=1), ns(1), ns(1))
        desk = Desk(gateway.url)
        await desk.until(lambda: desk.session.seq == 1)
        gateway.cut()
        await desk.until(lambda: bool(desk.closed))
        gateway.broadcast(publisher.publish(*figures(4, waiting=2), ns(2), ns(2)))
        await desk.until(lambda: desk.session.seq == 2)
        assert desk.session.board.gauges[0, 0] == 2
        assert not desk.session.faults
        await desk.end()

    with_gateway(test)


def test_a_desk_that_is_behind_gets_the_newest_state_not_a_backlog() -> None:
    async def test(gateway: Gateway, publisher: Publisher) -> None:
        publisher.publish(*figures(4), ns(1), ns(1))
        desk = Desk(gateway.url)
        await desk.until(lambda: desk.session.seq == 1)
        for number in range(2, 60):  # without letting the sender run in between
            gateway.broadcast(publisher.publish(*figures(4, waiting=number), ns(number), ns(number)))
        await desk.until(lambda: desk.session.seq == 59)
        assert desk.session.state(desk.now) == "live"
        assert len(desk.heard) < 12
        await desk.end()

    with_gateway(test)


def test_nothing_is_kept_for_a_connection_that_is_gone() -> None:
    async def test(gateway: Gateway, publisher: Publisher) -> None:
        link = Link(
            Address("hefei", gateway.url), lambda: b"", lambda data: None, lambda why, refused: None, random.Random(1)
        )
        assert not link.send(b"late order")

    with_gateway(test)


def test_a_desk_that_talks_nonsense_is_cut_and_others_stay() -> None:
    async def test(gateway: Gateway, publisher: Publisher) -> None:
        from websockets.asyncio.client import connect
        from websockets.typing import Subprotocol

        publisher.publish(*figures(4), ns(1), ns(1))
        desk = Desk(gateway.url)
        await desk.until(lambda: desk.session.seq == 1)
        async with connect(gateway.url, proxy=None, subprotocols=[Subprotocol("opsfeed.1")]) as stranger:
            await stranger.send(b"\xffnonsense")
            await stranger.wait_closed()
        gateway.broadcast(publisher.publish(*figures(4, waiting=3), ns(2), ns(2)))
        await desk.until(lambda: desk.session.seq == 2)
        await desk.end()

    with_gateway(test)


def test_delays_grow_and_are_spread() -> None:
    first = [next(waits) for waits in (delays(random.Random(seed)) for seed in range(50))]
    assert len(set(first)) == 50
    waits = delays(random.Random(3))
    course = [next(waits) for _ in range(12)]
    assert all(0.25 <= wait <= 15.0 for wait in course)
    assert course[-1] >= 7.5


def test_a_frame_decodes_only_as_itself() -> None:
    assert decode(encode(Query("hefei", "c1"))) == Query("hefei", "c1")


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1", "ws://nowhere.invalid:1"])
def test_a_site_that_is_not_there_is_down_and_tried_again(url: str) -> None:
    async def main() -> None:
        desk = Desk(url)
        await desk.until(lambda: len(desk.closed) >= 2)
        assert desk.session.link.state == "down"
        await desk.end()

    asyncio.run(main())
