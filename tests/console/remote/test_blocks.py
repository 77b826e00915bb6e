"""Blocks over the wire: what comes out is what went in, bit by bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np

from console.remote.blocks import changed, changes, of_whole, same, whole
from console.remote.part_store import MOST_GONE, PartStore

KINDS = st.sampled_from([np.float32, np.float64, np.int64])


@given(st.data())
def test_changes_applied_to_the_old_block_give_the_new_one(data: st.DataObject) -> None:
    shape = data.draw(st_np.array_shapes(min_dims=1, max_dims=3, max_side=9))
    before = data.draw(st_np.arrays(kind := data.draw(KINDS), shape))
    after = before.copy()
    flat = after.reshape(-1)
    for cell in data.draw(st.lists(st.integers(0, after.size - 1), max_size=4)):
        flat[cell] = data.draw(st_np.from_dtype(np.dtype(kind)))
    told = changes(before, after)
    if told is None:  # the whole is shorter
        told, again = whole(after), of_whole(whole(after))
    else:
        again = changed(before, told)
    assert again.tobytes() == after.tobytes()
    assert (again.shape, again.dtype) == (after.shape, after.dtype)
    assert same(again, after)


def test_not_a_number_that_stays_is_no_change_and_what_came_cannot_be_written_into() -> None:
    block = np.array([[np.nan, 1.0], [2.0, np.nan]])
    told = changes(block, block.copy())
    assert told is not None
    again = changed(block, told)
    with pytest.raises(ValueError, match="read-only"):
        again[0, 0] = 1.0
    with pytest.raises(ValueError, match="outside"):
        changed(block[:1], (1).to_bytes(4, "little") + np.array([3], "<u2").tobytes() + np.array([1.0]).tobytes())


def test_a_large_block_counts_its_cells_in_four_bytes() -> None:
    before = np.zeros((300, 300))
    after = before.copy()
    after[299, 299] = 7.0
    told = changes(before, after)
    assert told is not None
    assert changed(before, told)[299, 299] == 7.0


def _taken(store: PartStore, had: dict[str, np.ndarray], version: int) -> int:
    message = store.since(version)
    if message["reset"]:
        had.clear()
    for key, _shape, blocks in message["set"]:
        for kind, data in blocks.values():
            had[key] = of_whole(data) if kind == 0 else changed(had[key], data)
    for key in message["gone"]:
        had.pop(key, None)
    return int(message["version"])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 39), st.booleans()), max_size=40))
def test_a_console_that_skips_versions_has_what_one_that_took_all_has(rounds: list[tuple[int, int, bool]]) -> None:
    store, blocks = PartStore(), {f"k{i}": np.zeros(40) for i in range(4)}
    every: dict[str, np.ndarray] = {}
    some: dict[str, np.ndarray] = {}
    at_every = at_some = 0
    for part, cell, looks in rounds:
        store.begin()
        block = blocks[f"k{part}"].copy()
        block[cell] += 1.0
        blocks[f"k{part}"] = block
        store.put(f"k{part}", "shape", {"b": block})
        at_every = _taken(store, every, at_every)
        if looks:
            at_some = _taken(store, some, at_some)
    _taken(store, some, at_some)
    assert {key: one.tolist() for key, one in some.items()} == {key: one.tolist() for key, one in every.items()}
    assert all(every[key].tolist() == blocks[key].tolist() for key in every)


def test_what_is_gone_is_said_and_whoever_is_too_far_behind_begins_anew() -> None:
    store = PartStore()
    store.begin()
    for i in range(MOST_GONE + 2):
        store.put(f"a/{i}", i)
    store.begin()
    store.drop("a/0")
    assert store.since(1)["gone"] == ["a/0"]
    assert store.since(0)["reset"]
    assert store.since(99)["reset"]  # a version that never was
    store.begin()
    for i in range(1, MOST_GONE + 2):
        store.drop(f"a/{i}")
    assert store.since(1)["reset"]
    store.begin()
    store.put("a/0", "again")
    assert not store.since(3)["gone"]
