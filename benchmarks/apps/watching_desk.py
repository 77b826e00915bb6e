"""A desk on real links that notes when each alert stood in its view; beside it, in the same process, a screen or none.

Arguments: the sites' URLs as JSON, the file to write, and `idle` or `busy`. Busy: the console on this desk, repainting
every line of itself as fast as it can in the main thread. Once the sites are gone the file gets
`{"seen": [[key, seen at, bytes arrived at], …], "painted": …, …}`, in monotonic seconds; and in ms what stopped the
desk: its waits for the journal, and the collector's pauses.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from alerts.rules import Rule
from console.app import DutyDeckApp
from console.clock import DeskClock
from console.commands.screen import freeze_what_stands
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.picture import Picture
from console.view import DeskTitle
from console.widgets.painted import Painted
from feeds.journal import Journal, StateChange
from feeds.link import Address

RULE = {
    "rule": "queue-long",
    "title": {"zh": "排队过长", "en": "Queue long"},
    "when": "waiting > 50",
    "for": "0s",
    "clear": "waiting < 40",
    "severity": "critical",
    "message": {"zh": "{site} {queue} 等待 {value}", "en": "{site} {queue}: {value} waiting"},
    "why": "The benchmark crosses this line.",
}


class _Core(DeskCore):
    """Notes when the last frame of each site arrived."""

    arrived: dict[str, float]

    def receive(self, site: str, data: bytes, now: float) -> None:
        """A message from a site."""
        self.arrived[site] = time.monotonic()
        super().receive(site, data, now)


class _Keeper(JournalKeeper):
    """Notes how long the desk waited for its journal."""

    waits_ms: list[float]

    def append_all(
        self,
        news: Sequence[tuple[float, str, str, Mapping[str, Any]]],
        *,
        synced: bool = True,
        state: Sequence[StateChange] = (),
    ) -> bool:
        """Write several entries."""
        begun = time.perf_counter()
        written = super().append_all(news, synced=synced, state=state)
        self.waits_ms.append((time.perf_counter() - begun) * 1e3)
        return written


class _Collections:
    """Notes how long the collector of garbage stopped every thread."""

    def __init__(self) -> None:
        self.pauses_ms: list[float] = []
        self._begun = 0.0
        gc.callbacks.append(self)

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        """The collector begins or ends."""
        if phase == "start":
            self._begun = time.perf_counter()
        elif info["generation"] == 2:
            self.pauses_ms.append((time.perf_counter() - self._begun) * 1e3)


class WatchedDesk(DeskThread):
    """Notes the moment at which a view with a new alert can be had."""

    def watch(self, path: Path) -> None:
        """Write what was seen to `path` once every site has gone."""
        self.path, self.done = path, Event()
        self.collections = _Collections()
        self.seen: list[tuple[str, float, float]] = []
        self.painted = 0
        self._known: set[str] = set()

    def _publish(self) -> None:
        super()._publish()
        now = time.monotonic()
        for alert in self.view.alerts:
            if alert.state == "firing" and alert.id not in self._known:
                self._known.add(alert.id)
                self.seen.append((alert.key, now, self.core.arrived[alert.site]))  # type: ignore[attr-defined]
        if self.seen and not self.done.is_set() and all(link.state == "down" for link in self.view.links.values()):
            self._write()

    def _write(self) -> None:
        beside = self.path.with_suffix(".part")
        notes = {"seen": self.seen, "painted": self.painted, "journal_ms": self.core.journal.waits_ms}  # type: ignore[attr-defined]
        beside.write_text(json.dumps({**notes, "collector_ms": self.collections.pauses_ms}), encoding="utf-8")
        beside.replace(self.path)
        self.done.set()


class RestlessApp(DutyDeckApp):
    """The console, drawing every line again as soon as it has drawn the last one."""

    CSS_PATH = str(Path(inspect.getfile(DutyDeckApp)).with_name("app.tcss"))

    async def on_ready(self) -> None:
        """Begin."""
        self.work = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while True:
            self.newest = Picture(self.desk.view, self._zone)
            self.draw()
            for widget in self.screen.query(Painted):
                widget.refresh()
            self.screen._on_timer_update()  # the toolkit's own step: paint now what is to be painted
            self.desk.painted += 1  # type: ignore[attr-defined]
            await asyncio.sleep(0)


def main(urls: dict[str, str], path: Path, screen: str) -> None:
    """Watch the sites until they are gone, and stay until ended."""
    keeper = _Keeper(Journal(path.with_name("journal.db")))
    keeper.waits_ms = []
    core = _Core(
        list(urls),
        [Rule.model_validate(RULE)],
        (),
        mode="live",
        title=DeskTitle("值班台", "Desk"),
        ids=Ids("bench"),
        journal=keeper,
    )
    core.arrived = {}
    desk = WatchedDesk(core, DeskClock(time.time()), [Address(site, url) for site, url in urls.items()])
    desk.watch(path)
    desk.start()
    freeze_what_stands()
    if screen == "busy":
        RestlessApp(desk, lang="zh", operator="duty-1").run()
    else:
        print("#idle#", flush=True)
        signal.pause()
    desk.stop()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
