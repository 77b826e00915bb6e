from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalog import COUNTER_INDEX
from feeds.contract import Delta, Hello, Snapshot
from feeds.counter_resets import CONFIRMED_BY
from feeds.metrics_stored import GAUGES
from feeds.site_board import SiteBoard
from tests.feeds.made import figures, hello, ns

OFFERED = COUNTER_INDEX["offered"]


class Site:
    """A site whose only counter is `offered`, the same in its four rows."""

    def __init__(self) -> None:
        self.hello: Hello = hello(counters_since_ns=ns(1_000.0))
        self.board, self.now, self.seq = SiteBoard(), 1_000.0, 0
        self.board.announce(self.hello)

    def says(self, offered: float, *, taken: float | None = None) -> list[str]:
        self.now, self.seq = self.now + 1.0, self.seq + 1
        taken = self.now if taken is None else taken
        gauges, counters = figures(offered=offered)
        frame = Snapshot("hefei", 1, self.seq, self.hello.schema, ns(taken), ns(self.now), gauges, counters)
        before = self.board.faults.copy()
        self.board.land(frame)
        assert self.board.counters.shape == counters.shape
        return list((self.board.faults - before).elements())

    @property
    def total(self) -> float:
        return float(self.board.columns()["offered"][0])


def test_a_reset_at_somebodys_midnight_goes_on_from_what_was_reached() -> None:
    site = Site()
    for offered in (900, 1000):
        site.says(offered)
    assert [site.says(offered) for offered in (2, 4, 7, 11)] == [["went_back"]] * CONFIRMED_BY + [[]]
    assert site.total == 1009  # the two that came between the two frames are lost, and nothing else
    assert site.says(20) == []
    assert site.total == 1018
    assert site.board.columns().growth("offered", "15m")[0] == 118
    assert not site.board.altered


def test_a_source_that_lags_for_a_while_has_not_begun_again() -> None:
    site = Site()
    for offered in range(900, 1001, 10):
        site.says(offered)
    for late in range(30):  # each newer than the one before, and all older than what was known
        site.says(940 + late, taken=site.now - 60.0)
    assert site.total == 1000
    for offered in (1150, 1160):
        site.says(offered)
    assert site.total == 1160


def test_a_late_batch_is_no_reset() -> None:
    site = Site()
    site.says(1000)
    taken = site.now
    for offered in (990, 991, 992, 993, 994):
        assert site.says(offered, taken=taken - 10.0) == ["went_back"]
    assert site.total == 1000
    assert site.says(1003) == []
    assert site.total == 1003


def test_frames_that_jump_to_and_fro_are_no_reset() -> None:
    site = Site()
    site.says(1000)
    for offered in (10, 1001, 11, 1002, 12, 13, 1003):
        site.says(offered)
    assert site.total == 1003


def test_a_correction_downwards_is_no_wave_of_contacts() -> None:
    site = Site()
    for offered in (1000, 990, 990, 990, 995):
        site.says(offered)
    assert site.total == 1005


def test_a_reset_told_by_deltas() -> None:
    site = Site()
    site.says(1000)
    for number, offered in enumerate((3, 5, 8)):
        site.now, site.seq = site.now + 1.0, site.seq + 1
        gauges, counters = figures(1, offered=offered)
        rows = np.array([number % 2], np.uint16) if number == 0 else np.array([0], np.uint16)
        frame = Delta("hefei", 1, site.seq, site.hello.schema, ns(site.now), ns(site.now), rows, gauges, counters)
        site.board.land(frame)
    assert site.total == 1005
    assert site.board.columns()["offered"].tolist() == [1005, 1000, 1000, 1000]
    assert site.board.gauges.shape == (4, len(GAUGES))


@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_resets_loses_no_more_than_a_frame_each(seed: int) -> None:
    chance, site, true, kept = random.Random(seed), Site(), 0, 0
    step = 0
    for frame in range(600):
        step = chance.randrange(4)
        true, kept = true + step, (step if frame % 200 == 100 else kept + step)
        site.says(kept)
    assert true - 3 * 3 <= site.total <= true


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=60))
@settings(max_examples=80, deadline=None)
def test_whatever_comes_no_total_falls_and_none_exceeds_what_was_told(found: list[tuple[int, bool]]) -> None:
    site, before, told = Site(), 0.0, 0.0
    for offered, late in found:
        site.says(offered, taken=site.now - 5.0 if late else None)
        assert site.total >= before
        before, told = site.total, told + offered
    assert before <= told
