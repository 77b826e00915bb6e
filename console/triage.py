"""Who is helped by a minute of attention, and who may wait: what can still be kept of each limit, and what is lost.

Of the contacts of a queue that wait, those past its limit are late whatever is done; the others, and those who come in
the next minute, can still be kept. Of them so many become late as did in the last 15 minutes. Each counts as much as
its shop does (`worth.yaml`): a contract with a penalty, or the tier. Where the clock of the day is missed for good,
its shop loses nothing more by another late one: then a contact counts `LOST` of that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from alerts.clock_ranking import worst_clocks
from alerts.clock_state import STATES
from alerts.clocks_view import ClocksView
from console.triage_floor import QueueFloor, floor_of
from console.view import DeskView
from feeds.clocks import ClockDefinition
from feeds.columns import Floats
from feeds.contract import Row
from feeds.courses import MAX_FULL_ROWS
from feeds.metric import Unit
from feeds.metrics_stored import WAITING_OVER_S
from feeds.site_view import Grouping, SiteView

LOST = 0.25
"""What a contact counts, of the usual, where the day of its clock is lost. A proposal, not measured."""

USUAL_LIMIT_S = 30.0
"""The limit of a queue that no clock measures now."""

FIGURES = ("saves", "in_limit", "past_limit")
"""Worth of the contacts that a minute of attention keeps in time; those who wait and are in time yet; those past it."""

TRIAGE_UNITS: Mapping[str, Unit] = dict.fromkeys(FIGURES, Unit.COUNT)
"""The figures with their units, for what compares them."""

_AT_RISK = tuple(STATES.index(state) for state in ("at_risk", "missed"))
_MISSED, _JUDGED = STATES.index("missed"), tuple(STATES.index(state) for state in ("met", "at_risk", "missed"))
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Triage:
    """By key the three figures, and how many of its queues have a clock that is judged, and one that is lost.

    NaN where nothing is known.
    """

    index: Mapping[str, int]
    figures: Mapping[str, Floats]
    judged: NDArray[np.int64]
    lost: NDArray[np.int64]
    risk: NDArray[np.int64]
    """How many of them are at risk or lost."""
    edges: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Of queues, at how many seconds those past the limit were counted."""

    def edge(self, key: str) -> float:
        """At how many seconds those past the limit of a queue were counted; NaN for what is no queue."""
        at = self.index.get(key)
        return float(self.edges[at]) if at is not None and len(self.edges) else math.nan

    def figure(self, key: str, name: str) -> float:
        """One figure of one key."""
        at = self.index.get(key)
        return float(self.figures[name][at]) if at is not None else math.nan

    def verdict(self, key: str) -> str:
        """How its day stands: `unknown`, `lost`, `open` (at risk, or lost in part), `kept`; or `waits`.

        `lost`: the clocks of all its queues are. Where none is judged it goes by what a minute saves: `open` or
        `waits`.
        """
        at = self.index.get(key)
        if at is None or math.isnan(self.figures["saves"][at]):
            return "unknown"
        if not self.judged[at]:
            return "open" if self.figures["saves"][at] >= LEAST else "waits"
        return "lost" if self.lost[at] == self.judged[at] else "open" if self.risk[at] else "kept"

    def most(self) -> str:
        """The key that is `open` and where a minute saves most, of equals the first; empty for none."""
        saves = self.figures["saves"]
        judged = (self.judged > 0) & (self.lost < self.judged) & (self.risk > 0)
        here = np.flatnonzero(~np.isnan(saves) & (judged | ((self.judged == 0) & (saves >= LEAST))))
        if not here.size:
            return ""
        best = int(here[np.argmax(saves[here])])
        return next(key for key, at in self.index.items() if at == best)


LEAST = 0.5
"""Below this worth a minute a place whose clocks are not judged may wait."""

_NONE = np.empty(0, np.int64)
NOBODY = Triage(MappingProxyType({}), dict.fromkeys(FIGURES, np.empty(0)), _NONE, _NONE, _NONE)


def queue_triage(view: DeskView) -> Triage:
    """By queue, `site/queue`; of nobody on a board of more rows than are looked at one by one."""
    sites = [site for site in view.board.sites if site.rows]
    if not sites or sum(len(site.rows) for site in sites) > MAX_FULL_ROWS:
        return NOBODY
    floor = floor_of(sites)
    if not floor.queues:
        return NOBODY
    limits = np.array([_limit_at(view.clocks, row, view.at) for row in floor.kinds], np.int64)[floor.kind]
    state = worst_states(view.clocks, floor)
    lost = state == _MISSED
    figures, edges = _figures(sites, floor.chosen, limits, floor.weights(view.worth) * np.where(lost, LOST, 1.0))
    judged, risk = (np.isin(state, states).astype(np.int64) for states in (_JUDGED, _AT_RISK))
    return Triage(floor.index, figures, judged, lost.astype(np.int64), risk, edges)


def triage_by(view: DeskView, queues: Triage, by: Grouping) -> Triage:
    """The queues added up by site, shop, category, platform, or all (`*`); what is unknown adds nothing."""
    if not queues.index:
        return NOBODY
    index, at = floor_of([site for site in view.board.sites if site.rows]).group(by)
    figures = {}
    for name, values in queues.figures.items():
        known = ~np.isnan(values)
        sums = np.bincount(at, np.where(known, values, 0.0), len(index))
        figures[name] = np.where(np.bincount(at, known, len(index)) > 0, sums, np.nan)
    counts = (queues.judged, queues.lost, queues.risk)
    judged, lost, risk = (np.bincount(at, part, len(index)).astype(np.int64) for part in counts)
    return Triage(index, figures, judged, lost, risk)


def limit_of(clocks: ClocksView, row: Row, at: float) -> float:
    """The tightest limit that a clock has for a contact of this row at `at`; the usual one where none measures it."""
    limits = [clock.limit_at(at) for clock in clocks.clocks.values() if _measures(clocks, clock, row)]
    return min((limit for limit in limits if not math.isnan(limit)), default=USUAL_LIMIT_S)


def worst_states(clocks: ClocksView, floor: QueueFloor) -> NDArray[np.int64]:
    """The state (its place in `STATES`) of the clock that stands worst in each queue; -1 where none is judged."""
    worst = worst_clocks(clocks, "queue")
    at = floor.among(worst)
    out = np.full(len(at), -1, np.int64)
    if not len(worst.worst):
        return out
    which, row = worst.worst[at], worst.rows[at]
    for place, standing in enumerate(worst.standings):
        here = (at >= 0) & (which == place)
        out[here] = standing.figures.state[row[here]]
    return out


def _measures(clocks: ClocksView, clock: ClockDefinition, row: Row) -> bool:
    return (
        clock.unit in ("session", "contact", "turn")
        and clocks.fed(clock.id)
        and clock.applies(row.platform, row.channel)
    )


def _limit_at(clocks: ClocksView, row: Row, at: float) -> int:
    """The place of a row's limit in `WAITING_OVER_S`: the largest that is not above it, else the first."""
    key = f"limit {row.platform} {row.channel}"
    limit = clocks.once(key, lambda: limit_of(clocks, row, at))
    return max((i for i, edge in enumerate(WAITING_OVER_S) if edge <= limit), default=0)


def _figures(
    sites: Sequence[SiteView], chosen: Sequence[Bools], limits: NDArray[np.int64], weight: Floats
) -> tuple[dict[str, Floats], NDArray[np.int64]]:
    """The figures by queue, and the edge of the counts (seconds) that stood for each one's limit."""

    def column(name: str) -> Floats:
        return np.concatenate([site.columns[name][rows] for site, rows in zip(sites, chosen, strict=True)])

    every = np.stack([column(f"waiting_over_{limit}s") for limit in WAITING_OVER_S])
    edges, each = _nearest(~np.isnan(every), limits), np.arange(len(limits))
    waiting, come = column("waiting"), column("arrivals_per_s") * 60.0
    levels = np.stack([column(f"service_level_{limit}s_15m") for limit in WAITING_OVER_S])
    level = levels[edges, each]
    past = np.minimum(every[edges, each], waiting)  # NaN stays: nobody is said to be in time who may not be
    late = np.clip(1.0 - np.where(np.isnan(level), 1.0, level), 0.0, 1.0)
    come = np.where(np.isnan(come), 0.0, come)
    figures = {"saves": weight * (waiting - past + come) * late, "in_limit": waiting - past, "past_limit": past}
    return figures, np.array(WAITING_OVER_S)[edges]


def _nearest(sent: NDArray[np.bool_], limits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of the edges that a source sends, the largest that is not above the limit, else the smallest."""
    place = np.arange(len(WAITING_OVER_S))[:, None]
    fitness = np.where(place <= limits, place, -1 - place)
    best: NDArray[np.int64] = np.where(sent, fitness, -99).argmax(axis=0)
    return best
