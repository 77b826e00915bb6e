"""Made notices, receivers and a source of alerts for tests of what people are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from alerts.alert import Acknowledgement, Alert, Subject, Transition
from alerts.notices.notice import Notice
from alerts.notices.receivers import Receiver
from alerts.rows import RowAttributes

AT = 1_794_312_271.0
"""2026-11-10 20:04:31 in Shanghai."""


def receiver(id: str = "hook", kind: str = "webhook", **more: object) -> Receiver:  # noqa: A002
    where = {"url": "http://127.0.0.1:1/"} if kind in ("webhook", "alertmanager") else {"url_env": "URL"}
    return Receiver.model_validate({"id": id, "kind": kind, **where, **more})


def notice(number: int = 1, kind: str = "firing", **more: Any) -> Notice:
    made = Notice(
        alert=f"a{number}",
        sequence=1,
        kind=kind,  # type: ignore[arg-type]
        state="resolved" if kind == "resolved" else "firing",
        at=AT,
        rule="oldest-wait-critical",
        key=f"hefei/q{number:02}",
        site="hefei",
        severity="critical",
        fired_at=AT - 130.0,
        value=194.0,
        title_zh="最长等待超3分钟",
        title_en="Oldest wait over 3 min",
        message_zh=f"合肥 服饰{number:02} 最长等待 3m14s，超过 3m",
        message_en=f"Hefei Apparel {number:02}: oldest wait 3m14s, over 3m",
        site_zh="合肥",
        site_en="Hefei",
        queue_zh=f"服饰{number:02}",
        queue_en=f"Apparel {number:02}",
        shop="s-1",
        platform="taobao",
        category="apparel",
        playbook="bot-overflow",
    )
    return replace(made, **more)


ROW = RowAttributes("hefei/q1", "queue", "hefei", zh="服饰", en="Apparel", site_zh="合肥", site_en="Hefei")


class Alerts:
    """A source whose one alert a test moves by hand; every move gives the transition that an engine would."""

    def __init__(self, severity: str = "warning") -> None:
        self.severity: Any = severity
        self.alert: Alert | None = None
        self.muted = False
        self.number = 0

    def standing(self, rule: str, key: str) -> Alert | None:
        return self.alert

    def is_muted(self, rule: str, key: str) -> bool:
        return self.muted and self.alert is not None

    def subject(self, rule: str, key: str, value: float) -> Subject | None:
        return Subject(rule, self.severity, ROW, value, "题", "Title", f"话 {value:g}", f"words {value:g}")

    def move(self, to: Any, at: float, reason: str = "", value: float = 30.0) -> Transition:
        before: Any = self.alert.state if self.alert else "inactive"
        if self.alert is None:
            self.number += 1
            self.alert = Alert(
                f"a{self.number}", "wait", ROW.key, "hefei", self.severity, "firing", at, at, None, None, value,
                False, False, ROW, "题", "Title", lambda *_: ("话", "words"), None, at,
            )  # fmt: skip
        one = self.alert
        if to == "acknowledged":
            self.alert = replace(one, acknowledged=Acknowledgement("duty-1", "on it", at))
        elif to == "unacknowledged":
            self.alert = replace(one, acknowledged=None)
        elif to == "escalated":
            self.severity = "critical"
            self.alert = replace(one, escalated_to=reason, severity="critical")
        elif to in ("firing", "recovering"):
            self.alert = replace(one, state=to, value=value)
        elif to == "resolved":
            self.alert = None
        state: Any = before if to in ("acknowledged", "unacknowledged", "escalated") else to
        origin = before if to in ("firing", "recovering", "resolved") else state
        return Transition(one.id, "wait", ROW.key, origin, to, at, value, reason, self.muted)

    def remark(self, to: Any, at: float) -> Transition:
        """Flapping and settled may come when no alert is there."""
        alert = self.alert.id if self.alert else f"a{self.number}"
        state: Any = self.alert.state if self.alert else "resolved"
        return Transition(alert, "wait", ROW.key, state, to, at, 30.0, "", self.muted)
