"""The injections of a scenario, and of its coach, as effects on the columns of the model at a moment."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from simulators import after_sale
from simulators.feed_injection import SiteDark, SiteFreeze
from simulators.injection import (
    AfterSale,
    AgentsLeave,
    AgentsRest,
    BotFault,
    HandleTime,
    Injection,
    OnQueues,
    OrderRush,
    Oscillation,
    PlatformDegrade,
    SitePower,
    Surge,
    TopicSpike,
    Where,
)
from simulators.layout import Layout

Floats = NDArray[np.float64]

_SWING_STEP_S, _DECAY_STEP_S = 30.0, 5.0
"""What moves without steps is taken anew so often."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What holds until the next change: columns over the queues."""

    factor: Floats
    """Arrivals are multiplied by this."""
    spike: Floats
    """Share of the arrivals that the injected topic has."""
    containment: Floats
    false_containment: Floats
    handle: Floats
    """Work of contacts that arrive is multiplied by this."""
    degrade: Floats
    """And by this, which local snippets can help against."""
    conversion: Floats
    order_value: Floats
    refunds: Floats
    """Factors of the shops' business."""


@dataclass(frozen=True, slots=True)
class Leave:
    """People who go at `at` and come back at `until` (never: infinity), as group indices."""

    at: float
    until: float
    groups: tuple[int, ...]
    share: float
    reason: str = ""
    """Where given they do not go home but rest."""


class Disturbances:
    """Answers what is injected at `elapsed` seconds after the scenario's start. Holds no state of the run."""

    def __init__(self, layout: Layout, injections: Sequence[Injection]) -> None:
        self._layout = layout
        self._all = injections
        self._containment, self._misled = layout.column("containment"), layout.column("false_containment")
        self.leaves = tuple(self._leaves())
        self.powers = tuple(one for one in self._all if isinstance(one, SitePower))
        self._timed = [(one, queues_of(layout, one)) for one in self._all if changes_contacts(one)]
        self._changes = sorted({moment for one, _ in self._timed for moment in _moments(one)})
        self._darks = _by_site(one for one in self._all if isinstance(one, SiteDark | SitePower))
        self._freezes = _by_site(one for one in self._all if isinstance(one, SiteFreeze))
        self.freezes = bool(self._freezes)
        """Whether any site's figures ever stand still."""

    def changes(self, before: float, now: float) -> bool:
        """Whether the effects after `before` differ from those at `now`."""
        place = bisect_right(self._changes, before)
        return place < len(self._changes) and self._changes[place] <= now

    def effects(self, elapsed: float) -> Effects:
        """The effects on arrivals, contacts and the bot."""
        factor, handle, degrade, conversion, value, refunds = np.ones((6, len(self._layout.queues)))
        spike = np.zeros(len(self._layout.queues))
        containment, misled = self._containment.copy(), self._misled.copy()
        for one, where in self._timed:
            if not one.at <= elapsed < one.at + one.for_:
                continue
            match one:
                case BotFault():
                    containment[where], misled[where] = one.containment, one.false_containment
                case HandleTime():
                    handle[where] *= one.factor
                case AfterSale():
                    factor[where] *= after_sale.contacts(one.day)
                    refunds[where] *= after_sale.refunds(one.day)
                case PlatformDegrade():
                    degrade[where] *= one.slowdown
                case OrderRush():
                    conversion[where] *= one.conversion
                    value[where] *= one.order_value
                    refunds[where] *= one.refunds
                case Oscillation():
                    factor[where] *= 1 + one.amplitude * math.sin(2 * math.pi * (elapsed - one.at) / one.period)
                case Surge() | TopicSpike():
                    now = _strength(one, elapsed)
                    factor[where] *= now
                    if isinstance(one, TopicSpike):
                        spike[where] = 1 - (1 - spike[where]) / now
        return Effects(factor, spike, containment, misled, handle, degrade, conversion, value, refunds)

    def dark(self, site: str, elapsed: float) -> bool:
        """Whether the site's feed is dead."""
        return site in self._darks and any(_during(one, elapsed) for one in self._darks[site])

    def frozen(self, site: str, elapsed: float) -> bool:
        """Whether the site's figures stand still."""
        return site in self._freezes and any(_during(one, elapsed) for one in self._freezes[site])

    def _leaves(self) -> Iterator[Leave]:
        layout = self._layout
        for one in self._all:
            if not isinstance(one, AgentsLeave | AgentsRest | SitePower):
                continue
            category = "" if isinstance(one, SitePower) else one.category
            groups = tuple(
                number
                for number, group in enumerate(layout.groups)
                if layout.sites[layout.group_site[number]] == one.site and category in ("", group.category)
            )
            until = float("inf") if one.for_ is None else one.at + one.for_
            share = 1.0 if isinstance(one, SitePower) else one.share
            yield Leave(one.at, until, groups, share, one.reason if isinstance(one, AgentsRest) else "")


def after_sale_topics(layout: Layout) -> dict[int, Floats]:
    """The topics' shares at the queues, by index, that a day after the promotion comes to; for the whole run."""
    found: dict[int, Floats] = {}
    for one in layout.scenario.happening(layout.scenario.injections):
        if isinstance(one, AfterSale):
            found |= dict.fromkeys(np.flatnonzero(queues_of(layout, one)).tolist(), after_sale.topics(one.day))
    return found


def changes_contacts(one: object) -> TypeGuard[OnQueues | PlatformDegrade]:
    """Whether an injection changes arrivals, contacts or the bot."""
    return isinstance(one, get_args(OnQueues)) or (isinstance(one, PlatformDegrade) and one.slowdown > 1)


def queues_of(layout: Layout, one: Where) -> NDArray[np.bool_]:
    """Which queues an injection means."""
    chosen = [
        (not one.site or one.site == layout.sites[site])
        and one.category in ("", queue.row.category)
        and one.platform in ("", queue.row.platform)
        and one.phase in ("", queue.row.phase)
        and one.shop in ("", queue.shop)
        for site, queue in zip(layout.queue_site, layout.queues, strict=True)
    ]
    return np.array(chosen, dtype=np.bool_)


_AtSite = TypeVar("_AtSite", SiteDark | SitePower, SiteFreeze)


def _by_site(injections: Iterable[_AtSite]) -> dict[str, list[_AtSite]]:
    """Asked for every site and second, so sorted out once."""
    found: dict[str, list[_AtSite]] = {}
    for one in injections:
        found.setdefault(one.site, []).append(one)
    return found


def _strength(one: Surge | TopicSpike, elapsed: float) -> float:
    """The factor at a moment: what is above 1 may decay."""
    if one.half_life is None:
        return one.factor
    return float(1 + (one.factor - 1) * 2.0 ** (-(elapsed - one.at) / one.half_life))


def _moments(one: OnQueues | PlatformDegrade) -> list[float]:
    """When the effect of an injection changes."""
    step = 0.0
    if isinstance(one, Oscillation):
        step = _SWING_STEP_S
    elif isinstance(one, Surge | TopicSpike) and one.half_life is not None:
        step = _DECAY_STEP_S
    between = [one.at + step * n for n in range(1, math.ceil(one.for_ / step))] if step else []
    return [one.at, *between, one.at + one.for_]


def _during(one: SiteDark | SiteFreeze | SitePower, elapsed: float) -> bool:
    return one.at <= elapsed < one.at + one.for_
