"""The socket and the signals around `console.web.server`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from aiohttp import web

from console.remote.serving import Listening
from console.web.server import WebDeck
from feeds.errors import InputError


async def serve_browsers(deck: WebDeck, where: Listening, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises InputError where the port cannot be had."""
    runner = web.AppRunner(deck.app(), access_log=None, shutdown_timeout=6.0)
    await runner.setup()
    site = web.TCPSite(runner, where.host, where.port, ssl_context=where.tls)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise InputError("web", f"{where.host}:{where.port}: {error.strerror or error}", "a free port") from error
    address = where.url(runner.addresses[0][1]).removeprefix("ws")
    say(f"dutydeck web: http{address}/ · desk {deck.door.url}")
    if (await deck.door.who("")).answer == "away":
        say("dutydeck web: the desk is not reached yet: dutydeck serve")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    try:
        await stopping.wait()
    finally:
        await runner.cleanup()
