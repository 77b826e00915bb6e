"""Columns of several sites as one block: every figure is, to the last bit, what each site has by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalog import METRICS
from feeds.column_stack import ColumnStack, common_block
from feeds.columns import Columns
from tests.feeds.test_large_board import board_of


def copied(columns: Columns) -> Columns:
    """The same block, of which nothing has been worked out yet."""
    parts = columns.gauges, columns.gauge_at, columns.counters, columns.counter_at, columns.windows
    return Columns(columns.size, *parts)


@given(seed=st.integers(0, 10_000))
def test_stacked_columns_are_those_of_each_site(seed: int) -> None:
    board, now = board_of(seed, 6)
    sites = [site.last for site in board.view(now).sites if site.at == site.at]
    windows = [columns.windows.keys() for columns in sites]
    parts = [copied(columns) for columns, has in zip(sites, windows, strict=True) if has == windows[0]]
    if not parts:
        return
    alone, stack = [copied(columns) for columns in parts], ColumnStack()
    for _ in range(2):  # the second time with what the first one kept
        whole = stack.stacked(parts)
        assert whole.size == sum(part.size for part in parts)
        begin = 0
        for part, before in zip(parts, alone, strict=True):
            for name in METRICS:
                np.testing.assert_array_equal(part[name], before[name])
                np.testing.assert_array_equal(whole[name][begin : begin + part.size], before[name])
                for window in before.windows:
                    np.testing.assert_array_equal(part.growth(name, window), before.growth(name, window))
            begin += part.size
        parts = [copied(part) for part in parts]


def test_a_common_block_is_exactly_its_parts_in_their_order() -> None:
    board, now = board_of(3, 6)
    one = next(site.last for site in board.view(now).sites if site.at == site.at and site.rows)
    parts = [copied(one), copied(one)]
    assert common_block(parts) is None
    whole = ColumnStack().stacked(parts)
    assert common_block(parts) is whole
    assert common_block(parts[:1]) is None
    assert common_block(parts[::-1]) is None
    assert common_block([]) is None
