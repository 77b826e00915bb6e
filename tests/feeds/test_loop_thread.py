"""A loop on its own thread: asked from other threads, stopped, and nobody waits for ever for one that ended."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest

from feeds.loop_thread import LoopThread


class Waiting(LoopThread):
    """Waits to be stopped; or breaks at once."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__("waiting")
        self._error = error
        self.over = threading.Event()

    def start(self) -> None:
        self._thread.start()
        self._ready.wait(10)

    def ask(self, value: int) -> Future[int]:
        return self._answered(lambda: 10 // value)

    def owe(self) -> Future[int]:
        """An answer that the loop never gives."""
        return self._owing()

    async def _work(self) -> None:
        self._ready.set()
        if self._error is not None:
            raise self._error
        await self._stopping.wait()

    def _ended(self) -> None:
        self.over.set()


def test_it_answers_and_gives_errors_to_whoever_asked() -> None:
    thread = Waiting()
    thread.start()
    assert thread.ask(5).result(10) == 2
    with pytest.raises(ZeroDivisionError):
        thread.ask(0).result(10)
    thread.stop()
    assert thread.over.is_set()
    assert thread.failure is None


def test_whoever_waits_for_one_that_ends_is_told() -> None:
    thread = Waiting()
    thread.start()
    owed = thread.owe()
    thread.stop()
    with pytest.raises(RuntimeError, match="ended"):
        owed.result(10)
    with pytest.raises(RuntimeError):
        thread.ask(1)


def test_an_error_is_kept_and_it_has_ended() -> None:
    thread = Waiting(ValueError("broken"))
    thread.start()
    assert thread.over.wait(10)
    assert isinstance(thread.failure, ValueError)
