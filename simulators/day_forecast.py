"""What a planner would have forecast of a scenario: its curve without the day's noise, and without what is injected."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from alerts.forecast.table import PlanSeries, PlanTable
from simulators.curves import DAY_S, Curve, level
from simulators.layout import Layout
from simulators.scenario import Scenario

STEP_S = 900.0
_MARGIN_S = 3_600.0
"""So much before the scenario's start and after its end is forecast, too."""
_SAMPLES = 15


def forecast_of(scenario: Scenario) -> PlanTable:
    """Contacts by site and category, in intervals of 15 minutes."""
    layout, start = Layout(scenario), scenario.starts.timestamp()
    midnight = scenario.starts.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    first = floor((start - _MARGIN_S) / STEP_S) * STEP_S
    count = ceil((start + scenario.minutes * 60.0 + _MARGIN_S - first) / STEP_S)
    edges = first + STEP_S * np.arange(count)
    levels: dict[Curve, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    series: dict[tuple[str, str], PlanSeries] = {}
    for plan in layout.plans:
        if plan.curve not in levels:
            levels[plan.curve] = np.array([_mean_level(plan.curve, at - midnight, at - start) for at in edges])
        per_day: dict[str, float] = {}
        for queue in plan.queues:
            per_day[queue.row.category] = per_day.get(queue.row.category, 0.0) + queue.per_day
        for category, contacts in per_day.items():
            values = levels[plan.curve] * (contacts * STEP_S / DAY_S)
            series[plan.site.id, category] = PlanSeries(float(first), values)
    return PlanTable("category", STEP_S, series)


def _mean_level(curve: Curve, day_s: float, elapsed_s: float) -> float:
    steps = ((i + 0.5) * STEP_S / _SAMPLES for i in range(_SAMPLES))
    return sum(level(curve, day_s + step, elapsed_s + step) for step in steps) / _SAMPLES
