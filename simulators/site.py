"""One site of a simulated world, as the desk meets it: it says what it is, shows its figures, and obeys orders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from feeds.clock_columns import counter_columns, gauge_columns
from feeds.contract import (
    Ack,
    Column,
    Command,
    Frame,
    Hello,
    ListQuery,
    ListReply,
    Nack,
    Query,
    Result,
    Row,
    Snapshot,
    schema_hash,
)
from feeds.metric import Metric
from feeds.metrics_stored import COUNTERS, GAUGES
from simulators.lists import TOLD, told
from simulators.obedience import carry_out
from simulators.obeying.outcome import Done, Refused
from simulators.orders import ORDERS, VERBS, read_order
from simulators.world import World

SITE_ROW = "*"
"""Id of the row that holds the site's own figures, each agent once."""


class SimulatedSite:
    """A site's side of the contract over a shared world. It does no I/O and reads no clock.

    `epoch` is the site's boot id. Replies to orders are kept by id, so that an order that comes twice gets the same
    reply and has one effect.
    """

    def __init__(self, world: World, site_id: str, epoch: int) -> None:
        self._world = world
        self._number = world.sites.index(site_id)
        self._plan = world.layout.plans[self._number]
        self._clocks = [
            number
            for number, measured in enumerate(world.clock_tally.measured)
            if measured[world.layout.queue_start[self._number] : world.layout.queue_start[self._number + 1]].any()
        ]
        self._gauges = np.array([*range(len(GAUGES)), *(len(GAUGES) + n for n in self._clocks)])
        pairs = [2 * n + part for n in self._clocks for part in (0, 1)]
        self._counters = np.array([*range(len(COUNTERS)), *(len(COUNTERS) + n for n in pairs)])
        self._all = len(self._clocks) == len(world.clock_tally.clocks)
        """Whether the site counts by every clock, and so has every column."""
        self.replies: dict[str, tuple[Command, list[Frame]]] = {}
        """What it replied to each order, by the order's id."""
        self.id = site_id
        self.epoch = epoch

    @property
    def frozen(self) -> bool:
        """Whether the site's figures stand still now."""
        return self._world.frozen(self.id)

    def dark(self, now: float) -> bool:
        """Whether the site is cut off at `now` (seconds since the Unix epoch): no frames, and orders do not arrive."""
        return self._world.dark(self.id, now)

    @property
    def repeats(self) -> bool:
        """Whether every frame of the site comes twice now."""
        return self._world.repeats(self.id)

    def clock_ns(self, now: float) -> int:
        """What the site's own clock says at `now` (seconds since the Unix epoch), in nanoseconds."""
        return round((now + self._world.skew(self.id)) * 1e9)

    def hello(self) -> Hello:
        """What the site is.

        Columns are the catalogue's gauges, then its counters, in the catalogue's order, then what the site counts by
        the clocks that measure one of its queues.
        """
        site, world = self._plan.site, self._world
        rows = (*(queue.row for queue in self._plan.queues), Row(id=SITE_ROW, kind="site", zh=site.zh, en=site.en))
        clocks = [world.clock_tally.clocks[number] for number in self._clocks]
        known = tuple(_column(metric) for metric in (*GAUGES, *COUNTERS))
        columns = (*known, *gauge_columns(clocks), *counter_columns(clocks))
        return Hello(
            site=self.id,
            epoch=self.epoch,
            zh=site.zh,
            en=site.en,
            columns=columns,
            rows=rows,
            beat_s=world.scenario.beat,
            data_s=world.scenario.beat,
            verbs=VERBS,
            lists=TOLD,
            counters_since_ns=_nanoseconds(world.counters_since),
            clock_ns=_nanoseconds(world.now),
            mode="drill",
            schema=schema_hash(columns, rows),
        )

    def figures(self) -> tuple[int, NDArray[np.float32], NDArray[np.float64]]:
        """When the site's figures were taken by its own clock, in nanoseconds, its gauges and its counters.

        They are those of now, or while its source stands still, those from before with their time.
        """
        at, gauges, counters = self._world.blocks(self._number)
        if not self._all:
            gauges, counters = gauges.take(self._gauges, axis=1), counters.take(self._counters, axis=1)
        return _nanoseconds(at + self._world.skew(self.id)), gauges, counters

    def snapshot(self, seq: int, schema: str) -> Snapshot:
        """The site's `figures` as a frame."""
        at_ns, gauges, counters = self.figures()
        sent_ns = _nanoseconds(self._world.now + self._world.skew(self.id))
        return Snapshot(self.id, self.epoch, seq, schema, at_ns, sent_ns, gauges, counters)

    def obey(self, command: Command, now: float) -> list[Frame]:
        """Carries a command out and returns the reply: Ack and Result, or Nack. Nothing while the site is dark.

        `now` is the site's clock in seconds since the Unix epoch. The same id again gets the same reply, its Ack
        marked as a duplicate, and nothing happens; the same id with something else in it is a CONFLICT.
        """
        if self.dark(now):
            return []
        known = self.replies.get(command.id)
        if known is None:
            reply = self._carry_out(command, now)
            self.replies[command.id] = command, reply
            return reply
        first, reply = known
        if (first.verb, first.args) != (command.verb, command.args):
            return [self._refuse(command, Refused("CONFLICT", "this id was used for another command"))]
        return _again(reply)

    def answer(self, query: Query) -> list[Frame]:
        """The stored reply to a command, or a Nack when the site never had it. Nothing while the site is dark."""
        if self.dark(self._world.now):
            return []
        known = self.replies.get(query.id)
        if known is None:
            return [Nack(self.id, query.id, "BAD_ARGS", why="no command with this id")]
        return _again(known[1])

    def tell(self, query: ListQuery) -> ListReply | None:
        """The list that was asked for; None where it cannot tell it, or is dark."""
        if self.dark(self._world.now):
            return None
        return told(self._world, self._number, query, _nanoseconds(self._world.now + self._world.skew(self.id)))

    def _carry_out(self, command: Command, now: float) -> list[Frame]:
        if command.site != self.id:
            return [self._refuse(command, Refused("BAD_ARGS", f"for site {command.site!r}, not this one"))]
        if _nanoseconds(now) > command.deadline_ns:
            return [self._refuse(command, Refused("EXPIRED", "its deadline has passed"))]
        if command.verb not in ORDERS:
            return [self._refuse(command, Refused("UNKNOWN_VERB", f"known: {', '.join(VERBS)}"))]
        order = read_order(command.verb, command.args)
        if isinstance(order, str):
            return [self._refuse(command, Refused("BAD_ARGS", order))]
        outcome = carry_out(self._world, self.id, order)
        if isinstance(outcome, Refused):
            return [self._refuse(command, outcome)]
        return self._report(command, outcome)

    def _report(self, command: Command, done: Done) -> list[Frame]:
        ack = Ack(self.id, command.id, eta_s=done.eta_s)
        return [ack, Result(self.id, command.id, done.state, done.items)]

    def _refuse(self, command: Command, refused: Refused) -> Nack:
        return Nack(self.id, command.id, refused.code, refused.retry, refused.why)


def _again(reply: list[Frame]) -> list[Frame]:
    return [
        Ack(frame.site, frame.id, duplicate=True, eta_s=frame.eta_s) if isinstance(frame, Ack) else frame
        for frame in reply
    ]


def _column(metric: Metric) -> Column:
    return Column(metric.name, metric.kind.value, metric.unit.value, metric.definition_id)


def _nanoseconds(seconds: float) -> int:
    """Through whole microseconds, so that a float's last digits do not show."""
    return round(seconds * 1e6) * 1000
