"""A web server with a desk that is only said to be there, and a program that stands for a tab's console."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from console.web.server import WebDeck, WebSettings
from console.web.who import DeskDoor, Known

PROGRAM = """
import json, os, struct, sys, threading
out, keys = sys.stdout.buffer, sys.stdin.buffer
def tell(said):
    body = json.dumps(said).encode()
    out.write(b"D" + struct.pack(">I", len(body)) + body)
    out.flush()
if "fails" in sys.argv:
    print("Traceback", file=sys.stderr)
    print("dutydeck: the desk is gone \\x1b[31m", file=sys.stderr)
    raise SystemExit(1)
out.write(b"__GANGLION__\\n")
env = {name: os.environ.get(name) for name in ("DUTYDECK_TOKEN", "COLUMNS", "ROWS", "TEXTUAL_DRIVER")}
tell({"pid": os.getpid(), "arguments": sys.argv[1:], **env})
while head := keys.read(5):
    body = keys.read(struct.unpack(">I", head[1:])[0]).decode()
    if head[:1] == b"M" and json.loads(body)["type"] == "quit":
        if "stays" not in sys.argv:
            break
    elif body == "bye":
        break
    tell({"kind": head[:1].decode(), "got": body if len(body) < 200 else len(body)})
if "stays" in sys.argv:
    threading.Event().wait()
"""


@dataclass
class FakeDoor(DeskDoor):
    """Knows two people."""

    people: dict[str, Known] = field(
        default_factory=lambda: {"good": Known("known", "wang", "duty"), "other": Known("known", "li", "viewer")}
    )
    away: bool = False
    asked: int = 0
    url: str = "http://desk"

    async def who(self, token: str) -> Known:
        self.asked += 1
        return Known("away") if self.away else self.people.get(token, Known("unknown"))


@dataclass
class Visitor:
    """A browser without a screen: it keeps cookies, and sends the origin that it is told to."""

    http: aiohttp.ClientSession
    base: str
    deck: WebDeck
    door: FakeDoor

    async def get(self, path: str, **headers: str) -> tuple[int, str, Any]:
        async with self.http.get(self.base + path, headers=headers) as said:
            return said.status, (await said.read()).decode("utf-8", "replace"), said.headers

    async def log_in(self, token: str, **headers: str) -> tuple[int, str, Any]:
        given = {"Origin": self.base, **headers}
        async with self.http.post(
            self.base + "/login", data={"token": token}, headers=given, allow_redirects=False
        ) as said:
            return said.status, await said.text(), said.headers

    def tab(self, query: str = "?width=100&height=30", **headers: str) -> Any:
        return self.http.ws_connect(self.base + "/ws" + query, headers={"Origin": self.base, **headers})

    async def refused(self, **headers: str) -> int:
        """The status with which a tab is refused."""
        try:
            async with self.tab(**headers):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status


@asynccontextmanager
async def visiting(*arguments: str, **settings: Any) -> AsyncIterator[Visitor]:
    door = FakeDoor()
    plain = WebSettings(lambda lang: (sys.executable, "-I", "-S", "-c", PROGRAM, lang, *arguments))
    deck = WebDeck(door, replace(plain, **settings))
    runner = web.AppRunner(deck.app(), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    jar = aiohttp.CookieJar(unsafe=True)
    try:
        async with aiohttp.ClientSession(cookie_jar=jar) as http:
            yield Visitor(http, base, deck, door)
    finally:
        await runner.cleanup()


def is_there(pid: int) -> bool:
    """Whether a process lives."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
