"""The site's side on a socket: a WebSocket server that serves one site's frames to any number of desks.

For the simulator, and for anybody who wants to connect a site: hold a `Publisher`, hand each frame to
`Gateway.broadcast`, and give a function that carries commands out. A slow desk gets the newest snapshot, not a backlog.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from collections import deque
from collections.abc import Callable, Sequence
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from feeds.codec import decode, encode
from feeds.contract import (
    MAX_FRAME_BYTES,
    SUBPROTOCOL,
    Beat,
    Command,
    Delta,
    Frame,
    Goodbye,
    ListQuery,
    ListReply,
    Query,
    Resync,
    Snapshot,
    Subscribe,
)
from feeds.errors import FrameError
from feeds.publisher import Publisher

Obey = Callable[[Command | Query], Sequence[Frame]]
"""Carries a command out, or looks up what became of one, and says what to reply."""

Tell = Callable[[ListQuery], ListReply | None]
"""Tells a list behind a figure; None where it cannot."""

_MOST_WAITING = 2
"""States that may wait for one desk; more are replaced by the newest snapshot."""

_HANDSHAKE_S = 5.0
_PING_S = 10.0
"""A desk that vanished without a word is let go after three of these."""


class _Desk:
    """One connected desk: what waits to be sent to it, states apart from replies, which are never dropped."""

    def __init__(self) -> None:
        self.states: deque[bytes] = deque()
        self.replies: deque[bytes] = deque()
        self.conflated = self.applied = 0
        self.awake = asyncio.Event()

    def push(self, data: bytes) -> None:
        self.replies.append(data)
        self.awake.set()

    def push_state(self, data: bytes) -> None:
        self.states.append(data)
        self.awake.set()

    def next(self) -> bytes | None:
        """What to send next: replies go first, since a command waits for them."""
        queue = self.replies or self.states
        return queue.popleft() if queue else None


class Gateway:
    """Serves one site on `host:port` (port 0 picks a free one; `url` says which after `start`).

    `token` is compared with the bearer token of the handshake; a wrong one is refused with 401 before any frame.
    """

    def __init__(
        self,
        publisher: Publisher,
        obey: Obey,
        *,
        token: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        tell: Tell | None = None,
    ) -> None:
        self._tell = tell
        self.publisher, self._obey, self._token = publisher, obey, token
        self._host, self._port, self._clock = host, port, clock
        self._desks: set[_Desk] = set()
        self._connections: set[ServerConnection] = set()
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """Where desks connect to."""
        return f"ws://{self._host}:{self._port}"

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        self._server = await serve(
            self._converse,
            self._host,
            self._port,
            process_request=self._check,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            max_size=MAX_FRAME_BYTES,
            ping_interval=_PING_S,
            ping_timeout=2 * _PING_S,
        )
        self._port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self, why: str = "", back_s: float = 0.0) -> None:
        """Say goodbye to every desk and close."""
        if self._server is None:
            return
        farewell = encode(Goodbye(self.publisher.hello.site, why or "closing", back_s))
        for connection in list(self._connections):
            with contextlib.suppress(ConnectionClosed):
                await connection.send(farewell)
        self._server.close()
        await self._server.wait_closed()
        self._server = None

    def cut(self) -> None:
        """Drop every connection without a word, as a network does."""
        for connection in list(self._connections):
            connection.transport.abort()

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        given = request.headers.get("Authorization", "")
        if self._token and not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return connection.respond(HTTPStatus.UNAUTHORIZED, "a bearer token of this site was expected\n")
        return None

    def broadcast(self, frame: Frame) -> None:
        """Queue `frame` for every desk; one that is behind gets the newest snapshot instead of a backlog."""
        data = encode(frame) if self._desks else b""
        for desk in self._desks:
            if not isinstance(frame, Snapshot | Delta):
                desk.push(data)
            elif len(desk.states) < _MOST_WAITING:
                desk.push_state(data)
            else:
                desk.conflated += len(desk.states)
                desk.states.clear()
                whole = self.publisher.snapshot(int(self._clock() * 1e9))
                desk.push_state(data if whole is None else encode(whole))

    def beat(self) -> None:
        """Send a sign of life to every desk that no state waits for."""
        for desk in self._desks:
            if not desk.states:
                desk.push_state(encode(self.publisher.beat(int(self._clock() * 1e9), desk.conflated)))

    async def _converse(self, connection: ServerConnection) -> None:
        desk = _Desk()
        self._connections.add(connection)
        sender: asyncio.Task[None] | None = None
        try:
            first = decode(_bytes(await asyncio.wait_for(connection.recv(), _HANDSHAKE_S)))
            if not isinstance(first, Subscribe):
                raise FrameError("garbage", "a subscribe was expected first")
            self._welcome(desk, first)
            self._desks.add(desk)
            sender = asyncio.create_task(self._send(connection, desk))
            async for message in connection:
                self._answer(desk, _bytes(message))
        except (ConnectionClosed, TimeoutError, FrameError):
            pass
        finally:
            self._desks.discard(desk)
            self._connections.discard(connection)
            if sender is not None:
                sender.cancel()
            await connection.close()

    def _answer(self, desk: _Desk, data: bytes) -> None:
        match decode(data):
            case Command() | Query() as order:
                for reply in self._obey(order):
                    desk.push(encode(reply))
            case ListQuery() as query:
                told = self._tell(query) if self._tell is not None else None
                if told is not None:
                    desk.push(encode(told))
            case Beat() as beat:
                desk.applied = beat.seq
            case Resync():
                self._welcome(desk, Subscribe(self.publisher.hello.site))
            case _:
                pass

    def _welcome(self, desk: _Desk, subscribe: Subscribe) -> None:
        # Not as states: a hello must not be conflated away, and what waited before it would only be old after it.
        desk.states.clear()
        for frame in self.publisher.welcome(subscribe, int(self._clock() * 1e9)):
            desk.push(encode(frame))

    async def _send(self, connection: ServerConnection, desk: _Desk) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await desk.awake.wait()
                desk.awake.clear()
                while (data := desk.next()) is not None:
                    await connection.send(data)


def _bytes(message: str | bytes) -> bytes:
    return message if isinstance(message, bytes) else message.encode()
