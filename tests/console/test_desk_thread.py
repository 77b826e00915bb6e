"""The desk on its own thread, with real sockets: good sites, and sites that misbehave in every way we know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgpack
import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from alerts.rules import load_rules
from console.clock import DeskClock
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.identity import Ids
from console.intents import Acknowledge, AskPreview, StartPlaybook
from console.journal_keeper import JournalKeeper
from console.playbook_desk import shipped_playbooks
from console.view import DeskTitle, DeskView
from feeds.codec import encode
from feeds.contract import SUBPROTOCOL, Snapshot
from feeds.errors import JournalError
from feeds.gateway import Gateway
from feeds.journal import Entry, Journal
from feeds.link import Address
from feeds.publisher import Publisher
from tests.feeds.made import figures, hello, ns

Serve = Callable[[ServerConnection], Awaitable[None]]


async def until(desk: DeskThread, true: Callable[[DeskView], bool]) -> DeskView:
    async with asyncio.timeout(15):
        while not true(desk.view):
            if desk.failure is not None:
                raise desk.failure
            await asyncio.sleep(0.005)
    return desk.view


def started(addresses: list[Address], journal: Journal | None = None) -> DeskThread:
    core = DeskCore(
        [address.site for address in addresses],
        load_rules(),
        shipped_playbooks(),
        mode="live",
        title=DeskTitle("值班台", "Desk"),
        ids=Ids("t"),
        journal=JournalKeeper(journal or Journal()),
    )
    desk = DeskThread(core, DeskClock(time.time()), addresses, operator="duty-1")
    desk.start()
    return desk


class GoodSite:
    """A gateway that publishes its figures ten times a second."""

    def __init__(self, site: str, token: str = "") -> None:
        self.publisher = Publisher(hello(site))
        self.gateway = Gateway(self.publisher, lambda order: [], token=token)
        self.values: dict[str, float] = {"waiting": 1, "agents_online": 5}
        self.work: asyncio.Task[None]

    async def run(self) -> None:
        while True:
            now = ns(time.time())
            self.gateway.broadcast(self.publisher.publish(*figures(4, **self.values), now, now))
            await asyncio.sleep(0.1)


@asynccontextmanager
async def at_work(journal: Journal | None = None) -> AsyncIterator[tuple[GoodSite, DeskThread]]:
    """A good site that publishes, and a desk that has heard of it."""
    good = GoodSite("hefei")
    await good.gateway.start()
    good.work = asyncio.create_task(good.run())
    desk = started([Address("hefei", good.gateway.url)], journal)
    try:
        await until(desk, lambda v: v.board.sites[0].state == "live")
        yield good, desk
    finally:
        await asyncio.to_thread(desk.stop)
        good.work.cancel()
        await good.gateway.stop()


def garbage(data: bytes) -> Serve:
    async def talk(connection: ServerConnection) -> None:
        await connection.recv()
        while True:
            await connection.send(data)
            await asyncio.sleep(0.05)

    return talk


async def mute(connection: ServerConnection) -> None:
    await connection.wait_closed()


def infinite() -> bytes:
    return encode(Snapshot("rogue", 1, 1, "no such schema", 1, 1, *figures(4, waiting=np.inf)))


ROGUES: list[tuple[str, Serve]] = [
    ("garbage", garbage(b"\xff\x00\x1b]0;owned\x07")),
    ("unknown_type", garbage(msgpack.packb({"t": "?", "s": "rogue"}))),
    (
        "version",
        garbage(
            encode(hello("rogue")).replace(
                msgpack.packb("v") + msgpack.packb(list(hello("rogue").version)), msgpack.packb("v") + b"\x92\x09\x00"
            )
        ),
    ),
    (
        "truncated",
        garbage(
            msgpack.packb(
                {"t": "S", "s": "rogue", "e": 1, "n": 1, "h": "", "a": 1, "x": 1, "r": 4, "g": b"abc", "c": b""}
            )
        ),
    ),
    ("schema", garbage(infinite())),
    ("wrong_site", garbage(encode(hello("hefei")))),
    ("silent", mute),
]


@pytest.mark.parametrize(("kind", "talk"), ROGUES, ids=[kind for kind, _ in ROGUES])
def test_a_rogue_site_is_counted_on_its_row_and_disturbs_no_other(kind: str, talk: Serve) -> None:
    async def main() -> None:
        good = GoodSite("hefei")
        await good.gateway.start()
        work = asyncio.create_task(good.run())
        async with serve(talk, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as server:
            url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            desk = started([Address("hefei", good.gateway.url), Address("rogue", url)])
            try:
                view = await until(
                    desk, lambda v: v.links["rogue"].faults.get(kind, 0) > 0 and v.board.sites[0].state == "live"
                )
                assert view.links["hefei"].faults == {}
                assert view.board.by_id["rogue"].state == "never"
                assert view.board.by_id["hefei"].columns["waiting"].tolist() == [1, 1, 1, 1]
            finally:
                await asyncio.to_thread(desk.stop)
                work.cancel()
                await good.gateway.stop()

    asyncio.run(main())


def test_a_wrong_token_is_shown_as_refused() -> None:
    async def main() -> None:
        good = GoodSite("hefei", token="secret")
        await good.gateway.start()
        desk = started([Address("hefei", good.gateway.url, "wrong")])
        try:
            view = await until(desk, lambda v: v.links["hefei"].state == "refused")
            assert view.links["hefei"].faults["token"] >= 1
        finally:
            await asyncio.to_thread(desk.stop)
            await good.gateway.stop()

    asyncio.run(main())


def test_a_crossing_becomes_an_alert_is_acknowledged_and_resolves() -> None:
    async def main() -> None:
        async with at_work() as (good, desk):
            good.values["oldest_wait_s"] = 500
            view = await until(desk, lambda v: any(a.key == "hefei/q1" and a.state == "firing" for a in v.alerts))
            alert = next(a for a in view.alerts if a.key == "hefei/q1" and a.state == "firing")
            assert (await asyncio.wrap_future(desk.submit(Acknowledge(alert.id, "seen"), "duty-1"))).ok
            await until(desk, lambda v: any(a.id == alert.id and a.acknowledged is not None for a in v.alerts))
            refused = await asyncio.wrap_future(desk.submit(Acknowledge("nothing", ""), "duty-1"))
            assert not refused.ok
            assert refused.en
            good.values["oldest_wait_s"] = 0
            await until(desk, lambda v: all(a.id != alert.id for a in v.alerts))

    asyncio.run(main())


def test_a_dead_site_goes_unknown_its_alert_fires_and_it_comes_back() -> None:
    async def main() -> None:
        async with at_work() as (good, desk):
            good.work.cancel()
            view = await until(desk, lambda v: any(a.rule == "site-dark" and a.state == "firing" for a in v.alerts))
            assert view.board.sites[0].state == "unknown"
            assert np.isnan(view.board.sites[0].columns["waiting"]).all()
            good.work = asyncio.create_task(good.run())
            await until(desk, lambda v: not any(a.rule == "site-dark" for a in v.alerts))

    asyncio.run(main())


class FullDisk(Journal):
    def append_all(self, news: object, *, synced: bool = True, state: object = ()) -> list[Entry]:
        raise JournalError("disk is full")


def test_without_a_journal_the_deck_says_so_and_refuses_new_commands() -> None:
    async def main() -> None:
        async with at_work(FullDisk()) as (good, desk):
            assert "disk is full" in desk.view.journal.error
            good.values |= {"oldest_wait_s": 500, "waiting": 90, "bot_share": 0.1}
            await until(desk, lambda v: any(a.state == "firing" for a in v.alerts))
            given = {"site": "hefei", "category": "apparel", "share": 0.5}
            outcome = await asyncio.wrap_future(desk.submit(AskPreview("bot-overflow", given), "duty-1"))
            assert outcome.preview is not None
            refused = await asyncio.wrap_future(desk.submit(StartPlaybook(outcome.preview), "duty-1"))
            assert not refused.ok
            assert desk.view.runs == ()

    asyncio.run(main())


def test_an_error_of_ours_ends_the_desk_and_is_kept_for_whoever_looks() -> None:
    desk = started([Address("hefei", "ws://127.0.0.1:1")])
    desk.core.advance = lambda now: 1 / 0  # type: ignore[assignment,method-assign,return-value]
    desk._thread.join(timeout=10)
    assert isinstance(desk.failure, ZeroDivisionError)


def test_an_error_while_a_view_is_made_ends_the_desk_too() -> None:
    desk = started([Address("hefei", "ws://127.0.0.1:1")])
    desk.core.view = lambda now, operator="": 1 / 0  # type: ignore[assignment,method-assign,return-value]
    desk._thread.join(timeout=10)
    assert isinstance(desk.failure, ZeroDivisionError)
