"""A headless Chromium, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--remote-debugging-port=0",
)


def found() -> str | None:
    """The browser's program; None where there is none."""
    return os.environ.get("DUTYDECK_CHROMIUM") or next((path for n in NAMES if (path := shutil.which(n))), None)


class Page:
    """One page of the browser."""

    def __init__(self, socket: ClientConnection, session: str) -> None:
        self._socket, self._session = socket, session
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requested: list[str] = []
        """Addresses that the page asked for."""
        self.received: list[bytes] = []
        """What came over its WebSocket, frame by frame."""
        self.sent: list[str] = []
        """What it sent over it."""
        self.problems: list[str] = []
        """What it complained about: exceptions, and errors on its console."""
        self._reading = asyncio.create_task(self._read())

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        said = {"id": number, "method": method, "params": parameters, "sessionId": self._session}
        await self._socket.send(json.dumps(said))
        async with asyncio.timeout(20):
            return await future

    async def _read(self) -> None:
        async for text in self._socket:
            said = json.loads(text)
            if "id" in said:
                future = self._waiting.pop(said["id"], None)
                if future is not None and not future.done():
                    future.set_result(said.get("result", {"error": said.get("error")}))
            elif said["method"] == "Network.requestWillBeSent":
                self.requested.append(said["params"]["request"]["url"])
            elif said["method"] == "Network.webSocketCreated":
                self.requested.append(said["params"]["url"])
            elif said["method"] == "Network.webSocketFrameSent":
                self.sent.append(said["params"]["response"]["payloadData"])
            elif said["method"] == "Network.webSocketFrameReceived":
                frame = said["params"]["response"]
                if frame["opcode"] == 2:
                    self.received.append(base64.b64decode(frame["payloadData"]))
            elif said["method"] == "Runtime.exceptionThrown":
                self.problems.append(json.dumps(said["params"]["exceptionDetails"])[:500])
            elif said["method"] == "Log.entryAdded" and said["params"]["entry"]["level"] == "error":
                self.problems.append(said["params"]["entry"]["text"])

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def open(self, url: str, width: int, height: int, *, phone: bool = False) -> None:
        """Go to an address in a window of this size, as a phone or as a desktop."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.call(f"{domain}.enable")
        # An emulated scale is not that of the pixels that a canvas is told of: only 1 is true here.
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone
        )
        if phone:
            await self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        await self.call("Page.navigate", url=url)

    async def value(self, script: str) -> Any:
        """What a piece of script gives."""
        said = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return said.get("result", {}).get("value")

    async def until(self, script: str, seconds: float = 30.0) -> Any:
        """Wait until a piece of script gives something true; that."""
        end = time.monotonic() + seconds
        while not (found := await self.value(script)):
            if time.monotonic() > end:
                shown = await self.value("document.body.innerText")
                raise AssertionError(f"{script} did not come true: {shown!r} {self.problems}")
            await asyncio.sleep(0.05)
        return found

    async def press(self, key: str) -> None:
        """Press a key that types a character, or one with a name."""
        text = key if len(key) == 1 else {"Enter": "\r"}.get(key, "")
        code = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38}.get(key, ord(key.upper()[0]) if text else 0)
        common = {"key": key, "windowsVirtualKeyCode": code, "text": text, "unmodifiedText": text}
        await self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **common)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    async def picture(self) -> bytes:
        """A screenshot, PNG."""
        said = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(said["data"])


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A fresh browser with one page."""
    program = found()
    assert program is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            *(program, *_FLAGS, f"--user-data-dir={folder}", "about:blank"),
            stderr=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            env={**os.environ, "HOME": folder},
        )
        try:
            assert process.stderr is not None
            async with asyncio.timeout(40):
                while b"DevTools listening on " not in (line := await process.stderr.readline()):
                    assert line, "the browser ended"
            url = line.decode().split("DevTools listening on ")[1].strip()
            draining = asyncio.create_task(_drain(process.stderr))
            async with connect(url, max_size=None, proxy=None) as socket:
                page = Page(socket, await _attached(socket))
                try:
                    yield page
                finally:
                    await page.close()
                    draining.cancel()
                    await asyncio.gather(draining, return_exceptions=True)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65_536):
        pass


async def _attached(socket: ClientConnection) -> str:
    """The session of a new page."""
    await socket.send(json.dumps({"id": 0, "method": "Target.createTarget", "params": {"url": "about:blank"}}))
    target = (await _result(socket, 0))["targetId"]
    given = {"targetId": target, "flatten": True}
    await socket.send(json.dumps({"id": -1, "method": "Target.attachToTarget", "params": given}))
    return str((await _result(socket, -1))["sessionId"])


async def _result(socket: ClientConnection, number: int) -> dict[str, Any]:
    while True:
        said = json.loads(await socket.recv())
        if said.get("id") == number:
            return dict(said["result"])
