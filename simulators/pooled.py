"""The network as no desk can have it: everybody serves everybody, at home, at once. The measure of the best possible.

The same customers arrive (same seed, same streams) and the same people are there, but as one pool for chat and one
for voice: no lead time, no borrowed agent's slower start, no queue that waits while others are idle, nobody in
training, a meeting or coaching. Nothing that moves people between queues does better, so what goes wrong here is
short of people by construction.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import Contacts
from simulators.disturbances import Disturbances, Leave, changes_contacts
from simulators.feed_faults import FeedFaults
from simulators.layout import GroupPlan, Layout
from simulators.scenario import REST_REASONS, Scenario
from simulators.scenario import Staff as StaffPlan
from simulators.staffing import Staff
from simulators.suffering import Suffering, harm, suffering
from simulators.waiting import WaitingLines
from simulators.world import World, whole

Ints = NDArray[np.int64]

MOST_BOT_SHARE = 0.8
"""No shipped playbook lets the bot meet more of the new contacts than this."""

_BREAKS = ("ordinary", "meal")
"""Rests that nobody can call off."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One way to run the pool: who has waited longer than `in_time_s` yields to who has not; how much the bot meets.

    Infinity is first come first served, a NaN share is the scenario's own.
    """

    in_time_s: float = math.inf
    bot_share: float = math.nan


POLICIES = (Policy(), Policy(8.0), Policy(8.0, MOST_BOT_SHARE))
"""First come first served leaves nobody in time once all are late, so it is not the best when people are short. Who
waits longer than the tightest first reply yields then; with a limit of 30 s instead more is late, and no less is lost.
"""

_ENOUGH = 0.001
"""Less harm than this, and no other policy is tried."""


class PooledLayout(Layout):
    """All chat queues in one group, all telephone queues in another."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.apart = Layout(scenario)
        self.groups = tuple(_pool(self.apart, channel) for channel in ("chat", "voice"))
        self.queue_group = self.apart.voice[self.apart.queue_group].astype(np.int64)
        self.group_site = np.zeros(2, dtype=np.int64)
        self.group_start = np.array([0, 2, *([2] * (len(self.sites) - 1))], dtype=np.int64)
        self.group_of = {(self.sites[0], group.id): i for i, group in enumerate(self.groups)}
        self.voice = np.array([False, True])


class PooledWorld(World):
    """A world under `PooledLayout` and a policy.

    Of what is injected, people who go away are missed here too; what befalls feeds and open chats is not.
    """

    def __init__(self, scenario: Scenario, seed: int, policy: Policy) -> None:
        kept = tuple(one for one in scenario.injections if changes_contacts(one))
        layout = PooledLayout(scenario.model_copy(update={"injections": kept}))
        self._policy, self._apart = policy, Layout(scenario)
        super().__init__(layout.scenario, seed, layout=layout)

    def _prepare(self) -> None:
        apart = self._apart
        people = Staff(apart)
        self.faults = FeedFaults(Layout(apart.scenario.model_copy(update={"injections": ()})))  # nobody looks at a feed
        for number, voice in enumerate((False, True)):
            rests = people.rests[apart.voice == voice].sum(axis=0)
            self.staff.rests[number] = [
                n if r in _BREAKS else 0 for r, n in zip(REST_REASONS, rests.tolist(), strict=True)
            ]
        leaves = [
            leave for leave in Disturbances(apart, apart.scenario.injections).leaves if leave.reason in ("", *_BREAKS)
        ]
        self._disturbances.leaves = tuple(pooled for leave in leaves for pooled in _pooled(leave, apart))
        if math.isfinite(self._policy.in_time_s):
            self.lines = InTimeFirst(len(self.layout.groups), self._policy.in_time_s)
        if self._policy.bot_share == self._policy.bot_share:
            # The bot meets nobody where the scenario has none.
            usual = self.bot.usual_share
            self.bot.share = np.where(usual > 0, np.maximum(usual, self._policy.bot_share), usual)


class InTimeFirst(WaitingLines):
    """Takes who can still be answered in time, longest wait first; then the others, longest wait first."""

    def __init__(self, groups: int, limit_s: float) -> None:
        super().__init__(groups)
        self._limit_s = limit_s

    def hang_up(self, contacts: Contacts, tick: int) -> Ints:
        """Takes out who gives up, and puts the late behind those in time."""
        gone = super().hang_up(contacts, tick)
        late = tick - contacts.joined[self.slots] > self._limit_s
        order = np.lexsort((contacts.joined[self.slots], late, self.group))
        self._reorder(order)
        return gone

    def join(self, slots: Ints, groups: Ints, contacts: Contacts, tick: int) -> None:
        """Contacts join behind those in time and before the late."""
        super().join(slots, groups, contacts, tick)
        if len(slots):
            late = tick - contacts.joined[self.slots] > self._limit_s
            self._reorder(np.lexsort((late, self.group)))


def best_possible(
    scenario: Scenario, seed: int, minutes: float, world: Callable[[Scenario, int, Policy], World] = PooledWorld
) -> Suffering:
    """What customers suffer at the least over so many minutes: the best of `POLICIES` by `Harm.whole`."""
    found: list[Suffering] = []
    for policy in POLICIES:
        found.append(_suffered(world(scenario, seed, policy), minutes))
        if not harm(found[-1]).whole > _ENOUGH:
            break
    return min(found, key=lambda one: np.nan_to_num(harm(one).whole))


def _suffered(world: World, minutes: float) -> Suffering:
    before = suffering(world)
    for _ in range(whole(minutes * 60.0)):
        world.step()
    return suffering(world).since(before)


def _pool(layout: Layout, channel: str) -> GroupPlan:
    members = [group for group in layout.groups if group.channel == channel]
    staff = StaffPlan.model_construct(
        cap=max((group.staff.cap for group in members), default=1),
        slowdown=min((group.staff.slowdown for group in members), default=0.0),
        rests={},
        reserve=1.0,
    )
    return GroupPlan(channel, channel, channel, (), sum(group.agents for group in members), staff)


def _pooled(leave: Leave, apart: Layout) -> list[Leave]:
    """The same people go, each from the pool of their channel."""
    found = []
    for number, voice in enumerate((False, True)):
        agents = np.array([group.agents for group in apart.groups])
        pool = int(agents[apart.voice == voice].sum())
        gone = sum(int(agents[group]) for group in leave.groups if bool(apart.voice[group]) == voice)
        if gone:
            found.append(replace(leave, groups=(number,), share=leave.share * gone / pool))
    return found
