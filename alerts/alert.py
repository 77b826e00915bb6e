"""Alerts and their changes, as values for screens, journals and notifications."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from alerts.lifecycle import Standing, State
from alerts.rows import RowAttributes
from alerts.rules import SEVERITIES, Severity


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who took an alert on, when, what they said, and until when it counts (None: until the alert is over)."""

    who: str
    note: str
    at: float
    until: float | None = None


Words = Callable[[RowAttributes, float], tuple[str, str]]
"""A rule's sentence about a row with this figure, in 中文 and English."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert that is pending, firing or recovering.

    `since` is when its condition became true, `fired_at` when it first fired, `entered` when it came into the state
    that it shows. `value` is the rule's figure when it was last known; `stale` says that it is not known now.
    `inhibited` alerts are shown and not counted. `deadline` is when a pending one fires or a recovering one is over,
    None while its condition is unknown. `owner` is who answers for it, `silenced` the id of the silence that keeps it
    from people (empty: none), `flapping` says that it comes and goes, `profile` names the planned profile it is judged
    by (empty: none). `level` is how many steps of its rule's escalation were taken, `escalated_to` who was told last,
    `escalates_at` when the next one is due (None: none, or its clock stands still); `severity` is what they made of it.
    `worst` is its figure at its worst since it began, NaN where the rule does not say which way is worse.
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
    words: Words = field(compare=False, repr=False)
    """Makes the rule's sentence, which few of ten thousand alerts are ever asked for."""
    playbook: str | None
    entered: float = math.nan
    owner: str = ""
    silenced: str = ""
    flapping: bool = False
    profile: str = ""
    level: int = 0
    escalated_to: str = ""
    escalates_at: float | None = None
    worst: float = math.nan

    @property
    def message_zh(self) -> str:
        """The rule's sentence about it, in 中文."""
        return self.words(self.row, self.value)[0]

    @property
    def message_en(self) -> str:
        """The rule's sentence about it, in English."""
        return self.words(self.row, self.value)[1]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule says of a row when its figure is `value`, whether or not an alert is there (any more)."""

    rule: str
    severity: Severity
    row: RowAttributes
    value: float
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    playbook: str | None = None
    runbook: str = ""


def gravest_first(alert: Alert) -> tuple[int, float, str, str]:
    """The place of an alert among others: the gravest first, then the oldest, then by row and rule."""
    return SEVERITIES.index(alert.severity), alert.since, alert.key, alert.rule


Remark = Literal["acknowledged", "unacknowledged", "assigned", "flapping", "settled", "escalated"]
"""What may become of an alert beside its state: taken on, given back, given to an owner, flapping, flapping no more,
escalated to somebody else."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of one alert. One `to_state` that is a Remark leaves the alert's state as it is.

    `reason` is `when`, `not when`, `for`, `clear`, `not clear`, `keep_firing_for`, `row removed`, `rule removed`,
    `out of scope`; with an acknowledgement who and note, with an assignment who and owner, with an escalation which
    step and to whom (and how grave it is now). `inhibited` says that the
    alert is muted after the evaluation that made the change.
    """

    alert: str
    rule: str
    key: str
    from_state: State
    to_state: State | Remark
    at: float
    value: float
    reason: str
    inhibited: bool = False
    silenced: str = ""
    """The id of the silence under which it happened."""
    level: int = 0
    """The step that an escalation has reached, from 1."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for journals and JSON; unknown is None, `silenced` and `level` stand where they say something."""
        plain = {
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
        more = {"silenced": self.silenced, "level": self.level}
        return plain | {name: value for name, value in more.items() if value}

    @classmethod
    def of_dict(cls, plain: Mapping[str, Any]) -> Transition:
        """A change from what `as_dict` gave."""
        return cls(
            plain["id"],
            plain["rule"],
            plain["key"],
            plain["from"],
            plain["to"],
            float(plain["at"]),
            math.nan if plain["value"] is None else float(plain["value"]),
            plain["reason"],
            plain["inhibited"],
            plain.get("silenced", ""),
            plain.get("level", 0),
        )
