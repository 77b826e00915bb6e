"""What contacts are about, over the last ten minutes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

USUAL_TOPICS: dict[str, float] = {
    "商品": 0.24,
    "优惠券": 0.2,
    "物流": 0.17,
    "改单": 0.14,
    "价格": 0.1,
    "退换": 0.08,
    "其他": 0.07,
}
"""Shares of the usual topics: goods, coupons, delivery, order change, price, returns, the rest."""

_UPTO = np.cumsum(np.array(list(USUAL_TOPICS.values())))[:-1]
SPIKE = len(USUAL_TOPICS)
"""The topic that a scenario injects, after the usual ones."""
_MINUTES = 10


class Topics:
    """Counts of contacts by minute, queue and topic; the last topic is the one that a scenario injects."""

    def __init__(self, queues: int, shares: Mapping[int, Floats] | None = None) -> None:
        """`shares` are those of the usual topics for queues, by index, that differ from `USUAL_TOPICS`."""
        self._upto: Floats | None = None
        if shares:
            self._upto = np.tile(_UPTO, (queues, 1))
            for queue, own in shares.items():
                self._upto[queue] = np.cumsum(own)[:-1]
        self._counts: Ints = np.zeros((_MINUTES, queues, SPIKE + 1), dtype=np.int64)
        self._minute = -1

    def add(self, queue: Ints, u: Floats, spike: Floats, tick: int) -> None:
        """Contacts of one second. `u` is a uniform variate of each, `spike` per queue the injected topic's share."""
        minute = tick // 60
        if minute != self._minute:
            self._minute = minute
            self._counts[minute % _MINUTES] = 0
        np.add.at(self._counts[minute % _MINUTES], (queue, self.of(queue, u, spike)), 1)

    def of(self, queue: Ints, u: Floats, spike: Floats) -> Ints:
        """The topic of contacts of these queues; see `add`."""
        share = spike[queue]
        hit = u < share
        rest = (u - share) / np.where(hit, 1.0, 1 - share)
        if self._upto is None:
            usual = np.searchsorted(_UPTO, rest, side="right")
        else:
            usual = (rest[:, None] >= self._upto[queue]).sum(axis=1)
        topic: Ints = np.where(hit, SPIKE, usual)
        return topic

    def by_queue(self) -> Ints:
        """Counts of the last ten minutes, queues × topics."""
        counts: Ints = self._counts.sum(axis=0)
        return counts


def top_share(counts: Ints) -> Floats:
    """The commonest topic's share in each row; NaN where nothing came."""
    total = counts.sum(axis=1)
    return np.where(total > 0, counts.max(axis=1) / np.maximum(total, 1), np.nan)
