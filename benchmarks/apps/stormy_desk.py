"""A desk and its console on thirteen made-up sites of 770 queues; once told to, every queue crosses its line at once.

Arguments: the file to write, and for how many seconds. The sites send a frame a second, straight into the desk.
Ten seconds after the start all queues cross; ten seconds later all are calm again. The terminal's title counts the keys
that have been taken and painted. At the end the file gets, in monotonic seconds, when the frames were in the desk's
hands, when a view had every alert, when that view was painted, and the same for the end of the storm.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import numpy as np

from alerts.rules import Rule
from benchmarks.apps.counted_deck import CountedDeck
from benchmarks.made_site import GAUGE_NAMES, Shape, publisher
from console.clock import DeskClock
from console.commands.screen import freeze_what_stands
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.view import DeskTitle
from feeds.codec import encode
from feeds.journal import Journal
from feeds.publisher import Publisher

SITES, QUEUES = 13, 770
CALM_S, STORM_S = 10, 10
_SHAPE = Shape(queues=QUEUES, site_row=True)
_RULE = {
    "rule": "queue-long",
    "title": {"zh": "排队过长", "en": "Queue long"},
    "when": "waiting > 50",
    "for": "0s",
    "severity": "critical",
    "message": {"zh": "{site} {queue} 等待 {value}", "en": "{site} {queue}: {value} waiting"},
    "why": "The benchmark crosses this line.",
}


def frame(source: Publisher, waiting: float, second: int) -> bytes:
    """One second of a site: every queue waits alike, or nearly."""
    gauges = np.zeros((_SHAPE.rows, _SHAPE.gauges), np.float32)
    gauges[:, GAUGE_NAMES.index("waiting")] = waiting + second % 7
    now = time.time_ns()
    return encode(source.publish(gauges, np.full((_SHAPE.rows, _SHAPE.counters), float(second)), now, now))


class Storm:
    """Feeds the desk, and notes the moments."""

    def __init__(self) -> None:
        self.marks: dict[str, float] = {}
        self.sources = {f"s{i:02}": publisher(f"s{i:02}", _SHAPE) for i in range(SITES)}

    async def run(self, desk: DeskThread) -> None:
        """One frame a second from each site, all at once."""
        for site, source in self.sources.items():
            desk.core.connected(site, time.time())
            desk.core.receive(site, encode(source.hello), time.time())
        begun = time.monotonic()
        for second in range(10**6):
            storm = CALM_S <= second < CALM_S + STORM_S
            frames = [(site, frame(source, 90.0 if storm else 5.0, second)) for site, source in self.sources.items()]
            if second in (CALM_S, CALM_S + STORM_S):
                self.marks["began" if storm else "ended"] = time.monotonic()
            for site, data in frames:
                desk.core.receive(site, data, time.time())
                desk.changed()
                await asyncio.sleep(0)
            desk.core.advance(time.time())
            desk.changed()
            await asyncio.sleep(max(0.0, begun + second + 1 - time.monotonic()))


class StormyDesk(DeskThread):
    """Notes when a view has all of the alerts, and when it has none again."""

    storm: Storm

    def _publish(self) -> None:
        super()._publish()
        marks, firing = self.storm.marks, sum(alert.rule == "queue-long" for alert in self.view.alerts)
        if "began" in marks and firing == SITES * QUEUES:
            marks.setdefault("all_in_view", time.monotonic())
        if "ended" in marks and firing == 0:
            marks.setdefault("none_in_view", time.monotonic())


class StormApp(CountedDeck):
    """The counted console, which notes when it has painted the storm."""

    storm: Storm
    notes: Path
    lasts_s: float

    def on_ready(self) -> None:
        """The first paint is done."""
        super().on_ready()
        self.set_timer(self.lasts_s, self._write)

    def draw(self) -> None:
        """Draw, and note which view it was."""
        super().draw()
        firing = len(self.newest.view.alerts)
        if firing >= SITES * QUEUES:
            self.call_after_refresh(self.storm.marks.setdefault, "all_painted", time.monotonic())
        elif "ended" in self.storm.marks and firing < QUEUES:
            self.call_after_refresh(self.storm.marks.setdefault, "none_painted", time.monotonic())

    def _write(self) -> None:
        beside = self.notes.with_suffix(".part")
        beside.write_text(json.dumps(self.storm.marks), encoding="utf-8")
        beside.replace(self.notes)


def main(notes: Path, lasts_s: float) -> None:
    """Run until ended."""
    storm = Storm()
    core = DeskCore(
        list(storm.sources),
        [Rule.model_validate(_RULE)],
        (),
        mode="live",
        title=DeskTitle("值班台", "Desk"),
        ids=Ids("bench"),
        journal=JournalKeeper(Journal(notes.with_name("journal.db")), keeps_state=True),
    )
    desk = StormyDesk(core, DeskClock(time.time()), feed=storm.run)
    desk.storm = storm
    desk.start()
    freeze_what_stands()
    app = StormApp(desk, lang="zh", operator="duty-1")
    app.storm, app.notes, app.lasts_s = storm, notes, lasts_s
    app.run()
    desk.stop()
    if desk.failure is not None:
        raise desk.failure


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
