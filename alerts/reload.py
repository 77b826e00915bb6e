"""New rules under open alerts: what each alert and each site's table becomes.

An alert goes on under the rule of its id: id, course (`since`, first firing, recovering), acknowledgement and owner
stay. Where what decides over it has changed (`when`, `clear`, `for`, `keep_firing_for`) it is unsure until its site is
evaluated next, as after a restart: then the new condition judges first, and a deadline that is past under the new
durations acts at that moment. It is not back-dated: nobody was told at a time when another rule was in force.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.functions import Function
from alerts.inhibition import Inhibition
from alerts.lifecycle import Move, close, deadline
from alerts.open_alert import OpenAlert
from alerts.plan import Plan
from alerts.site_table import SiteTable, make_table
from alerts.writing import write

_Key = tuple[int, str]

_GONE = -1
"""The index of a rule that is no more: nothing on its row mutes it."""


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What an engine goes on with. `ended` are alerts without a rule, or out of its scope, in their old order."""

    open: dict[_Key, OpenAlert]
    tables: dict[str, SiteTable]
    inhibition: Inhibition
    due: list[tuple[float, int, str]]
    lapses: list[tuple[float, int, str]]
    ended: list[tuple[OpenAlert, Move]]


def carry_over(
    alerts: Mapping[_Key, OpenAlert],
    tables: Mapping[str, SiteTable],
    plans: Sequence[Plan],
    functions: Mapping[str, Function],
    now: float,
) -> CarriedOver:
    """All alerts and tables under new plans; the alerts, whose figures must be those of now, are changed in place."""
    by_id = {plan.rule.rule: plan for plan in plans}
    ended: list[tuple[OpenAlert, Move]] = []
    kept: dict[_Key, OpenAlert] = {}
    for cell in sorted(alerts):
        alert = alerts[cell]
        plan = by_id.get(alert.plan.rule.rule)
        reason = "" if plan and plan.rule.scope.matches(alert.row) else "out of scope" if plan else "rule removed"
        _put_under(alert, plan or replace(alert.plan, index=_GONE))
        if reason:
            ended.append((alert, close(alert.course, now, reason)))
        else:
            kept[alert.plan.index, alert.row.key] = alert
    inhibition = Inhibition(plans)
    for alert in kept.values():
        inhibition.changed(alert, None, alert.course)
    here = {name: _table_under(table, plans, functions, kept.values()) for name, table in tables.items()}
    inhibition.crossed.clear()
    due = [(at, *cell) for cell, alert in kept.items() if (at := deadline(alert.course, alert.plan.holds)) is not None]
    taken = [(alert.acknowledged, cell) for cell, alert in kept.items() if alert.acknowledged is not None]
    lapses = [(taken_on.until, *cell) for taken_on, cell in taken if taken_on.until is not None]
    return CarriedOver(kept, here, inhibition, sorted(due), sorted(lapses), ended)


def _put_under(alert: OpenAlert, plan: Plan) -> None:
    before, alert.plan = alert.plan, plan
    if _decides(before) != _decides(plan):
        alert.course = replace(alert.course, unsure=True)
    if write(before.show) != write(plan.show):
        alert.value = alert.worst = math.nan


def _decides(plan: Plan) -> tuple[object, ...]:
    """What the course of an alert hangs on."""
    return write(plan.when), write(plan.clear) if plan.clear is not None else None, plan.holds


def _table_under(
    before: SiteTable, plans: Sequence[Plan], functions: Mapping[str, Function], alerts: Iterable[OpenAlert]
) -> SiteTable:
    """A site's table for other plans, with what expressions that stay remember."""
    table = make_table(before.site, before.rows[: before.announced], plans, functions)
    table.memory.taken_over(before.memory)
    for alert in alerts:
        found = table.find(alert.plan, alert.row.key) if alert.row.site == table.site else None
        if found is not None:
            table.put(found, alert.course, alert.value, alert.worst)
    return table
