"""People of groups with a roster come and go by interval of the day."""

from __future__ import annotations

from typing import Protocol

from numpy.random import Generator

from simulators.curves import DAY_S
from simulators.layout import Layout
from simulators.staffing import Staff

_LEAST, _MOST = 0.5, 1.5
"""A day's attendance is never further from the plan than this."""


class Attending(Protocol):
    """Who brings the people in and sends them home."""

    def step(self, staff: Staff, day_s: float) -> None:
        """Called each second, `day_s` after midnight."""
        ...


class Shifts:
    """Holds the attendance of the day: one factor and one rounding for each group with a roster, drawn once."""

    def __init__(self, layout: Layout, rng: Generator) -> None:
        self._rosters = [(number, group.roster) for number, group in enumerate(layout.groups) if group.roster]
        self._people = [layout.groups[number].agents for number, _ in self._rosters]
        self._draws = [(rng.standard_normal(), rng.random()) for _ in self._rosters]
        self._at: list[int] = [-1] * len(self._rosters)

    def step(self, staff: Staff, day_s: float) -> None:
        """Sends people home or brings them in where an interval begins; `day_s` is seconds since local midnight."""
        for place, (group, roster) in enumerate(self._rosters):
            interval = int(day_s % DAY_S // roster.every)
            if interval == self._at[place]:
                continue
            self._at[place] = interval
            normal, uniform = self._draws[place]
            factor = min(max(1 + roster.spread * normal, _LEAST), _MOST)
            on_shift = min(int(roster.agents[interval] * factor + uniform), self._people[place])
            staff.send_off_shift(group, self._people[place] - on_shift)
