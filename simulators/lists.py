"""The lists behind a simulated site's figures: who waits, and who gave up in the last minutes.

Contacts are known one by one; agents are counted, not named, so no list of them can be told.
"""

from __future__ import annotations

from collections import deque
from hashlib import blake2s
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from feeds.contract import MAX_LISTED, ListItem, ListQuery, ListReply

if TYPE_CHECKING:
    from simulators.world import World

Ints = NDArray[np.int64]

TOLD: tuple[str, ...] = ("waiting", "abandoned")
"""The lists of `feeds.contract.LISTS` that a simulated site tells."""

REMEMBERED_S = 300
"""Who gave up is remembered for so long."""


class GivenUp:
    """The contacts that gave up in the last `REMEMBERED_S` ticks: when, in which queue, after how long, which slot."""

    def __init__(self) -> None:
        self._ticks: deque[tuple[int, Ints, Ints, Ints]] = deque()

    def note(self, tick: int, queues: Ints, waits: Ints, slots: Ints) -> None:
        """These gave up at `tick`."""
        if len(queues):
            self._ticks.append((tick, queues, waits, slots))
        while self._ticks and self._ticks[0][0] <= tick - REMEMBERED_S:
            self._ticks.popleft()

    def latest(self, tick: int) -> tuple[Ints, Ints, Ints, Ints]:
        """(ticks, queues, waits, slots) of those that are remembered at `tick`, the latest first."""
        kept = [one for one in reversed(self._ticks) if one[0] > tick - REMEMBERED_S]
        if not kept:
            none = np.zeros(0, np.int64)
            return none, none, none, none
        ticks = np.concatenate([np.full(len(queues), at) for at, queues, _waits, _slots in kept])
        columns = (np.concatenate([one[part] for one in kept]) for part in (1, 2, 3))
        queues, waits, slots = columns
        return ticks, queues, waits, slots


def told(world: World, site: int, query: ListQuery, at_ns: int) -> ListReply | None:
    """The list that was asked for, of one queue or of the whole site; None where there is no such list or row."""
    layout = world.layout
    first, last = int(layout.queue_start[site]), int(layout.queue_start[site + 1])
    names = [queue.row.id for queue in layout.plans[site].queues]
    if query.what not in TOLD or (query.row != "*" and query.row not in names):
        return None
    if query.row != "*":
        first += names.index(query.row)
        last = first + 1
    ticks, queues, seconds, slots = _waiting(world) if query.what == "waiting" else world.given_up.latest(world.tick)
    here = np.flatnonzero((queues >= first) & (queues < last))
    if query.what == "waiting":
        here = here[np.argsort(-seconds[here], kind="stable")]
    start = int(layout.queue_start[site])
    items = tuple(
        ListItem(
            _name(query.site, int(slots[i]), int(ticks[i] - seconds[i])),
            float(seconds[i]),
            names[int(queues[i]) - start],
            ago_s=float(world.tick - ticks[i]),
        )
        for i in here[: min(query.most, MAX_LISTED)]
    )
    return ListReply(query.site, query.id, query.what, query.row, at_ns, len(here), items)


def _waiting(world: World) -> tuple[Ints, Ints, Ints, Ints]:
    slots, contacts = world.lines.slots, world.contacts
    now = np.full(len(slots), world.tick)
    return now, contacts.queue[slots], world.tick - contacts.joined[slots], slots


def _name(site: str, slot: int, tick: int) -> str:
    """What a contact is called: the same for as long as it waits, and of nobody."""
    return blake2s(f"{site} {slot} {tick}".encode(), digest_size=4).hexdigest()
