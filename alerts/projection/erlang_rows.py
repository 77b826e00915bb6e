"""Rows of `dutydeck erlang`: what was asked in seconds and contacts a second, and the steady state that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alerts.projection.decay import Floats
from alerts.projection.erlang import erlang_a
from alerts.projection.staffing import required_agents

Cell = float | int | bool | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. Numbers as they were written: `1200/h` times `300s` is exactly 100."""

    arrivals_per_s: Fraction
    mean_handle_s: Fraction
    agents: int
    mean_patience_s: Fraction | None
    """None: nobody gives up."""
    within_s: Fraction

    @property
    def load(self) -> Fraction:
        """Offered work in agents."""
        return self.arrivals_per_s * self.mean_handle_s

    def with_agents(self, agents: int) -> Asked:
        """The same with so many agents."""
        return Asked(self.arrivals_per_s, self.mean_handle_s, agents, self.mean_patience_s, self.within_s)


def answers(rows: Sequence[Asked]) -> list[dict[str, Cell]]:
    """One map a row, in the order of the rows: what was asked, then its steady state. None is what has no value."""
    steady = erlang_a(
        np.array([row.agents for row in rows], np.float64),
        _floats([row.load for row in rows]),
        _impatience(rows),
        _floats([row.within_s / row.mean_handle_s for row in rows]),
        _floats([row.agents - row.load for row in rows]),
    )
    waits = steady.mean_wait * _floats([row.mean_handle_s for row in rows])
    return [
        {
            "arrivals_per_s": float(row.arrivals_per_s),
            "mean_handle_s": float(row.mean_handle_s),
            "agents": row.agents,
            "mean_patience_s": None if row.mean_patience_s is None else float(row.mean_patience_s),
            "within_s": float(row.within_s),
            "p_wait": float(steady.p_wait[i]),
            "p_abandon": float(steady.p_abandon[i]),
            "mean_wait_s": float(waits[i]) if steady.stable[i] else None,
            "service_level": float(steady.service_level[i]),
            "stable": bool(steady.stable[i]),
        }
        for i, row in enumerate(rows)
    ]


def agents_needed(rows: Sequence[Asked], target: float) -> list[int | None]:
    """The fewest agents who answer at least `target` of all within the limit; None where there is no such number."""
    needed = required_agents(
        _floats([row.load for row in rows]),
        _impatience(rows),
        _floats([row.within_s / row.mean_handle_s for row in rows]),
        target,
    )
    return [None if np.isnan(agents) else int(agents) for agents in needed]


def _impatience(rows: Sequence[Asked]) -> Floats:
    return _floats([row.mean_handle_s / row.mean_patience_s if row.mean_patience_s else Fraction(0) for row in rows])


def _floats(values: Sequence[Fraction]) -> Floats:
    return np.array([float(value) for value in values], np.float64)
