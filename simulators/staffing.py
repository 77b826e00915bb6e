"""The people of every group, by what they do. Agents are counted, not named: "the first n to come free leave"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.layout import Layout
from simulators.scenario import REST_REASONS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Staff:
    """Columns over the groups.

    Per group: home = present here + absent + out (lent, sent home, the way included) + off shift. At work here are
    those present and not at rest, the borrowed, and the extra hands, who have no home here.
    """

    def __init__(self, layout: Layout) -> None:
        groups = layout.groups
        self.home: Ints = np.array([group.agents for group in groups], dtype=np.int64)
        self.absent: Ints = np.zeros_like(self.home)
        self.out: Ints = np.zeros_like(self.home)
        self.off: Ints = np.zeros_like(self.home)
        """Off shift by the roster."""
        self.borrowed: Ints = np.zeros_like(self.home)
        self.own_leaving: Ints = np.zeros_like(self.home)
        """Own agents who go as soon as their contacts allow it, and take no new ones until then."""
        self.extra: Ints = np.zeros_like(self.home)
        """Supervisors and people called in, at work here."""
        self.extra_leaving: Ints = np.zeros_like(self.home)
        self.guests_leaving: Ints = np.zeros_like(self.home)
        self.cap: Ints = np.array([group.staff.cap for group in groups], dtype=np.int64)
        self.usual_cap: Ints = self.cap.copy()
        self.slowdown: Floats = np.array([group.staff.slowdown for group in groups])
        self.reserve: Ints = np.array([_up(group.staff.reserve * group.agents) for group in groups], dtype=np.int64)
        self.rests: Ints = np.zeros((len(groups), len(REST_REASONS)), dtype=np.int64)
        self.called: Ints = np.zeros_like(self.rests)
        """Of each planned rest so many are at work instead; negative where more rest than planned."""
        self._rest_shares = [[group.staff.rests.get(reason, 0.0) for reason in REST_REASONS] for group in groups]
        for number in range(len(groups)):
            self._send_to_rest(number)

    @property
    def present(self) -> Ints:
        """Own agents logged in here."""
        return self.home - self.absent - self.out - self.off

    @property
    def own_duty(self) -> Ints:
        """Own agents at work here: present and not at rest."""
        resting: Ints = np.add.reduce(self.rests, axis=1)
        return self.present - resting

    @property
    def on_duty(self) -> Ints:
        """Agents at work here, guests included."""
        return self.own_duty + self.borrowed + self.extra

    @property
    def accepting(self) -> Ints:
        """Agents at work here who take new contacts."""
        return self.accepting_of(self.on_duty)

    def accepting_of(self, on_duty: Ints) -> Ints:
        """The same, for whoever has asked who is `on_duty`."""
        return on_duty - self.own_leaving - self.guests_leaving - self.extra_leaving

    @property
    def slots(self) -> Ints:
        """Contacts that the accepting agents may hold at once."""
        return self.accepting * self.cap

    def speed(self, held: Ints, efficiency: Floats) -> Floats:
        """Seconds of work done per second on each contact, with the contacts of a group shared evenly."""
        duty = self.on_duty
        each = np.maximum(1.0, held / np.maximum(duty, 1))
        return np.where(duty > 0, efficiency / (1 + self.slowdown * (each - 1)), 0.0)

    def send_off_shift(self, group: int, count: int) -> None:
        """So many of the group's people are off shift now, as far as they are here; rests follow who is left."""
        here = int(self.home[group] - self.absent[group] - self.out[group])
        self.off[group] = min(count, here)
        self._send_to_rest(group)

    def _send_to_rest(self, group: int) -> None:
        left = present = int(self.present[group])
        for place, share in enumerate(self._rest_shares[group]):
            count = min(left, int(share * present + 0.5))
            self.rests[group, place] = count
            left -= count
        self.called[group] = 0

    def leave(self, group: int, share: float) -> tuple[int, list[int]]:
        """A share of the own people present goes home. Returns how many, and how many of them from each rest."""
        present = int(self.present[group])
        count = min(present, int(share * present + 0.5))
        from_rest = [int(share * rest + 0.5) for rest in self.rests[group]]
        while sum(from_rest) > count:
            from_rest[from_rest.index(max(from_rest))] -= 1
        while count - sum(from_rest) > int(self.own_duty[group]):
            place = max(range(len(from_rest)), key=lambda i: int(self.rests[group, i]) - from_rest[i])
            from_rest[place] += 1
        self.absent[group] += count
        self.rests[group] -= np.array(from_rest)
        return count, from_rest

    def come_back(self, group: int, count: int, to_rest: list[int]) -> None:
        """Undoes `leave`, or `rest`."""
        self.absent[group] -= count
        planned = np.maximum(self.rests[group] + self.called[group] + np.array(to_rest), 0)
        self.rests[group] = np.maximum(planned - self.called[group], 0)
        self.called[group] = planned - self.rests[group]

    def rest(self, group: int, share: float, reason: str) -> tuple[int, list[int]]:
        """A share of the own people present takes a rest of this kind. Returns 0, and how many by kind of rest."""
        count = min(int(share * self.present[group] + 0.5), int(self.own_duty[group]))
        to_rest = [count if one == reason else 0 for one in REST_REASONS]
        self.rests[group] += np.array(to_rest)
        return 0, [-one for one in to_rest]


def _up(value: float) -> int:
    return int(np.ceil(value - 1e-9))
