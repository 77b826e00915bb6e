"""Tells counters that really began again from a batch that is late, repeated or wrong.

Many sources keep counters of the day that go back to zero at somebody's midnight, and do not say so by a new epoch.
A counter that fell and then stays below, in frames whose figures are newer than any before, has begun again; one that
is back where it was in the next frame has not, nor has one of a source that for a while sends figures of a minute ago.
What is lost is what was counted between the last frame before and the first after.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from feeds.columns import Floats

CONFIRMED_BY = 3
"""Newer frames in a row that must show a counter below, without falling further, before it counts as begun again."""


class CounterResets:
    """Follows the counters of one site that are below what was believed before."""

    def __init__(self) -> None:
        self._first: Floats | None = None
        self._last: Floats = np.empty((0, 0))
        self._times: NDArray[np.int64] = np.empty((0, 0), np.int64)

    def clear(self) -> None:
        """Nothing is below, or everything begins anew."""
        self._first = None

    def confirmed(self, told: Floats, before: Floats, *, newer: bool) -> Floats | None:
        """What to add to the counters that have begun again, so that their sum goes on; 0 elsewhere, None for none.

        `told` is what came, `before` what was believed; `newer` says whether the figures are newer than any before.
        """
        if self._first is None or self._first.shape != told.shape:
            self._first, self._last, self._times = told.copy(), told.copy(), np.zeros(told.shape, np.int64)
        if not newer:
            return None
        below = told < before
        begins = below & ((self._times == 0) | (told < self._last))
        self._first[begins] = told[begins]
        self._times = np.where(below, np.where(begins, 1, self._times + 1), 0)
        self._last = told.copy()
        sure = self._times >= CONFIRMED_BY
        if not sure.any():
            return None
        self._times[sure] = 0
        return np.where(sure, before - self._first, 0.0)
