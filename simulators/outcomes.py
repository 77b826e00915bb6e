"""What customers do after the queue: replies they get, orders, ratings, and what the shops ship and refund."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.clock_tally import REPLY_LIMIT_S, ClockTally
from simulators.layout import Layout
from simulators.randomness import Streams
from simulators.tally import Tally

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_THINK_S = 35.0
"""Mean time that a buyer takes to write the next message."""

_INVITED, _RATED = 0.6, 0.25
_TRUST_S = 900.0
"""A buyer who waited this long orders a third as often and is as much less pleased as one who waited minutes."""

_REFUND_H, _DISPUTES, _SECOND_ORDER = 20.0, 0.0006, 0.08


def trust(waits: Ints) -> Floats:
    """What a wait of so many seconds leaves of a buyer's readiness to order."""
    left: Floats = np.maximum(1 / 3, 1 - waits / _TRUST_S)
    return left


class Conversations:
    """Counts replies, orders and ratings of the contacts that agents dealt with."""

    def __init__(self, layout: Layout, streams: Streams, tally: Tally, clocks: ClockTally) -> None:
        self._rng, self._tally, self._clocks = streams.outcomes, tally, clocks
        self._chat = layout.chat
        self._turns, self._typing = layout.column("turns"), layout.column("typing")
        self._greeting = layout.column("greeting")
        self._conversion, self._value = layout.column("conversion"), layout.column("order_value")
        self._satisfied = layout.column("satisfied")
        self._usual = self._conversion, self._value
        self.contentment: Floats | None = None
        """By queue, what orders to the sites leave of the buyers' satisfaction; None: all of it."""

    def rush(self, conversion: Floats, value: Floats) -> None:
        """From now on buyers order so many times as often, and for so many times the value."""
        self._conversion, self._value = self._usual[0] * conversion, self._usual[1] * value

    def first_replies(self, queue: Ints, waits: Ints) -> None:
        """Contacts were taken: in a chat the first reply comes a greeting later."""
        chat = self._chat[queue]
        self._clocks.answered(queue, waits, waits.astype(np.float64) + np.where(chat, self._greeting[queue], 0.0))
        queue = queue[chat]
        took = waits[chat] + self._greeting[queue]
        for name in ("first_responses", "turns", "turns_replied"):
            self._tally.add(name, queue)
        self._tally.add("first_response_sum_s", queue, took)
        self._tally.add("reply_sum_s", queue, took)
        self._tally.add("turns_within_180s", queue[took <= REPLY_LIMIT_S])

    def unanswered(self, queue: Ints) -> None:
        """Chats whose buyer gave up: one turn, never replied to."""
        self._tally.add("turns", queue[self._chat[queue]])

    def ended(self, queue: Ints, waits: Ints, slowness: Floats) -> None:
        """Conversations ended; `slowness` is how many times longer each thing takes the agent than alone."""
        chat = self._chat[queue]
        self._replies(queue[chat], slowness[chat])
        trusting = trust(waits)
        u = self._rng.random((5, len(queue)))
        value = self._rng.lognormal(-0.18, 0.6, len(queue))
        orders = u[0] < self._conversion[queue] * trusting
        buyers = queue[orders]
        self._tally.add("buyers_ordered", buyers)
        self._tally.add("orders", buyers)
        self._tally.add("orders", queue[orders & (u[1] < _SECOND_ORDER)])
        self._tally.add("sales_cny", buyers, np.round(self._value[buyers] * value[orders], 2))
        invited = chat & (u[2] < _INVITED)
        rated = invited & (u[3] < _RATED)
        self._tally.add("ratings_invited", queue[invited])
        self._tally.add("ratings", queue[rated])
        satisfied = self._satisfied if self.contentment is None else self._satisfied * self.contentment
        self._tally.add("ratings_satisfied", queue[rated & (u[4] < satisfied[queue] * np.sqrt(trusting))])

    def _replies(self, queue: Ints, slowness: Floats) -> None:
        """The turns after the first one."""
        if not len(queue):
            return
        more = self._rng.poisson(self._turns[queue] - 1)
        mean = self._typing[queue] * slowness
        took = self._rng.standard_gamma(np.maximum(more, 1)) * mean
        within = self._rng.binomial(more, -np.expm1(-REPLY_LIMIT_S / mean))
        self._tally.add("turns", queue, more.astype(np.float64))
        self._tally.add("turns_replied", queue, more.astype(np.float64))
        self._tally.add("turns_within_180s", queue, within.astype(np.float64))
        self._clocks.replied(queue, more, within)
        self._tally.add("reply_sum_s", queue, np.where(more > 0, took, 0.0))

    def unreplied(self, open_chats: Ints, slowness: Floats) -> Floats:
        """Expected chats per queue whose last word is the buyer's: the reply's part in a turn's time."""
        reply = self._typing * slowness
        return np.where(self._chat, np.round(open_chats * reply / (reply + _THINK_S)), 0.0)


class Trade:
    """The shops' own business, which follows their visitors and knows nothing of the agents."""

    def __init__(self, layout: Layout, streams: Streams, tally: Tally) -> None:
        self._rng, self._tally = streams.trade, tally
        self._trades, self._refunds = layout.column("trades"), layout.column("refunds")
        self._in_time = layout.column("shipped_in_time")
        self._usual = self._refunds
        self._arrived: Ints = np.zeros(len(layout.queues), dtype=np.int64)

    def rush(self, refunds: Floats) -> None:
        """From now on so many times as many refunds."""
        self._refunds = self._usual * refunds

    def visited(self, counts: Ints) -> None:
        """First contacts of a second, per queue."""
        self._arrived += counts

    def settle(self) -> None:
        """Books the business of the visitors since the last time."""
        trades = self._rng.poisson(self._arrived * self._trades)
        refunds = self._rng.poisson(self._arrived * self._refunds)
        shipped = self._rng.poisson(self._arrived * self._trades * 0.8)
        hours = self._rng.standard_gamma(np.maximum(refunds, 1)) * _REFUND_H
        self._tally.add_all("trades", trades)
        self._tally.add_all("disputes", self._rng.binomial(trades, _DISPUTES))
        self._tally.add_all("refunds_completed", refunds)
        self._tally.add_all("refund_time_sum_h", np.where(refunds > 0, hours, 0.0))
        self._tally.add_all("shipped", shipped)
        self._tally.add_all("shipped_in_time", self._rng.binomial(shipped, self._in_time))
        self._arrived[:] = 0
