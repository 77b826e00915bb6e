"""How good the desk's projections are: each against what the simulator then did, over many seeds.

The desk sees what a site tells it and the drill's forecast, nothing else; what is injected later it cannot know. Two
sites of a shipped scenario, a frame every five seconds, the same world going on after the moment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.projection.board import STEP_S, lane_course
from alerts.projection.fast import FastProjection, project_fast
from alerts.rules import load_rules
from console.desk_core import DeskCore
from console.headless import desk_id, drill_plan, drill_title
from console.identity import Ids
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.projecting import Basis
from console.wire import MemoryWire
from feeds.journal import Journal
from feeds.metrics_stored import WAIT_EDGES_S
from simulators.scenario import Scenario, load_scenario
from simulators.world import World

Floats = NDArray[np.float64]

AHEAD_S: tuple[int, ...] = (600, 1_800)
WINDOW_S = 300
"""Waits and shares are those of five minutes about the time."""
FRAME_EVERY_S = 5
SITES = 2
FEWEST = 20
"""With fewer contacts in the window there is no wait or share to compare."""
STORIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("evening-calm", (10,)),
    ("double11-midnight", (2, 15)),
    ("d08-no-show", (20,)),
)
"""Scenario, and the minutes after its start at which it is projected."""

FIGURES = ("waiting", "wait", "level")


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of the pools of one moment, so far ahead: what was projected, and what happened."""

    story: str
    minute: int
    ahead_s: int
    figure: str
    projected: Floats
    happened: Floats
    inside: float
    """The share within the band of 80 %; of the contacts waiting only."""

    @property
    def known(self) -> bool:
        """Whether there was anything to compare."""
        return bool(len(self.projected))

    @property
    def bias(self) -> float:
        """What happened less what was projected, in the mean."""
        return float((self.happened - self.projected).mean())

    @property
    def off(self) -> float:
        """The root mean square of the difference."""
        return float(np.sqrt(((self.happened - self.projected) ** 2).mean()))


class _Sparse(LockStep):
    """The same, with a frame now and then."""

    def step(self) -> None:
        self.world.step()
        self._seconds += 1
        if self._seconds % FRAME_EVERY_S == 0:
            for site, simulated in self._sites.items():
                self._tick(site, simulated, self.world.now)
            self.core.advance(self.world.now)
            self._settle(self.world.now)


def measure(seeds: int, stories: tuple[tuple[str, tuple[int, ...]], ...] = STORIES) -> Iterator[Found]:
    """Every figure of every moment."""
    for name, minutes in stories:
        scenario = few_sites(load_scenario(name))
        runs = [_run(scenario, minutes, seed) for seed in range(1, seeds + 1)]
        for minute in minutes:
            for ahead in AHEAD_S:
                yield from _compared(name, minute, ahead, [run[minute, ahead] for run in runs])


def few_sites(scenario: Scenario) -> Scenario:
    """The scenario with those of its sites alone to which most happens."""
    struck = [str(getattr(one, "site", "") or "") for one in scenario.injections]
    chosen = sorted(scenario.sites, key=lambda site: -struck.count(site.id))[:SITES]
    names = {site.id for site in chosen}
    kept = [one for one in scenario.injections if str(getattr(one, "site", "") or "") in names | {""}]
    sites = [site for site in scenario.sites if site.id in names]
    return scenario.model_copy(update={"sites": sites, "injections": kept, "opening": ()})


@dataclass(frozen=True, slots=True)
class _Pair:
    projected: dict[str, Floats]
    happened: dict[str, Floats]
    low: Floats
    high: Floats


def _run(scenario: Scenario, minutes: tuple[int, ...], seed: int) -> dict[tuple[int, int], _Pair]:
    """One seed: the projection at each moment, and the same pools later."""
    world = World(scenario, seed)
    core = _core(scenario, seed)
    drill = _Sparse(world, core, MemoryWire())
    drill.begin()
    core.set_pace(FRAME_EVERY_S * 10.0)
    pools, voice = world.layout.queue_group, len(world.layout.groups)
    last = max(minutes) * 60 + max(AHEAD_S) + WINDOW_S // 2 + 1
    said: dict[int, tuple[Basis, FastProjection]] = {}
    waiting, counts = np.zeros((last + 1, voice)), np.zeros((last + 1, voice, 1 + len(WAIT_EDGES_S)))
    looks = {minute * 60 + ahead for minute in minutes for ahead in AHEAD_S}
    for second in range(1, last + 1):
        if second <= max(minutes) * 60:
            drill.step()
        else:  # the desk has said what it had to say
            world.step()
        if any(abs(second - look) <= WINDOW_S // 2 for look in looks):
            waiting[second], counts[second] = _seen(world, pools, voice)
        if second % 60 == 0 and second // 60 in minutes and core.projecting.basis is not None:
            basis = core.projecting.basis
            course = lane_course(basis.lanes, basis.ahead)
            limits = basis.lanes.limit_s[None, :]
            said[second // 60] = basis, project_fast(course, basis.lanes.present, limits, longest_step_s=STEP_S)
    out = {}
    for minute, (basis, projection) in said.items():
        for ahead in AHEAD_S:
            out[minute, ahead] = _pair(world, basis, projection, minute * 60 + ahead, ahead, waiting, counts)
    return out


def _core(scenario: Scenario, seed: int) -> DeskCore:
    rules = [rule for rule in load_rules() if rule.rule == "projected-breach"]
    ids, title, plan = Ids(desk_id(scenario, seed)), drill_title(scenario), drill_plan(scenario)
    sites = [site.id for site in scenario.sites]
    return DeskCore(sites, rules, (), mode="drill", title=title, ids=ids, journal=JournalKeeper(Journal()), plan=plan)


def _seen(world: World, pools: NDArray[np.int64], size: int) -> tuple[Floats, Floats]:
    """By group of agents: contacts waiting; who asked for a person, and who was answered within each edge, so far."""
    queue, tally = world.contacts.queue[world.lines.slots], world.tally
    asked = tally.of("offered") - tally.of("bot_contained") - world.bot.open
    within = [tally.of(f"answered_within_{edge}s") for edge in WAIT_EDGES_S]
    columns = [asked, *within]
    summed = np.stack([np.bincount(pools, column, size) for column in columns], axis=1)
    return np.asarray(np.bincount(pools[queue], minlength=size), np.float64), summed


def _pair(
    world: World, basis: Basis, projection: FastProjection, at: int, ahead: int, waiting: Floats, counts: Floats
) -> _Pair:
    """Projected and real of every chat or voice pool: of its lanes the first."""
    step, begin, end = round(ahead / STEP_S), at - WINDOW_S // 2, at + WINDOW_S // 2
    lanes, groups = _lanes(world, basis)
    came = (counts[end] - counts[begin])[groups, 0]
    came = np.where(came >= FEWEST, came, np.nan)
    edge = [1 + int(np.searchsorted(WAIT_EDGES_S, basis.lanes.limit_s[lane])) for lane in lanes]
    in_time = np.array([(counts[end] - counts[begin])[g, e] for g, e in zip(groups, edge, strict=True)])
    return _Pair(
        {
            "waiting": projection.waiting[step, lanes],
            "wait": projection.mean_wait_s[step, lanes],
            "level": np.clip(projection.answered_within[step, lanes, 0], 0.0, 1.0),
        },
        {
            "waiting": waiting[at, groups],
            # Little's law: those who wait, a second, over those who come.
            "wait": waiting[begin + 1 : end + 1, groups].sum(axis=0) / came,
            "level": np.minimum(in_time / came, 1.0),
        },
        projection.waiting_band[step, lanes, 0],
        projection.waiting_band[step, lanes, 1],
    )


def _lanes(world: World, basis: Basis) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first lane of each pool with a limit that waits are counted by, and the group that it is."""
    lanes: list[int] = []
    groups: list[int] = []
    offset = 0
    for site, pools in basis.sites:
        for pool in range(pools.pools):
            mine = [i for i, of in enumerate(pools.lane_pool.tolist()) if of == pool]
            row = pools.rows[int(pools.queues[pools.pool.tolist().index(pool)])]
            fitting = [i for i in mine if basis.lanes.limit_s[offset + i] in WAIT_EDGES_S]
            if fitting:
                lanes.append(offset + fitting[0])
                groups.append(world.layout.group_of[site, row.group])
        offset += len(pools.lane_pool)
    return np.array(lanes, np.intp), np.array(groups, np.intp)


def _compared(story: str, minute: int, ahead: int, pairs: list[_Pair]) -> Iterator[Found]:
    for figure in FIGURES:
        projected = np.concatenate([pair.projected[figure] for pair in pairs])
        happened = np.concatenate([pair.happened[figure] for pair in pairs])
        low = np.concatenate([pair.low for pair in pairs])
        high = np.concatenate([pair.high for pair in pairs])
        known = np.isfinite(projected + happened)
        # Whole contacts: a band from 0.3 to 1.2 holds 0 and 1, since a half rounds either way.
        held = (happened >= np.floor(low)) & (happened <= np.ceil(high))
        inside = float(held[known].mean()) if figure == "waiting" else math.nan
        yield Found(story, minute, ahead, figure, projected[known], happened[known], inside)
