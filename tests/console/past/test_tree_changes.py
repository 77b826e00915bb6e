"""What differs between two trees, and the tree after it: the one that was meant, whatever the trees are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.past.tree_changes import after, difference
from console.remote.plain import pack, unpack
from tests.console.remote.test_view_copy import alike

arrays = st.builds(
    lambda values, kind: np.array(values, kind),
    st.lists(st.floats(width=32), max_size=6),
    st.sampled_from(["f4", "f8"]),
)
leaves = st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text("ab合肥 123", max_size=40) | arrays
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.dtype == other.dtype and alike(one, other)
    return type(one) is type(other) and alike(one, other)


@given(trees, trees)
def test_a_change_makes_the_new_tree_of_the_old_one(old: Any, new: Any) -> None:
    assert same(after(old, unpack(pack(difference(old, new)))), new)


@given(trees)
def test_nothing_is_told_where_nothing_changed(tree: Any) -> None:
    assert difference(tree, unpack(pack(tree))) is None


def test_little_is_told_where_little_changed() -> None:
    said = "合肥 服饰00 最长等待 {}，已超平台 3 分钟线"
    old = {"alert": {"id": "a1", "words": [said.format("3m14"), "x" * 200], "past": [1, 2, 3]}, "other": "y" * 500}
    new = {"alert": {"id": "a1", "words": [said.format("3m24"), "x" * 200], "past": [1, 2, 3, 4]}, "other": "y" * 500}
    assert len(pack(difference(old, new))) < 60
    figures = np.arange(1000.0)
    assert difference(figures, figures.copy()) is None
    more = figures.copy()
    more[3] = 7.5
    assert difference(figures, more)["a"].count(0) > 7_990, "runs of zeros, which compress to nothing"


@pytest.mark.parametrize("change", [{"a": b"123"}, {"l": {9: [1]}, "n": 2, "t": []}, {"m": {"a": {"z": 1}}}])
def test_a_change_of_something_else_does_not_fit(change: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        after([1, 2], change)
