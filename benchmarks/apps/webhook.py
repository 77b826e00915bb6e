"""A web address that takes notices and notes when: `POST /` takes them, `GET /` gives all as JSON.

Prints its URL. A note is `[monotonic seconds, [[kind, key], …]]`, taken before the answer is sent.
"""

from __future__ import annotations

import asyncio
import json
import time

from aiohttp import web


async def main() -> None:
    """Serve until killed."""
    notes: list[tuple[float, list[tuple[str, str]]]] = []

    async def take(request: web.Request) -> web.Response:
        raw = await request.read()
        now = time.monotonic()
        notes.append((now, [(one["kind"], one["key"]) for one in json.loads(raw)["notices"]]))
        return web.Response()

    async def give(_request: web.Request) -> web.Response:
        return web.json_response(notes)

    app = web.Application(client_max_size=1 << 24)
    app.add_routes([web.post("/", take), web.get("/", give)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site.name.replace(":0", f":{runner.addresses[0][1]}"), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
