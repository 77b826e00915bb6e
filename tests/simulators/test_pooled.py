"""The best possible: the same customers and people, served as one."""

from __future__ import annotations

import numpy as np

from simulators.contacts import Contacts
from simulators.pooled import POLICIES, InTimeFirst, Policy, PooledWorld, best_possible
from simulators.scenario import Scenario
from simulators.suffering import harm, suffering
from simulators.world import World
from tests.simulators.made import two_sites


def overrun(**changes: object) -> Scenario:
    made = two_sites(**changes)
    made["sites"][0]["contacts_per_day"] = 90_000
    return Scenario.model_validate(made)


def test_the_same_people_and_customers_are_there() -> None:
    scenario = overrun()
    apart, pooled = World(scenario, 3), PooledWorld(scenario, 3, Policy())
    assert pooled.staff.home.sum() == apart.staff.home.sum()
    assert len(pooled.layout.queues) == len(apart.layout.queues)
    for world in (apart, pooled):
        for _ in range(60):
            world.step()
    first = [w.tally.of("offered").sum() - w.tally.of("repeats").sum() - 0 for w in (apart, pooled)]
    # passed-on contacts are no repeats and differ with who was served
    assert abs(first[0] - first[1]) <= 0.03 * first[0]


def test_nobody_is_lost_on_the_way() -> None:
    world = PooledWorld(overrun(), 5, POLICIES[-1])
    for _ in range(200):
        world.step()
    for name in world.sites:
        totals = world.totals(name)
        assert totals["offered"] == totals["answered"] + totals["abandoned"] + totals["bot_contained"] + totals["open"]


def test_the_pool_does_better_where_people_stand_idle_elsewhere() -> None:
    scenario = overrun()
    world = World(scenario, 7)
    before = suffering(world)
    for _ in range(600):
        world.step()
    apart = harm(suffering(world).since(before))
    best = harm(best_possible(scenario, 7, 10))
    assert best.whole < apart.whole
    assert apart.late > 0.1


def test_people_who_go_home_are_missing_in_the_pool() -> None:
    leave = [{"kind": "agents_leave", "at": "10s", "site": "hefei", "share": "50%"}]
    plain, short = (PooledWorld(overrun(injections=what), 1, Policy()) for what in ([], leave))
    for world in (plain, short):
        for _ in range(20):
            world.step()
    assert plain.staff.absent.sum() == 0
    assert abs(int(short.staff.absent.sum()) - 28) <= 1


def test_who_is_in_time_goes_before_the_late_and_otherwise_first_come_first_served() -> None:
    contacts, lines = Contacts(), InTimeFirst(1, 8.0)
    lines.slots, lines.group = np.array([0, 1, 2, 3]), np.zeros(4, dtype=np.int64)
    contacts.joined[:4] = [0, 5, 12, 14]
    contacts.gives_up[:4] = 1000
    lines.hang_up(contacts, 20)
    assert lines.slots.tolist() == [2, 3, 0, 1]
    lines.join(np.array([4]), np.array([0]), contacts, 20)
    assert lines.slots.tolist()[:2] == [2, 3]
    assert lines.serve(np.array([3])).tolist() == [2, 3, 4]


def test_a_degraded_platform_is_slower_in_the_pool_and_its_feed_nobodys_matter() -> None:
    degrade = [{"kind": "platform_degrade", "at": "10s", "for": "8m", "platform": "tmall", "slowdown": 2.0}]
    plain, slow = (PooledWorld(overrun(injections=what), 1, Policy()) for what in ([], degrade))
    for world in (plain, slow):
        for _ in range(300):
            world.step()
    assert slow.tally.of("completed").sum() < plain.tally.of("completed").sum()
