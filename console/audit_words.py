"""A causal record for people, in 中文 and English: a heading for each part, a line for each entry."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any

from alerts.alert_story import story_lines, story_of
from alerts.why_words import Said
from console.audit_record import AuditRecord, RunRecord
from feeds.journal import Entry
from feeds.metric import Unit
from feeds.text import clean

_KINDS: Mapping[str, Said] = MappingProxyType(
    {
        "playbook.proposed": Said("提出，待批准", "proposed, waits for approval"),
        "playbook.started": Said("确认执行", "confirmed"),
        "playbook.approved": Said("批准", "approved"),
        "playbook.intent": Said("发出指令", "sends"),
        "playbook.reply": Said("基地答复", "the site answers"),
        "playbook.contradicted": Said("先拒后认", "refused, and then said that it did it"),
        "playbook.broke_glass": Said("破窗启动", "begun by one person alone"),
        "playbook.lapsed": Said("逾期失效", "lapsed: not enough people stood for it"),
        "playbook.queried": Said("逾期未答，询问", "no answer in time: asks"),
        "playbook.seen": Said("看板已见", "the board shows it"),
        "playbook.unseen": Said("看板未见", "the board did not show it in time"),
        "playbook.verified": Said("全部生效", "all of it in force"),
        "playbook.checked": Said("检查效果", "checked"),
        "playbook.stepped": Said("下一步", "next step"),
        "playbook.skipped": Said("跳过", "left out"),
        "playbook.task": Said("交人处理", "a person's task"),
        "playbook.overdue": Said("任务逾期", "the task is overdue"),
        "playbook.note": Said("记录", "notes"),
        "playbook.notice": Said("通报", "notice"),
        "note": Said("备注", "note"),
        "promise.made": Said("承诺", "promised"),
        "promise.kept": Said("承诺已兑现", "promise kept"),
        "promise.put_off": Said("承诺延期", "promise put off"),
        "playbook.failed": Said("失败", "failed"),
        "playbook.unknown": Said("结果未知", "unknown"),
        "playbook.asked": Said("询问值班人", "asks a person"),
        "playbook.answered": Said("答复", "answers"),
        "playbook.renewed": Said("延长", "renewed"),
        "playbook.reverting": Said("开始还原", "the way back begins"),
        "playbook.reverted": Said("已还原", "reverted"),
        "playbook.closed": Said("人工了结", "settled by a person"),
        "notice.sent": Said("已通知", "told"),
        "notice.failed": Said("通知失败", "could not be told"),
        "alert": Said("告警", "alert"),
        "desk.started": Said("指挥台启动", "the desk starts"),
        "site.queues": Said("基地队列", "queues of a site"),
        "journal.gap": Said("日志缺失", "not written"),
        "journal.pruned": Said("旧段清理", "old segments let go"),
        "journal.unsigned": Said("日志无法签名", "the journal cannot be signed"),
        "silence.begun": Said("静默", "silenced"),
        "silence.ended": Said("结束静默", "silence ended"),
    }
)
_PARTS: tuple[tuple[str, Said], ...] = (
    ("plan", Said("方案", "plan")),
    ("approvals", Said("批准", "approvals")),
    ("steps", Said("步骤", "steps")),
    ("effect", Said("效果", "effect")),
)
_LEFT_OUT = frozenset(
    {"run", "playbook", "at", "by", "plan_hash", "digest", "alert", "en", "zh", "seen", "figures", "previewed"}
)
_MOST_CELLS = 160


def record_lines(record: AuditRecord, zone: tzinfo) -> list[Said]:
    """The whole record for a terminal."""
    lines: list[Said] = []
    story = story_of(record.alert, ((entry.actor, entry.body) for entry in record.changes)) if record.alert else None
    if story is not None:
        lines += story_lines(story, zone, Unit.COUNT)
    lines += [_indented(entry_line(entry, zone)) for entry in record.notices]
    for run in record.runs:
        lines += [*_run_lines(run, zone)]
    return lines


def _run_lines(run: RunRecord, zone: tzinfo) -> list[Said]:
    name = clean(f"{run.run} · {run.playbook}", 120)
    by = clean(", ".join(run.approved_by), 120)
    lines = [Said(f"预案 {name} · 批准人 {by}", f"playbook run {name} · approved by {by}")]
    for part, words in _PARTS:
        entries: Sequence[Entry] = getattr(run, part)
        if not entries:
            continue
        lines.append(Said(f"  {words.zh}", f"  {words.en}"))
        for entry in entries:
            lines.append(_indented(entry_line(entry, zone)))
            lines += [_indented(line, 6) for line in figure_lines(entry)]
    return lines


def entry_line(entry: Entry, zone: tzinfo) -> Said:
    """One entry in one line: number, time, who, what, and the plain part of its body."""
    when = datetime.fromtimestamp(entry.at_ns / 1e9, zone).strftime("%Y-%m-%d %H:%M:%S")
    what = _KINDS.get(entry.kind, Said(entry.kind, entry.kind))
    head = f"{when}  #{entry.number} {clean(entry.actor, 40)}"
    rest = {name: value for name, value in entry.body.items() if name not in _LEFT_OUT and _flat(value)}
    until = rest.get("until")
    if isinstance(until, float):
        rest["until"] = datetime.fromtimestamp(until, zone).strftime("%H:%M:%S")
    told = "  ".join(f"{name}={_short(value)}" for name, value in rest.items() if value not in ("", None))
    return Said(
        _fit(f"{head} · {what.zh} · {entry.body.get('zh') or ''} {told}"),
        _fit(f"{head} · {what.en} · {entry.body.get('en') or ''} {told}"),
    )


def figure_lines(entry: Entry) -> list[Said]:
    """What an entry was decided on: the figures that were seen, their ages, guards, and the commands of the plan."""
    body, lines = entry.body, list[Said]()
    for name, zh, en in (("seen", "当时所见", "seen"), ("figures", "看板数字", "figures")):
        lines += _named(body.get(name), zh, en, _short)
    if "previewed" in body and "at" in body:
        old = _age(float(body["at"]) - float(body["previewed"]))
        lines.append(Said(f"预览于 {old}前", f"previewed {old} before"))
    lines += _named(body.get("seen_ages_s"), "预览时数据已过", "age of the data in the preview", _age)
    lines += _named(body.get("ages_s"), "此刻数据已过", "age of the data now", _age)
    for guard in body.get("guards") or ():
        shown = ", ".join(f"{name} = {_short(value)}" for name, value in (guard.get("figures") or {}).items())
        said = _fit(f"{guard.get('text')}: {guard.get('verdict')} ({shown})")
        lines.append(Said(f"前提 {said}", f"guard {said}"))
    for item in body.get("items") or ():
        moved = f"{_short(item.get('before'))} → {_short(item.get('after'))} {item.get('error') or ''}"
        lines.append(Said(_fit(f"{item.get('target')} {moved}"), _fit(f"{item.get('target')} {moved}")))
    for order in body.get("orders") or ():
        said = _fit(f"{order.get('site')}: {order.get('verb')} {_short(order.get('args'))}")
        lines.append(Said(f"指令 {said}", f"command {said}"))
    return lines


def _named(values: object, zh: str, en: str, shown: Callable[[Any], str]) -> list[Said]:
    if not isinstance(values, Mapping) or not values:
        return []
    told = _fit(", ".join(f"{name} {shown(value)}" for name, value in values.items()))
    return [Said(f"{zh}：{told}", f"{en}: {told}")]


def _age(seconds: Any) -> str:  # noqa: ANN401 - whatever stands in the entry
    return f"{seconds:.1f}s" if isinstance(seconds, int | float) and math.isfinite(seconds) else "–"


def _short(value: Any) -> str:  # noqa: ANN401 - whatever stands in the entry
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_short(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return "+".join(_short(inner) for inner in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _flat(value: object) -> bool:
    return not isinstance(value, Mapping) and not (isinstance(value, list) and any(isinstance(v, dict) for v in value))


def _fit(text: str) -> str:
    return clean(text, _MOST_CELLS).rstrip(" ·")


def _indented(said: Said, by: int = 4) -> Said:
    return Said(" " * by + said.zh, " " * by + said.en)
