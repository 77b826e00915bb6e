"""The engine's own record of an alert that is there, and its plain-data form for the journal."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from alerts.alert import Acknowledgement, Alert, Transition
from alerts.escalation import GROUND, Ladder, reached, restored_ladder, severity_at
from alerts.lifecycle import Course, close, deadline
from alerts.plan import Plan
from alerts.rows import RowAttributes, restored_row
from alerts.rules import Severity
from feeds.shallow import fields_of


@dataclass(slots=True)
class OpenAlert:
    """Mutable, and never handed out."""

    id: str
    plan: Plan
    row: RowAttributes
    course: Course
    value: float = math.nan
    acknowledged: Acknowledgement | None = None
    owner: str = ""
    worst: float = math.nan
    ladder: Ladder = GROUND
    awaited: bool = False
    """It was restored, and its condition has not been known since: no step of its ladder is taken on old news."""
    shown: tuple[tuple[object, ...], Alert] | None = None
    """What it was shown as last, and what that hung on: in a storm nearly all of them stay as they were."""

    @property
    def severity(self) -> Severity:
        """How grave it is, what its ladder added included."""
        return severity_at(self.plan.rule, self.ladder.level) if self.ladder.level else self.plan.rule.severity

    def put_under(self, plan: Plan) -> bool:
        """Judge it by another plan of its rule; its condition is unknown until it has been. Whether that is new."""
        if plan is self.plan:
            return False
        self.plan, self.course = plan, replace(self.course, unsure=True)
        return True

    def seen(self, inhibited: bool, silenced: str = "", *, flapping: bool = False) -> Alert:
        """What others see of it."""
        rule, row, course = self.plan.rule, self.row, self.course
        facts = (
            self.value,
            self.worst,
            course,
            self.plan,
            row,
            self.acknowledged,
            self.owner,
            self.ladder,
            self.awaited,
        )
        shown = (*facts, inhibited, silenced, flapping)
        if self.shown is not None and self.shown[0] == shown:
            return self.shown[1]
        alert = Alert(
            id=self.id,
            rule=rule.rule,
            key=row.key,
            site=row.site,
            severity=self.severity,
            state=course.state,
            since=course.since,
            fired_at=course.fired_at,
            deadline=deadline(course, self.plan.holds),
            acknowledged=self.acknowledged,
            value=self.value,
            stale=course.unsure,
            inhibited=inhibited,
            row=row,
            title_zh=rule.title.zh,
            title_en=rule.title.en,
            words=self.plan.message,
            playbook=rule.playbook,
            entered=course.entered,
            owner=self.owner or rule.owner,
            silenced=silenced,
            flapping=flapping,
            level=self.ladder.level,
            profile=self.plan.profile,
            escalated_to=reached(rule, self.ladder.level),
            escalates_at=None if self.awaited else self.ladder.due,
            worst=self.worst,
        )
        self.shown = shown, alert
        return alert

    def look(self, value: float, worst: float) -> None:
        """Its figures are these now. One that stays unknown stays the very same NaN, so that it counts as unchanged."""
        if value == value or self.value == self.value:
            self.value = value
        if worst == worst or self.worst == self.worst:
            self.worst = worst

    def dump(self) -> dict[str, Any]:
        """Plain data that `restored` reads back."""
        climbing = {"ladder": self.ladder.dump()} if self.plan.rule.escalate else {}
        return {
            **climbing,
            "id": self.id,
            "rule": self.plan.rule.rule,
            "row": fields_of(self.row),
            "course": fields_of(self.course),
            "value": self.value if math.isfinite(self.value) else None,
            "acknowledged": fields_of(self.acknowledged) if self.acknowledged else None,
            "owner": self.owner,
            "worst": self.worst if math.isfinite(self.worst) else None,
        }


def restored(saved: Mapping[str, Any], plan: Plan) -> OpenAlert:
    """An alert as it was, its condition unknown until its site has spoken again: nothing fires or ends on old news."""
    acknowledged = saved["acknowledged"]
    return OpenAlert(
        id=saved["id"],
        plan=plan,
        row=restored_row(saved["row"]),
        course=Course(**{**saved["course"], "unsure": True}),
        value=math.nan if saved["value"] is None else float(saved["value"]),
        acknowledged=Acknowledgement(**acknowledged) if acknowledged else None,
        owner=saved.get("owner", ""),
        ladder=restored_ladder(saved.get("ladder")),
        awaited=True,
        worst=math.nan if saved.get("worst") is None else float(saved["worst"]),
    )


def orphaned(saved: Mapping[str, Any], now: float, reason: str) -> Transition:
    """The end of an alert that cannot be taken up again: its rule or its site is no more."""
    value = math.nan if saved["value"] is None else float(saved["value"])
    move = close(Course(**saved["course"]), now, reason)
    return Transition(
        saved["id"], saved["rule"], saved["row"]["key"], move.from_state, move.to_state, now, value, move.reason
    )


def taken_up(
    saved: Iterable[Mapping[str, Any]], plans: Mapping[str, Plan], sites: Collection[str] | None, now: float
) -> tuple[list[OpenAlert], list[Transition]]:
    """Alerts as they were, by the plans of their rules; and the ends of those without a rule, or of other `sites`."""
    alerts, ended = [], []
    for one in saved:
        plan, known = plans.get(one["rule"]), sites is None or one["row"]["site"] in sites
        if plan is not None and known:
            alerts.append(restored(one, plan))
        else:
            ended.append(orphaned(one, now, "row removed" if plan else "rule removed"))
    return alerts, ended
