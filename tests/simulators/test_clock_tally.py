"""A simulated site's own counts by clock, against the aggregator fed with the same contacts one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from alerts.clock_files import load_clocks
from feeds.aggregate import ContactAggregator
from feeds.catalog import COUNTER_INDEX
from feeds.clocks import MINUTES, ClockDefinition, Limit
from feeds.contacts import ContactEvent
from simulators.clock_tally import ClockTally
from simulators.layout import Layout
from simulators.world import World
from tests.simulators.made import made, run, site

EITHER = ClockDefinition(
    "either", "", "", "contact", 20, assessed="either", hours=((0, 1),), abandons="ignored_within", inclusive=False
)
ANSWERED = ClockDefinition(
    "answered", "", "", "session", 8, assessed="answered", limits=(Limit(0, 1, 8.0), Limit(1, MINUTES, 60.0))
)
CLOCKS = (*load_clocks(), EITHER, ANSWERED)


class Listener(ClockTally):
    """Writes down every contact that the model counts, as a source would tell of it."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(CLOCKS, [(queue.row.platform, queue.row.channel) for queue in layout.queues], layout.chat)
        self.events: list[ContactEvent] = []
        self._layout = layout

    def answered(self, queue: Any, waited: Any, took: Any) -> None:
        super().answered(queue, waited, took)
        self._note("answered", queue, waited, took)

    def abandoned(self, queue: Any, waited: Any) -> None:
        super().abandoned(queue, waited)
        self._note("abandoned", queue, waited, waited)

    def _note(self, kind: str, queue: Any, waited: Any, took: Any) -> None:
        for q, wait, reply in zip(queue.tolist(), waited.tolist(), took.tolist(), strict=True):
            self.note(q, self.now - wait, kind, float(reply))

    def note(self, queue: int, joined: float, kind: str = "", took: float = 0.0) -> None:
        layout, contact = self._layout, f"c{len(self.events)}"
        place, row = layout.sites[layout.queue_site[queue]], layout.queues[queue].row.id
        self.events.append(ContactEvent(joined, place, row, contact, "joined"))
        if kind:
            self.events.append(ContactEvent(joined + took, place, row, contact, kind, wait_s=took))  # type: ignore[arg-type]


def listened(seconds: int, **changes: Any) -> tuple[World, Listener]:
    world = World(made(**{"warm_up": "0s"} | changes), 4, CLOCKS)
    listener = world.clock_tally = world.conversations._clocks = Listener(world.layout)
    run(world, seconds)
    return world, listener


@pytest.mark.parametrize(
    "start", ["2026-11-10T23:58:00+08:00", "2026-11-11T09:00:00+08:00", "2026-11-11T20:57:00+08:00"]
)
def test_both_ways_agree_to_the_last_contact(start: str) -> None:
    busy = [
        site("hefei", 150_000, {"apparel": 40, "shoes": 12}, voice=4),
        site("xian", 6_000, {"apparel": 30}, voice=3),
    ]
    world, listener = listened(420, starts=start, sites=busy)
    for slot in world.lines.slots.tolist():  # who waits still
        listener.note(int(world.contacts.queue[slot]), world.now - float(world.tick - world.contacts.joined[slot]))
    layout, compared, late = world.layout, 0, 0
    overdue, counters = listener.overdue(*world.waiting()), listener.counters()
    for number, name in enumerate(layout.sites):
        mine = slice(int(layout.queue_start[number]), int(layout.queue_start[number + 1]))
        rows = [queue.row for queue in layout.queues[mine]]
        clocks = [clock for clock in listener.clocks if clock.unit in ("session", "contact")]
        figures = ContactAggregator(name, [row.id for row in rows], clocks, rows)
        for event in listener.events:
            figures.add(event)
        for clock in clocks:
            counted, place = figures.clock(clock.id, world.now), listener.clocks.index(clock)
            assert counted.met[:-1].tolist() == counters[2 * place, mine].tolist(), clock.id
            assert counted.missed[:-1].tolist() == counters[2 * place + 1, mine].tolist(), clock.id
            assert counted.waiting_late[:-1].tolist() == overdue[place, mine].tolist(), clock.id
            compared += int(counted.met[-1] + counted.missed[-1])
            late += int(counted.waiting_late[-1])
    assert compared > 1000
    assert late > 0


def test_turns_are_those_of_the_catalogue() -> None:
    world = World(made(starts="2026-11-11T12:00:00+08:00"), 3)
    run(world, 1200)
    tally, taobao = world.clock_tally, next(i for i, c in enumerate(world.clock_tally.clocks) if c.id == "taobao_3min")
    met, missed = tally.counters()[2 * taobao : 2 * taobao + 2]
    mine = tally.measured[taobao]
    assert [row.row.platform for row, chosen in zip(world.layout.queues, mine, strict=True) if chosen] == ["tmall"] * 6
    values = world.tally.values
    assert met[mine].tolist() == values[COUNTER_INDEX["turns_within_180s"]][mine].tolist()
    assert (met + missed)[mine].tolist() == values[COUNTER_INDEX["turns"]][mine].tolist()
    assert not (met + missed)[~mine].any()
    assert met.sum() > 500


def test_outside_its_hours_nothing_is_counted() -> None:
    world = run(World(made(starts="2026-11-11T03:00:00+08:00"), 3), 300)
    counted = world.clock_tally.counters().sum(axis=1)
    names = [clock.id for clock in world.clock_tally.clocks for _ in range(2)]
    assert {name for name, count in zip(names, counted, strict=True) if count} == {
        "operational_first_response",
        *(f"voice_sl_{variant}" for variant in range(1, 7)),
    }


def test_a_world_without_clocks() -> None:
    world = run(World(made(), 3, ()), 5)
    assert world.clock_tally.counters().shape == (0, len(world.layout.queues))
    assert world.blocks(0)[2].shape[1] == len(COUNTER_INDEX)
    assert np.isfinite(world.blocks(0)[2]).all()
