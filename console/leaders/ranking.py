"""Who leads by what: figures from what counters grew by, a rank each; ties, small samples and the unknown apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from console.leaders.table import COUNTED, TEAM, LeaderTable

Figure = Literal["sales", "conversion", "order_value", "response", "satisfaction"]
By = Literal["site", "team"]

LEAST_SAMPLE = 30
"""Below so many buyers, orders, first replies or ratings a ratio is noise: shown, and not ranked."""


@dataclass(frozen=True, slots=True)
class FigureOf:
    """`above` over `below` (empty: the sum itself), ranked by what is shown, rounded to `digits`."""

    above: str
    below: str
    metric: str
    """The metric of the catalogue that writes and defines it."""
    lower: bool
    digits: int


FIGURES: Mapping[Figure, FigureOf] = {
    "sales": FigureOf("sales_cny", "", "sales_cny", lower=False, digits=0),
    "conversion": FigureOf("buyers_ordered", "buyers_served", "conversion_15m", lower=False, digits=3),
    "order_value": FigureOf("sales_cny", "orders", "order_value_cny_15m", lower=False, digits=2),
    "response": FigureOf("first_response_sum_s", "first_responses", "first_response_s_15m", lower=True, digits=0),
    "satisfaction": FigureOf("ratings_satisfied", "ratings", "satisfaction_15m", lower=False, digits=3),
}
"""The figures of the board. Two that are written alike share their rank."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One figure of one row. `rank` 0: not ranked, too few or not known."""

    value: float
    sample: float
    rank: int = 0

    @property
    def few(self) -> bool:
        """Whether it is known, and of too few."""
        return math.isfinite(self.value) and self.sample < LEAST_SAMPLE


@dataclass(frozen=True, slots=True)
class Leader:
    """One site or team: its key, and how it stands by each figure."""

    key: str
    standings: Mapping[Figure, Standing]


def leaders(table: LeaderTable, by: By, first: Figure) -> list[Leader]:
    """The sites or the teams of a table, the best by `first` on top; who is not ranked last, in own order."""
    rows = [
        (key, dict(zip(COUNTED, grown, strict=True)))
        for key, grown in zip(table.keys, table.grown, strict=True)
        if (TEAM in key) == (by == "team")
    ]
    figures = {name: _ranked([_standing(grown, FIGURES[name]) for _key, grown in rows], name) for name in FIGURES}
    found = [Leader(key, {name: figures[name][i] for name in FIGURES}) for i, (key, _grown) in enumerate(rows)]
    return sorted(found, key=lambda one: one.standings[first].rank or math.inf)


def _standing(grown: Mapping[str, float], figure: FigureOf) -> Standing:
    above = grown[figure.above]
    if not figure.below:
        return Standing(above, math.inf if math.isfinite(above) else math.nan)
    below = grown[figure.below]
    return Standing(above / below if below > 0 else math.nan, below)


def _ranked(standings: Sequence[Standing], name: Figure) -> list[Standing]:
    """Ranks as in sport: who is as good as another shares the rank, and the next one is counted on."""
    figure = FIGURES[name]
    shown = [_shown(one.value, figure) if math.isfinite(one.value) and not one.few else math.nan for one in standings]
    out = []
    for one, own in zip(standings, shown, strict=True):
        better = sum((other < own) if figure.lower else (other > own) for other in shown)
        out.append(Standing(one.value, one.sample, better + 1 if math.isfinite(own) else 0))
    return out


def _shown(value: float, figure: FigureOf) -> float:
    """The value as it is written: durations are cut off, the rest is rounded."""
    return float(math.floor(value)) if figure.metric.startswith("first_response") else round(value, figure.digits)
