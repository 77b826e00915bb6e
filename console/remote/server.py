"""Lets people sit at a desk over WebSocket: who they are, where they may come from, and one seat for each console."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from itertools import count

from aiohttp import hdrs, web

from console.desk import PUBLISH_EVERY_S
from console.i18n import N_
from console.intents import Desk, JoinDesk, LeaveDesk
from console.remote.protocol import CONSOLE_HEADER, MOST_ASKED_BYTES, PATH, VIEWS_HZ, WHO_PATH, release, told
from console.remote.rates import Strangers
from console.remote.roles import Person
from console.remote.seat import ConsoleMemory, Seat
from console.remote.token_file import TokenFile, hash_of
from console.remote.told_views import ToldViews

MOST_SEATS = 64
_MEMORIES_KEPT = 256
_PING_EVERY_S = 10.0


class ConsoleServer:
    """Hands one desk's views to all consoles and their intents to the desk. Runs in a loop of its own, not the desk's.

    `origins` are the web pages that may connect; a console is no web page and sends none.
    """

    def __init__(self, desk: Desk, tokens: TokenFile, *, origins: Sequence[str] = ()) -> None:
        self._desk, self._tokens, self._origins = desk, tokens, frozenset(origins)
        self.boot = secrets.token_hex(8)
        """Names this run of the server: versions and answers of another one mean nothing here."""
        self._views = ToldViews()
        self._seats: dict[str, tuple[Seat, str]] = {}
        self._memories: OrderedDict[tuple[str, str], ConsoleMemory] = OrderedDict()
        self._strangers = Strangers(time.monotonic)
        self._askers = Strangers(time.monotonic, most=100.0, per_s=2.0)
        """Those who ask for many people have a limit of their own, so that nobody at their address is locked out."""
        self._numbers = count(1)
        self._deed = asyncio.Event()
        """Somebody did something: the others are to see it at once."""

    def app(self) -> web.Application:
        """The application: the one address for consoles, and the one that says whom a token stands for."""
        app = web.Application()
        app.router.add_get(PATH, self._arrive)
        app.router.add_get(WHO_PATH, self._who)
        return app

    async def publish(self) -> None:
        """Take the desk's newest view some times a second while somebody looks, and let go of who looks no more."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0 / VIEWS_HZ):
                    await self._deed.wait()
                    await asyncio.sleep(2.0 * PUBLISH_EVERY_S)  # the desk's view with it comes a moment later
            self._deed.clear()
            if not self._seats:
                continue
            news = self._views.take(self._desk.view)
            for seat, _hash in list(self._seats.values()):
                if seat.stuck(time.monotonic()):
                    seat.cut("it stopped reading")
                elif news:
                    seat.wake.set()

    async def close(self, why: str) -> None:
        """Say goodbye to everybody."""
        seats = [seat.dismiss(why) for seat, _hash in self._seats.values()]
        with suppress(TimeoutError):
            async with asyncio.timeout(2.0):
                await asyncio.gather(*seats, return_exceptions=True)

    async def check_tokens(self) -> None:
        """The tokens were read again: who has none any more, or another role, must come in anew."""
        for seat, token in list(self._seats.values()):
            if self._tokens.person_of_hash(token, _today()) != seat.person:
                await seat.dismiss(N_("the token is not good any more, or means something else now"))

    async def _arrive(self, request: web.Request) -> web.StreamResponse:
        person, token = self._known(request, self._strangers)
        if len(self._seats) >= MOST_SEATS:
            raise web.HTTPServiceUnavailable(text="every seat at this desk is taken\n")
        socket = web.WebSocketResponse(
            max_msg_size=MOST_ASKED_BYTES, heartbeat=_PING_EVERY_S, compress=False, timeout=2.0
        )
        await socket.prepare(request)
        console = request.headers.get(CONSOLE_HEADER, "")[:64]
        memory = self._memory(person.name, console)
        seat = Seat(socket, request.transport, person, memory, self._desk, self._views, self._deed.set)
        await self._sit(seat, token, request)
        return socket

    async def _who(self, request: web.Request) -> web.Response:
        person, _token = self._known(request, self._askers)
        return web.json_response({"name": person.name, "role": person.role, "sites": list(person.sites)})

    def _known(self, request: web.Request, strangers: Strangers) -> tuple[Person, str]:
        """Who asks, and the hash of their token. Raises what is to be answered to anybody else."""
        address = request.remote or ""
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin not in self._origins:
            raise web.HTTPForbidden(text="no web page may sit at this desk\n")
        if not strangers.may_try(address):
            raise web.HTTPTooManyRequests(text="too many wrong tokens: wait\n")
        scheme, _blank, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        sha256 = hash_of(token.strip())
        person = self._tokens.person_of_hash(sha256, _today()) if scheme.lower() == "bearer" else None
        if person is None:
            strangers.failed(address)
            raise web.HTTPUnauthorized(text="a token is needed: dutydeck token add NAME --role ROLE\n")
        return person, sha256

    def _memory(self, name: str, console: str) -> ConsoleMemory:
        if not console:
            return ConsoleMemory()
        memory = self._memories.setdefault((name, console), ConsoleMemory())
        self._memories.move_to_end((name, console))
        while len(self._memories) > _MEMORIES_KEPT:
            self._memories.popitem(last=False)
        return memory

    async def _sit(self, seat: Seat, token: str, request: web.Request) -> None:
        number, person = f"c{next(self._numbers)}", seat.person
        query = request.query
        if query.get("boot") == self.boot and query.get("have", "").isdecimal():
            seat.version = min(int(query["have"][:15]), self._views.version)
        hello = {"t": "hello", "release": release(), "boot": self.boot, "views_hz": VIEWS_HZ}
        hello |= {"name": person.name, "role": person.role, "sites": list(person.sites)}
        self._seats[number] = seat, token
        telling: asyncio.Task[None] | None = None
        joined = JoinDesk(number, person.role, person.sites, request.remote or "")
        try:
            await asyncio.wrap_future(self._desk.submit(joined, person.name))
            self._views.take(self._desk.view)
            seat.wake.set()
            await seat.socket.send_bytes(told(hello))
            telling = asyncio.create_task(seat.tell())
            await seat.listen()
        except ConnectionError:
            seat.left = "the connection broke"
        finally:
            if telling is not None:
                telling.cancel()
            del self._seats[number]
            with suppress(RuntimeError):  # the desk has ended, and its journal with it
                self._desk.submit(LeaveDesk(number, seat.left), person.name)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - a token ends with the day where the desk stands
