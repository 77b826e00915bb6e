"""The sites of a scenario on sockets: each its own WebSocket server, a frame a second, obeying commands.

What a desk meets here is what it meets on the day: links that break, a source that stands still, commands that come
back partial. The scenario's time runs on a clock that is handed in, so that a drill can run faster, or be paused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feeds.contract import Command, Delta, Frame, Query, Snapshot
from feeds.gateway import Gateway
from feeds.publisher import Publisher
from simulators.checkpoint import Replies
from simulators.site import SimulatedSite
from simulators.world import World

BEAT_EVERY_S = 10
"""A state is a sign of life by itself; a beat beside it carries the checksum that shows silent divergence."""

_MOST_STEPS = 20
"""Seconds that a world behind its clock catches up before its sites are shown, and others have their turn."""

Now = Callable[[], float]


def respond(site: SimulatedSite, order: Command | Query, now: float) -> Sequence[Frame]:
    """What a site replies to a command, or to the question what became of one."""
    return site.answer(order) if isinstance(order, Query) else site.obey(order, now)


def next_state(site: SimulatedSite, publisher: Publisher, sent_ns: int) -> Snapshot | Delta:
    """The site's figures of now as its next frame."""
    at_ns, gauges, counters = site.figures()
    return publisher.publish(gauges, counters, at_ns, sent_ns, copy=False)


def _clock(site: SimulatedSite, now: Now) -> Now:
    """The clock by which a site's gateway stamps what it sends."""
    return lambda: site.clock_ns(now()) / 1e9


@dataclass(slots=True)
class _Served:
    """One site with its publisher and server; `listening` is off while the scenario has it dark."""

    site: SimulatedSite
    publisher: Publisher
    gateway: Gateway
    listening: bool = False


class SimulatedSites:
    """All sites of a world, served on `host` from `first_port` on (0: any free ports).

    `watch` is called on the sites' event loop after each second of the world.
    """

    def __init__(
        self,
        world: World,
        now: Now,
        *,
        token: str = "",
        host: str = "127.0.0.1",
        first_port: int = 0,
        epoch: int = 1,
        watch: Callable[[SimulatedSites], None] | None = None,
    ) -> None:
        self.world, self._now, self._watch = world, now, watch
        self._served: dict[str, _Served] = {}
        for number, site_id in enumerate(world.sites):
            site = SimulatedSite(world, site_id, epoch)
            publisher = Publisher(site.hello())
            port = first_port + number if first_port else 0
            gateway = Gateway(
                publisher,
                self._obeyer(site),
                token=token,
                host=host,
                port=port,
                clock=_clock(site, now),
                tell=site.tell,
            )
            self._served[site_id] = _Served(site, publisher, gateway)

    def _obeyer(self, site: SimulatedSite) -> Callable[[Command | Query], Sequence[Frame]]:
        def obey(order: Command | Query) -> Sequence[Frame]:
            return respond(site, order, self.world.now)

        return obey

    @property
    def replies(self) -> Replies:
        """What each site replied to which order so far."""
        return {site_id: served.site.replies for site_id, served in self._served.items()}

    def remember(self, replies: Replies) -> None:
        """Take up what the sites replied before: they go on where a checkpoint was."""
        for site_id, known in replies.items():
            self._served[site_id].site.replies.update(known)

    @property
    def urls(self) -> dict[str, str]:
        """Site id → where its gateway listens, after `start`."""
        return {site_id: served.gateway.url for site_id, served in self._served.items()}

    async def start(self) -> None:
        """Listen for every site, with a first state to show. Raises OSError when a port cannot be had."""
        for served in self._served.values():
            await served.gateway.start()
            served.listening = True
            self._publish(served)

    async def run(self) -> None:
        """Step the world each second of the scenario's clock, until cancelled.

        A world that fell behind its clock catches up without showing every second on the way.
        """
        while True:
            while self._now() < self.world.now + 1.0:
                await asyncio.sleep(0.02)
            for _ in range(_MOST_STEPS):
                if self.world.now + 1.0 > self._now():
                    break
                self.world.step()
                if self._watch is not None:
                    self._watch(self)
            for served in self._served.values():
                await self._tick(served)
            await asyncio.sleep(0.02)  # however fast the clock: the gateways' senders need their turn

    async def _tick(self, served: _Served) -> None:
        dark = served.site.dark(self.world.now)
        if dark and served.listening:
            served.gateway.cut()
            served.listening = False
            await served.gateway.stop("")
        elif not dark and not served.listening:
            await served.gateway.start()
            served.listening = True
        if not served.listening:
            return
        if served.site.frozen or round(self.world.now) % BEAT_EVERY_S == 0:
            served.gateway.beat()
        if not served.site.frozen:
            self._publish(served)

    def _publish(self, served: _Served) -> None:
        frame = next_state(served.site, served.publisher, served.site.clock_ns(self._now()))
        for _ in range(2 if served.site.repeats else 1):
            served.gateway.broadcast(frame)

    async def stop(self) -> None:
        """Say goodbye to every desk and close."""
        for served in self._served.values():
            if served.listening:
                await served.gateway.stop("the drill is over")
