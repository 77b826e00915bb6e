"""One console at the desk: what it is told, at its own pace, and what it asks for, each once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from console.intents import AskPreview, Desk, Intent, Outcome, Question, ReloadRules, RuleProposal, StartPlaybook
from console.remote.asked import Ask, Asked, PreviewOf, Seen, StartShown, TakeOffered, read
from console.remote.outcomes import plain_outcome
from console.remote.protocol import GIVEN_UP_AFTER_S, MOST_UNSEEN, told
from console.remote.rates import Bucket
from console.remote.roles import Person, refusal
from console.remote.told_views import ToldViews
from playbooks.preview import Preview

_ASKS_AT_ONCE, _ASKS_PER_S = 20.0, 5.0
_ANSWERS_KEPT, _PREVIEWS_KEPT = 64, 8


@dataclass
class ConsoleMemory:
    """What a console was shown and answered: outlives a broken connection, so that nothing is done twice."""

    answers: OrderedDict[int, asyncio.Future[bytes]] = field(default_factory=OrderedDict)
    previews: OrderedDict[str, Preview] = field(default_factory=OrderedDict)
    proposal: RuleProposal | None = None

    def remember(self, outcome: Outcome) -> None:
        """Keep what may be confirmed later."""
        if outcome.preview is not None:
            self.previews[outcome.preview.plan_hash] = outcome.preview
            while len(self.previews) > _PREVIEWS_KEPT:
                self.previews.popitem(last=False)
        if outcome.proposal is not None:
            self.proposal = outcome.proposal

    def intent_of(self, asked: Asked) -> Intent | None:
        """What is meant; None for a plan or rules that this console was never shown."""
        match asked:
            case StartShown(plan):
                preview = self.previews.get(plan)
                return StartPlaybook(preview) if preview is not None else None
            case TakeOffered(before):
                offered = self.proposal
                known = offered is not None and offered.before == before
                return ReloadRules(offered.rules, before) if offered is not None and known else None
            case PreviewOf(playbook, parameters, alert):
                given = {name: tuple(one) if isinstance(one, list) else one for name, one in parameters.items()}
                return AskPreview(playbook, given, alert)
        return asked


class Seat:
    """A person's console while its connection lasts."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        person: Person,
        memory: ConsoleMemory,
        desk: Desk,
        views: ToldViews,
        hurry: Callable[[], None],
    ) -> None:
        self.socket, self._transport, self.person = socket, transport, person
        self._memory, self._desk, self._views, self._hurry = memory, desk, views, hurry
        self.version = 0
        self.wake = asyncio.Event()
        self.left = "the connection ended"
        """Why the console is gone, for the journal."""
        self._had: dict[str, int] = {}
        self._unseen: deque[tuple[int, float]] = deque()
        self._asks = Bucket(_ASKS_AT_ONCE, _ASKS_PER_S)
        self._answering: set[asyncio.Task[None]] = set()

    # What it is told --------------------------------------------------------------------------------------------

    async def tell(self) -> None:
        """Send the newest view whenever there is one and the console has seen what it was sent. Ends with it."""
        while not self.socket.closed:
            await self.wake.wait()
            self.wake.clear()
            if len(self._unseen) >= MOST_UNSEEN or self.version == self._views.version:
                continue
            message = self._views.view_since(self.version)
            self.version = self._views.version
            self._unseen.append((self.version, time.monotonic()))
            await self.socket.send_bytes(message)
            course = self._views.courses(self._had)
            if course is not None:
                await self.socket.send_bytes(course)

    def stuck(self, now: float) -> bool:
        """Whether it has seen nothing for so long that it counts as gone."""
        return bool(self._unseen) and now - self._unseen[0][1] > GIVEN_UP_AFTER_S

    def cut(self, why: str) -> None:
        """End a connection that takes nothing any more, goodbyes neither."""
        self.left = why
        if self._transport is not None:
            self._transport.abort()

    async def dismiss(self, why: str) -> None:
        """Say goodbye, and why."""
        self.left = why
        if not self.socket.closed:
            await self.socket.send_bytes(told({"t": "bye", "why": why}))
            await self.socket.close(code=WSCloseCode.GOING_AWAY, message=why.encode()[:120])

    # What it asks for -------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Take what the console says until it is gone. What is no message of a console ends it."""
        async for message in self.socket:
            if message.type is WSMsgType.ERROR:  # the library has closed it by its own limit
                self.left = f"it sent more than a console may, or what is no frame: {message.data}"[:120]
                return
            if message.type is not WSMsgType.TEXT:
                await self.dismiss("not a message of a console")
                return
            try:
                said = read(message.data)
            except ValueError as error:
                await self.dismiss(f"not understood: {error}")
                return
            if isinstance(said, Seen):
                while self._unseen and self._unseen[0][0] <= said.version:
                    self._unseen.popleft()
                self.wake.set()
            else:
                task = asyncio.create_task(self._answer(said))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def _answer(self, ask: Ask) -> None:
        answers = self._memory.answers
        answer = answers.get(ask.number)
        if answer is None:
            answer = answers[ask.number] = asyncio.ensure_future(self._carried_out(ask))
            while len(answers) > _ANSWERS_KEPT:
                answers.popitem(last=False)
        try:
            await self.socket.send_bytes(await asyncio.shield(answer))
        except (ConnectionError, RuntimeError):
            return  # the console has gone; it asks again, or never knows

    async def _carried_out(self, ask: Ask) -> bytes:
        outcome = await self._outcome(ask.intent)
        self._memory.remember(outcome)
        return told({"t": "outcome", "ask": ask.number, "outcome": plain_outcome(outcome)})

    async def _outcome(self, asked: Asked) -> Outcome:
        if not self._asks.take(time.monotonic()):
            return Outcome("TOO_MANY", "请求太多,请稍候", "too many requests: wait a moment")
        intent = self._memory.intent_of(asked)
        if intent is None:
            return Outcome("NOT_SHOWN", "此处未显示过该方案,请重新查看", "this was not shown here: look at it again")
        refused = refusal(self.person, intent, self._desk.view)
        if refused is not None:
            return refused
        try:
            outcome = await asyncio.wrap_future(self._desk.submit(intent, self.person.name))
        except Exception as error:  # noqa: BLE001 - the desk failed, and ends; who asked is told that nobody can say
            what = type(error).__name__
            return Outcome(
                "DESK_FAILED", f"值班台出错:{what},不知道是否已执行", f"the desk failed: {what}; look what was done"
            )
        if not isinstance(intent, Question | AskPreview):
            self._hurry()
        return outcome
