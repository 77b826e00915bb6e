"""An event loop on a thread of its own, which other threads start, ask and stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, TypeVar

T = TypeVar("T")

STOPPED_WITHIN_S = 5.0
"""So long `stop` waits for the thread, which is a daemon's and keeps no process alive."""


class LoopThread:
    """`_work` runs there until it returns, breaks, or finds `_stopping` set; it sets `_ready` once others may go on."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._ready = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._owed: set[Future[Any]] = set()
        self.failure: BaseException | None = None
        """Why it died, if it did: to be shown and never hidden."""

    async def _work(self) -> None:
        """What is done on the loop."""
        raise NotImplementedError

    def _broken(self, error: BaseException) -> None:
        """`_work` ended with an error."""
        self.failure = error

    def _ended(self) -> None:
        """The thread ends, whatever ended it."""

    def stop(self) -> None:
        """Ask it to end, and wait for that."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout=STOPPED_WITHIN_S)

    def _answered(self, what: Callable[[], T]) -> Future[T]:
        """Have `what` done on the loop; the future has its answer, or its error.

        Raises RuntimeError where the thread has ended.
        """
        answer: Future[T] = self._owing()

        def carry_out() -> None:
            try:
                answer.set_result(what())
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                answer.set_exception(error)

        self._loop.call_soon_threadsafe(carry_out)
        return answer

    def _owing(self) -> Future[Any]:
        """An answer that the loop owes: where the thread ends before it, whoever waits gets RuntimeError."""
        answer: Future[Any] = Future()
        self._owed.add(answer)
        answer.add_done_callback(self._owed.discard)
        return answer

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._work())
        except BaseException as error:  # noqa: BLE001 - kept for whoever looks; the thread ends here
            self._broken(error)
        finally:
            self._ready.set()
            self._loop.close()
            for answer in list(self._owed):
                answer.set_exception(RuntimeError("it has ended"))
            self._ended()
