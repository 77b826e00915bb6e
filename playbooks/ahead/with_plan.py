"""A plan's next half hour beside the one without it: for whoever receives, and for every donor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from alerts.projection.pools import Ints
from playbooks.ahead.change import Change, lanes_of, with_changes
from playbooks.ahead.heading import Heading, headings
from playbooks.ahead.lanes import LanesAhead

Role = Literal["receiver", "donor"]

HELPED = 0.5
"""What a customer counts who is helped otherwise than by an answer in time; a proposal, not measured."""


@dataclass(frozen=True, slots=True)
class PlaceAhead:
    """One place that a plan touches, and its next half hour without the plan and with it.

    A donor is a place that loses: people, or to others' contacts. `category` is empty for a whole site.
    """

    site: str
    category: str
    role: Role
    without: Heading
    planned: Heading

    @property
    def gained(self) -> float:
        """The customers who are answered in time because of the plan; negative for a donor who pays for it."""
        return self.planned.answered - self.without.answered

    @property
    def known(self) -> bool:
        """Whether the projection knows where this place is heading."""
        return self.without.answered == self.without.answered and self.planned.answered == self.planned.answered


@dataclass(frozen=True, slots=True)
class PlanAhead:
    """What a plan does within the half hour that is projected. Times are seconds from now, the start included."""

    times: tuple[float, ...]
    places: tuple[PlaceAhead, ...]
    gained: float
    """Customers answered in time because of it, over all places; NaN where one place is not known."""
    worth: float
    """The same, each by what they are worth."""
    relieved: float
    """Fewer customers come in the half hour because of it: they were met by the bot, answered before they asked …"""

    kept: float
    """Fewer customers give up because of it."""

    @property
    def effect(self) -> float:
        """What a suggestion goes by: the worth of who is answered in time, and by half who is helped otherwise.

        In a queue that drowns nobody is answered in time with or without a plan; that fewer ask, or fewer give up, is
        what there is to gain then.
        """
        return self.worth + HELPED * max(self.relieved, self.kept, 0.0)


def plan_ahead(lanes: LanesAhead, changes: Iterable[Change]) -> PlanAhead | None:
    """The half hour without and with these changes; None where they concern no queue that is known of."""
    changes = tuple(changes)
    planned = with_changes(lanes, changes)
    touched = _touched(lanes, changes)
    if not touched:
        return None
    # Places may share lanes: the sums are over all lanes, each once.
    every = np.unique(np.concatenate([which for _, _, _, which in touched]))
    parts = [*(which for _, _, _, which in touched), every]
    both = headings([(view, which) for view in (lanes, planned) for which in parts])
    *without, before = both[: len(parts)]
    *after_each, after = both[len(parts) :]
    found = [
        PlaceAhead(site, category, role, *pair)
        for (site, category, role, _), *pair in zip(touched, without, after_each, strict=True)
    ]
    steps, turned_away = lanes.course.steps, any(change.lost for change in changes)
    return PlanAhead(
        times=tuple(lanes.course.step_s * at for at in range(steps + 1)),
        places=tuple(sorted(found, key=lambda place: place.role == "donor")),
        gained=after.answered - before.answered,
        worth=after.worth - before.worth,
        relieved=0.0 if turned_away else max(0.0, before.offered - after.offered),
        kept=0.0 if turned_away else before.gave_up - after.gave_up,
    )


def _touched(lanes: LanesAhead, changes: Iterable[Change]) -> list[tuple[str, str, Role, Ints]]:
    """Every place that changes, once, with its lanes; one that both gives and gets is a receiver."""
    found: dict[tuple[str, bytes], tuple[str, str, Role, Ints]] = {}
    for change in changes:
        which = lanes_of(change, lanes)
        if not len(which):
            continue
        gives = change.agents < 0 or change.arrivals > 0 or change.capacity < 0
        key = (change.site, which.tobytes())
        before = found.get(key)
        role: Role = "donor" if gives and (before is None or before[2] == "donor") else "receiver"
        found[key] = (change.site, before[1] if before is not None else change.category, role, which)
    return list(found.values())
