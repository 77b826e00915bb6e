"""Rest, training and meetings put off by order, and given back later (P02, P03)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.scenario import REST_REASONS
from simulators.staffing import Staff

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BACK_FROM_S, BACK_UNTIL_S = 120, 300
"""Called back, people are at work two to five minutes later (the catalogue of plays)."""
STEP, STEP_S = 0.1, 60
"""Restored in steps of 10 %, one a minute."""
REPAID_AT_ONCE = 0.1
"""Of the people present so many rest more than planned while rest is owed (assumed)."""
LATEST_S = 3600
"""Breaks and meals can be put off for an hour; then they go (assumed, after the rules of labour)."""

_BREAK: NDArray[np.bool_] = np.array([reason in ("ordinary", "meal") for reason in REST_REASONS])


class RestAllowance:
    """How much of each group's planned rest may be taken, groups × reasons; `owed` is put off, in agent-seconds."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        shape = staff.rests.shape
        self.ordered: Floats = np.ones(shape)
        self.owed: Floats = np.zeros(shape)
        self.used = False
        self._now: Floats = np.ones(shape)
        self._since: Floats = np.full(shape, -1e9)
        self._owing_since: Floats = np.full(shape, np.inf)

    def overdue(self, group: int, reason: int, tick: int) -> bool:
        """Whether this rest has been put off for so long that it cannot be put off now."""
        return bool(_BREAK[reason] and tick - self._owing_since[group, reason] >= LATEST_S)

    def order(self, group: int, reason: int, allowance: float, tick: int) -> float:
        """Sets an allowance; returns the one that was ordered before."""
        before = float(self.ordered[group, reason])
        if allowance != before:
            self.ordered[group, reason] = allowance
            self._since[group, reason] = tick
            self.used = True
        return before

    def step(self, tick: int) -> None:
        """A second passes: people come back, or go to rest."""
        if not self.used:
            return
        expired = _BREAK & (tick - self._owing_since >= LATEST_S)
        self.ordered[expired] = self._now[expired] = 1.0
        self._approach(tick)
        staff = self._staff
        planned = staff.rests + staff.called
        resting = np.floor(self._now * planned + 0.5).astype(np.int64)
        resting += self._repaid(planned)
        left = np.maximum(staff.present - staff.own_leaving, 0)
        for reason in range(resting.shape[1]):
            resting[:, reason] = np.minimum(resting[:, reason], left)
            left = left - resting[:, reason]
        staff.rests, staff.called = resting, planned - resting
        self.owed = np.maximum(self.owed + staff.called, 0.0)
        self._owing_since = np.where(self.owed > 0, np.minimum(self._owing_since, tick), np.inf)
        self.used = bool((self.ordered != 1).any() or (self._now != 1).any() or self.owed.any() or staff.called.any())

    def _approach(self, tick: int) -> None:
        """The allowance that holds moves to the one ordered."""
        since = tick - self._since
        fall = np.where(since > BACK_FROM_S, 1.0 / (BACK_UNTIL_S - BACK_FROM_S), 0.0)
        rise = np.where((since > 0) & (since % STEP_S == 0), STEP, 0.0)
        down, up = np.maximum(self._now - fall, self.ordered), np.minimum(self._now + rise, self.ordered)
        self._now = np.where(self._now > self.ordered, down, np.where(self._now < self.ordered, up, self._now))

    def _repaid(self, planned: Ints) -> Ints:
        """Who rests beyond the plan now: nobody of a rest that is still put off, and not more than is owed."""
        staff = self._staff
        due = np.where((self._now == 1.0) & (self.ordered == 1.0), np.ceil(self.owed), 0.0).astype(np.int64)
        room = np.ceil(REPAID_AT_ONCE * staff.present - 1e-9).astype(np.int64)
        more = np.zeros_like(planned)
        for reason in range(planned.shape[1]):
            more[:, reason] = np.minimum(due[:, reason], room)
            room = room - more[:, reason]
        return more
