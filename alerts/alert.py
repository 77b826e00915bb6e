"""Alerts and their changes, as values for screens, journals and notifications."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from alerts.lifecycle import Standing, State
from alerts.rows import RowAttributes
from alerts.rules import Severity


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who took an alert on, when, and what they said."""

    who: str
    note: str
    at: float


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert that is pending, firing or recovering.

    `since` is when its condition became true, `fired_at` when it first fired, `entered` when it came into the state
    that it shows. `value` is the rule's figure when it was last known; `stale` says that it is not known now.
    `inhibited` alerts are shown and not counted. `deadline` is when a pending one fires or a recovering one is over,
    None while its condition is unknown.
    """

    id: str
    rule: str
    key: str
    site: str
    severity: Severity
    state: Standing
    since: float
    fired_at: float | None
    deadline: float | None
    acknowledged: Acknowledgement | None
    value: float
    stale: bool
    inhibited: bool
    row: RowAttributes
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    playbook: str | None
    entered: float = math.nan


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of one alert. An acknowledgement goes to `acknowledged` and leaves the alert's state as it is.

    `reason` is `when`, `not when`, `for`, `clear`, `not clear`, `keep_firing_for`, `row removed`, `rule removed`,
    `out of scope`, or with an acknowledgement who and note. `inhibited` says that the alert is muted after the
    evaluation that made the change.
    """

    alert: str
    rule: str
    key: str
    from_state: State
    to_state: State | Literal["acknowledged"]
    at: float
    value: float
    reason: str
    inhibited: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain data for journals and JSON; an unknown value is None."""
        return {
            "id": self.alert,
            "rule": self.rule,
            "key": self.key,
            "from": self.from_state,
            "to": self.to_state,
            "at": self.at,
            "value": self.value if self.value == self.value else None,
            "reason": self.reason,
            "inhibited": self.inhibited,
        }
