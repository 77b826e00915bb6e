"""What carries frames between the sites and the desk of a lock-step drill: nothing at all, or real sockets.

In memory a state of figures is handed over as it is: encoding and decoding it a dozen times a second says nothing that
the same drill on sockets does not, whose journal must be the same. Everything else passes the codec here, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from feeds.codec import encode
from feeds.contract import MAX_FRAME_BYTES, Delta, Frame, Snapshot
from feeds.session import Message


class Wire(Protocol):
    """Carries a frame or message to its other end and returns it as it arrived there."""

    @property
    def weighs(self) -> bool:
        """Whether a smaller frame is carried at less cost."""
        ...

    def to_desk(self, site: str, frame: Frame) -> Message:
        """From the site to the desk."""

    def to_site(self, site: str, data: bytes) -> bytes:
        """From the desk to the site."""

    def close(self) -> None:
        """Give everything back."""


class MemoryWire:
    """An in-memory link: what is sent is what arrives."""

    weighs = False

    def to_desk(self, site: str, frame: Frame) -> Message:  # noqa: ARG002 - one link for all sites
        """From the site to the desk."""
        return frame if isinstance(frame, Snapshot | Delta) else encode(frame)

    def to_site(self, site: str, data: bytes) -> bytes:  # noqa: ARG002
        """From the desk to the site."""
        return data

    def close(self) -> None:
        """Nothing to give back."""


class SocketWire:
    """A WebSocket pair on loopback for every site, each message awaited at the other end before the next is sent."""

    weighs = True

    def __init__(self, sites: Sequence[str]) -> None:
        self._loop = asyncio.new_event_loop()
        self._open = AsyncExitStack()
        self._desk: dict[str, ClientConnection] = {}
        self._site: dict[str, ServerConnection] = {}
        self._loop.run_until_complete(self._connect(sites))

    async def _connect(self, sites: Sequence[str]) -> None:
        for site in sites:
            arrived: asyncio.Future[ServerConnection] = self._loop.create_future()

            async def accept(connection: ServerConnection, arrived: asyncio.Future[ServerConnection] = arrived) -> None:
                arrived.set_result(connection)
                await connection.wait_closed()

            server = await self._open.enter_async_context(
                serve(accept, "127.0.0.1", 0, compression=None, max_size=MAX_FRAME_BYTES, ping_interval=None)
            )
            url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            client = connect(url, compression=None, max_size=MAX_FRAME_BYTES, ping_interval=None, proxy=None)
            self._desk[site] = await self._open.enter_async_context(client)
            self._site[site] = await arrived

    def to_desk(self, site: str, frame: Frame) -> Message:
        """From the site to the desk."""
        return self._loop.run_until_complete(_carry(self._site[site], self._desk[site], encode(frame)))

    def to_site(self, site: str, data: bytes) -> bytes:
        """From the desk to the site."""
        return self._loop.run_until_complete(_carry(self._desk[site], self._site[site], data))

    def close(self) -> None:
        """Close every socket."""
        self._loop.run_until_complete(self._open.aclose())
        self._loop.close()


async def _carry(
    sender: ClientConnection | ServerConnection, receiver: ClientConnection | ServerConnection, data: bytes
) -> bytes:
    await sender.send(data)
    message = await receiver.recv()
    return message if isinstance(message, bytes) else message.encode()
