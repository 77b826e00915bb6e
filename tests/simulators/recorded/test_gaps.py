"""What happened while nobody looked: exact totals where the counters went on, drawn figures where they did not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulators.recorded.gaps import grown, held
from simulators.recorded.load import GUESSED, KNOWN, SPREAD

_WHOLE = np.array([True])


def cumulative(*growth: float) -> np.ndarray:
    return np.concatenate(([0.0], np.cumsum(growth)))[:, None, None] + 40.0


def test_a_gap_in_one_run_keeps_its_total() -> None:
    total = cumulative(3, 5, 0, 9, 2)
    seen = np.array([True, True, False, False, True, True])
    more, how = grown(total, seen, np.zeros(6, np.int64), _WHOLE)
    assert more[:, 0, 0].sum() == 19
    assert more[[0, 4], 0, 0].tolist() == [3, 2]
    assert set(more[1:4, 0, 0]) <= {4.0, 5.0, 6.0}
    assert how.tolist() == [KNOWN, SPREAD, SPREAD, SPREAD, KNOWN]


def test_a_restart_and_the_ends_are_drawn_between_their_neighbours() -> None:
    total = cumulative(4, 4, 0, 0, 10, 10, 0)
    seen = np.array([True, True, True, False, True, True, True, False])
    run = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    more, how = grown(total, seen, run, _WHOLE)
    assert how.tolist() == [KNOWN, KNOWN, GUESSED, GUESSED, KNOWN, KNOWN, GUESSED]
    assert 4 <= more[2, 0, 0] <= more[3, 0, 0] <= 10
    assert more[6, 0, 0] == 8  # the mean of what is known among the five before: 4, 10, 10


@given(st.lists(st.integers(0, 500), min_size=3, max_size=40), st.data())
def test_whole_contacts_and_the_whole_total(growth: list[int], data: st.DataObject) -> None:
    seen = np.array([True, *(data.draw(st.booleans()) for _ in growth[:-1]), True])
    more, _ = grown(cumulative(*growth), seen, np.zeros(len(seen), np.int64), _WHOLE)
    assert more.sum() == sum(growth)
    assert (more >= 0).all()
    assert (more == np.round(more)).all()


def test_a_gauge_is_held() -> None:
    gauge = np.array([[np.nan, 1.0], [5.0, np.nan], [np.nan, np.nan]])
    assert held(gauge)[:, 0].tolist() == [5.0, 5.0, 5.0]
    assert held(gauge)[:, 1].tolist() == [1.0, 1.0, 1.0]
