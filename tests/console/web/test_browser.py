"""`dutydeck web` in a real, headless Chromium: a desk, a web server and a console for the tab, each its own process."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pyte
import pytest

from console.remote.token_file import TokenFile
from tests.console.fake_desk import in_loop
from tests.console.remote.made_server import TODAY
from tests.console.remote.test_serve_process import ROOT, Serving, serving, site
from tests.console.web import chromium
from tests.console.web.chromium import Page, browser
from tests.console.web.made_web import children_of, is_there

REQUIRED = os.environ.get("DUTYDECK_REQUIRE_CHROMIUM") == "1"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not REQUIRED and chromium.found() is None, reason="no Chromium is installed"),
]
_PAINTED = """(() => {
  const canvas = document.querySelector(".xterm-text-layer");
  if (canvas === null || canvas.width === 0) return 0;
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set();
  for (let i = 0; i < data.length; i += 4) colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  return colours.size;
})()"""


@asynccontextmanager
async def web_server(port: int, *more: str) -> AsyncIterator[tuple[Serving, str]]:
    """`dutydeck web` at the desk on a port, and its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "web", f"ws://127.0.0.1:{port}", "--port", "0", *more),
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        started = Serving(process)
        yield started, (await started.line(r"(http://127\.0\.0\.1:\d+/)")).group(1)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def log_in(page: Page, token: str) -> None:
    await page.until("document.querySelector('#token') !== null")
    await page.value(f"document.querySelector('#token').value = {token!r}; document.forms[0].submit()")


class Shown:
    """What the terminal in the page was given, read by another terminal."""

    def __init__(self, page: Page) -> None:
        self._page, self._taken = page, 0
        self.width, self.height = 0, 0
        self._stream: pyte.ByteStream

    def text(self) -> str:
        if not self.width:
            found = next(
                (m for url in self._page.requested if (m := re.search(r"/ws\?width=(\d+)&height=(\d+)", url))), 0
            )
            if not found:
                return ""
            self.width, self.height = int(found[1]), int(found[2])
            self._screen = pyte.Screen(self.width, self.height)
            self._stream = pyte.ByteStream(self._screen)
        for data in self._page.received[self._taken :]:
            self._stream.feed(data)
        self._taken = len(self._page.received)
        return "\n".join(self._screen.display)

    async def until(self, true: Callable[[str], object], seconds: float = 40.0) -> str:
        end = time.monotonic() + seconds
        while not true(text := self.text()):
            assert time.monotonic() < end, f"{text}\n{self._page.problems}\n{self._page.requested}"
            await asyncio.sleep(0.05)
        return text


@in_loop
async def test_live_rows_keys_and_a_phone(tmp_path: Path) -> None:
    token = TokenFile(tmp_path).add("wang", "duty", (), TODAY)
    async with site(tmp_path), serving(tmp_path) as (_desk, port), web_server(port) as (server, url), browser() as page:
        await page.open(url, 390, 844, phone=True)
        await log_in(page, "dd_wrong")
        await page.until("document.querySelector('[role=alert]').innerText.includes('not known')")
        assert not any("/ws" in one for one in page.requested)
        await log_in(page, token)

        shown = Shown(page)
        text = await shown.until(lambda text: "LIVE" in text and "Hefei" in text and "wang" in text)
        assert await page.until(f"{_PAINTED} > 3"), "it is painted, not only received"
        widths = "[document.documentElement.scrollWidth, document.querySelector('.xterm-screen').offsetWidth]"
        assert max(await page.value(widths)) <= 390
        assert 50 <= shown.width <= 70
        assert sum("/ws?" in one for one in page.requested) == 1, "one console"
        assert await page.value("document.querySelectorAll('#keys button').length") > 10

        clock = re.search(r"\d\d:\d\d:\d\d", text)
        assert clock is not None
        await shown.until(lambda text: clock[0] not in text)

        await page.value("[...document.querySelectorAll('#keys button')].find(b => b.innerText === '?').click()")
        await shown.until(lambda text: "who answers for it" in text)
        await page.press("Escape")
        await shown.until(lambda text: "who answers for it" not in text)
        await page.press("A")
        await shown.until(lambda text: "esc back" in text)
        assert [one for one in page.requested if not one.startswith((url, url.replace("http", "ws")))] == []
        complaints = [one for one in page.problems if "401" not in one]
        assert complaints == [], "a wrong token was the only thing that went wrong"

        server.process.send_signal(signal.SIGTERM)
        assert await server.ended() == 0
        await page.until("!document.querySelector('#stale').hidden")


@in_loop
async def test_a_killed_server_leaves_no_console_behind_and_the_page_says_that_it_is_old(tmp_path: Path) -> None:
    token = TokenFile(tmp_path).add("wang", "duty", (), TODAY)
    async with site(tmp_path), serving(tmp_path) as (_desk, port), web_server(port) as (server, url), browser() as page:
        await page.open(url, 1280, 800)
        await log_in(page, token)
        shown = Shown(page)
        await shown.until(lambda text: "LIVE" in text)
        assert shown.width > 120
        assert not await page.value("document.querySelectorAll('#keys button').length"), "it has a keyboard"
        (console,) = children_of(server.process.pid)
        server.process.kill()
        await page.until("!document.querySelector('#stale').hidden")
        end = time.monotonic() + 20
        while is_there(console):
            assert time.monotonic() < end
            await asyncio.sleep(0.05)
