"""Several consoles at one desk: bytes a second, from asking to the answer and to others' screens, and what it costs.

Three kinds of process, as on the day: the thirteen sites of a drill that sends five frames a second each, `dutydeck
serve`, and consoles that look five times a second, here. One of them asks: a question, and a deed that is written to
disk before it is answered. The desk's CPU is read by thread from `/proc`: the first is that which serves consoles, the
rest are the desk. Held against bare messages over the same kind of socket, and against sending whole views.
"""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import aiohttp
from aiohttp import web

from benchmarks.outcome import Figures, Outcome, quantiles, run_alone
from benchmarks.terminal import ROOT, cpu_of_threads_s
from console.intents import AskWhy, Intent, ReportSite
from console.remote.protocol import PATH, heard
from console.remote.remote_desk import RemoteDesk
from console.remote.token_file import TokenFile

SCENARIO, FRAMES_HZ = "double11-midnight", 5
SETTLE_S = 8.0
TARGET_MS = 100.0


def _program(stack: ExitStack, *arguments: str) -> subprocess.Popen[str]:
    program = subprocess.Popen(
        [sys.executable, "-m", "console", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    stack.callback(program.communicate)
    stack.callback(program.send_signal, signal.SIGTERM)
    return program


class _Looker:
    """A console that takes everything, says that it has seen it, and counts."""

    def __init__(self) -> None:
        self.bytes = self.views = 0
        self.whole = 0

    async def look(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url + PATH, headers=headers, max_msg_size=0) as socket,
        ):
            async for message in socket:
                said = heard(message.data)
                self.bytes += len(message.data)
                if said["t"] == "view":
                    self.views += 1
                    self.whole = self.whole or len(message.data)
                    await socket.send_json({"seen": said["version"]})


async def _look(url: str, token: str, number: int, pid: int, seconds: float, settle_s: float) -> Figures:
    """So many consoles look for a while: bytes and views a second each, and shares of a core."""
    lookers = [_Looker() for _ in range(number)]
    tasks = [asyncio.create_task(one.look(url, token)) for one in lookers]
    await asyncio.sleep(settle_s if number else 1.0)  # the past of the courses has come by then
    begun, cpu = time.monotonic(), cpu_of_threads_s(pid)
    before = [(one.bytes, one.views) for one in lookers]
    await asyncio.sleep(seconds)
    took, after = time.monotonic() - begun, cpu_of_threads_s(pid)
    said: Figures = {
        "serving_core_share": (after[0] - cpu[0]) / took,
        "desk_core_share": (after[1] - cpu[1]) / took,
    }
    if lookers:
        said["bytes_per_s"] = (lookers[0].bytes - before[0][0]) / took
        said["views_per_s"] = (lookers[0].views - before[0][1]) / took
        said["whole_view_bytes"] = lookers[0].whole
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return said


def _ask(url: str, tokens: tuple[str, str], number: int) -> Figures:
    """From asking to the answer, and from a deed to the screen of somebody else."""
    asker, other = (RemoteDesk(url, token) for token in tokens)
    asker.start()
    other.start()
    times: dict[str, list[float]] = {"question_ms": [], "deed_ms": [], "deed_on_another_screen_ms": []}
    try:
        for count in range(number):
            time.sleep(0.45)  # a console may ask five times a second
            for name, intent in _intents(count):
                begun = time.monotonic()
                assert asker.submit(intent, "").result(10.0).ok
                times[name].append((time.monotonic() - begun) * 1e3)
            while not any(word.note == f"n{count}" for word in other.view.site_words):
                time.sleep(0.001)
            times["deed_on_another_screen_ms"].append((time.monotonic() - begun) * 1e3)
    finally:
        asker.stop()
        other.stop()
    return {name: quantiles(values) for name, values in times.items()}


def _intents(count: int) -> list[tuple[str, Intent]]:
    return [
        ("question_ms", AskWhy("site-dark", "hefei/*")),
        ("deed_ms", ReportSite("hefei", up=True, note=f"n{count}")),
    ]


async def _bare(number: int) -> Figures:
    """One short message there and back over the same kind of socket, in one process."""

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            await socket.send_bytes(message.data.encode())
        return socket

    app = web.Application()
    app.router.add_get("/", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    times = []
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        for _ in range(number):
            begun = time.monotonic()
            await socket.send_str("x" * 100)
            await socket.receive()
            times.append((time.monotonic() - begun) * 1e3)
    await runner.cleanup()
    return quantiles(times)


def measure(quick: bool = False, consoles: tuple[int, ...] = (0, 1, 8)) -> Outcome:
    """Nobody looks, one, eight; then sixty questions and deeds."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        arguments = ("--write-config", name, "--port", "0", "--speed", str(FRAMES_HZ))
        _program(stack, "simulate", SCENARIO, *arguments)
        while not (folder / "dutydeck.yaml").exists():
            time.sleep(0.1)
        with (folder / "dutydeck.yaml").open("a", encoding="utf-8") as config:
            config.write("journal: desk.db\n")
        tokens = TokenFile(folder)
        duty, other = (tokens.add(one, "duty", (), date(2020, 1, 1)) for one in ("one", "two"))
        desk = _program(stack, "serve", "--config", name, "--port", "0")
        assert desk.stderr is not None
        found = re.search(r"listening on (\S+)", desk.stderr.readline())
        assert found is not None
        url, seconds = found.group(1), 4.0 if quick else 20.0
        looked = {
            f"{n} consoles": asyncio.run(_look(url, duty, n, desk.pid, seconds, seconds if quick else SETTLE_S))
            for n in consoles
        }
        asked = _ask(url, (duty, other), 6 if quick else 60)
    bare = asyncio.run(_bare(50 if quick else 500))
    most = looked[f"{max(consoles)} consoles"]
    worst = float(asked["deed_ms"]["p99"])
    return Outcome(
        "consoles",
        {**looked, **asked},
        {
            "deed_to_bare": asked["deed_ms"]["p50"] / bare["p50"],
            "bytes_to_whole_views": most["bytes_per_s"] / (most["views_per_s"] * most["whole_view_bytes"]),
        },
        limit={"bare_ms": bare},
        target=f"a deed answered within {TARGET_MS:g} ms, p99",
        met=worst < TARGET_MS,
    )


if __name__ == "__main__":
    run_alone(measure)
