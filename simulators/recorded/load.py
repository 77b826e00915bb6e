"""The load of a recording as values: contacts, waits, handle time and people, by site, queue and interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from feeds.contract import Row
from feeds.metrics_stored import WAIT_EDGES_S
from simulators.scenario_sites import REST_REASONS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

COUNTS: tuple[str, ...] = (
    "offered", "answered", "abandoned", "timed_out", "completed",
    "bot_entered", "bot_contained", "bot_handed_over", "bot_repeats",
    *(f"answered_within_{edge}s" for edge in WAIT_EDGES_S),
    *(f"abandoned_within_{edge}s" for edge in WAIT_EDGES_S),
)  # fmt: skip
"""Counters of contacts: whole numbers."""

SUMS: tuple[str, ...] = ("handle_sum_s", "wait_answered_sum_s", "wait_abandoned_sum_s")

GAUGES: tuple[str, ...] = (
    "waiting", "chats_open", "agents_online", "agents_acw", "agents_borrowed", "agents_lent", "concurrency_cap",
    "bot_share", *(f"rest_{reason}" for reason in REST_REASONS),
)  # fmt: skip

KNOWN, SPREAD, GUESSED = 0, 1, 2
"""How an interval is known: counted; only in total with its neighbours, and spread evenly; not at all, and drawn
between the intervals around it."""


@dataclass(frozen=True, slots=True)
class SiteLoad:
    """One site. Arrays are intervals × queues; a gauge is as it stood at the end of the interval, NaN where unknown."""

    id: str
    zh: str
    en: str
    rows: tuple[Row, ...]
    counters: Mapping[str, Floats]
    gauges: Mapping[str, Floats]
    how: Ints
    """KNOWN, SPREAD or GUESSED, one an interval."""
    at_start: Mapping[str, Floats]
    """The gauges when the stretch began, one a queue; NaN where unknown."""
    seconds_each: float
    """Length of an interval."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Single contacts, where a recording has them: seconds with the agent, of each queue by its name."""

    handle_s: Mapping[tuple[str, str], Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedLoad:
    """A stretch of a recording: `intervals` of `every_s` seconds from `starts` (seconds since the Unix epoch).

    `silent` are sites that told nothing.
    """

    name: str
    zh: str
    en: str
    starts: float
    every_s: float
    intervals: int
    sites: tuple[SiteLoad, ...]
    silent: tuple[str, ...] = ()
    tz: str = "Asia/Shanghai"
    samples: Samples = field(default_factory=Samples)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.intervals * self.every_s

    def unknown(self) -> dict[str, tuple[int, int]]:
        """Per site with any: intervals that were spread, and that were guessed."""
        found = {site.id: (int((site.how == SPREAD).sum()), int((site.how == GUESSED).sum())) for site in self.sites}
        return {name: pair for name, pair in found.items() if any(pair)}
