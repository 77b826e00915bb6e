"""Thirteen sites on sockets, a frame a second each; with each frame one queue crosses its threshold for a second.

Prints the sites' URLs as one line of JSON, begins to cross when a line comes in, and prints when each queue crossed:
`[[site, queue, monotonic seconds], …]`.
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
SHAPE = Shape(queues=20, site_row=True)
CALM, CROSSED = 10.0, 60.0
_WAITING = GAUGE_INDEX["waiting"]

Crossing = tuple[str, str, float]


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

    async def stay(self, phase_s: float, begin: asyncio.Event) -> None:
        """A frame a second until the crossings begin."""
        await asyncio.sleep(phase_s)
        while not begin.is_set():
            self.publish()
            await asyncio.sleep(1.0)

    async def cross(self, queues: int) -> list[Crossing]:
        """One queue after the other crosses; the one before is calm again in the same frame."""
        crossings: list[Crossing] = []
        for queue in range(queues):
            self.gauges[:, _WAITING] = CALM
            self.gauges[queue, _WAITING] = CROSSED
            crossings.append((self.publisher.hello.site, f"q{queue}", time.monotonic()))
            self.publish()
            await asyncio.sleep(1.0)
        self.gauges[:, _WAITING] = CALM
        self.publish()
        return crossings


async def main(queues: int) -> None:
    """Serve, wait for the word, cross, tell."""
    sites = [_Site(f"site{number:02}") for number in range(SITES)]
    for site in sites:
        await site.gateway.start()
        site.publish()
    print(json.dumps({site.publisher.hello.site: site.gateway.url for site in sites}), flush=True)
    begin = asyncio.Event()
    # Each site has its own place in the second, as real ones have.
    calm = [asyncio.create_task(site.stay(number / SITES, begin)) for number, site in enumerate(sites)]
    await asyncio.to_thread(sys.stdin.readline)
    begin.set()
    await asyncio.gather(*calm)
    crossings = await asyncio.gather(*(site.cross(queues) for site in sites))
    await asyncio.sleep(1.0)
    print(json.dumps([crossing for of_site in crossings for crossing in of_site]), flush=True)
    for site in sites:
        await site.gateway.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
