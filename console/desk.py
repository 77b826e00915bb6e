"""The desk at work: its own thread and event loop around `DeskCore`, links to the sites, and one view per change.

A terminal that stops reading, or a slow repaint, must not delay an alert; so the desk never shares an event loop with
a screen. It hands over immutable views and takes intents from any thread.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from console.clock import DeskClock
from console.desk_core import DeskCore
from console.intents import AskReload, Intent, Outcome, PastQuestion, SetPace
from console.panic_file import heed, look
from console.past.desk_past import DeskPast
from console.rule_files import RuleFiles
from console.view import DeskView
from feeds.link import Address, Link
from feeds.loop_thread import LoopThread

if TYPE_CHECKING:
    from console.notifier import Notifier  # needs aiohttp, which a desk that tells nobody does not

T = TypeVar("T")

PUBLISH_EVERY_S = 0.02
"""Changes that come closer together than this share a view."""
VIEWS_SHARE = 4.0
"""So many times what the last view took passes until the next: in a storm the desk's time is for alerts first."""
_IDLE_S = 0.25
LOOK_AT_FILES_EVERY_S = 5.0


class DeskThread(LoopThread):
    """Runs a desk until `stop`. `feed`, if given, brings input and time instead of links (a replay).

    `panic_beside` is the journal beside which a file may ask for a panic. A `past` that is handed in goes on when this
    desk ends.
    """

    def __init__(
        self,
        core: DeskCore,
        clock: DeskClock,
        addresses: Sequence[Address] = (),
        *,
        operator: str = "",
        feed: Callable[[DeskThread], Coroutine[Any, Any, None]] | None = None,
        rule_files: RuleFiles | None = None,
        notifier: Notifier | None = None,
        panic_beside: Path | None = None,
        past: DeskPast | None = None,
    ) -> None:
        super().__init__("desk")
        self.core, self.clock, self._notifier = core, clock, notifier
        self._addresses, self._operator, self._feed = addresses, operator, feed
        self._rule_files, self._panic_beside = rule_files, panic_beside
        self.past, self._keeps_past = past or DeskPast(), past is not None
        self._links: dict[str, Link] = {}
        self._publish_due: asyncio.TimerHandle | None = None
        self._view: DeskView | None = None
        self._view_cost_s = 0.0

    # From any thread --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread and wait for the first view."""
        self._thread.start()
        self._ready.wait()
        if self.failure is not None:
            raise self.failure

    @property
    def view(self) -> DeskView:
        """The newest view."""
        if self._view is None:
            raise RuntimeError("the desk has not been started")
        return self._view

    def submit(self, intent: Intent, who: str) -> Future[Outcome]:
        """Hand an intent over; the future has the desk's answer."""
        if isinstance(intent, AskReload) and self._rule_files is not None:
            return asyncio.run_coroutine_threadsafe(self._proposal(self._rule_files), self._loop)
        if isinstance(intent, PastQuestion):
            return asyncio.run_coroutine_threadsafe(asyncio.to_thread(self.past.answer, intent), self._loop)
        answer: Future[Outcome] = self._owing()

        def carry_out() -> None:
            if isinstance(intent, SetPace):
                self.clock.set_speed(intent.speed)
            try:
                answer.set_result(self.core.submit(intent, who, self.clock.now()))
            except Exception as error:
                answer.set_exception(error)
                raise
            self.changed()

        self._loop.call_soon_threadsafe(carry_out)
        return answer

    def ask(self, what: Callable[[DeskCore], T]) -> Future[T]:
        """Have `what` done with the core on the desk's own loop, and its answer.

        Raises RuntimeError on a desk that has ended.
        """
        return self._answered(lambda: what(self.core))

    # On the desk's own loop -------------------------------------------------------------------------------------

    def _broke(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An error in a callback ends the desk like one in a task: it must never go on with an old view."""
        error = context.get("exception")
        self.failure = self.failure or (error if isinstance(error, BaseException) else RuntimeError(context["message"]))
        self._stopping.set()

    def _ended(self) -> None:
        if not self._keeps_past:
            self.past.stop()

    async def _work(self) -> None:
        self._loop.set_exception_handler(self._broke)
        self.past.watch(self.core, self.clock.now())
        self.core.begin(self.clock.now())
        if self._panic_beside is not None:  # before a site can be heard of, and anything started
            look(self._panic_beside, self.core, self.clock.now())
        self._publish()
        self._ready.set()
        self._links = {address.site: self._link(address) for address in self._addresses}
        tasks = [asyncio.create_task(link.run()) for link in self._links.values()]
        if self._feed is not None:
            tasks.append(asyncio.create_task(self._feed(self)))
        if self._rule_files is not None:
            tasks.append(asyncio.create_task(self._watch(self._rule_files)))
        if self._panic_beside is not None:
            tasks.append(asyncio.create_task(heed(self._panic_beside, self.core, self.clock.now, self.changed)))
        timer = asyncio.create_task(self._keep_time())
        stopping = asyncio.create_task(self._stopping.wait())
        done, _ = await asyncio.wait([stopping, timer, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in (timer, stopping, *tasks):
            task.cancel()
        await asyncio.gather(timer, stopping, *tasks, return_exceptions=True)
        if self._notifier is not None:
            await self._notifier.close()
        for task in done - {stopping}:
            if (error := task.exception() if not task.cancelled() else None) is not None:
                raise error

    def _link(self, address: Address) -> Link:
        site, now = address.site, self.clock.now

        def opened() -> bytes:
            first = self.core.connected(site, now())
            self.changed()
            return first

        def received(data: bytes) -> None:
            self.core.receive(site, data, now())
            self.changed()

        def closed(why: str, refused: bool) -> None:
            self.core.disconnected(site, now(), why, refused=refused)
            self.changed()

        return Link(address, opened, received, closed, random.Random(f"{self.core.ids.desk}/{site}"))  # noqa: S311

    async def _keep_time(self) -> None:
        while True:
            if self._feed is None:  # a recording brings its own times
                self.core.advance(self.clock.now())
            self.changed()
            await asyncio.sleep(max(0.001, min(self.clock.wall(self.core.next_deadline()), _IDLE_S)))

    async def _proposal(self, files: RuleFiles) -> Outcome:
        return await asyncio.to_thread(files.proposal, self.core.engine.rules)

    async def _watch(self, files: RuleFiles) -> None:
        """Say on the screen that the rule files have changed; nothing is taken by itself."""
        while True:
            before = files.on_disk
            await asyncio.to_thread(files.look)
            if files.on_disk != before:
                self.changed()
            await asyncio.sleep(LOOK_AT_FILES_EVERY_S)

    def changed(self) -> None:
        """Something may have changed: send what waits to be sent, and let a new view follow shortly."""
        for site, data in self.core.outgoing():
            if site in self._links:
                self._links[site].send(data)
        if self._notifier is not None:
            self._notifier.pump(self.core.notifying, self.clock.now, self.changed)
        if self._publish_due is None:
            wait_s = max(PUBLISH_EVERY_S, VIEWS_SHARE * self._view_cost_s)
            self._publish_due = self._loop.call_later(wait_s, self._publish)

    def _publish(self) -> None:
        self._publish_due, begun = None, time.perf_counter()
        view, files = self.core.view(self.clock.now(), self._operator), self._rule_files
        if files is not None and files.on_disk not in ("", view.rules.hash):
            view = replace(view, rules=replace(view.rules, files_differ=True))
        self._view, self._view_cost_s = view, time.perf_counter() - begun
        self.past.published(view)
        if complaint := self.past.complaint():
            self.core.warn(complaint, self.clock.now())
