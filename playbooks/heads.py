"""How many people really moved, by what a site answered: a head count before and after for each target."""

from __future__ import annotations

import math
from collections.abc import Callable

from playbooks.action import Action, Args, number_of
from playbooks.run import Item, Reply, StepState, Value

MOST_HEADS = 1e6
"""No target of a result counts for more: a site's figures may be anything."""

Change = Callable[[Item], float]
"""The heads that one target of a result tells of."""


def gone(item: Item) -> float:
    """The heads that a target has fewer."""
    return item.before - item.after


def come(item: Item) -> float:
    """The heads that a target has more."""
    return item.after - item.before


def either(item: Item) -> float:
    """The heads by which a target differs, whichever way."""
    return abs(item.after - item.before)


def heads(reply: Reply, asked: float, change: Change) -> float:
    """The heads that a reply accounts for, never more than were asked for; NaN where it does not tell."""
    if not reply.items:
        return asked if reply.state == "done" else math.nan
    changes = [change(item) for item in reply.items if not item.error]
    if any(map(math.isnan, changes)):
        return math.nan
    moved = math.fsum(max(-MOST_HEADS, min(MOST_HEADS, one)) for one in changes)
    return float(math.floor(min(asked, max(0.0, moved)) + 0.5))


class MovesHeads(Action):
    """An action of one or more orders, each of which moves people."""

    def heads_of(self, index: int, reply: Reply, most: float) -> float:
        """The heads that order `index` moved, of at most so many."""
        raise NotImplementedError

    def outcome(self, args: Args, index: int, reply: Reply) -> StepState:
        """Nobody moved is a failure; a number that is not told is unknown."""
        state = super().outcome(args, index, reply)
        if state not in (StepState.DONE, StepState.PARTIAL):
            return state
        moved = self.heads_of(index, reply, number_of(args, "count"))
        return StepState.UNKNOWN if math.isnan(moved) else StepState.FAILED if moved < 1 else state

    def achieved(self, args: Args, replies: tuple[Reply, ...]) -> dict[str, Value]:
        """How many really moved."""
        return {"count": self.moved(args, replies)} if replies else {}

    def moved(self, args: Args, replies: tuple[Reply, ...]) -> float:
        """The heads after the last order: no more than were asked for, nor than the order before it moved."""
        left = number_of(args, "count")
        for at, reply in enumerate(replies):
            left = self.heads_of(at, reply, left)
        return left
