"""What receivers are told once, and no alert is: a playbook about to start by itself, or begun by one person alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alerts.alert import Alert
from alerts.engine import RuleEngine
from alerts.notices.notice import Notice, NoticeKind
from playbooks.automatic import Announced
from playbooks.run import RunView
from playbooks.words import Words


def announcement(one: Announced, engine: RuleEngine, now: float) -> Notice:
    """A playbook is about to start by itself; with the severity of the alert that it answers."""
    alert = engine.alert(one.alert)
    left, title = round(one.due - now), one.title
    zh, en = "；".join(words.zh for words in one.does), "; ".join(words.en for words in one.does)
    said = Words(
        f"{left} 秒后自动执行「{title.zh}」（{zh}），值班台可停止",
        f"{title.en} starts by itself in {left} s ({en}) unless it is stopped at the desk",
    )
    return _notice("automatic", one.id, one.playbook, title, said, alert, one.rule, one.key, now)


def broken_glass(run: RunView, body: Mapping[str, Any], engine: RuleEngine, now: float) -> Notice:
    """A playbook was begun by one person although more were asked for; `body` is the journal's entry of it."""
    alert = engine.alert(run.alert) if run.alert else None
    who, why, title = str(body["by"]), str(body["reason"]), run.title
    had, wanted = len(body["approvals"]), int(body["wanted"])
    said = Words(
        f"{who} 破窗启动「{title.zh}」{'·'.join(run.sites)}（批准 {had}/{wanted}）：{why}",
        f"{who} broke the glass and began {title.en} at {', '.join(run.sites)} ({had} of {wanted} approvals): {why}",
    )
    rule = alert.rule if alert is not None else run.playbook
    key = alert.key if alert is not None else (run.sites[0] if run.sites else "")
    return _notice("broke_glass", run.id, run.playbook, title, said, alert, rule, key, now, grave=True)


def _notice(
    kind: NoticeKind,
    about: str,
    playbook: str,
    title: Words,
    said: Words,
    alert: Alert | None,
    rule: str,
    key: str,
    now: float,
    *,
    grave: bool = False,
) -> Notice:
    row = alert.row if alert is not None else None
    usual = alert.severity if alert is not None else "warning"
    return Notice(
        alert=about,
        sequence=1,
        kind=kind,
        state="firing",
        at=now,
        rule=rule,
        key=key,
        site=alert.site if alert is not None else key.partition("/")[0],
        severity="critical" if grave else usual,
        fired_at=alert.fired_at or now if alert is not None else now,
        value=None,
        title_zh=title.zh,
        title_en=title.en,
        message_zh=said.zh,
        message_en=said.en,
        site_zh=row.site_zh if row is not None else "",
        site_en=row.site_en if row is not None else "",
        playbook=playbook,
    )
