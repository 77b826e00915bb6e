"""The sites of a drill on a thread and event loop of their own, so that the desk meets them as it meets real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from feeds.loop_thread import LoopThread
from simulators.checkpoint import Replies
from simulators.serve import SimulatedSites
from simulators.world import World

T = TypeVar("T")


class SitesThread(LoopThread):
    """Serves a world's sites on loopback until `stop`. `urls` after `start`: site id → where it listens."""

    def __init__(
        self,
        world: World,
        now: Callable[[], float],
        token: str = "",
        *,
        epoch: int = 1,
        watch: Callable[[SimulatedSites], None] | None = None,
        replies: Replies | None = None,
    ) -> None:
        super().__init__("sites")
        self._sites = SimulatedSites(world, now, token=token, epoch=epoch, watch=watch)
        self._sites.remember(replies or {})

    def start(self) -> dict[str, str]:
        """Start listening; returns the URLs. Raises what kept the sites from starting."""
        self._thread.start()
        self._ready.wait()
        if self.failure is not None:
            raise self.failure
        return self._sites.urls

    def ask(self, what: Callable[[SimulatedSites], T]) -> Future[T]:
        """Have `what` done with the sites between two seconds of their world, and its answer.

        It is how a coach reaches them; a desk cannot, for it has their sockets and no more.
        """
        return self._answered(lambda: what(self._sites))

    async def _work(self) -> None:
        await self._sites.start()
        self._ready.set()
        work = asyncio.create_task(self._sites.run())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (work, stopping):
            task.cancel()
        await asyncio.gather(work, stopping, return_exceptions=True)
        await self._sites.stop()
