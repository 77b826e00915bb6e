"""A plan by queue, added up by the categories that the board has for its queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from alerts.forecast.table import DayPlan, Key, PlanSeries, PlanTable
from feeds.columns import Floats
from feeds.contract import Row

Rows = Mapping[str, tuple[Row, ...]]


def by_category(plan: DayPlan, rows: Rows) -> DayPlan:
    """The same plan by category; a queue that the board does not know is a category of its own.

    Traits become means weighted by contacts. Intervals that not all queues of a category have
    are left out.
    """
    table = plan.forecast
    if table is None or table.by == "category":
        return plan
    named = {(site, row.id): row.category for site, all_rows in rows.items() for row in all_rows if row.kind == "queue"}
    members: dict[Key, list[Key]] = {}
    for key in table.series:
        members.setdefault((key[0], named.get(key, key[1])), []).append(key)
    grids = {key: _grid(table, queues) for key, queues in members.items()}
    contacts = {
        key: PlanSeries(float(grids[key][0]), np.sum([table.during(*queue, grids[key]) for queue in queues], axis=0))
        for key, queues in members.items()
        if len(grids[key])
    }
    traits = {
        name: PlanTable(
            "category", table.step_s, {key: _mean(trait, table, members[key], grids[key]) for key in contacts}
        )
        for name, trait in plan.traits.items()
    }
    return DayPlan(PlanTable("category", table.step_s, contacts), plan.roster, traits)


def _grid(table: PlanTable, queues: Iterable[Key]) -> Floats:
    """The intervals that all of these series have."""
    mine = [table.series[key] for key in queues]
    first = max(one.start for one in mine)
    last = min(one.start + table.step_s * len(one.values) for one in mine)
    return np.arange(first, last, table.step_s, dtype=np.float64)


def _mean(trait: PlanTable, table: PlanTable, queues: list[Key], grid: Floats) -> PlanSeries:
    values = np.stack([trait.during(*queue, grid) for queue in queues])
    weights = np.stack([np.maximum(table.during(*queue, grid), 1e-9) for queue in queues])
    return PlanSeries(float(grid[0]), np.asarray((values * weights).sum(axis=0) / weights.sum(axis=0), np.float64))
