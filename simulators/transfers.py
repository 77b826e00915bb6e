"""Agents lent from one site to another: committed, on the way, at work there, on the way home.

A donor gives only what stands above its reserve. An agent goes when the group's contacts fit into the hands of the
others (in a chat group colleagues take them over), travels for the lead time, and joins when the receiver has opened a
place; until then it waits outside. A return takes the same steps back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulators.staffing import Staff

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SETTLED_TICKS = 1800
"""Half an hour: by then a borrowed agent is as fast as it will be."""


@dataclass(slots=True)
class Transfer:
    """One loan. `origin` and `target` are group indices; -1 while not known. Counts of agents by where they are."""

    id: str
    origin: int = -1
    to_site: int = -1
    target: int = -1
    asked: int = 0
    pending: int = 0
    travelling: list[list[int]] = field(default_factory=list)
    """[tick of arrival, tick of departure, agents]"""
    outside: int = 0
    working: list[list[int]] = field(default_factory=list)
    """[tick since which, agents]"""
    returning: int = 0
    """Of those working, the ones who go home as soon as their contacts allow it."""
    homeward: list[list[int]] = field(default_factory=list)
    """[tick of arrival, agents]"""
    lead: int = -1
    """Ticks on the way; -1: those of the network."""
    efficiency: tuple[float, float] | None = None
    """Speed on arrival and when settled; None: the network's."""
    idle: bool = False
    """Whether these people are sent home and not to work elsewhere."""
    at_home: int = 0

    @property
    def at_work(self) -> int:
        """Agents working at the receiver."""
        return sum(count for _, count in self.working)

    @property
    def on_the_way(self) -> int:
        """Agents between the sites, in either direction."""
        return self.outside + sum(count for *_, count in self.travelling) + sum(count for _, count in self.homeward)

    @property
    def bound_for_target(self) -> int:
        """Agents that are or will be at the receiver (or at home), unless they are called back."""
        coming = self.pending + self.outside + self.at_home + sum(count for *_, count in self.travelling)
        return coming + self.at_work - self.returning


class Transfers:
    """All loans of the network."""

    def __init__(self, staff: Staff, lead_ticks: int, efficiency: tuple[float, float]) -> None:
        self.loans: dict[str, Transfer] = {}
        self._staff = staff
        self._lead = lead_ticks
        self._efficiency = efficiency
        self._departures: list[Transfer] = []

    def lendable(self, group: int) -> int:
        """Agents that the group can still give."""
        staff = self._staff
        return max(0, int(staff.own_duty[group] - staff.own_leaving[group] - staff.reserve[group]))

    def lend(self, loan: Transfer, origin: int, count: int) -> int:
        """Commits up to `count` agents of the group `origin` to the loan. Returns how many; with 0, no loan."""
        moved = min(count, self.lendable(origin))
        if not moved:
            return 0
        loan.origin, loan.asked, loan.pending = origin, count, moved
        self._staff.own_leaving[loan.origin] += moved
        self.loans[loan.id] = loan
        self._departures.append(loan)
        return moved

    def give_back(self, loan: Transfer, tick: int) -> int:
        """Calls everybody back who is not on the way home yet. Returns how many that are."""
        called = loan.bound_for_target
        staff = self._staff
        staff.own_leaving[loan.origin] -= loan.pending
        loan.pending = 0
        for _, left, count in loan.travelling:
            loan.homeward.append([tick + (tick - left), count])
        loan.travelling.clear()
        if loan.outside or loan.at_home:
            loan.homeward.append([tick + self._lead_of(loan), loan.outside + loan.at_home])
            loan.outside = loan.at_home = 0
        more = loan.at_work - loan.returning
        if more:
            loan.returning += more
            staff.guests_leaving[loan.target] += more
            self._departures.append(loan)
        return called

    def step(self, tick: int, held: Ints) -> None:
        """Lets go whom the work allows, and lets arrive who is there."""
        if not self.loans:
            return
        self._trim()
        needed = -(-held // self._staff.cap)
        free = np.maximum(self._staff.on_duty - needed, 0)
        for loan in self._departures:
            if loan.pending:
                self._depart(loan, tick, free)
            if loan.returning:
                self._go_home(loan, tick, free)
        self._departures = [loan for loan in self._departures if loan.pending or loan.returning]
        for loan in self.loans.values():
            self._arrive(loan, tick)

    def efficiency(self, tick: int, lost: Floats | None = None) -> Floats:
        """Mean speed of the agents at work in each group: 1 with nobody borrowed.

        `lost` is what others take off it, in agents by group; it is used up.
        """
        staff = self._staff
        lost = np.zeros(len(staff.home)) if lost is None else lost
        for loan in self.loans.values():
            first, settled = loan.efficiency or self._efficiency
            for since, count in loan.working:
                grown = min(1.0, (tick - since) / SETTLED_TICKS)
                lost[loan.target] += count * (1 - first - (settled - first) * grown)
        return 1 - lost / np.maximum(staff.on_duty, 1)

    def on_the_way(self) -> int:
        """Agents of the whole network that are between two places of work."""
        return sum(loan.on_the_way for loan in self.loans.values() if not loan.idle)

    def within_sites(self, group_site: Ints) -> tuple[Ints, Ints, Ints]:
        """By group: agents at work from another group of the site, own agents out for one, own agents sent home."""
        flexed, flexed_out, sent_home = np.zeros((3, len(group_site)), dtype=np.int64)
        for loan in self.loans.values():
            if loan.idle:
                sent_home[loan.origin] += loan.at_home + loan.on_the_way
            elif loan.origin >= 0 and group_site[loan.origin] == loan.to_site:
                flexed[loan.target] += loan.at_work
                flexed_out[loan.origin] += loan.at_work + loan.on_the_way
        return flexed, flexed_out, sent_home

    def _lead_of(self, loan: Transfer) -> int:
        return self._lead if loan.lead < 0 else loan.lead

    def _trim(self) -> None:
        """People who went home cannot be lent: the latest promises shrink first."""
        staff = self._staff
        for loan in reversed(self._departures):
            short = int(staff.own_leaving[loan.origin] - staff.own_duty[loan.origin])
            if loan.pending and short > 0:
                cut = min(short, loan.pending)
                loan.pending -= cut
                staff.own_leaving[loan.origin] -= cut

    def _depart(self, loan: Transfer, tick: int, free: Ints) -> None:
        count = min(loan.pending, int(free[loan.origin]))
        if count:
            free[loan.origin] -= count
            loan.pending -= count
            self._staff.own_leaving[loan.origin] -= count
            self._staff.out[loan.origin] += count
            if loan.idle:
                loan.at_home += count
            else:
                loan.travelling.append([tick + self._lead_of(loan), tick, count])

    def _go_home(self, loan: Transfer, tick: int, free: Ints) -> None:
        count = min(loan.returning, int(free[loan.target]))
        if not count:
            return
        free[loan.target] -= count
        loan.returning -= count
        self._staff.guests_leaving[loan.target] -= count
        self._staff.borrowed[loan.target] -= count
        loan.homeward.append([tick + self._lead_of(loan), count])
        while count:
            taken = min(count, loan.working[0][1])
            loan.working[0][1] -= taken
            count -= taken
            if not loan.working[0][1]:
                loan.working.pop(0)

    def _arrive(self, loan: Transfer, tick: int) -> None:
        there = sum(count for due, _, count in loan.travelling if due <= tick)
        loan.travelling = [entry for entry in loan.travelling if entry[0] > tick]
        loan.outside += there
        if loan.outside and loan.target >= 0:
            loan.working.append([tick, loan.outside])
            self._staff.borrowed[loan.target] += loan.outside
            loan.outside = 0
        home = sum(count for due, count in loan.homeward if due <= tick)
        loan.homeward = [entry for entry in loan.homeward if entry[0] > tick]
        self._staff.out[loan.origin] -= home
