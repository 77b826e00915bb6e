"""The story of a run: what happened to it, one sentence each, from the records that its journal has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from playbooks.command_words import command_words
from playbooks.revert_reasons import WHY
from playbooks.words import Words

Tone = Literal["", "info", "good", "warning", "critical"]

MOST_EACH = 120
"""So many sentences are kept of one run, the first and the newest; the journal has them all."""

AUTOMATIC = "desk"


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence. `step` counts from 1, 0 where it is about no step; `site` is empty where no site has a part in it.

    `until` is a time that belongs to the sentence, for the screen to say it as a time of day.
    """

    at: float
    kind: str
    zh: str
    en: str
    site: str = ""
    step: int = 0
    tone: Tone = ""
    until: float | None = None


def told(kind: str, body: Mapping[str, Any]) -> Told | None:
    """The sentence for one record of the runner; None for what a reader need not see."""
    teller = _TELLERS.get(kind)
    words, tone = teller(body) if teller is not None else (Words(kind, kind), "")
    if words is None:
        return None
    site = str(body.get("site") or "")
    until = body.get("until")
    return Told(
        float(body["at"]),
        kind,
        words.zh,
        words.en,
        site,
        _step(body),
        tone,
        float(until) if isinstance(until, int | float) else None,
    )


def with_told(story: tuple[Told, ...], one: Told) -> tuple[Told, ...]:
    """The story with one sentence more; of too many the second goes."""
    return (*story, one) if len(story) < MOST_EACH else (story[0], *story[2:], one)


_Sentence = tuple[Words | None, Tone]


def _who(body: Mapping[str, Any]) -> Words:
    who = str(body.get("by") or AUTOMATIC)
    return Words("值班台", "the desk") if who == AUTOMATIC else Words(who, who)


def _step(body: Mapping[str, Any]) -> int:
    step = body.get("step")
    if isinstance(step, int):
        return step
    purpose = str(body.get("purpose") or "")
    return int(purpose[5:]) if purpose.startswith("step ") and purpose[5:].isdigit() else 0


def _started(body: Mapping[str, Any]) -> _Sentence:
    who, ages = _who(body), [age for age in (body.get("seen_ages_s") or {}).values() if isinstance(age, int | float)]
    old = max(ages, default=None)
    zh = f"，所见数据最旧 {old:.0f} 秒" if old is not None else ""
    en = f", on figures of at most {old:.0f} s" if old is not None else ""
    alert = str(body.get("alert") or "")
    for_zh, for_en = (f"，应对告警 {alert}", f" for alert {alert}") if alert else ("", "")
    return Words(f"{who.zh} 启动{for_zh}{zh}", f"{who.en} started it{for_en}{en}"), "info"


def _proposed(body: Mapping[str, Any]) -> _Sentence:
    who = _who(body)
    return Words(f"{who.zh} 提出，等待他人批准", f"{who.en} proposed it; somebody else has to approve"), "info"


def _intent(body: Mapping[str, Any]) -> _Sentence:
    what = command_words(str(body.get("verb", "")), body.get("args") or {})
    if str(body.get("purpose")) == "revert":
        return Words(f"已下达还原命令：{what.zh}", f"told to undo: {what.en}"), "info"
    return Words(f"已下达命令：{what.zh}", f"told to {what.en}"), "info"


def _reply(body: Mapping[str, Any]) -> _Sentence:
    state, why = str(body.get("state")), str(body.get("why") or "")
    if state == "acknowledged":
        return Words("已收到", "received it"), ""
    came_zh, came_en = _items(body.get("items") or ())
    if state == "failed":
        zh, en = (f"：{why}", f": {why}") if why else (came_zh, came_en)
        return Words(f"未执行{zh}", f"did nothing{en}"), "critical"
    if state == "partial":
        return Words(f"部分完成{came_zh}", f"did part of it{came_en}"), "warning"
    return Words(f"回报已完成{came_zh}", f"says it is done{came_en}"), "info"


def _items(items: Any) -> tuple[str, str]:  # noqa: ANN401 - plain data out of a journal
    """What a result names: up to three targets with before and after, and the errors among them."""
    said_zh, said_en = [], []
    for item in items[:3]:
        before, after, error = item.get("before"), item.get("after"), item.get("error")
        change = f" {before:g}→{after:g}" if isinstance(before, int | float) and isinstance(after, int | float) else ""
        text = f"{item.get('target', '')}{change}" + (f" ({error})" if error else "")
        said_zh.append(text)
        said_en.append(text)
    if not said_zh:
        return "", ""
    rest = len(items) - 3
    more_zh, more_en = (f"，等 {len(items)} 项", f" and {rest} more") if rest > 0 else ("", "")
    return f"：{'、'.join(said_zh)}{more_zh}", f": {', '.join(said_en)}{more_en}"


def _figures(body: Mapping[str, Any]) -> str:
    pairs = [(name, value) for name, value in (body.get("figures") or {}).items() if isinstance(value, int | float)]
    return ", ".join(f"{name} {value:g}" for name, value in pairs[:3])


def _seen(body: Mapping[str, Any]) -> _Sentence:
    figures = _figures(body)
    zh, en = (f"：{figures}", f": {figures}") if figures else ("", "")
    return Words(f"看板已见效果{zh}", f"the board shows it{en}"), "good"


def _checked(body: Mapping[str, Any]) -> _Sentence:
    worked = body.get("worked")
    rows = body.get("expected") or ()
    said_zh = "；".join(
        f"{r['figure']} 原 {_n(r['before'])}，预期 {r['operator']} {_n(r['expected'])}，实际 {_n(r['actual'])}"
        for r in rows
    )
    said_en = "; ".join(
        f"{r['figure']} was {_n(r['before'])}, expected {r['operator']} {_n(r['expected'])}, is {_n(r['actual'])}"
        for r in rows
    )
    zh, en = (f"：{said_zh}", f": {said_en}") if rows else ("", "")
    if worked is None:
        return Words(f"核对：是否有效未知{zh}", f"checked: whether it helps is unknown{en}"), "warning"
    if worked:
        return Words(f"核对：有效{zh}", f"checked: it helps{en}"), "good"
    return Words(f"核对：未达预期{zh}", f"checked: less than expected{en}"), "warning"


def _n(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "–"


def _reverting(body: Mapping[str, Any]) -> _Sentence:
    who, why = _who(body), WHY.get(str(body.get("why")), Words(str(body.get("why")), str(body.get("why"))))
    if body.get("waits_for"):
        return Words(
            f"{why.zh}（{who.zh}）：待未回的答复到后还原",
            f"{why.en} ({who.en}): as soon as the answer that is out has come",
        ), ""
    return Words(f"开始还原：{why.zh}（{who.zh}）", f"the way back begins: {why.en} ({who.en})"), "info"


def _said(prefix_zh: str = "", prefix_en: str = "", tone: Tone = "") -> Callable[[Mapping[str, Any]], _Sentence]:
    """What the record itself says in both languages, behind a beginning of ours."""

    def tell(body: Mapping[str, Any]) -> _Sentence:
        zh, en = str(body.get("zh") or body.get("text") or ""), str(body.get("en") or body.get("text") or "")
        if not body.get("zh") and " / " in zh:
            zh, _, en = zh.partition(" / ")
        return Words(f"{prefix_zh}{zh}", f"{prefix_en}{en}"), tone

    return tell


def _by(zh: str, en: str, tone: Tone = "") -> Callable[[Mapping[str, Any]], _Sentence]:
    """`{who}` did something."""
    return lambda body: (
        Words(zh.format(who=_who(body).zh, **_more(body)), en.format(who=_who(body).en, **_more(body))),
        tone,
    )


def _more(body: Mapping[str, Any]) -> dict[str, str]:
    return {"choice": str(body.get("choice") or ""), "verb": str(body.get("verb") or "")}


_TELLERS: Mapping[str, Callable[[Mapping[str, Any]], _Sentence]] = {
    "proposed": _proposed,
    "approved": _by("{who} 批准", "{who} approved it", "info"),
    "started": _started,
    "intent": _intent,
    "reply": _reply,
    "queried": _by("逾时无答复，已询问结果", "no answer in time: asked what became of it", "warning"),
    "seen": _seen,
    "unseen": _by("看板未在时限内看到效果", "the board did not show it in time", "warning"),
    "verified": _by("全部步骤已见效，生效", "every step is done and seen: in force", "good"),
    "checked": _checked,
    "stepped": lambda _body: (None, ""),
    "skipped": _said("略过：", "left out: "),
    "task": _said("交人办理：", "a person has it: ", "info"),
    "overdue": _by("任务逾时未回，再次询问", "nobody said in time that it is done: asked again", "warning"),
    "note": _said("记录：", "noted: "),
    "notice": _said("通知：", "notice: ", "info"),
    "failed": _said("失败：", "failed: ", "critical"),
    "unknown": _by("是否已执行未知", "whether it was carried out is unknown", "warning"),
    "asked": _said("询问：", "asks: ", "warning"),
    "answered": _by("{who} 答：{choice}", "{who} answered: {choice}", "info"),
    "renewed": _by("{who} 续期", "{who} renewed it", "info"),
    "reverting": _reverting,
    "reverted": _said("已还原：", "nothing of it is in force any more: ", "good"),
    "closed": _said("已关闭：", "closed: "),
}
"""Kinds that are not here are told by their name."""
