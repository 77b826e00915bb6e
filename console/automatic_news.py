"""What receivers are told of a playbook that is about to start by itself."""

from __future__ import annotations

from alerts.engine import RuleEngine
from alerts.notices.notice import Notice
from playbooks.automatic import Announced


def announcement(one: Announced, engine: RuleEngine, now: float) -> Notice:
    """The notice of it, with the severity of the alert that it answers."""
    alert = engine.alert(one.alert)
    row = alert.row if alert is not None else None
    left = round(one.due - now)
    zh, en = "；".join(words.zh for words in one.does), "; ".join(words.en for words in one.does)
    return Notice(
        alert=one.id,
        sequence=1,
        kind="automatic",
        state="firing",
        at=now,
        rule=one.rule,
        key=one.key,
        site=alert.site if alert is not None else "",
        severity=alert.severity if alert is not None else "warning",
        fired_at=alert.fired_at or now if alert is not None else now,
        value=None,
        title_zh=one.title.zh,
        title_en=one.title.en,
        message_zh=f"{left} 秒后自动执行「{one.title.zh}」（{zh}），值班台可停止",
        message_en=f"{one.title.en} starts by itself in {left} s ({en}) unless it is stopped at the desk",
        site_zh=row.site_zh if row is not None else "",
        site_en=row.site_en if row is not None else "",
        playbook=one.playbook,
    )
