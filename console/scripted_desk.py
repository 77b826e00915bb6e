"""The desk that a script works at: one that is served, one of its own on the configuration, or a drill."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from console.config import DeskConfig
from console.intents import Desk
from feeds.errors import DutyDeckError, JournalError
from feeds.journal_lock import sole_desk


@dataclass(frozen=True, slots=True)
class AtDesk:
    """A desk to work at, as whom, and which one it is: `served`, `own` or `drill`."""

    desk: Desk
    who: str
    kind: str
    failure: Callable[[], BaseException | None] = lambda: None


def is_held(config: DeskConfig, environment: Mapping[str, str]) -> str:
    """Whether a desk works on the configuration's journal: who holds it, empty where nobody does."""
    try:
        with sole_desk(config.journal_path(environment)):
            return ""
    except JournalError as held:
        return str(held)


@contextmanager
def served_desk(url: str, token: str) -> Iterator[AtDesk]:
    """Sit at a desk that `dutydeck serve` runs."""
    from console.remote.remote_desk import RemoteDesk

    desk = RemoteDesk(url, token, tls=ssl.create_default_context() if url.startswith("wss://") else None)
    desk.start()
    try:
        yield AtDesk(desk, desk.name, "served", lambda: desk.failure)
    finally:
        desk.stop()


@contextmanager
def own_desk(config: DeskConfig, environment: Mapping[str, str], who: str) -> Iterator[AtDesk]:
    """A desk of its own on the configured sites, on the journal that they go by; it ends with the script."""
    from console.opening import open_desk

    with open_desk(config, environment, who) as desk:
        yield AtDesk(desk, who, "own", lambda: desk.failure)


@contextmanager
def drill_desk(scenario: str, seed: int, speed: float, who: str) -> Iterator[AtDesk]:
    """A drill in this process: simulated sites on loopback, a journal in memory."""
    from console.drill_room import DrillRoom
    from feeds.journal import Journal
    from simulators.scenario import load_scenario
    from simulators.world import World

    journal = Journal()
    room = DrillRoom(World(load_scenario(scenario), seed), journal, speed=speed, operator=who)
    room.start()
    try:
        yield AtDesk(room, who, "drill", lambda: room.failure)
    finally:
        room.stop()
        journal.close()


def wait_for_sites(at: AtDesk, seconds: float, pause: Callable[[float], None]) -> list[str]:
    """Wait until every site has been heard of, for so many seconds at most; those that were not."""
    until = time.monotonic() + seconds
    while True:
        missing = [site.id for site in at.desk.view.board.sites if site.state in ("never", "unknown")]
        if not missing or time.monotonic() > until:
            return missing
        pause(0.1)


def wait_until(at: AtDesk, seconds: float, pause: Callable[[float], None]) -> None:
    """Let so many seconds of the desk's own time pass. Raises what killed the desk."""
    begun = at.desk.view.at
    while at.desk.view.at - begun < seconds:
        if (failure := at.failure()) is not None:
            raise DutyDeckError(str(failure)) from failure
        pause(0.1)
