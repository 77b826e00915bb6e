"""A drill with people, as one desk: simulated sites on loopback, the desk that watches them, and a coach beside it.

There is no way from here to a live site: no configuration is taken, the desk's addresses are those of the sites that
this process serves on loopback, nobody is notified, and the journal is the drill's own (`docs/drills.md`).

Going back replaces both threads: the world is that of a kept moment, the sites come back with a higher epoch, and a
new desk takes up from the journal's state what the old one knew then, as after a crash.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

from console.clock import DeskClock
from console.coaching import Coach
from console.desk import DeskThread
from console.desk_core import DeskCore
from console.headless import desk_id, drill_core
from console.identity import Ids
from console.intents import CoachIntent, Intent, Outcome
from console.journal_keeper import JournalKeeper
from console.past.desk_past import DeskPast
from console.shift_before import ShiftBefore
from console.view import DeskView
from feeds.journal import Journal
from feeds.link import Address
from feeds.recording import RecordingWriter
from simulators.checkpoint import Replies, restore, save
from simulators.kept_moments import EVERY_S, KeptMoments, Moment
from simulators.serve import SimulatedSites
from simulators.sites_thread import SitesThread
from simulators.standing_branch import SEEK
from simulators.world import World

T = TypeVar("T")

START = "start"
PATIENCE_S = 30.0
"""How long the coach waits for sites or desk; longer, and something is broken."""

MOST_AHEAD_S = 5.0
"""The drill's clock is never further ahead of its world: on a machine that is too slow for it, a pace is slower."""

GOING_BACK = Outcome("going_back", "演练正在回退，请稍候", "the drill is going back; a moment")


@dataclass(frozen=True, slots=True)
class Kept:
    """A moment of a whole drill: the world, where the desk stood (compressed), and how far its journal had come."""

    world: bytes
    state: bytes
    entry: int

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.world) + len(self.state)


def loopback_only(urls: Mapping[str, str]) -> list[Address]:
    """The addresses of a drill's desk. Raises ValueError for one that is not on this machine's loopback."""
    for site, url in urls.items():
        if not ip_address(urlsplit(url).hostname or "0.0.0.0").is_loopback:  # noqa: S104 - compared, not listened on
            raise ValueError(f"the site {site} of a drill is at {url}, which is not loopback")
    return [Address(site, url) for site, url in urls.items()]


class DrillRoom:
    """Answers as a desk does (`console.intents.Desk`), and what a coach asks beside it."""

    def __init__(
        self,
        world: World,
        journal: Journal,
        *,
        speed: float = 1.0,
        operator: str = "",
        writer: RecordingWriter | None = None,
    ) -> None:
        scenario, seed = world.scenario, world.seed
        self.scenario, self.seed, self.writer = scenario, seed, writer
        self._operator, self._speed = operator, speed
        self._ids = Ids(desk_id(scenario, seed))
        self.keeper = JournalKeeper(journal, keeps_state=True)
        self.moments: KeptMoments[Kept] = KeptMoments()
        self._world = world
        self._epoch = 0
        self._going_back = False
        self._failed: BaseException | None = None
        self._coach = Coach(self, self._world)
        self._before = ShiftBefore(scenario.opening)
        self.past = DeskPast()
        self._clerk = ThreadPoolExecutor(1, "coach")

    # From any thread --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the sites and the desk, and keep the first moment."""
        self._open(self._world, {}, self._speed)
        self.ask_sites(lambda sites: self.keep_now(sites, START))
        self.ask_desk(lambda _core: None)  # behind which the moment is complete

    def stop(self) -> None:
        """End everything."""
        self._clerk.shutdown(wait=True, cancel_futures=True)
        self._desk.stop()
        self._sites.stop()
        self.past.stop()

    @property
    def view(self) -> DeskView:
        """The newest view of the desk."""
        return self._desk.view

    @property
    def core(self) -> DeskCore:
        """The desk's core."""
        return self._desk.core

    @property
    def clock(self) -> DeskClock:
        """The drill's clock."""
        return self._desk.clock

    @property
    def failure(self) -> BaseException | None:
        """What killed the desk or its sites, if anything did."""
        return self._failed or self._desk.failure or self._sites.failure

    def submit(self, intent: Intent, who: str) -> Future[Outcome]:
        """Hand an intent over; the coach's are answered here, all others by the desk."""
        if isinstance(intent, CoachIntent):
            return self._clerk.submit(self._coach.carry_out, intent, who)
        if self._going_back:
            refused: Future[Outcome] = Future()
            refused.set_result(GOING_BACK)
            return refused
        return self._desk.submit(intent, who)

    # For the coach, on its own thread ---------------------------------------------------------------------------

    def ask_sites(self, what: Callable[[SimulatedSites], T]) -> T:
        """Have something done with the sites between two seconds."""
        return self._sites.ask(what).result(PATIENCE_S)

    def ask_desk(self, what: Callable[[DeskCore], T]) -> T:
        """Have something done with the desk's core on its own loop."""
        return self._desk.ask(what).result(PATIENCE_S)

    def keep_now(self, sites: SimulatedSites, label: str) -> float:
        """On the sites' loop: keep this moment, under a name where it has one. The seconds since the start."""
        # The world first, then where the desk stands: what it sent since, it will ask the sites about.
        at, world, epoch = sites.world.elapsed, save(sites.world, sites.replies), self._epoch

        def complete(core: DeskCore) -> None:
            journal = core.journal.journal
            if epoch == self._epoch:
                kept = Kept(world, _packed(journal.whole_state()), journal.number)
                self.moments.keep(Moment(at, label, kept, kept.size))

        with suppress(RuntimeError):  # the desk has just ended
            self._desk.ask(complete)
        return at

    def write_soon(self, kind: str, who: str, body: Mapping[str, object]) -> Future[bool]:
        """Have an entry written by the desk; whether it could be."""
        now = self.clock.now
        return self._desk.ask(lambda core: core.journal.append(now(), kind, who, body))

    def go_back(self, moment: Moment[Kept], who: str) -> None:
        """Be at that moment again; what came after it is marked as undone."""
        self._going_back = True
        try:
            self._go_back(moment, who)
        except BaseException as error:
            self._failed = error
            raise
        finally:
            self._going_back = False

    def _go_back(self, moment: Moment[Kept], who: str) -> None:
        speed, now, journal = self.clock.speed, self.clock.now(), self.keeper.journal
        self._desk.stop()
        self._sites.stop()
        world, replies = restore(moment.what.world, self._world)
        first, last = moment.what.entry + 1, journal.number
        body = {
            "to_s": moment.at,
            "from_s": round(now - self._coach.started, 3),
            "moment": moment.label,
            "undone": [first, last],
        }
        self.keeper.undone.append((first, last))
        self.keeper.append(now, SEEK, who, body, journal.changes_to(_unpacked(moment.what.state)))
        self.moments.forget_after(moment.at)
        self.past.went_back(self._coach.started + moment.at)
        self._open(world, replies, speed)

    # ------------------------------------------------------------------------------------------------------------

    def _open(self, world: World, replies: Replies, speed: float) -> None:
        """Sites and desk around a world; the clock stands still until both are there."""
        self._world, self._epoch = world, self._epoch + 1
        self._before.begin(world.elapsed if self._epoch > 1 else -1.0)
        clock = DeskClock(world.now, 0.0, limit=lambda: world.now + MOST_AHEAD_S)
        sites = SitesThread(world, clock.now, epoch=self._epoch, watch=self._watch, replies=replies)
        addresses = loopback_only(sites.start())
        core = drill_core(self.scenario, self.seed, self.keeper, self.writer, self._ids)
        core.set_pace(speed)
        desk = DeskThread(core, clock, addresses, operator=self._operator, past=self.past)
        self._sites = sites
        desk.start()
        self._desk = desk
        desk.ask(lambda _core: clock.set_speed(speed)).result(PATIENCE_S)

    def _watch(self, sites: SimulatedSites) -> None:
        self._before.advance(sites.world.elapsed, self.submit)
        if round(sites.world.elapsed) % EVERY_S == 0:
            self.keep_now(sites, "")


def _packed(state: Mapping[tuple[str, str], str]) -> bytes:
    return zlib.compress(json.dumps([[*key, body] for key, body in state.items()]).encode(), 1)


def _unpacked(data: bytes) -> dict[tuple[str, str], str]:
    return {(part, key): body for part, key, body in json.loads(zlib.decompress(data))}
