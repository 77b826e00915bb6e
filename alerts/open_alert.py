"""The engine's own record of an alert that is there, and its plain-data form for the journal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from alerts.alert import Acknowledgement, Alert, Transition
from alerts.lifecycle import Course, close, deadline
from alerts.plan import Plan
from alerts.rows import RowAttributes


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

    def seen(self, inhibited: bool, silenced: str = "", *, flapping: bool = False) -> Alert:
        """What others see of it."""
        rule, row, course = self.plan.rule, self.row, self.course
        zh, en = self.plan.message(row, self.value)
        return Alert(
            id=self.id,
            rule=rule.rule,
            key=row.key,
            site=row.site,
            severity=rule.severity,
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
            message_zh=zh,
            message_en=en,
            playbook=rule.playbook,
            entered=course.entered,
            owner=self.owner or rule.owner,
            silenced=silenced,
            flapping=flapping,
            worst=self.worst,
        )

    def dump(self) -> dict[str, Any]:
        """Plain data that `restored` reads back."""
        return {
            "id": self.id,
            "rule": self.plan.rule.rule,
            "row": asdict(self.row),
            "course": asdict(self.course),
            "value": self.value if math.isfinite(self.value) else None,
            "acknowledged": asdict(self.acknowledged) if self.acknowledged else None,
            "owner": self.owner,
            "worst": self.worst if math.isfinite(self.worst) else None,
        }


def restored(saved: Mapping[str, Any], plan: Plan) -> OpenAlert:
    """An alert as it was, its condition unknown until its site has spoken again: nothing fires or ends on old news."""
    acknowledged = saved["acknowledged"]
    return OpenAlert(
        id=saved["id"],
        plan=plan,
        row=RowAttributes(**saved["row"]),
        course=Course(**{**saved["course"], "unsure": True}),
        value=math.nan if saved["value"] is None else float(saved["value"]),
        acknowledged=Acknowledgement(**acknowledged) if acknowledged else None,
        owner=saved.get("owner", ""),
        worst=math.nan if saved.get("worst") is None else float(saved["worst"]),
    )


def orphaned(saved: Mapping[str, Any], now: float, reason: str) -> Transition:
    """The end of an alert that a dump has and nothing looks at any more, because of `reason`."""
    value = math.nan if saved["value"] is None else float(saved["value"])
    move = close(Course(**saved["course"]), now, reason)
    return Transition(
        saved["id"], saved["rule"], saved["row"]["key"], move.from_state, move.to_state, now, value, move.reason
    )
