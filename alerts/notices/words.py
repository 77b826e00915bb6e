"""The words of notices for people, in 中文 and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.notices.notice import Notice
from alerts.notices.receivers import Language
from feeds.durations import format_duration
from feeds.text import clean

Tongue = Literal["zh", "en"]

_ZONE = ZoneInfo("Asia/Shanghai")
_NOTE_CELLS = 120

KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "firing": ("触发", "firing"),
        "refired": ("再次触发", "firing again"),
        "reminder": ("未认领", "not acknowledged"),
        "acknowledged": ("已认领", "acknowledged"),
        "unacknowledged": ("认领到期", "no longer acknowledged"),
        "escalated": ("已升级", "escalated"),
        "flapping": ("反复波动", "flapping"),
        "settled": ("已稳定", "settled"),
        "resolved": ("恢复", "resolved"),
        "automatic": ("即将自动执行", "about to start by itself"),
        "broke_glass": ("破窗启动", "begun by one person alone"),
        "test": ("测试", "test"),
    }
)
SEVERITIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"critical": ("严重", "critical"), "warning": ("警告", "warning"), "info": ("提示", "info")}
)
_MARKS = {"critical": "▲", "warning": "◆", "info": "·"}


def tongues(language: Language) -> tuple[Tongue, ...]:
    """The languages to speak, in order."""
    return ("zh", "en") if language == "both" else (language,)


def clock_text(at: float) -> str:
    """The time of day in Shanghai."""
    return datetime.fromtimestamp(at, _ZONE).strftime("%H:%M:%S")


def said(pair: tuple[str, str], tongue: Tongue) -> str:
    """One of two."""
    return pair[0] if tongue == "zh" else pair[1]


def place(notice: Notice, tongue: Tongue) -> str:
    """Where it is: site and queue."""
    site, queue = (notice.site_zh, notice.queue_zh) if tongue == "zh" else (notice.site_en, notice.queue_en)
    return f"{site} {queue}".strip()


def label(notice: Notice, tongue: Tongue) -> str:
    """What kind of news it is: `▲ 严重 触发`, `✓ 恢复`."""
    kind = said(KINDS[notice.kind], tongue)
    if notice.kind == "settled":
        kind += said(
            ("，仍在触发", ", still firing") if notice.state == "firing" else ("，已恢复", ", resolved"), tongue
        )
    if notice.kind == "reminder":
        kind += said((f" 第{notice.times}次提醒", f", reminder {notice.times}"), tongue)
    if notice.state == "resolved":
        return f"✓ {kind}"
    return f"{_MARKS[notice.severity]} {said(SEVERITIES[notice.severity], tongue)} {kind}"


def sentence(notice: Notice, tongue: Tongue) -> str:
    """All of one notice in one line."""
    return f"{label(notice, tongue)} {_what(notice, tongue)}{_who(notice, tongue)} [{clock_text(notice.at)}]"


def _what(notice: Notice, tongue: Tongue) -> str:
    title, message = (notice.title_zh, notice.message_zh) if tongue == "zh" else (notice.title_en, notice.message_en)
    if notice.kind in ("test", "automatic", "broke_glass"):
        return message
    if notice.state == "resolved":
        lasted = format_duration(max(0.0, notice.at - notice.fired_at), parts=2)
        return f"{place(notice, tongue)} {title} {said((f'持续 {lasted}', f'after {lasted}'), tongue)}"
    since = f" {said(('自', 'since'), tongue)} {clock_text(notice.fired_at)}"
    return message + (since if notice.kind not in ("firing", "refired") else "")


def _who(notice: Notice, tongue: Tongue) -> str:
    if not notice.who:
        return ""
    note = said((f"：{notice.note}", f": {notice.note}"), tongue) if notice.note else ""
    return f" ({clean(notice.who + note, _NOTE_CELLS)})"
