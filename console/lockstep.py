"""A drill on a virtual clock, in one thread: the same desk and the same sites, faster than real time, bit for bit.

Each simulated second every site's frames go over the wire in site order and the desk takes them, then deadlines fall
due, then commands go to the sites and their replies come back. Nothing reads a wall clock or depends on hash order.
"""

from __future__ import annotations

from collections.abc import Callable

from console.desk_core import DeskCore
from console.wire import Wire
from feeds.codec import decode
from feeds.contract import Command, Frame, ListQuery, Query, Resync, Subscribe
from feeds.publisher import Publisher
from feeds.session import Message
from simulators.serve import BEAT_EVERY_S, next_state, respond
from simulators.site import SimulatedSite
from simulators.world import World


class LockStep:
    """`core` and the sites of `world`, joined by `wire`. `decide` is called each second after commands have settled."""

    def __init__(
        self, world: World, core: DeskCore, wire: Wire, decide: Callable[[float], None] = lambda _now: None
    ) -> None:
        self.world, self.core = world, core
        self._wire, self._decide = wire, decide
        self._sites = {site: SimulatedSite(world, site, 1) for site in world.sites}
        # Where nothing is sent, looking for what has changed costs more than it saves.
        deltas = wire.weighs or core.recorder.writes
        self._publishers = {site: Publisher(one.hello(), deltas=deltas) for site, one in self._sites.items()}
        self._dark: set[str] = set()
        self._arrived: list[tuple[str, Message]] = []
        self._seconds = 0

    def begin(self) -> None:
        """Start the desk and connect every site."""
        now = self.world.now
        self.core.begin(now)
        for site in self.world.sites:
            self._connect(site, now)
            self._publish(site, now)
        self._settle(now)

    def reborn(self, core: DeskCore) -> None:
        """Another desk stands where the one before was killed: what was on its way to that one is lost."""
        self.core, self._arrived = core, []
        now = self.world.now
        core.begin(now)
        for site in self.world.sites:
            if site not in self._dark:
                self._connect(site, now)
                self._publish(site, now)
        self._settle(now)

    def step(self, seconds: int = 1) -> None:
        """One second, or so many of them before anybody looks."""
        for _ in range(seconds):
            self.world.step()
        self._seconds += seconds
        now = self.world.now
        for site, simulated in self._sites.items():
            self._tick(site, simulated, now)
        self._deliver(now)
        self.core.advance(now)
        self._settle(now)
        self._decide(now)
        self._settle(now)

    def _tick(self, site: str, simulated: SimulatedSite, now: float) -> None:
        if simulated.dark(now):
            if site not in self._dark:
                self._dark.add(site)
                self._deliver(now)
                self.core.disconnected(site, now, "the connection broke")
            return
        if site in self._dark:
            self._dark.discard(site)
            self._connect(site, now)
        frozen = simulated.frozen
        if frozen or self._seconds % BEAT_EVERY_S == 0:
            self._to_desk(site, self._publishers[site].beat(simulated.clock_ns(now)))
        if not frozen:
            self._publish(site, now)

    def _connect(self, site: str, now: float) -> None:
        self._deliver(now)
        first = decode(self._wire.to_site(site, self.core.connected(site, now)))
        if isinstance(first, Subscribe):
            self._welcome(site, first, now)

    def _welcome(self, site: str, subscribe: Subscribe, now: float) -> None:
        for frame in self._publishers[site].welcome(subscribe, self._sites[site].clock_ns(now)):
            self._to_desk(site, frame)

    def _publish(self, site: str, now: float) -> None:
        simulated = self._sites[site]
        frame = next_state(simulated, self._publishers[site], simulated.clock_ns(now))
        for _ in range(2 if simulated.repeats else 1):
            self._to_desk(site, frame)

    def _to_desk(self, site: str, frame: Frame) -> None:
        self._arrived.append((site, self._wire.to_desk(site, frame)))

    def _deliver(self, now: float) -> None:
        """Hand the desk what has arrived of this second."""
        if self._arrived:
            arrived, self._arrived = self._arrived, []
            self.core.receive_all(arrived, now)

    def _settle(self, now: float) -> None:
        """Carry commands out until nothing more is to be sent; towards a dark site they are lost."""
        self._deliver(now)
        while waiting := self.core.outgoing():
            for site, data in waiting:
                if site in self._dark:
                    continue
                match decode(self._wire.to_site(site, data)):
                    case Command() | Query() as order:
                        for reply in respond(self._sites[site], order, now):
                            self._to_desk(site, reply)
                    case ListQuery() as query:
                        told = self._sites[site].tell(query)
                        if told is not None:
                            self._to_desk(site, told)
                    case Resync():
                        self._welcome(site, Subscribe(site), now)
                    case _:
                        pass
                self._deliver(now)
