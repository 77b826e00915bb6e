"""The injections of a scenario as effects on the columns of the model at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.injection import AgentsLeave, BotFault, SiteDark, SiteFreeze, Surge, TopicSpike
from simulators.layout import Layout

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effects:
    """What holds until the next change: columns over the queues."""

    factor: Floats
    """Arrivals are multiplied by this."""
    spike: Floats
    """Share of the arrivals that the injected topic has."""
    containment: Floats
    false_containment: Floats


@dataclass(frozen=True, slots=True)
class Leave:
    """People who go at `at` and come back at `until` (never: infinity), as group indices."""

    at: float
    until: float
    groups: tuple[int, ...]
    share: float


class Disturbances:
    """Answers what is injected at `elapsed` seconds after the scenario's start. Holds no state of the run."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._all = layout.scenario.injections
        self._containment, self._misled = layout.column("containment"), layout.column("false_containment")
        self.leaves = tuple(self._leaves())
        timed = [one for one in self._all if isinstance(one, Surge | TopicSpike | BotFault)]
        self._changes = frozenset({one.at for one in timed} | {one.at + one.for_ for one in timed})
        self._timed = timed
        self.freezes = any(isinstance(one, SiteFreeze) for one in self._all)
        """Whether any site's figures ever stand still."""

    def changes(self, before: float, now: float) -> bool:
        """Whether the effects after `before` differ from those at `now`."""
        return any(before < change <= now for change in self._changes)

    def effects(self, elapsed: float) -> Effects:
        """The effects on arrivals and the bot."""
        factor, spike = np.ones(len(self._layout.queues)), np.zeros(len(self._layout.queues))
        containment, misled = self._containment.copy(), self._misled.copy()
        for one in self._timed:
            if not one.at <= elapsed < one.at + one.for_:
                continue
            where = self._where(one)
            if isinstance(one, BotFault):
                containment[where], misled[where] = one.containment, one.false_containment
                continue
            factor[where] *= one.factor
            if isinstance(one, TopicSpike):
                spike[where] = 1 - (1 - spike[where]) / one.factor
        return Effects(factor, spike, containment, misled)

    def dark(self, site: str, elapsed: float) -> bool:
        """Whether the site's feed is dead."""
        return any(isinstance(one, SiteDark) and one.site == site and _during(one, elapsed) for one in self._all)

    def frozen(self, site: str, elapsed: float) -> bool:
        """Whether the site's figures stand still."""
        return any(isinstance(one, SiteFreeze) and one.site == site and _during(one, elapsed) for one in self._all)

    def _where(self, one: Surge | TopicSpike | BotFault) -> NDArray[np.bool_]:
        layout = self._layout
        chosen = [
            (not one.site or one.site == layout.sites[site])
            and one.category in ("", queue.row.category)
            and one.platform in ("", queue.row.platform)
            and one.phase in ("", queue.row.phase)
            and one.shop in ("", queue.shop)
            for site, queue in zip(layout.queue_site, layout.queues, strict=True)
        ]
        return np.array(chosen, dtype=np.bool_)

    def _leaves(self) -> Iterator[Leave]:
        layout = self._layout
        for one in self._all:
            if isinstance(one, AgentsLeave):
                groups = [
                    number
                    for number, group in enumerate(layout.groups)
                    if layout.sites[layout.group_site[number]] == one.site and one.category in ("", group.category)
                ]
                until = float("inf") if one.for_ is None else one.at + one.for_
                yield Leave(one.at, until, tuple(groups), one.share)


def _during(one: SiteDark | SiteFreeze, elapsed: float) -> bool:
    return one.at <= elapsed < one.at + one.for_
