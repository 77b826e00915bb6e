"""Receivers on loopback: one that takes what comes, and one for each way to be of no use."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_request(reader: asyncio.StreamReader) -> tuple[dict[str, str], bytes]:
    """Headers (in lower case) and body of one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    return headers, await reader.readexactly(int(headers.get("content-length", "0")))


def response(status: int, body: str = "", *headers: str) -> bytes:
    raw = body.encode()
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(raw)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


class Inbox:
    """What arrived, and what is answered to it: a status and a body, taken anew for each request."""

    def __init__(self) -> None:
        self.arrived: list[tuple[dict[str, str], Any]] = []
        self.answer = response(200, '{"errcode":0,"code":0}')

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            headers, body = await read_request(reader)
            self.arrived.append((headers, json.loads(body)))
            writer.write(self.answer)
            await writer.drain()

    @property
    def notices(self) -> list[str]:
        """Kind and id of every notice, in order of arrival."""
        return [f"{one['kind']} {one['id']}" for _, body in self.arrived for one in body["notices"]]

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():
                await asyncio.sleep(0.005)


@asynccontextmanager
async def serving(behave: Behave) -> AsyncIterator[str]:
    """The address of a server that treats every connection like this."""
    tasks: set[asyncio.Task[Any] | None] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        try:
            await behave(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    finally:
        server.close()
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
