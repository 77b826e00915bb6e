"""Why a figure is not known: the answer to the first question about an alert that does not come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from alerts.clock_state import ClockFigures
from alerts.logic import Value
from feeds.catalog import METRICS
from feeds.columns import Columns, Floats
from feeds.metric import Derived, Kind

Reason = Literal[
    "never", "dark", "unseen", "no_site_row", "not_sent", "no_value", "nothing_counted", "needs_history",
    "not_fed", "not_assessed", "degraded", "no_target", "divided_by_zero", "no_such_figure",
    "not_projected", "not_planned",
]  # fmt: skip
"""`never`: the site has not spoken yet. `dark`: its figures cannot be believed now. `unseen`: nothing is known now of
any shop of the platform. `no_site_row`: the site sends no row of its own. `not_sent`: it does not send this metric.
`no_value`: it sends it, and has none for this row. `nothing_counted`: a share or mean of nothing. `needs_history`: what
is looked back at has not been known for long enough. `not_fed`: the site does not feed this clock. `not_assessed`:
outside of the clock's hours. `degraded`: the platform gives no data to be believed. `no_target`: the clock has no line.
`divided_by_zero`. `no_such_figure`: no metric and no clock is called so. `not_projected`: what the
projection needs of the queue, or of its agents, is not known. `not_planned`: there is no forecast for it, or none of
its full intervals has been seen yet.
"""


@dataclass(frozen=True, slots=True)
class Missing:
    """One figure that is unknown, as the expression names it, and why; `part` is the metric that it lacks."""

    figure: str
    reason: Reason
    part: str = ""


UnknownOf = Callable[[str, int], Missing]
"""(name, row) → why the figure of this name is unknown in this row of the site."""


def no_value(name: str, _row: int) -> Missing:
    """What can be said of an unknown figure by whoever has nothing but columns."""
    return Missing(name, "no_value")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules saw of a site when they were last worked out (`at`), and who knows why a figure is unknown."""

    columns: Mapping[str, Value]
    at: float = float("nan")
    why_unknown: UnknownOf = no_value


def unknown_metric(columns: Columns, name: str, row: int) -> Missing:
    """Why a metric of the catalogue is NaN in a row of a site that is believed."""
    metric = METRICS.get(name)
    if metric is None:
        return Missing(name, "no_such_figure")
    absent = next((part for part in _stored(name) if not _sent(columns, part)), None)
    if absent is not None:
        return Missing(name, "not_sent", "" if absent == name else absent)
    if not isinstance(metric, Derived):
        return Missing(name, "no_value")
    unknown = next((part for part in _stored(name) if np.isnan(columns[part][row])), None)
    if unknown is not None:
        return Missing(name, "no_value", unknown)
    short = metric.window != "now" and metric.window not in columns.windows
    return Missing(name, "needs_history" if short else "nothing_counted")


def platform_unknown(columns: Mapping[str, Floats], name: str, row: int) -> Missing:
    """Why a figure of a platform is NaN in its row: nothing is known of its shops, or they have no usual volume."""
    shops = columns.get("shops")
    seen = shops is not None and row < len(shops) and not np.isnan(shops[row])
    return Missing(name, "nothing_counted" if seen else "unseen")


def why_clock_unknown(figures: ClockFigures, row: int, figure: str, *, fed: bool) -> Reason:
    """Why a figure of a clock is NaN in a row of a site that is believed; `fed` says whether the site feeds it."""
    state = figures.state_of(row) if row < len(figures.state) else "no_data"
    if state == "not_assessed" or state == "degraded":
        return state
    if not fed:
        return "not_fed"
    if state == "no_data":
        return "nothing_counted"
    if state == "no_target" and (figure.startswith("burn") or figure == "budget_left"):
        return "no_target"
    return "nothing_counted" if figure == "rate_15m" else "no_value" if figure == "overdue" else "needs_history"


def _stored(name: str) -> tuple[str, ...]:
    """The stored metrics that a metric is made of, each once."""
    metric = METRICS.get(name)
    if not isinstance(metric, Derived):
        return (name,)
    parts = [part for part in (*metric.numerator, *metric.denominator) if part != "seconds"]
    return tuple(dict.fromkeys(stored for part in parts for stored in _stored(part)))


def _sent(columns: Columns, name: str) -> bool:
    metric = METRICS[name]
    gauge = not isinstance(metric, Derived) and metric.kind is Kind.GAUGE
    return name in (columns.gauge_at if gauge else columns.counter_at)
