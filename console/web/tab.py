"""One open tab: a console process attached to the desk, its screen sent to the browser and the keys back.

The process speaks what Textual's web driver speaks: after the line `__GANGLION__` packets of a letter (D data, M meta,
P packed), four bytes of length, and so many bytes; the same comes in on its standard input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Mapping, Sequence

from aiohttp import WSMsgType, web

from console.web.checks import understood
from feeds.text import clean

READY_WITHIN_S = 30.0
MOST_PACKET_BYTES = 16 * 1024 * 1024
_GOODBYE_S = 3.0
_KEPT_WORDS = 2_000
_DRIVER = "textual.drivers.web_driver:WebDriver"


def tab_environment(base: Mapping[str, str], token: str, size: tuple[int, int]) -> dict[str, str]:
    """What the console process of a tab finds in its environment. The token goes here, where no `ps` shows it."""
    return {
        **base,
        "DUTYDECK_TOKEN": token,
        "TEXTUAL_DRIVER": _DRIVER,
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TEXTUAL_FPS": "30",
        "TERM_PROGRAM": "textual",
        "COLUMNS": str(size[0]),
        "ROWS": str(size[1]),
    }


def packet(kind: bytes, body: bytes) -> bytes:
    """A packet for the process."""
    return kind + len(body).to_bytes(4, "big") + body


class Tab:
    """The process behind one WebSocket."""

    def __init__(self, arguments: Sequence[str], token: str, size: tuple[int, int]) -> None:
        self._arguments = tuple(arguments)
        self._environment = tab_environment(os.environ, token, size)
        self._words = b""

    @property
    def last_words(self) -> str:
        """The last line that the process said on stderr: why it ended, where it failed."""
        lines = self._words.decode("utf-8", "replace").strip().splitlines()
        return clean(lines[-1])[:300] if lines else ""

    async def serve(self, socket: web.WebSocketResponse) -> None:
        """Run until the browser goes or the process ends, whichever comes first; then nothing of it is left."""
        process = await asyncio.create_subprocess_exec(
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
        )
        keys, screen, errors = process.stdin, process.stdout, process.stderr
        if keys is None or screen is None or errors is None:
            raise RuntimeError("a process without its pipes")
        work = [asyncio.create_task(_show(screen, socket)), asyncio.create_task(_listen(socket, keys))]
        words = asyncio.create_task(self._keep_words(errors))
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            if process.returncode is None and work[0].done():  # it has closed its output: it ends
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), _GOODBYE_S)
            await asyncio.wait([words], timeout=0.2)
            await self._say_end(socket, process.returncode)
        finally:
            for task in (*work, words):
                task.cancel()
            await asyncio.gather(*work, words, return_exceptions=True)
            await _end(process, keys)

    async def _keep_words(self, errors: asyncio.StreamReader) -> None:
        while data := await errors.read(4096):
            self._words = (self._words + data)[-_KEPT_WORDS:]

    async def _say_end(self, socket: web.WebSocketResponse, code: int | None) -> None:
        """Why there is nothing more, for the page to show."""
        with contextlib.suppress(ConnectionError):
            await socket.send_json(["ended", {"code": code, "said": "" if code == 0 else self.last_words}])
            await socket.close()


async def _show(screen: asyncio.StreamReader, socket: web.WebSocketResponse) -> None:
    """From the process to the browser. What the browser does not take holds the process up, and no one else."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        async with asyncio.timeout(READY_WITHIN_S):
            await screen.readuntil(b"__GANGLION__\n")
        while True:
            head = await screen.readexactly(5)
            size = int.from_bytes(head[1:], "big")
            if size > MOST_PACKET_BYTES:
                return
            body = await screen.readexactly(size)
            if head[:1] == b"D":
                await socket.send_bytes(body)


async def _listen(socket: web.WebSocketResponse, keys: asyncio.StreamWriter) -> None:
    """From the browser to the process."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            continue
        match understood(message.data):
            case "typed", str() as typed:
                await _tell(keys, packet(b"D", typed.encode("utf-8", "replace")))
            case "size", (int() as width, int() as height):
                await _tell(keys, _meta(type="resize", width=width, height=height))
            case "ping", mark:
                await socket.send_json(["pong", mark])


async def _tell(keys: asyncio.StreamWriter, data: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        keys.write(data)
        await keys.drain()


async def _end(process: asyncio.subprocess.Process, keys: asyncio.StreamWriter) -> None:
    """Ask the process to end; then make it."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
        async with asyncio.timeout(_GOODBYE_S):
            await _tell(keys, _meta(type="quit"))
            await process.wait()
            return
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _meta(**said: object) -> bytes:
    return packet(b"M", json.dumps(said).encode())
