"""Sites that are projected together have, to the last bit, what each has alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.projection.held import Held, HeldTimes, held_part
from alerts.projection.held_board import HeldBoard
from alerts.projection.lane_rows import LaneRows, site_columns
from alerts.projection.pools import SitePools, site_pools
from feeds.contract import Row

SIZES = {"a": 3, "b": 1, "c": 11, "d": 9}


def _rows(site: str) -> tuple[Row, ...]:
    return tuple(Row(f"{site}{i}", "queue") for i in range(SIZES[site]))


def _same(one: Held, other: Held) -> None:
    for name in ("held_s", "waited_s", "busy_s", "completed", "abandoned", "arrived"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    size = len(one.held_s)
    np.testing.assert_array_equal(np.broadcast_to(one.arrivals_s, size), np.broadcast_to(other.arrivals_s, size))


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([5.0, 5.0, 5.0, 20.0, 70.0]), st.sets(st.sampled_from("abcd"), min_size=1)),
        min_size=1,
        max_size=60,
    ),
    announced=st.dictionaries(st.integers(0, 59), st.sampled_from("abcd"), max_size=3),
)
def test_histories_of_sites_that_come_and_go(steps: list[tuple[float, set[str]]], announced: dict[int, str]) -> None:
    random, rows = np.random.default_rng(3), {site: _rows(site) for site in SIZES}
    board, alone, now = HeldBoard(), {site: HeldTimes() for site in SIZES}, 1_000.0
    for turn, (step, here) in enumerate(steps):
        now += step
        if turn in announced:
            rows[announced[turn]] = _rows(announced[turn])
        sites = sorted(here)
        seen = [random.integers(0, 50, (7, SIZES[site])).astype(np.float64) for site in sites]
        found = board.take([(site, rows[site], SIZES[site]) for site in sites], np.hstack(seen), now)
        at = 0
        for site, mine in zip(sites, seen, strict=True):
            _same(held_part(found, slice(at, at + SIZES[site])), alone[site].look(rows[site], mine, now))
            at += SIZES[site]


def _pools(random: np.random.Generator, queues: int) -> SitePools:
    groups = random.integers(0, queues + 1, queues)
    rows = [Row(f"q{i}", "queue", group=f"g{groups[i]}" if groups[i] else "") for i in range(queues)]
    return site_pools((*rows, Row("*", "site")) if random.random() < 0.9 else tuple(rows), ())


@pytest.mark.parametrize("seed", range(30))
def test_rows_of_sites_in_one_block(seed: int) -> None:
    random = np.random.default_rng(seed)
    laid = LaneRows([_pools(random, int(random.integers(1, 30))) for _ in range(random.integers(1, 14))])
    lanes, queues = len(laid.pools.lane_pool), len(laid.pools.queues)
    breach = random.choice([0.0, 30.0, 600.0, 86_400.0, np.nan], lanes, p=[0.1, 0.2, 0.2, 0.45, 0.05])
    figures = {"projected_sl_30m": random.random(lanes), "breach_in_s": breach}
    arrivals, waiting = random.choice([0.0, 0.3, 0.7], queues) * random.random(queues), random.integers(0, 2, queues)
    whole, lane = laid.columns(figures, arrivals, waiting.astype(np.float64)), 0
    for pools, rows, place in zip(laid.sites, laid.rows, laid.queues, strict=True):
        until = lane + len(pools.lane_pool)
        mine = {name: values[lane:until] for name, values in figures.items()}
        alone = site_columns(pools, mine, arrivals[place], waiting[place].astype(np.float64))
        for name, values in alone.items():
            np.testing.assert_array_equal(whole[name][rows], values)
        lane = until
