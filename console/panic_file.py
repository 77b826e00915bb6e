"""Panic by a file beside the journal: whoever may write there stops a desk that they cannot reach otherwise.

`JOURNAL.panic` holds one JSON object: `{"on": true, "who": …, "note": …}`. The desk on that journal looks for it some
times a second, does what it says, writes that down, and removes it. Where no desk is at work, the next one finds it.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from console.intents import Panic
from feeds.text import clean

if TYPE_CHECKING:
    from console.desk_core import DeskCore

LOOK_EVERY_S = 0.25

_MOST_BYTES = 4096


def panic_path(journal: Path) -> Path:
    """Where it is."""
    return journal.with_name(journal.name + ".panic")


def ask_for_panic(journal: Path, *, on: bool, who: str, note: str) -> None:
    """Put the file there, whole or not at all."""
    path = panic_path(journal)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(json.dumps({"on": on, "who": who, "note": note}), encoding="utf-8")
    part.replace(path)


def was_heard(journal: Path, within_s: float, pause: Callable[[float], None]) -> bool:
    """Whether a desk took the file within that time."""
    until = time.monotonic() + within_s
    while panic_path(journal).exists():
        if time.monotonic() > until:
            return False
        pause(0.05)
    return True


def asked(journal: Path) -> tuple[Panic, str] | None:
    """What the file asks for, and by whom; None where there is none. One that cannot be read asks for a panic."""
    try:
        raw = panic_path(journal).read_bytes()[:_MOST_BYTES]
    except FileNotFoundError:
        return None
    except OSError as error:
        return Panic(on=True, note=f"{error.strerror}"), "file"
    try:
        said = json.loads(raw)
        return Panic(said["on"] is not False, clean(said["note"], 200)), clean(said["who"], 64) or "file"
    except (ValueError, KeyError, TypeError):
        return Panic(on=True, note="unreadable"), "file"


def taken(journal: Path) -> None:
    """The file has done its work."""
    with suppress(FileNotFoundError):
        panic_path(journal).unlink()


async def heed(journal: Path, core: DeskCore, now: Callable[[], float], changed: Callable[[], None]) -> None:
    """Look for the file for as long as a desk works, on its own loop."""
    while True:
        if look(journal, core, now()):
            changed()
        await asyncio.sleep(LOOK_EVERY_S)


def look(journal: Path, core: DeskCore, now: float) -> bool:
    """Do what the file asks for, where there is one."""
    found = asked(journal)
    if found is None:
        return False
    intent, who = found
    core.submit(intent, who, now)
    taken(journal)
    return True
