"""A tab's console ends when the web server that it draws for is gone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from threading import Thread

_LOOK_EVERY_S = 0.5


def when_parent_is_gone(then: Callable[[], object]) -> None:
    """Call `then`, from another thread, when the process that started this one has ended, however it ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY_S)
        then()

    Thread(target=watch, name="parent", daemon=True).start()
