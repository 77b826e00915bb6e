"""The sites of a drill on a thread and event loop of their own, so that the desk meets them as it meets real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import TypeVar

from simulators.checkpoint import Replies
from simulators.serve import SimulatedSites
from simulators.world import World

T = TypeVar("T")


class SitesThread:
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
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._ready = Event()
        self._sites = SimulatedSites(world, now, token=token, epoch=epoch, watch=watch)
        self._sites.remember(replies or {})
        self._thread = Thread(target=self._run, name="sites", daemon=True)
        self.failure: BaseException | None = None

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
        answer: Future[T] = Future()

        def carry_out() -> None:
            try:
                answer.set_result(what(self._sites))
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                answer.set_exception(error)

        self._loop.call_soon_threadsafe(carry_out)
        return answer

    def stop(self) -> None:
        """End the sites."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout=5.0)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:  # noqa: BLE001 - kept for whoever started the sites; the thread ends here
            self.failure = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        await self._sites.start()
        self._ready.set()
        work = asyncio.create_task(self._sites.run())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (work, stopping):
            task.cancel()
        await asyncio.gather(work, stopping, return_exceptions=True)
        await self._sites.stop()
