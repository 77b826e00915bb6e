"""One notice: something about an alert that one receiver is told, once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from alerts.alert import Subject
from alerts.rules import SEVERITIES, Severity

NoticeKind = Literal[
    "firing",
    "refired",
    "reminder",
    "acknowledged",
    "unacknowledged",
    "escalated",
    "flapping",
    "settled",
    "resolved",
    "automatic",
    "broke_glass",
    "test",
]

NoticeState = Literal["firing", "resolved"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told. `sequence` counts what one receiver is told of one alert, from 1, without a gap.

    `state` is the alert's after it, `at` when that was so, `value` the rule's figure (None: unknown), `times` which
    reminder this is, `who` and `note` of an acknowledgement, `who` to whom it was escalated. Times in epoch seconds of
    the desk.
    """

    alert: str
    sequence: int
    kind: NoticeKind
    state: NoticeState
    at: float
    rule: str
    key: str
    site: str
    severity: Severity
    fired_at: float
    value: float | None
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    site_zh: str = ""
    site_en: str = ""
    queue_zh: str = ""
    queue_en: str = ""
    shop: str = ""
    platform: str = ""
    category: str = ""
    playbook: str = ""
    times: int = 0
    who: str = ""
    note: str = ""
    runbook: str = ""

    @property
    def id(self) -> str:
        """The same after any restart; two notices for one receiver never have the same."""
        return f"{self.alert}.{self.sequence}"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return SEVERITIES.index(self.severity)

    def dump(self) -> dict[str, Any]:
        """Plain data that `restored_notice` reads back."""
        return asdict(self)


def restored_notice(saved: Mapping[str, Any]) -> Notice:
    """A notice as it was."""
    return Notice(**saved)


def about(subject: Subject) -> dict[str, Any]:
    """What a notice says of its alert's rule and row."""
    row = subject.row
    queue = row.level == "queue"
    return {
        "rule": subject.rule,
        "key": row.key,
        "site": row.site,
        "severity": subject.severity,
        "value": subject.value if math.isfinite(subject.value) else None,
        "title_zh": subject.title_zh,
        "title_en": subject.title_en,
        "message_zh": subject.message_zh,
        "message_en": subject.message_en,
        "site_zh": row.site_zh or row.site,
        "site_en": row.site_en or row.site,
        "queue_zh": (row.zh or row.key.partition("/")[2]) if queue else "",
        "queue_en": (row.en or row.key.partition("/")[2]) if queue else "",
        "shop": row.shop,
        "platform": row.platform,
        "category": row.category,
        "playbook": subject.playbook or "",
        "runbook": subject.runbook,
    }
