"""From a value that crosses its threshold at a site to the notice at a web address, over real sockets.

Thirteen sites in a process of their own send a frame a second; with each frame one queue crosses and the one before is
calm again. First each site has its own place in the second, then all send at the same moment. The desk runs on its
thread here, journal and what must outlive it on disk; the web address is a third process. Held against bare requests
from here to the same address, one after the other, with a body of the same kind.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import aiohttp

from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.receivers import Endpoint, Receiver
from alerts.notices.webhook import request
from alerts.rules import Rule
from benchmarks.apps.crossing_sites import SITES, Crossing
from benchmarks.apps.watching_desk import RULE
from benchmarks.outcome import Figures, Outcome, quantiles, run_alone
from benchmarks.terminal import ROOT
from console.clock import DeskClock
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.notifier import Notifier
from console.view import DeskTitle
from feeds.journal import Journal
from feeds.link import Address

LIMIT_MS = 100.0
SETTLE_S = 4.0
BARE = 400
"""Bare requests."""


def _program(stack: ExitStack, *arguments: str) -> subprocess.Popen[str]:
    program = subprocess.Popen(
        [sys.executable, "-m", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    stack.callback(program.communicate)
    stack.callback(program.kill)
    return program


def _line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def _desk(stack: ExitStack, urls: dict[str, str], hook: str, folder: Path) -> DeskThread:
    receivers = [Receiver(id="hook", kind="webhook", url=hook)]
    book = Journal(folder / "journal.db")
    stack.callback(book.close)
    core = DeskCore(
        list(urls),
        [Rule.model_validate(RULE)],
        (),
        mode="live",
        title=DeskTitle("值班台", "Desk"),
        ids=Ids("bench"),
        journal=JournalKeeper(book, keeps_state=True),
        receivers=receivers,
    )
    addresses = [Address(site, url) for site, url in urls.items()]
    desk = DeskThread(core, DeskClock(time.time()), addresses, notifier=Notifier(receivers, {}))
    desk.start()
    stack.callback(desk.stop)
    return desk


def _noted(hook: str) -> list[tuple[float, list[tuple[str, str]]]]:
    with urlopen(hook, timeout=10) as answer:
        noted: list[tuple[float, list[tuple[str, str]]]] = json.load(answer)
        return noted


def _cross(rounds: int) -> tuple[list[Crossing], dict[str, float], Figures, Figures]:
    """What crossed, when each was told, how the requests were, and the bare limit."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        web = _program(stack, "benchmarks.apps.webhook")
        sites = _program(stack, "benchmarks.apps.crossing_sites", str(rounds))
        hook, urls = _line(web), json.loads(_line(sites))
        bare = asyncio.run(_bare(hook, BARE if rounds > 4 else BARE // 4))
        desk = _desk(stack, urls, hook, Path(folder))
        time.sleep(SETTLE_S)
        assert sites.stdin is not None
        sites.stdin.write("\n")
        sites.stdin.flush()
        crossings: list[Crossing] = json.loads(_line(sites))
        until = time.monotonic() + 10.0
        while desk.view.receivers[0].waiting and time.monotonic() < until:
            time.sleep(0.05)
        noted = [note for note in _noted(hook) if note[1][0][0] != "test"]
    told = {key: at for at, notices in noted for kind, key in notices if kind == "firing"}
    sizes = [len(notices) for _, notices in noted]
    return crossings, told, {"requests": len(noted), "notices": sum(sizes), "most_in_one": max(sizes, default=0)}, bare


async def _bare(hook: str, number: int) -> Figures:
    """Requests with two notices each, as most of the desk's: from just before each is sent until the address has it."""
    sent: dict[str, float] = {}
    async with aiohttp.ClientSession() as session:
        for count in range(number):
            notices = [_notice(f"bare/{count}"), _notice("bare/x")]
            made = request(notices, (), _HOOK, Endpoint(hook), Envelope("值班台", "Desk"), f"b{count}", 0.0)
            sent[f"bare/{count}"] = time.monotonic()
            async with session.post(made.url, data=made.body, headers=dict(made.headers)) as answer:
                await answer.read()
    arrived = {notices[0][1]: at for at, notices in _noted(hook)}
    return {"request_ms": quantiles([(arrived[key] - at) * 1e3 for key, at in sent.items()])}


_HOOK = Receiver(id="hook", kind="webhook", url="http://127.0.0.1")


def _notice(key: str) -> Notice:
    words: Any = dict.fromkeys(("title_zh", "title_en", "message_zh", "message_en"), "排队过长 60 人等待")
    return Notice("a-bench-1", 1, "test", "firing", 0.0, "queue-long", key, "s", "critical", 0.0, 60.0, **words)


def _milliseconds(crossings: list[Crossing], told: dict[str, float], rounds: int, part: int | None) -> Figures:
    wanted = [c for c in crossings if part is None or c[1] // rounds == part]
    return quantiles([(told[key] - at) * 1e3 for site, queue, at in wanted if (key := f"{site}/q{queue}") in told])


def measure(quick: bool = False, rounds: int = 16) -> Outcome:
    """416 crossings, half of them one by one; 104 where it is quick."""
    rounds = min(rounds, 4) if quick else rounds
    crossings, told, requests, bare = _cross(rounds)
    figures: Figures = {
        "sites": SITES,
        "crossings": len(crossings),
        "never_told": sum(f"{site}/q{queue}" not in told for site, queue, _ in crossings),
        "notice_ms": _milliseconds(crossings, told, rounds, None),
        "one_by_one": {"notice_ms": _milliseconds(crossings, told, rounds, 0)},
        "all_at_once": {"notice_ms": _milliseconds(crossings, told, rounds, 1)},
        **requests,
    }
    own, limit = figures["notice_ms"], bare["request_ms"]
    ratio = {quantile: own[quantile] / limit[quantile] for quantile in ("p50", "p99") if own[quantile] is not None}
    return Outcome(
        "notice",
        figures,
        {"notice_to_bare_request": ratio},
        limit=bare,
        target=f"p99 under {LIMIT_MS:g} ms, and every crossing told",
        met=not figures["never_told"] and (own["p99"] or LIMIT_MS) < LIMIT_MS,
    )


if __name__ == "__main__":
    run_alone(measure)
