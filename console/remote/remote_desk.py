"""A desk that is somewhere else, as a screen sees any desk: its newest view, and a way to ask for things.

It has a thread and a loop of its own and comes back by itself. While the desk is not reached every site is unknown.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import ssl
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import aiohttp
from yarl import URL

from console.i18n import N_
from console.intents import CoachIntent, Intent, Outcome, not_here
from console.people import Reach
from console.remote.asked import written
from console.remote.old_view import old_view
from console.remote.outcomes import outcome_of
from console.remote.protocol import CONSOLE_HEADER, MOST_TOLD_BYTES, PATH, SILENT_AFTER_S, heard, release
from console.remote.view_copy import ViewCopy
from console.view import DeskView
from feeds.courses import CourseNews
from feeds.errors import DutyDeckError
from feeds.loop_thread import LoopThread

FIRST_WORD_S = 10.0
"""How long a desk may take to say its first word, and its first view to come."""
_SHORTEST_S, _LONGEST_S = 0.25, 5.0
_GOODBYE_S = 0.5
ANSWER_WITHIN_S = 15.0
"""How long an intent waits for a desk that is gone; then nobody can say what became of it."""


class SeatRefusedError(DutyDeckError):
    """The desk does not let this person sit at it."""


@dataclass
class _Asked:
    text: str
    answer: Future[Outcome]
    boot: str
    """The run of the desk that it was sent to; empty: not sent yet."""
    at: float


_LOST = Outcome(
    "NOT_KNOWN",
    "连接已断,不知道是否已执行:恢复后请核对",
    "the connection broke before the answer: whether it was done is not known; look when it is back",
)
_AWAY = Outcome("NOT_REACHED", "未连上值班台,没有发出", "the desk is not reached: nothing was sent")


class RemoteDesk(LoopThread):
    """Sits at the desk behind `url` (ws:// or wss://) with a token."""

    def __init__(self, url: str, token: str, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__("remote desk")
        self.url, self._token, self._tls = url.rstrip("/"), token, tls
        self.name, self.role = "", ""
        """Who the desk says that this is."""
        self._console = secrets.token_urlsafe(24)
        self._rng = random.Random()  # noqa: S311 - for the time between two tries
        self._copy = ViewCopy()
        self._boot, self._numbers = "", count(1)
        self._asked: dict[int, _Asked] = {}
        self._view: DeskView | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.refused: SeatRefusedError | None = None
        """Why the desk does not let anybody in with this token, as it said last."""
        self._why = ""

    # From any thread --------------------------------------------------------------------------------------------

    def start(self, within_s: float = FIRST_WORD_S) -> None:
        """Sit down, and wait for the first view. Raises DutyDeckError where the desk is not reached or refuses."""
        self._thread.start()
        came = self._ready.wait(within_s)
        if self.refused is not None or not came or self._view is None:
            self.stop()
            raise self.refused or self.failure or DutyDeckError(f"{self.url}: {self._why or 'no answer'}")

    @property
    def view(self) -> DeskView:
        """The newest view; while the desk is not reached the last one, with nothing of it live."""
        if self._view is None:
            raise RuntimeError("the desk has not been reached")
        return self._view

    def submit(self, intent: Intent, who: str) -> Future[Outcome]:  # noqa: ARG002 - the desk goes by the token
        """Ask the desk; the future has its answer, or that nobody can say."""
        answer: Future[Outcome] = Future()
        if isinstance(intent, CoachIntent):
            answer.set_result(not_here(intent))
            return answer
        try:
            number = next(self._numbers)
            asked = _Asked(written(number, intent), answer, "", time.monotonic())
        except (ValueError, KeyError, TypeError) as error:
            answer.set_result(Outcome("BAD_REQUEST", str(error), str(error)))
            return answer
        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(self._ask(number, asked)))
        return answer

    # On its own loop --------------------------------------------------------------------------------------------

    def _broken(self, error: BaseException) -> None:
        super()._broken(error)
        self._lost(f"{type(error).__name__}: {error}")

    async def _work(self) -> None:
        staying = asyncio.create_task(self._stay())
        stopping = asyncio.create_task(self._stopping.wait())
        done, _ = await asyncio.wait([staying, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (staying, stopping):
            task.cancel()
        await asyncio.gather(staying, stopping, return_exceptions=True)
        self._settle(lambda _one: True)
        await asyncio.sleep(0.05)  # what is closed by now is given back in the loop's next rounds
        if staying in done:
            staying.result()

    async def _stay(self) -> None:
        """Sit at the desk, and come back whenever the connection ends."""
        wait_s = _SHORTEST_S
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=5.0)) as session:
            while not self._stopping.is_set():
                begun = time.monotonic()
                why = await self._once(session)
                self._socket = None
                self._lost(why)
                wait_s = _SHORTEST_S if time.monotonic() - begun > 10.0 else min(wait_s * 2.0, _LONGEST_S)
                await asyncio.sleep(wait_s * self._rng.uniform(0.5, 1.0))  # so that not all come at once
                self._settle(lambda one: time.monotonic() - one.at > ANSWER_WITHIN_S)

    async def _once(self, session: aiohttp.ClientSession) -> str:
        """One connection from its beginning to its end; why it ended."""
        headers = {"Authorization": f"Bearer {self._token}", CONSOLE_HEADER: self._console}
        url = URL(self.url + PATH).with_query(boot=self._boot, have=str(self._copy.version))
        try:
            async with session.ws_connect(
                url,
                headers=headers,
                max_msg_size=MOST_TOLD_BYTES,
                ssl=self._tls or True,
                timeout=aiohttp.ClientWSTimeout(ws_close=_GOODBYE_S),
            ) as socket:
                self.refused = None
                return await self._sit(socket)
        except aiohttp.WSServerHandshakeError as error:
            if error.status in (401, 403, 429):
                self.refused = SeatRefusedError(f"{self.url}: {_REFUSALS[error.status]}")
                self._ready.set()
                return _REFUSALS[error.status]
            return f"answered {error.status}"
        except SeatRefusedError as error:
            self.refused = error
            self._ready.set()
            return str(error)
        except TimeoutError:
            return _SILENT
        except aiohttp.ClientConnectorError as error:
            return error.os_error.strerror or N_("it cannot be reached")
        except (aiohttp.ClientError, OSError) as error:
            return str(error) or type(error).__name__
        except (ValueError, KeyError, TypeError, IndexError) as error:
            self._boot, self._copy = "", ViewCopy()
            return f"not understood: {type(error).__name__}: {error}"[:200]

    async def _sit(self, socket: aiohttp.ClientWebSocketResponse) -> str:
        within_s = FIRST_WORD_S
        while True:
            try:
                async with asyncio.timeout(within_s):  # wait_for may lose a cancellation
                    message = await socket.receive()
            except TimeoutError:
                self._lost(_SILENT)  # now, and not when the connection has been taken down
                return _SILENT
            if message.type is not aiohttp.WSMsgType.BINARY:
                return N_("the connection was closed")
            said = heard(message.data)
            if said["t"] == "bye":
                return str(said["why"])
            if said["t"] == "view":
                within_s = SILENT_AFTER_S
            await self._take(said, socket)

    async def _take(self, said: dict[str, Any], socket: aiohttp.ClientWebSocketResponse) -> None:
        match said["t"]:
            case "hello":
                await self._greeted(said, socket)
            case "view":
                self._copy.take(said)
                self._view = self._copy.view(
                    float(said["at"]), int(said["number"]), self.name, Reach(up=True, url=self.url)
                )
                self._ready.set()
                await socket.send_json({"seen": self._copy.version})
            case "course":
                for one in said["sites"]:
                    self._copy.courses.take(CourseNews(**{**one, "rows": tuple(one["rows"])}))
            case "outcome":
                asked = self._asked.pop(said["ask"], None)
                if asked is not None:
                    asked.answer.set_result(outcome_of(said["outcome"]))

    async def _greeted(self, said: dict[str, Any], socket: aiohttp.ClientWebSocketResponse) -> None:
        if said["release"] != release():
            raise SeatRefusedError(f"the desk is release {said['release']}, this console {release()}")
        self.name, self.role = str(said["name"]), str(said["role"])
        if said["boot"] != self._boot:
            self._boot, self._copy = str(said["boot"]), ViewCopy()
            self._settle(lambda one: bool(one.boot))
        self._socket = socket
        for number, asked in list(self._asked.items()):
            await self._ask(number, asked)

    async def _ask(self, number: int, asked: _Asked) -> None:
        if self._socket is None or self._socket.closed:
            if not asked.boot:
                asked.answer.set_result(_AWAY)
            return
        self._asked[number] = asked
        asked.boot = self._boot
        with suppress(ConnectionError, RuntimeError):
            await self._socket.send_str(asked.text)

    def _settle(self, whom: Callable[[_Asked], bool]) -> None:
        """Answer what will have no answer any more."""
        for number, asked in list(self._asked.items()):
            if whom(asked):
                del self._asked[number]
                asked.answer.set_result(_LOST)

    def _lost(self, why: str) -> None:
        self._why = why
        view, reach = self._view, Reach(up=False, url=self.url, why=why)
        if view is None:
            return
        known_lost = view.reach is not None and not view.reach.up
        # Of one that is lost already the number stays: a screen counts from the moment when it got lost.
        self._view = replace(view, reach=reach) if known_lost else old_view(view, reach)


_SILENT = N_("it says nothing")
_REFUSALS = {
    401: N_("the token is not known at this desk, or not good any more"),
    403: N_("this desk does not let one in from here"),
    429: N_("too many wrong tokens from here: wait a minute"),
}
