"""The figures of projection and plan by name: what rules and guards may ask of them, and how they write it.

`projected_sl(30m)` is the name `projected_sl_30m`, `breach_in()` is `breach_in_s`: the parser turns one into the other,
so that whatever reads expressions knows one kind of name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from feeds.metric import Unit

HORIZON_S = 1_800.0
"""How far ahead the board is projected."""

NOT_IN_SIGHT_S = 86_400.0
"""`breach_in_s` where the limit is not passed within the horizon: a number that rules can compare, beyond any limit."""


@dataclass(frozen=True, slots=True)
class ProjectedFigure:
    """A figure of the projection: its unit, what it is called, and what it is."""

    unit: Unit
    zh: str
    en: str
    definition: str


PROJECTED: Mapping[str, ProjectedFigure] = MappingProxyType(
    {
        "projected_sl_15m": ProjectedFigure(
            Unit.SHARE,
            "15分钟后服务水平",
            "Service level in 15 min",
            "share of those who come in 15 minutes that will be answered within the limit",
        ),
        "projected_sl_30m": ProjectedFigure(
            Unit.SHARE,
            "30分钟后服务水平",
            "Service level in 30 min",
            "share of those who come in 30 minutes that will be answered within the limit",
        ),
        "projected_wait_30m_s": ProjectedFigure(
            Unit.SECONDS,
            "30分钟后等待",
            "Wait in 30 min",
            "mean wait of those who come in 30 minutes, those who will give up included",
        ),
        "breach_in_s": ProjectedFigure(
            Unit.SECONDS,
            "预计超限还有",
            "Breach in",
            "time until the mean wait passes the limit; 1d where it does not within 30 minutes",
        ),
        "arrivals_vs_forecast": ProjectedFigure(
            Unit.RATIO,
            "实际进线/预测",
            "Arrivals against forecast",
            "contacts offered in the full intervals of the last hour over the forecast for them",
        ),
        "net_staffing_60m": ProjectedFigure(
            Unit.AGENTS,
            "60分钟净人力",
            "Net staffing, next 60 min",
            "the least, in any interval of the next 60 minutes, of the agents expected at work less those required; "
            "of a site what its categories lack added up, and only with none short what is over",
        ),
        "deficit_ahead_s": ProjectedFigure(
            Unit.SECONDS,
            "预计缺口持续",
            "Deficit ahead",
            "how long the longest deficit of agents within the next 4 hours lasts; 0 where there is none",
        ),
    }
)
"""Name → what it is. All NaN where the projection does not know."""

_WRITTEN: Mapping[tuple[str, float | None], str] = MappingProxyType(
    {
        ("projected_sl", 900.0): "projected_sl_15m",
        ("projected_sl", 1800.0): "projected_sl_30m",
        ("projected_wait", 1800.0): "projected_wait_30m_s",
        ("breach_in", None): "breach_in_s",
        ("net_staffing", 3600.0): "net_staffing_60m",
        ("deficit_ahead", None): "deficit_ahead_s",
    }
)

_EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "projected_sl": "projected_sl(15m) or projected_sl(30m)",
        "projected_wait": "projected_wait(30m)",
        "breach_in": "breach_in()",
        "net_staffing": "net_staffing(60m)",
        "deficit_ahead": "deficit_ahead()",
    }
)


def is_written_as_call(name: str) -> bool:
    """Whether a call of this name, dotted or not, is a projected figure."""
    return name.rpartition(".")[2] in _EXPECTED


def name_written(name: str, ahead_s: float | None) -> str | None:
    """The figure that `projected_sl(30m)` and its like name, with what stands before the dot; None for another time."""
    head, dot, last = name.rpartition(".")
    found = _WRITTEN.get((last, ahead_s))
    return None if found is None else f"{head}{dot}{found}"


def expected_call(name: str) -> str:
    """How a call of this name is written."""
    return _EXPECTED[name.rpartition(".")[2]]
