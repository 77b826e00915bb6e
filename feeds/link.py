"""The desk's side on a socket: keeps one connection to one site for as long as the desk runs.

Connect, subscribe, hand every message over, and after any break try again with a growing, jittered delay. What the
messages mean is `feeds.session`'s business; this module only moves bytes and says how the connection stands.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from feeds.contract import MAX_FRAME_BYTES, SUBPROTOCOL

OPEN_TIMEOUT_S = 5.0
FIRST_DELAY_S, MOST_DELAY_S = 0.5, 15.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a site is: its id, the URL of its gateway, and the token its handshake wants."""

    site: str
    url: str
    token: str = ""


def delays(jitter: random.Random) -> Iterator[float]:
    """Seconds to wait before each further attempt: doubling from half a second to 15 s, each between half and whole.

    The jitter keeps a thousand links that broke together from coming back together.
    """
    most = FIRST_DELAY_S
    while True:
        yield most * jitter.uniform(0.5, 1.0)
        most = min(most * 2.0, MOST_DELAY_S)


class Link:
    """One site's connection. `on_open` gives the first message to send; `on_bytes`, `on_close(why, refused)` report.

    The callbacks run on the link's event loop, in order; an exception in one of them is a programming error and ends
    the link.
    """

    def __init__(
        self,
        address: Address,
        on_open: Callable[[], bytes],
        on_bytes: Callable[[bytes], None],
        on_close: Callable[[str, bool], None],
        jitter: random.Random,
    ) -> None:
        self.address = address
        self._on_open, self._on_bytes, self._on_close = on_open, on_bytes, on_close
        self._jitter = jitter
        self._connection: ClientConnection | None = None
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue(maxsize=256)

    async def run(self) -> None:
        """Keep the connection up until cancelled."""
        waits = delays(self._jitter)
        while True:
            why, refused, talked = await self._once()
            self._on_close(why, refused)
            if talked:
                waits = delays(self._jitter)
            await asyncio.sleep(next(waits))

    async def _once(self) -> tuple[str, bool, bool]:
        """One connection from its beginning to its end: why it ended, whether it was refused, whether anything came."""
        headers = {"Authorization": f"Bearer {self.address.token}"} if self.address.token else {}
        talked = False
        try:
            async with connect(
                self.address.url,
                additional_headers=headers,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                max_size=MAX_FRAME_BYTES,
                open_timeout=OPEN_TIMEOUT_S,
                ping_interval=5.0,
                ping_timeout=10.0,
                proxy=None,
            ) as connection:
                await connection.send(self._on_open())
                sender = asyncio.create_task(self._send(connection))
                try:
                    async for message in connection:
                        talked = True
                        self._on_bytes(message if isinstance(message, bytes) else message.encode())
                finally:
                    sender.cancel()
            return "the site closed the connection", False, talked
        except InvalidStatus as error:
            status = error.response.status_code
            return f"refused with status {status}", status in (401, 403), talked
        except ConnectionClosed as error:
            return f"the connection broke ({error.rcvd.code if error.rcvd else 'no close frame'})", False, talked
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
            return f"no connection: {type(error).__name__}", False, talked

    async def _send(self, connection: ClientConnection) -> None:
        while not self._outbox.empty():
            self._outbox.get_nowait()  # written for a connection that is gone: a late order must not go out
        self._connection = connection
        try:
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await connection.send(await self._outbox.get())
        finally:
            self._connection = None

    def send(self, data: bytes) -> bool:
        """Queue a message for the site; False when there is no connection to send it on, and nothing is kept."""
        if self._connection is None:
            return False
        try:
            self._outbox.put_nowait(data)
        except asyncio.QueueFull:
            return False
        return True
