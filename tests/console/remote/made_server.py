"""A desk at work with a real site, served on a real socket, and people who sit at it."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import aiohttp
from aiohttp import web

from console.desk import DeskThread
from console.intents import Intent, Outcome
from console.people import Role
from console.remote.protocol import PATH
from console.remote.remote_desk import RemoteDesk
from console.remote.server import ConsoleServer
from console.remote.token_file import TokenFile
from console.view import DeskView
from feeds.journal import Journal
from tests.console.test_desk_thread import GoodSite, at_work

TODAY = date(2020, 1, 1)


@dataclass
class Served:
    """The desk, what serves it, and everybody who sat down."""

    desk: DeskThread
    good: GoodSite
    server: ConsoleServer
    tokens: TokenFile
    url: str
    journal: Journal
    _seated: list[RemoteDesk] = field(default_factory=list)

    def token(self, name: str, role: Role, *sites: str) -> str:
        return self.tokens.add(name, role, sites, TODAY)

    async def sit(self, name: str, role: Role, *sites: str) -> RemoteDesk:
        return await self.sit_with(self.token(name, role, *sites))

    async def sit_with(self, token: str) -> RemoteDesk:
        remote = RemoteDesk(self.url, token)
        self._seated.append(remote)
        await asyncio.to_thread(remote.start)
        return remote

    async def stop(self) -> None:
        for remote in self._seated:
            await asyncio.to_thread(remote.stop)
            assert not remote._thread.is_alive()

    def entries(self, kind: str) -> list[tuple[str, dict[str, object]]]:
        with closing(Journal(self.journal.path)) as book:
            return [(entry.actor, dict(entry.body)) for entry in book.entries() if entry.kind == kind]


@asynccontextmanager
async def served(folder: Path, tls: ssl.SSLContext | None = None) -> AsyncIterator[Served]:
    journal = Journal(folder / "journal.db")
    async with at_work(journal) as (good, desk):
        tokens = TokenFile(folder)
        server = ConsoleServer(desk, tokens)
        runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        url = f"{'wss' if tls else 'ws'}://127.0.0.1:{runner.addresses[0][1]}"
        publishing = asyncio.create_task(server.publish())
        made = Served(desk, good, server, tokens, url, journal)
        try:
            yield made
        finally:
            await made.stop()
            if publishing.done():
                publishing.result()
            publishing.cancel()
            await server.close("over")
            await runner.cleanup()


async def until_true(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.01)


async def until_view(remote: RemoteDesk, true: Callable[[DeskView], bool]) -> DeskView:
    await until_true(lambda: true(remote.view))
    return remote.view


async def ask(remote: RemoteDesk, intent: Intent) -> Outcome:
    return await asyncio.wait_for(asyncio.wrap_future(remote.submit(intent, "nobody")), 15)


@asynccontextmanager
async def bare(url: str, token: str, **headers: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A connection that says what it likes."""
    given = {"Authorization": f"Bearer {token}", **headers}
    async with aiohttp.ClientSession() as session, session.ws_connect(url + PATH, headers=given) as socket:
        yield socket
