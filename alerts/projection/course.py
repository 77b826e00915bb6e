"""What lies ahead of many queues: arrivals and staffing step by step, how they are served, how long people wait."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alerts.projection.decay import Floats


@dataclass(frozen=True)
class Course:
    """The next steps of some queues. NaN anywhere makes a queue unknown: its figures are NaN.

    An agent with k contacts at once finishes k / handle_s[k - 1] a second; contacts are spread evenly. A queue whose
    agents hold fewer at once than `handle_s` has rows ends where its `slots` say.
    """

    step_s: float
    arrivals: Floats
    """Per second, (steps, queues)."""
    agents: Floats
    """Who may take contacts in each step, (steps, queues). Need not be whole: people still learning count for less."""
    handle_s: Floats
    """Mean handle time of a contact whose agent holds 1, 2, … at once, (levels, queues); one level for voice."""
    patience_s: Floats
    """Mean time until a waiting contact gives up, (queues,); inf: never."""
    slots: NDArray[np.int64]
    """Contacts an agent may hold at once, (queues,)."""

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return int(self.arrivals.shape[0])

    @property
    def queues(self) -> int:
        """How many queues there are."""
        return int(self.arrivals.shape[1])

    @cached_property
    def impatience(self) -> Floats:
        """Contacts that give up per waiting contact and second, (queues,)."""
        return 1.0 / self.patience_s

    @cached_property
    def pace(self) -> Floats:
        """Contacts that an agent holding 0, 1, 2, … finishes a second, (levels + 1, queues); level past its slots."""
        held = np.arange(1, len(self.handle_s) + 1)[:, None]
        pace = np.concatenate([np.zeros((1, self.queues)), held / self.handle_s])
        last = np.take_along_axis(pace, np.minimum(self.slots, len(self.handle_s))[None, :], axis=0)
        return np.where(np.arange(len(pace))[:, None] <= self.slots, pace, last)

    @cached_property
    def full_pace(self) -> Floats:
        """Contacts that an agent with every slot taken finishes a second, (queues,)."""
        return np.asarray(self.pace[-1], np.float64)

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Queues of which every figure is known and possible."""
        sums = self.arrivals.sum(axis=0) + self.agents.sum(axis=0) + self.pace.sum(axis=0) + self.impatience
        good = (self.arrivals >= 0).all(axis=0) & (self.agents >= 0).all(axis=0) & (self.pace >= 0).all(axis=0)
        good &= (self.patience_s > 0) & (self.slots >= 1) & (self.slots <= len(self.handle_s))
        return np.asarray(good & np.isfinite(sums), np.bool_)

    @property
    def serving(self) -> Floats:
        """Agents at work in each step, its mean, (steps, queues): those who left, too, until they have finished.

        Where the staffing falls, whoever becomes free first leaves. While all are busy the number at work falls by
        its own completions, as s·exp(-t / handle time), down to the new number.
        """
        return self._at_work[0]

    @property
    def serving_at(self) -> Floats:
        """The same at the beginning of each step."""
        return self._at_work[1]

    @cached_property
    def _at_work(self) -> tuple[Floats, Floats]:
        mean_, start = np.array(self.agents, np.float64), np.array(self.agents, np.float64)
        tau = self.slots / self.full_pace
        left, now = np.exp(-self.step_s / tau), start[0]
        for i in range(1, self.steps):
            goal = self.agents[i]
            over = now > goal
            if not over.any():
                now = goal
                continue
            with np.errstate(divide="ignore", invalid="ignore"):
                until = np.minimum(tau * np.log(now / goal), self.step_s)
                mean = (now * tau * -np.expm1(-until / tau) + goal * (self.step_s - until)) / self.step_s
            mean_[i], start[i] = np.where(over, mean, goal), np.where(over, now, goal)
            now = np.where(over, np.maximum(now * left, goal), goal)
        return mean_, start

    def refined(self, substeps: int) -> Course:
        """The same in shorter steps, so many for each."""
        arrivals, agents = (np.repeat(x, substeps, axis=0) for x in (self.arrivals, self.agents))
        return Course(self.step_s / substeps, arrivals, agents, self.handle_s, self.patience_s, self.slots)

    def with_agents(self, agents: Floats) -> Course:
        """The same with other staffing, (steps, queues)."""
        return Course(self.step_s, self.arrivals, agents, self.handle_s, self.patience_s, self.slots)

    def only(self, which: NDArray[np.intp]) -> Course:
        """The same for some of the queues."""
        arrays = (self.arrivals[:, which], self.agents[:, which], self.handle_s[:, which])
        return Course(self.step_s, *arrays, self.patience_s[which], self.slots[which])


def voice(step_s: float, arrivals: Floats, agents: Floats, handle_s: Floats, patience_s: Floats) -> Course:
    """A course of queues whose agents hold one contact at a time; every argument may be one for all or (…, queues)."""
    arrivals, agents = (np.array(x, np.float64) for x in np.broadcast_arrays(arrivals, agents))
    one_row = (arrivals.shape[1],)
    handle, patience = (np.array(np.broadcast_to(x, one_row), np.float64) for x in (handle_s, patience_s))
    return Course(step_s, arrivals, agents, handle[None, :], patience, np.ones(one_row, np.int64))
