"""The socket and the signals around `console.web.server`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from console.remote.serving import Listening, begun
from console.web.server import WebDeck


async def serve_browsers(deck: WebDeck, where: Listening, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises InputError where the port cannot be had."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # before anything is said: whoever reads it may end it at once
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    runner = await begun(deck.app(), where, "web", shutdown_s=6.0)
    address = where.url(runner.addresses[0][1]).removeprefix("ws")
    say(f"dutydeck web: http{address}/ · desk {deck.door.url}")
    if (await deck.door.who("")).answer == "away":
        say("dutydeck web: the desk is not reached yet: dutydeck serve")
    try:
        await stopping.wait()
    finally:
        await runner.cleanup()
