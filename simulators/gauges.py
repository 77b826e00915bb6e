"""The gauges of every row, worked out from the state of the network when somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from feeds.catalog import GAUGE_INDEX
from feeds.metrics_stored import WAITING_OVER_S
from simulators.contacts import LATER
from simulators.layout import Layout
from simulators.scenario import REST_REASONS
from simulators.topics import top_share

if TYPE_CHECKING:
    from simulators.world import World

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_LONGEST = WAITING_OVER_S[-1] + 1
_BUCKET = np.searchsorted(np.array(WAITING_OVER_S), np.arange(_LONGEST + 1))
"""For a wait in seconds (longer ones as the longest), how many of the limits it is past."""


class _Board:
    """Gauges of all queues and sites, to be filled by name."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._queues = np.full((len(GAUGE_INDEX), len(layout.queues)), np.nan, dtype=np.float32)
        self._sites = np.full((len(GAUGE_INDEX), len(layout.sites)), np.nan, dtype=np.float32)
        self._of_queues: dict[int, Ints | Floats] = {}
        self._of_groups: dict[int, Ints | Floats] = {}

    def block(self) -> NDArray[np.float32]:
        """Rows × columns."""
        layout = self._layout
        columns, queues = list(self._of_queues), np.stack(list(self._of_queues.values()))
        self._queues[columns] = queues
        self._sites[columns] = np.add.reduceat(queues, layout.queue_start[:-1], axis=1)
        columns, groups = list(self._of_groups), np.stack(list(self._of_groups.values()))
        self._queues[columns] = groups.take(layout.queue_group, axis=1)
        self._sites[columns] = np.add.reduceat(groups, layout.group_start[:-1], axis=1)
        whole = np.empty((len(layout.queues) + len(layout.sites), len(GAUGE_INDEX)), dtype=np.float32)
        whole[layout.row_of_queue], whole[layout.row_of_site] = self._queues.T, self._sites.T
        return whole

    def of_queues(self, name: str, values: Ints | Floats) -> None:
        """A gauge that adds up over the queues, in whole numbers."""
        self._of_queues[GAUGE_INDEX[name]] = values

    def of_groups(self, name: str, values: Ints | Floats) -> None:
        """A gauge of the agents: a queue shows its group's, the site counts each agent once."""
        self._of_groups[GAUGE_INDEX[name]] = values

    def put(self, name: str, queues: Ints | Floats, sites: Ints | Floats | float) -> None:
        """Any gauge."""
        column = GAUGE_INDEX[name]
        self._queues[column], self._sites[column] = queues, sites

    def fill(self, columns: Ints, values: NDArray[np.float32]) -> None:
        """Gauges that are the same everywhere: the values of queues and of sites, a row for each of the columns."""
        self._queues[columns], self._sites[columns] = values[:, :1], values[:, 1:]


def gauge_block(world: World, queue: Ints, waited: Ints) -> NDArray[np.float32]:
    """All gauges of the catalogue that the model knows, float32 rows × columns; NaN for what it does not.

    `queue` and `waited` are those of every contact that waits (`World.waiting`).
    """
    board = _Board(world.layout)
    on_duty = world.staff.on_duty
    accepting = world.staff.accepting_of(on_duty)
    waiting = _waiting(world.layout, board, queue, waited)
    _people(world, board, on_duty, accepting)
    _capacity(world, board, accepting, waiting)
    _levers(world, board)
    return board.block()


def _waiting(layout: Layout, board: _Board, queue: Ints, age: Ints) -> Ints:
    size, limits = len(layout.queues), len(WAITING_OVER_S)
    past = _BUCKET[np.minimum(age, _LONGEST)]
    counted = np.bincount(queue * (limits + 1) + past, minlength=size * (limits + 1)).reshape(size, limits + 1)
    waiting: Ints = counted.sum(axis=1)
    board.of_queues("waiting", waiting)
    over = waiting - np.cumsum(counted, axis=1).T
    for number, limit in enumerate(WAITING_OVER_S):
        board.of_queues(f"waiting_over_{limit}s", over[number])
    oldest = np.zeros(size, dtype=np.int64)
    np.maximum.at(oldest, queue, age)
    board.put("oldest_wait_s", oldest, np.maximum.reduceat(oldest, layout.queue_start[:-1]))
    return waiting


def _people(world: World, board: _Board, on_duty: Ints, accepting: Ints) -> None:
    staff, service = world.staff, world.service
    talking = service.held - service.in_acw
    board.of_groups("agents_rostered", staff.home - staff.off)
    board.of_groups("agents_online", staff.present + staff.borrowed + staff.extra)
    board.of_groups("agents_available", np.clip(accepting * staff.cap - service.held, 0, accepting))
    board.of_groups("agents_busy", np.minimum(talking, on_duty))
    board.of_groups("agents_acw", service.in_acw)
    for number, reason in enumerate(REST_REASONS):
        board.of_groups(f"rest_{reason}", staff.rests[:, number])
    flexed, flexed_out, sent_home = world.transfers.within_sites(world.layout.group_site)
    board.of_groups("agents_borrowed", staff.borrowed - flexed)
    board.of_groups("agents_lent", staff.out - flexed_out - sent_home)
    board.of_groups("agents_flexed", flexed)
    board.of_groups("agents_sent_home", sent_home)


def _capacity(world: World, board: _Board, accepting: Ints, waiting: Ints) -> None:
    layout, staff, service = world.layout, world.staff, world.service
    group = layout.queue_group
    talks = service.talking()
    if world.levers.later.used:
        talks = talks[world.contacts.kind[talks] != LATER]
    chats = np.bincount(world.contacts.queue[talks], minlength=len(layout.queues))
    talking = service.held - service.in_acw
    slots = accepting * staff.cap
    free = np.maximum(slots - service.held, 0)
    board.of_queues("chats_open", chats)
    # What is left to a queue of the agents it shares: their slots without the ones that other queues hold.
    mine = np.maximum(slots[group] - (talking[group] - chats), 0)
    board.put("slots", mine, np.add.reduceat(slots, layout.group_start[:-1]))
    board.of_groups("slots_free", free)
    board.put("concurrency_cap", staff.cap[group], np.maximum.reduceat(staff.cap, layout.group_start[:-1]))
    board.put("bot_share", np.where(layout.chat, world.bot.share, np.nan), np.nan)  # no bot on a voice queue
    board.of_queues("bot_open", world.bot.open)
    board.of_queues(
        "unreplied", np.where(layout.chat, waiting, 0) + world.conversations.unreplied(chats, world.slowness())
    )
    topics = world.topics.by_queue()
    board.put("top_topic_share", top_share(topics), top_share(np.add.reduceat(topics, layout.queue_start[:-1])))


_USUAL: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("wrap_up_share", "routing_weight"), (1.0, np.nan)),
    **dict.fromkeys(("queue_priority", "greeting_on", "queue_cap", "snippets_on"), (0.0, np.nan)),
    **dict.fromkeys(("topics_answered", "topics_stopped", "work_open", "owed_rest_s"), (0.0, 0.0)),
    **dict.fromkeys(("agents_supervisors", "agents_called_in"), (0.0, 0.0)),
}
"""The gauges of the levers while nothing is ordered, of a queue and of a site."""
_USUAL_COLUMNS = np.array([GAUGE_INDEX[name] for name in _USUAL])
_USUAL_VALUES = np.array(list(_USUAL.values()), dtype=np.float32)


def _levers(world: World, board: _Board) -> None:
    """What was ordered, and who and what is there because of it."""
    layout, levers = world.layout, world.levers
    board.put("callback_after_s", np.where(layout.chat, np.nan, levers.callback.ordered), np.nan)
    if levers.called_in.pools.any():
        left = np.where(levers.called_in.pools, sum(levers.called_in.left.values()), np.nan)
        board.put("agents_standby", left[layout.queue_site], left)
    if levers.touched:
        _ordered(world, board)
    else:
        board.fill(_USUAL_COLUMNS, _USUAL_VALUES)


def _ordered(world: World, board: _Board) -> None:
    layout, levers = world.layout, world.levers
    for name, lever in (
        ("wrap_up_share", levers.wrap_up),
        ("routing_weight", levers.routing),
        ("queue_priority", levers.priority),
        ("greeting_on", levers.greeting),
        ("queue_cap", levers.queue_cap),
        ("snippets_on", levers.snippets),
    ):
        board.put(name, lever.ordered, np.nan)
    for name, switches in (("topics_answered", levers.topics.answers), ("topics_stopped", levers.topics.stops)):
        counted = levers.topics.count(switches)
        board.put(name, counted[layout.queue_site], counted)
    board.of_queues("work_open", levers.later.open)
    owed = levers.rest.owed.sum(axis=1)
    board.put("owed_rest_s", owed[layout.queue_group], np.add.reduceat(owed, layout.group_start[:-1]))
    board.of_groups("agents_supervisors", levers.supervisors.heads)
    board.of_groups("agents_called_in", levers.called_in.working())
