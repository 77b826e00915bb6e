"""Sends notices: the I/O around `alerts.notices`, in the desk's own loop. A receiver that hangs delays no other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import aiohttp

from alerts.notices.exchange import Answer, Request, Retry, Verdict, told
from alerts.notices.formats import FORMATS
from alerts.notices.grouping import Envelope
from alerts.notices.notice import Notice
from alerts.notices.post import Delivery
from alerts.notices.receivers import Receiver, endpoint

TIMEOUT_S = 10.0
_CONNECT_S = 5.0
_IDLE_S = 4.0
"""A connection that has been idle longer is not used again: many servers close theirs after 5 s."""
_ANSWER_BYTES = 65_536


class Desk(Protocol):
    """What a notifier needs of a desk."""

    def due(self, now: float) -> list[Delivery]:
        """What is to be sent now."""

    def announcements(self) -> list[tuple[Notice, Envelope]]:
        """What is told once to everybody."""

    def tells(self, receiver: str) -> bool:
        """Whether this receiver is told anything by this desk."""

    def answered(self, delivery: Delivery, verdict: Verdict, now: float) -> None:
        """What came of it."""

    def envelope(self, delivery: Delivery) -> Envelope:
        """What stands around it."""


class Notifier:
    """Sends what is due at a desk to its receivers. Everything runs in one event loop; `close` ends it."""

    def __init__(self, receivers: Sequence[Receiver], environment: Mapping[str, str]) -> None:
        """Raises InputError where an address or a secret cannot be found."""
        self._receivers = {one.id: (one, endpoint(one, environment)) for one in receivers}
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def pump(self, desk: Desk, now: Callable[[], float], changed: Callable[[], None]) -> None:
        """Start sending what is due; each outcome goes back to the desk, followed by `changed`."""
        for delivery in desk.due(now()):
            task = asyncio.get_running_loop().create_task(self._send(desk, delivery, now, changed))
            self._keep(task)
        for notice, envelope in desk.announcements():
            for name in filter(desk.tells, self._receivers):
                self._keep(asyncio.get_running_loop().create_task(self._announce(name, notice, envelope)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _announce(self, name: str, notice: Notice, envelope: Envelope) -> None:
        """Tell one receiver once, and once more where it did not hear: an announcement is old news in a minute."""
        receiver, where = self._receivers[name]
        self._session = self._session or _session()
        shape = FORMATS[receiver.kind]
        if receiver.kind == "alertmanager":  # keeps alerts, not news
            return
        for _attempt in range(2):
            made = shape.request([notice], (), receiver, where, envelope, notice.id, time.time())
            if not isinstance(await exchange(self._session, made, shape.verdict), Retry):
                return

    async def close(self) -> None:
        """Give up what is on its way: it is sent again by the next desk."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _send(
        self, desk: Desk, delivery: Delivery, now: Callable[[], float], changed: Callable[[], None]
    ) -> None:
        receiver, where = self._receivers[delivery.receiver]
        self._session = self._session or _session()
        try:
            envelope = desk.envelope(delivery)
            shape = FORMATS[receiver.kind]
            made = shape.request(delivery.notices, delivery.more, receiver, where, envelope, delivery.key, time.time())
            verdict = await exchange(self._session, made, shape.verdict)
        except Exception as error:  # noqa: BLE001 - one notice that cannot be put into words must not end the desk
            verdict = Retry(told(f"{type(error).__name__}: {error}"), uncertain=False)
        desk.answered(delivery, verdict, now())
        changed()


async def exchange(
    session: aiohttp.ClientSession, request: Request, judge: Callable[[Answer], Verdict], timeout_s: float = TIMEOUT_S
) -> Verdict:
    """Send a request and judge its answer; no answer within `timeout_s`, or none that is HTTP, is to be tried again."""
    limits = aiohttp.ClientTimeout(total=timeout_s, sock_connect=_CONNECT_S)
    try:
        async with session.request(
            request.method,
            request.url,
            data=request.body,
            headers=dict(request.headers),
            allow_redirects=False,
            timeout=limits,
        ) as response:
            body = b""
            while len(body) < _ANSWER_BYTES and (part := await response.content.read(_ANSWER_BYTES - len(body))):
                body += part
            return judge(Answer(response.status, body, response.headers.get("Retry-After", "")))
    except aiohttp.InvalidURL:
        return Retry("its address is no URL", uncertain=False)
    except aiohttp.ClientConnectorError as error:
        return Retry(
            told(f"no connection: {error.os_error.strerror or type(error.os_error).__name__}"), uncertain=False
        )
    except TimeoutError:
        return Retry(f"no answer within {timeout_s:g} s")
    except aiohttp.ClientResponseError:
        return Retry("what it answered is not HTTP")
    except (aiohttp.ClientError, OSError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        return Retry(told(f"the connection broke: {why}"))


async def try_receiver(receiver: Receiver, environment: Mapping[str, str], now: float) -> Verdict:
    """Send a message that says it is a test, and say what came of it. `now` is the wall clock's time.

    An Alertmanager gets an alert that is over already. Raises InputError where the environment does not hold the
    receiver's address or secret.
    """
    where = endpoint(receiver, environment)
    notice, shape = _test_notice(now), FORMATS[receiver.kind]
    request = shape.request([notice], (), receiver, where, Envelope("DutyDeck", "DutyDeck"), notice.id, now)
    async with _session() as session:
        return await exchange(session, request, shape.verdict)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(keepalive_timeout=_IDLE_S), headers={"User-Agent": "DutyDeck"}
    )


def _test_notice(now: float) -> Notice:
    return Notice(
        alert="test",
        sequence=int(now),
        kind="test",
        state="resolved",
        at=now,
        rule="dutydeck-test",
        key="test/*",
        site="test",
        severity="info",
        fired_at=now,
        value=None,
        title_zh="测试",
        title_en="Test",
        message_zh="DutyDeck 的测试消息，无需处理",
        message_en="a test message of DutyDeck, nothing to do",
        site_zh="测试",
        site_en="Test",
    )
