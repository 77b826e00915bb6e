"""The bot: who meets it, who stays with it, who is passed to the queue, and who was only thought to be helped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.contacts import AFTER_BOT, AFTER_BOT_LATE, FIRST, REDIAL, Batch, Contacts
from simulators.layout import Layout
from simulators.orbit import Orbit
from simulators.tally import Tally

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_REPEAT_WITHIN = 1800
"""Ticks within which a customer who comes back counts as a repeat after the bot."""


class Bot:
    """The bot of every queue. `share`, `containment` and `false_containment` apply to contacts that arrive from now."""

    def __init__(self, layout: Layout) -> None:
        self.usual_share: Floats = layout.column("bot_share")
        self.share: Floats = self.usual_share.copy()
        self.containment: Floats = layout.column("containment")
        self.false_containment: Floats = layout.column("false_containment")
        self.open: Ints = np.zeros(len(layout.queues), dtype=np.int64)
        self._with_bot = Orbit()

    def meet(
        self,
        batch: Batch,
        slots: Ints,
        tick: int,
        comebacks: Orbit,
        tally: Tally,
        full: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.bool_]:
        """Which contacts of a batch meet the bot; they stay with it until their time is up.

        Who comes back because the bot did not help, and who was passed on, asks for a person at once. `full` marks
        those whose queue lets nobody in: where there is a bot they meet it whatever its share.
        """
        queue = batch.queue
        may = (batch.kind == FIRST) | (batch.kind == REDIAL)
        share = self.share[queue]
        if full is not None:
            share = np.where(full & (np.maximum(share, self.usual_share[queue]) > 0), 1.0, share)
        meets: NDArray[np.bool_] = may & (batch.meets_bot < share)
        if not meets.any():
            return meets
        contained = meets & (batch.contained < self.containment[queue])
        misled = contained & (batch.misled < self.false_containment[queue])
        ends = tick + batch.bot_ticks
        self._with_bot.put(ends[meets], slots[meets], contained[meets].astype(np.int64))
        late = batch.back_ticks > _REPEAT_WITHIN
        kind = np.where(late, AFTER_BOT_LATE, AFTER_BOT)
        comebacks.put((ends + batch.back_ticks)[misled], queue[misled], kind[misled])
        self.open += np.bincount(queue[meets], minlength=len(self.open))
        tally.add("bot_entered", queue[meets])
        tally.add("overflow_out", queue[meets & (batch.meets_bot >= self.usual_share[queue])])
        return meets

    def finish(self, contacts: Contacts, tick: int, tally: Tally) -> Ints:
        """Ends the bot's conversations that are due: the contained are gone, the slots of the rest are returned."""
        slots, contained = self._with_bot.take(tick)
        if not len(slots):
            return slots
        queue = contacts.queue[slots]
        self.open -= np.bincount(queue, minlength=len(self.open))
        stays = contained == 1
        tally.add("bot_contained", queue[stays])
        tally.add("bot_handed_over", queue[~stays])
        contacts.release(slots[stays])
        handed_over: Ints = slots[~stays]
        return handed_over
