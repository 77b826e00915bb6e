"""Notices over real sockets: receivers that work, and those that answer 500, 429, garbage or nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from alerts.notices.exchange import Delivered, Refused, Request, Retry, Verdict
from alerts.notices.formats import FORMATS
from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.outbox import Outbox
from alerts.notices.post import Delivery
from console import notifier as module
from console.cli import main
from console.notifier import Notifier, exchange, try_receiver
from tests.alerts.notices.made import AT, Alerts, receiver
from tests.console.fake_desk import in_loop
from tests.console.loopback import Behave, Inbox, read_request, response, serving


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1 << 16)
    await asyncio.Event().wait()


async def slam(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"\x00\xff\x1b[2J not http at all\r\n\r\n")
    await writer.drain()


async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    await writer.drain()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        await writer.drain()


def answering(raw: bytes) -> Behave:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(raw)
        await writer.drain()

    return behave


async def judged(behave: Behave, kind: str = "webhook") -> Verdict:
    async with serving(behave) as url, aiohttp.ClientSession() as session:
        return await exchange(session, Request(url, b"{}"), FORMATS[kind].verdict, 0.3)  # type: ignore[index]


@pytest.mark.parametrize(
    ("behave", "why", "uncertain"),
    [
        (answering(response(500, "oops")), "HTTP 500: oops", True),
        (answering(response(429, "", "Retry-After: 7")), "HTTP 429", False),
        (garbage, "not HTTP", True),
        (hang, "no answer within 0.3 s", True),
        (slam, "the connection broke", True),
        (half, "the connection broke", True),
    ],
)
def test_every_way_to_be_of_no_use_is_tried_again(behave: Behave, why: str, uncertain: bool) -> None:
    verdict = asyncio.run(judged(behave))
    assert isinstance(verdict, Retry), verdict
    assert why in verdict.why
    assert verdict.uncertain == uncertain
    assert (verdict.after == 7.0) == ("429" in why)


def test_a_page_with_status_200_is_no_answer_of_a_robot() -> None:
    assert isinstance(asyncio.run(judged(answering(response(200, "<html>log in</html>")), "wecom")), Retry)
    assert isinstance(asyncio.run(judged(answering(response(302, "", "Location: http://x/")))), Refused)


@pytest.mark.parametrize("kind", ["webhook", "wecom"])
def test_an_answer_without_end_is_not_read_to_its_end(kind: str) -> None:
    verdict = asyncio.run(judged(endless, kind))
    assert isinstance(verdict, Delivered if kind == "webhook" else Retry)


@in_loop
async def test_nobody_there_is_certainly_not_delivered() -> None:
    async with serving(hang) as url:
        pass
    async with aiohttp.ClientSession() as session:
        verdict = await exchange(session, Request(url, b""), lambda answer: Delivered())
    assert isinstance(verdict, Retry)
    assert not verdict.uncertain
    assert "no connection" in verdict.why


class Desk:
    """An outbox on the real time, with the notifier around it."""

    def __init__(self, *urls: str, **more: Any) -> None:
        self.source = Alerts()
        self.receivers = [receiver(**{"id": f"r{number}", "url": url, **more}) for number, url in enumerate(urls)]
        self.outbox = Outbox(self.receivers, self.source, lambda: 1.0)
        self.notifier = Notifier(self.receivers, {})

    def due(self, now: float) -> list[Delivery]:
        return self.outbox.due(now)

    def answered(self, delivery: Delivery, verdict: Verdict, now: float) -> None:
        self.outbox.answered(delivery, verdict, now)

    def announcements(self) -> list[tuple[Notice, Envelope]]:
        """Nothing starts by itself here."""
        return []

    def tells(self, receiver: str) -> bool:
        """Everybody is told."""
        return bool(receiver)

    def envelope(self, delivery: Delivery) -> Envelope:
        return Envelope("台", "Desk", repeat=delivery.repeat)

    def fire(self) -> None:
        self.outbox.take([self.source.move("firing", time.time())])
        self.pump()

    def resolve(self) -> None:
        self.outbox.take([self.source.move("resolved", time.time())])
        self.pump()

    def pump(self) -> None:
        self.notifier.pump(self, time.time, self.pump)


@asynccontextmanager
async def at_work(*urls: str, **more: Any) -> AsyncIterator[Desk]:
    desk = Desk(*urls, **more)

    async def keep_time() -> None:
        while True:
            desk.pump()
            await asyncio.sleep(0.01)

    timer = asyncio.create_task(keep_time())
    try:
        yield desk
    finally:
        timer.cancel()
        await desk.notifier.close()


@in_loop
async def test_a_receiver_that_hangs_delays_no_other_and_ends_with_the_desk() -> None:
    inbox = Inbox()
    async with serving(hang) as dead, serving(inbox) as alive, at_work(dead, alive) as desk:
        desk.fire()
        await inbox.until(lambda: len(inbox.arrived) == 1)
        desk.resolve()
        await inbox.until(lambda: len(inbox.arrived) == 2)
        assert inbox.notices == ["firing a1.1", "resolved a1.2"]
        assert [one.waiting for one in desk.outbox.receivers()] == [2, 0]


@in_loop
async def test_one_that_was_down_gets_everything_in_order_and_what_it_may_have_is_marked() -> None:
    inbox = Inbox()
    inbox.answer = response(500)
    async with serving(inbox) as url, at_work(url) as desk:
        desk.fire()
        await inbox.until(lambda: len(inbox.arrived) == 1)
        desk.resolve()
        inbox.answer = response(200)
        await inbox.until(lambda: len(inbox.arrived) == 3)
        assert inbox.notices == ["firing a1.1", "firing a1.1", "resolved a1.2"]
        assert [body["repeat"] for _, body in inbox.arrived] == [False, True, False]
        assert [headers["idempotency-key"] for headers, _ in inbox.arrived] == ["a1.1", "a1.1", "a1.2"]


@in_loop
async def test_what_cannot_be_put_into_words_is_shown_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Request:
        raise KeyError("words")

    inbox = Inbox()
    async with serving(inbox) as url, at_work(url) as desk:
        monkeypatch.setattr(module, "FORMATS", {"webhook": replace(FORMATS["webhook"], request=broken)})
        desk.fire()
        await inbox.until(lambda: desk.outbox.receivers()[0].state == "retrying")
        assert "KeyError" in desk.outbox.receivers()[0].error


@in_loop
async def test_a_receiver_can_be_tried() -> None:
    inbox = Inbox()
    async with serving(inbox) as url:
        environment = {"URL": url, "SECRET": "s3cret"}
        for kind in ("dingtalk", "feishu", "wecom", "webhook"):
            more = {"url": url, "url_env": ""} if kind == "webhook" else {"url_env": "URL"}
            more |= {} if kind == "wecom" else {"secret_env": "SECRET"}
            assert await try_receiver(receiver(kind=kind, **more), environment, AT) == Delivered()
    bodies = [json.dumps(body, ensure_ascii=False) for _, body in inbox.arrived]
    assert all("测试" in body for body in bodies)
    assert not any("s3cret" in body for body in bodies)


def configured(tmp_path: Path, receivers: str) -> str:
    (tmp_path / "dutydeck.yaml").write_text("sites: [{id: hefei, url: 'ws://127.0.0.1:1'}]\n", encoding="utf-8")
    (tmp_path / "notify.yaml").write_text(receivers, encoding="utf-8")
    return str(tmp_path)


@in_loop
async def test_the_command_tries_all_receivers_and_says_which_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    async with serving(inbox) as url, serving(answering(response(404))) as gone:
        monkeypatch.setenv("GONE", gone)
        folder = configured(
            tmp_path,
            f"receivers: [{{id: hook, kind: webhook, url: '{url}'}}, {{id: chat, kind: wecom, url_env: GONE}}]\n",
        )
        status = await asyncio.to_thread(main, ["test", "receivers", "--config", folder])
        said = capsys.readouterr().out.splitlines()
        assert (status, said) == (1, ["ok     hook (webhook)", "FAILED chat (wecom): HTTP 404"])
        assert await asyncio.to_thread(main, ["test", "receivers", "--config", folder, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["receivers"][0] == {
            "delivered": True,
            "id": "hook",
            "kind": "webhook",
            "why": "",
        }
    monkeypatch.delenv("GONE")
    assert await asyncio.to_thread(main, ["check", folder]) == 2
    assert "$GONE is empty" in capsys.readouterr().err
