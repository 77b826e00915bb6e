"""What a planner would have planned of a scenario: without the day's noise, without what is injected or hidden."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from alerts.forecast.table import DayPlan, Key, PlanSeries, PlanTable
from simulators.curves import DAY_S, Curve, level
from simulators.layout import GroupPlan, Layout, QueuePlan, SitePlan
from simulators.scenario import Scenario

STEP_S = 900.0
_MARGIN_S = 3_600.0
"""So much before the scenario's start and after its end is planned, too; and the local days that it lies in."""
_SAMPLES = 15

Floats = NDArray[np.float64]


def plan_of(scenario: Scenario) -> DayPlan:
    """Contacts, agents and what a contact takes, by site and category, in intervals of 15 minutes."""
    layout, edges = Layout(scenario), _edges(scenario)
    return DayPlan(_forecast(scenario, layout, edges), _roster(scenario, layout, edges), _traits(layout, edges))


def _edges(scenario: Scenario) -> Floats:
    starts, midnight = scenario.starts.timestamp(), _midnight(scenario)
    ends = starts + scenario.minutes * 60.0
    days = ceil((ends - midnight) / DAY_S)
    first = min(midnight, floor((starts - _MARGIN_S) / STEP_S) * STEP_S)
    last = max(midnight + days * DAY_S, ends + _MARGIN_S)
    return np.asarray(first + STEP_S * np.arange(ceil((last - first) / STEP_S)), np.float64)


def _midnight(scenario: Scenario) -> float:
    return scenario.starts.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _forecast(scenario: Scenario, layout: Layout, edges: Floats) -> PlanTable:
    start, midnight = scenario.starts.timestamp(), _midnight(scenario)
    levels: dict[Curve, Floats] = {}
    series: dict[Key, PlanSeries] = {}
    for plan in layout.plans:
        if plan.curve not in levels:
            levels[plan.curve] = np.array([_mean_level(plan.curve, at - midnight, at - start) for at in edges])
        for category, queues in _by_category(plan).items():
            contacts = sum(queue.per_day for queue in queues)
            values = levels[plan.curve] * (contacts * STEP_S / DAY_S)
            series[plan.site.id, category] = PlanSeries(float(edges[0]), values)
    return PlanTable("category", STEP_S, series)


def _by_category(plan: SitePlan) -> dict[str, list[QueuePlan]]:
    found: dict[str, list[QueuePlan]] = {}
    for queue in plan.queues:
        found.setdefault(queue.row.category, []).append(queue)
    return found


def _roster(scenario: Scenario, layout: Layout, edges: Floats) -> PlanTable:
    midnight = _midnight(scenario)
    agents: dict[Key, Floats] = {}
    for plan in layout.plans:
        for group in plan.groups:
            there = np.array([_at_work(group, (at - midnight) % DAY_S) for at in edges])
            key = plan.site.id, group.category
            agents[key] = agents.get(key, np.zeros(len(edges))) + there
    return PlanTable("category", STEP_S, {key: PlanSeries(float(edges[0]), values) for key, values in agents.items()})


def _at_work(group: GroupPlan, day_s: float) -> float:
    """The group's people on shift, less those who rest as planned."""
    shift = group.agents
    if group.roster is not None:
        shift = floor(group.roster.agents[int(day_s // group.roster.every)] + 0.5)
    return float(shift - sum(int(share * shift + 0.5) for share in group.staff.rests.values()))


def _traits(layout: Layout, edges: Floats) -> dict[str, PlanTable]:
    named: dict[str, dict[Key, PlanSeries]] = {"mean_handle_s": {}, "mean_patience_s": {}, "concurrency": {}}
    for plan in layout.plans:
        groups = {group.id: group.staff for group in plan.groups}
        for category, queues in _by_category(plan).items():
            weights = [max(queue.per_day, 1e-9) for queue in queues]
            staff = groups[queues[0].row.group]
            slower = 1.0 + staff.slowdown * (staff.cap - 1)
            handle = [one.profile.handle.mean * one.profile.handle_factor * slower + _after(one) for one in queues]
            found = {
                "mean_handle_s": np.average(handle, weights=weights),
                "mean_patience_s": np.average([queue.profile.patience.mean for queue in queues], weights=weights),
                "concurrency": float(staff.cap),
            }
            for name, value in found.items():
                named[name][plan.site.id, category] = PlanSeries(float(edges[0]), np.full(len(edges), float(value)))
    return {name: PlanTable("category", STEP_S, series) for name, series in named.items()}


def _after(queue: QueuePlan) -> float:
    """After-contact work, which only the telephone has."""
    return queue.profile.acw if queue.row.channel == "voice" else 0.0


def _mean_level(curve: Curve, day_s: float, elapsed_s: float) -> float:
    steps = ((i + 0.5) * STEP_S / _SAMPLES for i in range(_SAMPLES))
    return sum(level(curve, day_s + step, elapsed_s + step) for step in steps) / _SAMPLES
