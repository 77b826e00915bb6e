"""Thirteen sites on sockets, a frame a second each; with each frame one queue crosses its threshold for a second.

For the first rounds each site has its own place in the second. For as many again all thirteen send at the same moment,
as sites do whose clocks are right. Prints the sites' URLs as one line of JSON, begins to cross when a line comes in,
and prints when each queue crossed: `[[site, number of the queue, monotonic seconds], …]`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import numpy as np

from benchmarks.made_site import Shape, publisher
from feeds.catalog import GAUGE_INDEX
from feeds.gateway import Gateway

SITES = 13
SHAPE = Shape(queues=40, site_row=True)
CALM, CROSSED = 10.0, 60.0
_WAITING = GAUGE_INDEX["waiting"]

Crossing = tuple[str, int, float]
"""Site, number of the queue, and when."""


class _Site:
    """One site and what its queues have waiting."""

    def __init__(self, site: str) -> None:
        self.publisher = publisher(site, SHAPE, deltas=True)
        self.gateway = Gateway(self.publisher, lambda _order: [])
        self.gauges = np.zeros((SHAPE.rows, SHAPE.gauges), np.float32)
        self.gauges[:, _WAITING] = CALM
        self.counters = np.zeros((SHAPE.rows, SHAPE.counters))

    def publish(self) -> None:
        """The next frame: some contacts more, and what waits now."""
        self.counters += 1.0
        now = time.time_ns()
        self.gateway.broadcast(self.publisher.publish(self.gauges, self.counters, now, now))

    async def stay(self, word: asyncio.Event) -> None:
        """A frame a second until the word comes."""
        while not word.is_set():
            self.publish()
            await asyncio.sleep(1.0)

    async def cross(self, queues: range) -> list[Crossing]:
        """One queue after the other crosses; the one before is calm again in the same frame."""
        crossings: list[Crossing] = []
        for queue in queues:
            self.gauges[:, _WAITING] = CALM
            self.gauges[queue, _WAITING] = CROSSED
            crossings.append((self.publisher.hello.site, queue, time.monotonic()))
            self.publish()
            await asyncio.sleep(1.0)
        return crossings


async def _run(site: _Site, number: int, rounds: int, word: asyncio.Event, start: asyncio.Barrier) -> list[Crossing]:
    await asyncio.sleep(number / SITES)
    await site.stay(word)
    apart = await site.cross(range(rounds))
    await start.wait()
    together = await site.cross(range(rounds, 2 * rounds))
    site.gauges[:, _WAITING] = CALM
    site.publish()
    return [*apart, *together]


async def main(rounds: int) -> None:
    """Serve, wait for the word, cross, tell."""
    sites = [_Site(f"site{number:02}") for number in range(SITES)]
    for site in sites:
        await site.gateway.start()
        site.publish()
    print(json.dumps({site.publisher.hello.site: site.gateway.url for site in sites}), flush=True)
    word, start = asyncio.Event(), asyncio.Barrier(SITES)
    work = [asyncio.create_task(_run(site, number, rounds, word, start)) for number, site in enumerate(sites)]
    await asyncio.to_thread(sys.stdin.readline)
    word.set()
    crossings = await asyncio.gather(*work)
    await asyncio.sleep(1.0)
    print(json.dumps([crossing for of_site in crossings for crossing in of_site]), flush=True)
    for site in sites:
        await site.gateway.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
