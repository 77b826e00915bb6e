"""Asks the desk whom a token stands for. The desk alone knows, and may have forgotten since."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Literal

import aiohttp

from console.remote.protocol import WHO_PATH
from feeds.text import clean

_WITHIN_S = 5.0

Answer = Literal["known", "unknown", "wait", "away"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk said: `known` with name and role; `unknown`; `wait` after too many wrong ones; or it is `away`."""

    answer: Answer
    name: str = ""
    role: str = ""


class DeskDoor:
    """The desk behind `url` (ws:// or wss://), asked over HTTP."""

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        self.url = "http" + url.rstrip("/").removeprefix("ws")
        self._tls = tls

    async def who(self, token: str) -> Known:
        """Whom a token stands for."""
        limits = aiohttp.ClientTimeout(total=_WITHIN_S)
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=limits) as session,
                session.get(self.url + WHO_PATH, headers=headers, ssl=self._tls or True, allow_redirects=False) as said,
            ):
                if said.status == 200:
                    person = await said.json()
                    return Known("known", clean(str(person["name"])), clean(str(person["role"])))
                return Known({401: "unknown", 429: "wait"}.get(said.status, "away"))  # type: ignore[arg-type]
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, TypeError):
            return Known("away")
