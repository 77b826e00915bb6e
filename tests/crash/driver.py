"""What stands around a desk that is killed again and again: a site that never stops, and somebody at the deck."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import time
from bisect import bisect_right
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import web

from feeds.catalog import GAUGE_INDEX
from feeds.gateway import Gateway
from feeds.publisher import Publisher
from tests.feeds.made import figures, hello, ns

ROOT = Path(__file__).parents[2]
QUEUES = 3
TICK_S = 0.05


class RestlessSite:
    """Publishes every `TICK_S`; now and then a queue's `waiting` goes to another level. Remembers what it said."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.waiting = [0.0] * QUEUES
        self.said: list[tuple[list[float], list[float]]] = [([0.0], [0.0]) for _ in range(QUEUES)]
        self._publisher = Publisher(hello(queues=QUEUES, beat_s=0.2, data_s=0.2))
        self.gateway = Gateway(self._publisher, lambda _order: [])

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            for queue in range(QUEUES):
                if self._rng.random() < 0.08:
                    self.waiting[queue] = self._rng.choice([0.0, 15.0, 30.0, 30.0])
                    times, values = self.said[queue]
                    times.append(time.time())
                    values.append(self.waiting[queue])
            gauges, counters = figures(QUEUES + 1)
            gauges[:QUEUES, GAUGE_INDEX["waiting"]] = np.array(self.waiting)
            now = ns(time.time())
            self.gateway.broadcast(self._publisher.publish(gauges, counters, now, now))
            await asyncio.sleep(TICK_S)

    def was(self, queue: int, begin: float, end: float) -> list[float]:
        """The levels that a queue had between two times."""
        times, values = self.said[queue]
        return values[max(bisect_right(times, begin) - 1, 0) : bisect_right(times, end)]


class Person:
    """Asks a living desk for its alerts and takes some on; remembers what the desk confirmed."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.asked: dict[str, list[str]] = {}
        """Every note with which it took an alert on: more than one where the deck was not yet repainted."""
        self.confirmed: dict[str, list[str]] = {}
        self.seen: list[list[dict[str, Any]]] = []
        self.kept: list[dict[str, Any]] = []
        """What later lives showed of alerts that an earlier one had confirmed as taken on."""

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one desk until it is dead."""
        before = set(self.confirmed)
        with contextlib.suppress(ConnectionError, json.JSONDecodeError, asyncio.CancelledError):
            while (alerts := await self._ask(reader, writer, {})) is not None:
                self.seen.append(alerts["alerts"])
                self.kept += [alert for alert in alerts["alerts"] if alert["id"] in before]
                free = [a["id"] for a in alerts["alerts"] if a["state"] == "firing" and a["ack"] is None]
                if free and self._rng.random() < 0.5:
                    alert, note = self._rng.choice(free), f"note {len(self.seen)}"
                    self.asked.setdefault(alert, []).append(note)
                    answer = await self._ask(reader, writer, {"ack": alert, "note": note})
                    if answer is not None and answer["ok"]:
                        self.confirmed.setdefault(alert, []).append(note)
                await asyncio.sleep(0.02)
        writer.close()

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[str, Any]
    ) -> dict[str, Any] | None:
        writer.write((json.dumps(asked) + "\n").encode())
        await writer.drain()
        line = await reader.readline()
        return dict(json.loads(line)) if line.endswith(b"\n") else None


class Receiver:
    """A web address that is told of alerts; one time in ten it fails, one in ten it fails after it has understood."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.heard: list[tuple[dict[str, Any], bool]] = []
        """Every notice that arrived, and whether its message said that it may be a repeat."""
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen; returns where."""
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def stop(self) -> None:
        """Listen no more."""
        assert self._runner is not None
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        luck = self._rng.random()
        if luck < 0.1:
            return web.Response(status=500)
        body = await request.json()
        self.heard += [(notice, body["repeat"]) for notice in body["notices"]]
        return web.Response(status=500 if luck < 0.2 else 204)


class Lives:
    """The process that forks desks, and the ways in which they die."""

    def __init__(self, process: asyncio.subprocess.Process, config: Path, port: int, rng: random.Random) -> None:
        self._process, self._config, self._port, self._rng = process, config, port, rng
        self.by_write = self.by_clock = 0

    async def one(self, die: tuple[int, str] | None, patience_s: float) -> None:
        """One life: it dies at the `die`th write of the journal, or when patience is over."""
        stdin = self._process.stdin
        assert stdin is not None
        order = {"config": str(self._config), "port": self._port, "die": die}
        stdin.write((json.dumps(order) + "\n").encode())
        await stdin.drain()
        pid = (await self._said())["pid"]
        over = asyncio.create_task(self._said())
        done, _ = await asyncio.wait({over}, timeout=patience_s)
        if not done:
            with contextlib.suppress(ProcessLookupError):  # it died by itself just now
                os.kill(pid, signal.SIGKILL)
        status = (await over)["over"]
        assert os.WIFSIGNALED(status), f"the desk ended by itself: status {status}"
        assert os.WTERMSIG(status) == signal.SIGKILL
        self.by_write += bool(done)
        self.by_clock += not done

    async def _said(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the process that forks desks is gone"
        return dict(json.loads(line))


@asynccontextmanager
async def lives(config: Path, port: int, rng: random.Random) -> AsyncIterator[Lives]:
    """Start the process that forks desks, and end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.crash.desk_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # a fork takes no threads along
    )
    try:
        yield Lives(process, config, port, rng)
    finally:
        process.kill()
        await process.wait()
