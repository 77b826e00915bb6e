"""The console on a desk of thirteen made-up sites: `SITES QUEUES HZ [KEYS]`, KEYS pressed once before all else.

Every figure of every queue moves with each frame; frames are made in the desk's thread. The terminal's title counts the
keys that have been taken and painted.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from alerts.rules import load_rules
from benchmarks.apps.counted_deck import CountedDeck
from benchmarks.made_site import Shape, figures, publisher
from console.clock import DeskClock
from console.commands.screen import freeze_what_stands
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.view import DeskTitle
from feeds.codec import encode
from feeds.journal import Journal


class Feed:
    """So many frames a second from each site, spread over the second."""

    def __init__(self, sites: int, queues: int, hz: float) -> None:
        self.shape = Shape(queues=queues, site_row=True)
        self.sources = {f"s{i:02}": publisher(f"s{i:02}", self.shape) for i in range(sites)}
        self._made = figures(self.shape, np.random.default_rng(7))
        self._every_s = 1.0 / hz

    async def run(self, desk: DeskThread) -> None:
        """Feed the desk until it is stopped."""
        for site, source in self.sources.items():
            desk.core.connected(site, time.time())
            desk.core.receive(site, encode(source.hello), time.time())
        begun = time.monotonic()
        for number in range(10**9):
            for i, (site, source) in enumerate(self.sources.items()):
                due = begun + (number + i / len(self.sources)) * self._every_s
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                now = time.time_ns()
                desk.core.receive(site, encode(source.publish(*next(self._made), now, now)), time.time())
                desk.core.advance(time.time())
                desk.changed()


def main(sites: int, queues: int, hz: float, keys: str = "") -> None:
    """Run until ended."""
    feed = Feed(sites, queues, hz)
    with tempfile.TemporaryDirectory() as folder:
        core = DeskCore(
            list(feed.sources),
            load_rules(),
            (),
            mode="live",
            title=DeskTitle("值班台", "Desk"),
            ids=Ids("bench"),
            journal=JournalKeeper(Journal(Path(folder) / "journal.db")),
        )
        desk = DeskThread(core, DeskClock(time.time()), feed=feed.run)
        desk.start()
        freeze_what_stands()
        app = CountedDeck(desk, lang="zh", operator="duty-1")
        app.first_keys = keys
        app.run()
        desk.stop()
    if desk.failure is not None:
        raise desk.failure


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:5])
