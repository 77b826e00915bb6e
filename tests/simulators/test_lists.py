"""The lists of a simulated site are exactly those whom its figures count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from feeds.catalog import GAUGE_INDEX
from feeds.contract import MAX_LISTED, ListQuery
from feeds.metrics_stored import COUNTERS
from simulators.site import SimulatedSite
from simulators.world import World
from tests.console.made_drill import overrun

_ABANDONED = [metric.name for metric in COUNTERS].index("abandoned")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(overrun(Path(tmp_path_factory.mktemp("overrun")))[1], 7)
    for _ in range(200):
        made.step()
    return made


def test_who_waits_is_who_the_gauges_count(world: World) -> None:
    for number, site_id in enumerate(world.sites):
        site = SimulatedSite(world, site_id, 1)
        _at, gauges, _counters = site.figures()
        for row, said in enumerate(site.hello().rows):
            reply = site.tell(ListQuery(site_id, "x", "waiting", said.id))
            assert reply is not None
            assert reply.total == gauges[row, GAUGE_INDEX["waiting"]]
            assert len(reply.items) == min(reply.total, MAX_LISTED)
            seconds = [item.seconds for item in reply.items]
            assert seconds == sorted(seconds, reverse=True)
            assert max(seconds, default=0.0) == gauges[row, GAUGE_INDEX["oldest_wait_s"]]
            if reply.total <= MAX_LISTED:
                late = sum(second > 30.0 for second in seconds)
                assert late == gauges[row, GAUGE_INDEX["waiting_over_30s"]]
            assert len({item.id for item in reply.items}) == len(reply.items)
        assert number < 2


def test_who_gave_up_is_what_the_counter_grew_by(world: World) -> None:
    site = SimulatedSite(world, "hefei", 1)
    before = site.figures()[2][:, _ABANDONED].copy()
    start = world.tick
    for _ in range(60):
        world.step()
    grown = site.figures()[2][:, _ABANDONED] - before
    rows = [row.id for row in site.hello().rows]
    for row, name in enumerate(rows):
        reply = site.tell(ListQuery("hefei", "x", "abandoned", name))
        assert reply is not None
        lately = sum(item.ago_s < world.tick - start for item in reply.items)
        assert lately == min(grown[row], MAX_LISTED)
    assert np.any(grown > 0)


def test_a_name_stays_with_its_contact_and_what_is_not_told_is_not_made_up(world: World) -> None:
    site = SimulatedSite(world, "hefei", 1)
    first = site.tell(ListQuery("hefei", "x", "waiting", "*", 5))
    assert first is not None
    assert len(first.items) == 5
    again = site.tell(ListQuery("hefei", "y", "waiting", "*", 5))
    assert again is not None
    assert again.items == first.items
    for what, row in (("resting", "*"), ("idle", "*"), ("waiting", "nowhere")):
        assert site.tell(ListQuery("hefei", "x", what, row)) is None
