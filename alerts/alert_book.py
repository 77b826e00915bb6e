"""The open alerts of a desk: looked up and shown, taken on, owned, silenced, and how far up their ladders.

What rules make of them is the engine's (`alerts.engine`); here is what people do about them, and time to that.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from alerts.agenda import Agenda, Entry
from alerts.alert import Acknowledgement, Alert, Remark, Transition, gravest_first
from alerts.escalation import Ladders, said_of_step
from alerts.flapping import FlapKeeper, FlapPolicy
from alerts.inhibition import Inhibition
from alerts.open_alert import OpenAlert
from alerts.plan import Plan
from alerts.rows import RowAttributes
from alerts.silence import Silence, Silences
from alerts.site_table import SiteTable
from feeds.errors import RefusedError

Cell = tuple[int, str]
"""(index of the rule, key of the row): one cell of the engine."""

DUMP_VERSION = 1


class AlertBook:
    """What is open, by cell. `now` never goes back: an earlier one counts as the last."""

    def __init__(self, plans: tuple[Plan, ...], flapping: FlapPolicy | None) -> None:
        self._index = {plan.rule.rule: plan.index for plan in plans}
        self._tables: dict[str, SiteTable] = {}
        self._open: dict[Cell, OpenAlert] = {}
        self._inhibition = Inhibition(plans)
        self._lapses = Agenda(self._lapses_still)
        self._flaps = FlapKeeper(flapping) if flapping else None
        self._silences = Silences()
        self._ladders = Ladders(
            lambda: self._open, lambda one, at: self._inhibition.mutes(one) or self._silenced(one, at)
        )
        self._steps = self._ladders.steps
        self._silences_change = math.inf
        self._remarks: list[Transition] = []
        self._now = -math.inf

    def acknowledge(self, alert_id: str, who: str, note: str, now: float, *, until: float | None = None) -> Transition:
        """Someone takes an alert on, until it is over or `until`. Raises RefusedError when there is no such alert."""
        alert = self._find(alert_id)
        if until is not None and not now < until < math.inf:
            raise RefusedError("bad_until", "an acknowledgement ends after it begins")
        alert.acknowledged = Acknowledgement(who, note, now, until)
        if until is not None:
            self._lapses.add(until, (alert.plan.index, alert.row.key))
        self._ladders.settle(alert, now)
        return self._remark(alert, "acknowledged", f"{who}: {note}" if note else who, now)

    def unacknowledge(self, alert_id: str, who: str, now: float) -> Transition:
        """Someone gives an alert back. Raises RefusedError when there is none of this id, or nobody has it."""
        alert = self._find(alert_id)
        if alert.acknowledged is None:
            raise RefusedError("not_acknowledged", f"nobody has taken {alert_id} on")
        alert.acknowledged = None
        self._ladders.settle(alert, now)
        return self._remark(alert, "unacknowledged", who, now)

    def assign(self, alert_id: str, owner: str, who: str, now: float) -> Transition:
        """Someone gives an alert an owner, until it is over. Raises RefusedError when there is no such alert."""
        alert = self._find(alert_id)
        alert.owner = owner
        return self._remark(alert, "assigned", f"{who}: {owner}", now)

    def silence(self, silence: Silence) -> None:
        """Keep alerts from people for a while. Raises RefusedError for one without an end or that is over already."""
        self._silences.begin(silence, self._now)
        self._silences_turned(self._now)

    def end_silence(self, silence_id: str) -> Silence:
        """End a silence before its time. Raises RefusedError when there is none of this id."""
        ended = self._silences.end(silence_id)
        self._silences_turned(self._now)
        return ended

    def silences(self) -> tuple[Silence, ...]:
        """The silences that are not over, in the order in which they were made."""
        self._silences.forget(self._now)
        return self._silences.all()

    def rows_with_alerts(self, site: str) -> tuple[RowAttributes, ...]:
        """The rows of a site that have an alert, in order of key: what is known of it before it has spoken."""
        rows = {alert.row.key: alert.row for alert in self._open.values() if alert.row.site == site}
        return tuple(rows[key] for key in sorted(rows))

    def alerts(self) -> tuple[Alert, ...]:
        """Everything pending, firing or recovering: the gravest first, then the oldest, then by row and rule."""
        return tuple(sorted(map(self._seen, self._open.values()), key=gravest_first))

    def alert(self, alert_id: str) -> Alert | None:
        """The alert of this id; None where there is none, or it is over."""
        alert = next((one for one in self._open.values() if one.id == alert_id), None)
        return self._seen(alert) if alert is not None else None

    def standing(self, rule: str, key: str) -> Alert | None:
        """The alert of a rule on a row, if there is one."""
        alert = self._at(rule, key)
        return self._seen(alert) if alert is not None else None

    def is_muted(self, rule: str, key: str) -> bool:
        """Whether the alert of a rule on a row is inhibited or silenced now; False where there is none."""
        alert = self._at(rule, key)
        return alert is not None and (self._inhibition.mutes(alert) or bool(self._silenced(alert, self._now)))

    def dump(self) -> dict[str, Any]:
        """All that must outlive the process, as plain data: pending clocks, alerts, ids, acknowledgements."""
        for alert in self._open.values():
            self._look(alert)
        return {
            "version": DUMP_VERSION,
            "alerts": [self._open[cell].dump() for cell in sorted(self._open)],
            "silences": [silence.dump() for silence in self._silences.all()],
            "flapping": self._flaps.dump() if self._flaps else [],
        }

    def dump_of(self, change: Transition) -> dict[str, Any] | None:
        """The alert that a change was about as it stands now, as in `dump`; None once it is over."""
        alert = self._at(change.rule, change.key)
        if alert is None or alert.id != change.alert:
            return None
        return self._look(alert).dump()

    def dumps_of_ladders(self) -> list[tuple[str, dict[str, Any]]]:
        """Id and dump of every alert whose escalation clock was turned since this was last asked."""
        touched, self._ladders.touched = self._ladders.touched, {}
        return [(alert_id, alert.dump()) for alert_id, alert in touched.items()]

    def dump_of_flapping(self, change: Transition) -> dict[str, Any] | None:
        """The changes of one rule on one row, as in `dump`; None where flapping is not watched."""
        return self._flaps.dump_of((change.rule, change.key)) if self._flaps else None

    def _seen(self, alert: OpenAlert) -> Alert:
        self._look(alert)
        flaps = self._flaps is not None and self._flaps.flaps((alert.plan.rule.rule, alert.row.key))
        return alert.seen(self._inhibition.mutes(alert), self._silenced(alert, self._now), flapping=flaps)

    def _at(self, rule: str, key: str) -> OpenAlert | None:
        return self._open.get((self._index.get(rule, -1), key))

    def _find(self, alert_id: str) -> OpenAlert:
        alert = next((one for one in self._open.values() if one.id == alert_id), None)
        if alert is None:
            raise RefusedError("no_such_alert", f"there is no alert {alert_id}, or it is over")
        return alert

    def _silences_turned(self, at: float) -> None:
        """A silence begins or ceases to hold at `at`."""
        self._silences_change = self._silences.next_edge(at)
        self._ladders.settle_all(at)

    def _climb(self, entry: Entry) -> None:
        """An alert that nobody has taken on takes the next step of its ladder."""
        alert = self._open[entry[1:]]
        self._ladders.climb(alert, entry[0])
        level = alert.ladder.level
        remark = self._remark(alert, "escalated", said_of_step(alert.plan.rule, level), entry[0])
        self._remarks.append(replace(remark, level=level))

    def _look(self, alert: OpenAlert) -> OpenAlert:
        """Bring an alert's figures up to date with those of its row."""
        table = self._tables.get(alert.row.site)
        found = table.find(alert.plan, alert.row.key) if table is not None else None
        if table is not None and found is not None:
            alert.look(float(table.values[found]), float(table.worst[found]))
        return alert

    def _remark(self, alert: OpenAlert, remark: Remark, reason: str, at: float) -> Transition:
        rule, key, state = alert.plan.rule.rule, alert.row.key, alert.course.state
        muted, silenced = self._inhibition.mutes(alert), self._silenced(alert, at)
        return Transition(alert.id, rule, key, state, remark, at, self._look(alert).value, reason, muted, silenced)

    def _silenced(self, alert: OpenAlert, at: float) -> str:
        return self._silences.over(alert.plan.rule.rule, alert.severity, alert.row, at)

    def _lapse(self, entry: Entry) -> None:
        """Take back an acknowledgement whose time is over."""
        alert = self._open[entry[1:]]
        who = alert.acknowledged.who if alert.acknowledged else ""
        alert.acknowledged = None
        self._ladders.settle(alert, entry[0])
        self._remarks.append(self._remark(alert, "unacknowledged", f"{who}: until", entry[0]))

    def _lapses_still(self, entry: Entry) -> bool:
        """Whether an acknowledgement still ends then: its alert may be over, or taken on anew."""
        alert = self._open.get(entry[1:])
        return alert is not None and alert.acknowledged is not None and alert.acknowledged.until == entry[0]
