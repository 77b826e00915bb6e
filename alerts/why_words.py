"""What people are told of a `Why`, in 中文 and English: the verdict in short sentences, and each part in one line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import NamedTuple

from alerts.figure_names import figure_name, is_flag
from alerts.unknown import Missing, Reason
from alerts.why import MutedBy, Outside, Verdict, Why
from alerts.why_parts import WhyPart
from feeds.durations import format_duration
from feeds.metric import Unit


class Said(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.en)


MOST_NAMED = 3
"""More than these are not named in a sentence; the parts have them all."""

_REASONS: Mapping[Reason, Said] = MappingProxyType(
    {
        "unseen": Said("该平台的店铺现在都没有可信数据", "nothing is known now of any shop of the platform"),
        "never": Said("该基地尚无消息", "nothing has been heard of the site yet"),
        "dark": Said("该基地的数据现在不可信", "the site cannot be believed now"),
        "no_site_row": Said("该基地不上报整体数据", "the site sends no figures of its own"),
        "not_sent": Said("该基地不上报{part}", "the site does not send {part}"),
        "no_value": Said("{part}没有数值", "there is no value for {part}"),
        "nothing_counted": Said("期间没有可计的", "there was nothing to count"),
        "needs_history": Said("历史还不够长", "not known for long enough yet"),
        "not_fed": Said("该基地不上报这个时钟", "the site does not feed this clock"),
        "not_assessed": Said("现在不考核", "the clock is not assessed now"),
        "degraded": Said("平台数据降级中", "the platform's data is degraded now"),
        "no_target": Said("该时钟没有目标线", "the clock has no target"),
        "divided_by_zero": Said("除数为零", "a division by zero"),
        "not_projected": Said("推算所需的数据不全", "what the projection needs of it is not known"),
        "not_planned": Said(
            "没有预测，或尚未见到完整时段", "there is no forecast of it, or no full interval has been seen"
        ),
        "no_such_figure": Said("没有这个指标", "there is no such figure"),
    }
)
_SCOPE: Mapping[str, Said] = MappingProxyType(
    {
        "sites": Said("基地", "site"),
        "shops": Said("店铺", "shop"),
        "platforms": Said("平台", "platform"),
        "categories": Said("类目", "category"),
        "phases": Said("阶段", "phase"),
        "channels": Said("渠道", "channel"),
        "tiers": Said("等级", "tier"),
        "tags": Said("标签", "tags"),
    }
)
_LEVELS: Mapping[str, tuple[Said, Said]] = MappingProxyType(
    {
        "queue": (Said("队列", "queues"), Said("队列", "a queue")),
        "site": (Said("基地", "sites"), Said("基地", "a site")),
        "desk": (Said("值班台", "what the desk owes"), Said("值班台事项", "something that the desk owes")),
        "platform": (Said("全网平台", "platforms over all sites"), Said("全网平台", "a platform over all sites")),
    }
)


def verdict_of(why: Why, zone: tzinfo) -> Said:
    """Why it fires or does not, in one to three sentences; times of day in `zone`."""
    parts = (_STATES[why.verdict](why, zone), *_aside(why, zone))
    return Said("".join(part.zh for part in parts), " ".join(part.en for part in parts))


def part_words(part: WhyPart, at: float = math.nan) -> Said:
    """One part of a condition: its figure, what it needs, and how far it is from there, or why it is unknown.

    `at` is the moment for which a lasting condition says for how long it has been true.
    """
    if part.kind == "comparison" and part.truth != "unknown":
        return _compared(part)
    if part.missing:
        return (
            Said(f"{part.zh or part.text}未知", f"{part.en or part.text} unknown")
            if part.kind == "logic"
            else _unknown(part)
        )
    if part.kind == "figure":
        named = part.en != part.text  # a sum or a product is said by its text already
        return Said(f"{part.zh} {part.shown}", f"{part.en} {part.shown}") if named else Said(part.shown, part.shown)
    if part.kind == "lasting":
        return _lasting(part, at)
    return _called(part)


def missing_words(missing: Sequence[Missing]) -> Said:
    """Which figures are unknown and why, such as `Attendance: the site does not send it`; those of one reason together.

    At most `MOST_NAMED` reasons and figures of each are named.
    """
    reasons = list(dict.fromkeys((one.reason, one.part) for one in missing))
    said = [_reason(reason, part, missing) for reason, part in reasons[:MOST_NAMED]]
    more = len(reasons) - MOST_NAMED
    if more > 0:
        said.append(Said(f"另有 {more} 种原因", f"{more} more reasons"))
    return _joined(said)


def _reason(reason: Reason, part: str, missing: Sequence[Missing]) -> Said:
    names = [figure_name(one.figure) for one in missing if (one.reason, one.part) == (reason, part)]
    more = len(names) - MOST_NAMED
    zh = "、".join(zh for zh, _ in names[:MOST_NAMED]) + (f"等 {len(names)} 项" if more > 0 else "")
    en = ", ".join(en for _, en in names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    said, (part_zh, part_en) = _REASONS[reason], figure_name(part)
    return Said(f"{zh}：{said.zh.format(part=part_zh)}", f"{en}: {said.en.format(part=part_en or 'it')}")


def _joined(said: Iterable[Said]) -> Said:
    told = list(said)
    return Said("；".join(one.zh for one in told), "; ".join(one.en for one in told))


def _unknown(part: WhyPart) -> Said:
    said = missing_words(part.missing)
    return Said(f"未知（{said.zh}）", f"unknown ({said.en})")


def _compared(part: WhyPart) -> Said:
    if is_flag(part.figure):
        yes = part.value != 0.0
        return Said(f"{part.zh}：{'是' if yes else '否'}", f"{part.en}: {'yes' if yes else 'no'}")
    needs = f"{part.operator} {part.limit_shown}" + (f" ({part.limit_text})" if part.limit_text else "")
    gap = part.distance_shown
    zh_gap = en_gap = gap
    if part.unit is Unit.SHARE:
        number = gap.removesuffix("%")
        zh_gap, en_gap = f"{number} 个百分点", f"{number} points"
    above = part.operator in (">", ">=")
    if part.truth == "true":
        zh, en = f"{part.zh} {part.shown} {needs}", f"{part.en} {part.shown} {needs}"
        if part.operator in ("==", "!=") or not part.distance:
            return Said(zh, en)
        return Said(f"{zh}，{'超出' if above else '低'} {zh_gap}", f"{en}, by {en_gap}")
    zh, en = f"{part.zh} {part.shown}，须 {needs}", f"{part.en} {part.shown}, needs {needs}"
    if part.operator in ("==", "!="):
        return Said(zh, en)
    if not part.distance:
        return Said(f"{zh}：正好在线上", f"{en}: just at the limit")
    return Said(f"{zh}：{'还差' if above else '高出'} {zh_gap}", f"{en}: {en_gap} {'short' if above else 'above'}")


def _lasting(part: WhyPart, at: float) -> Said:
    needed = format_duration(part.lasts_s)
    if math.isnan(part.since):
        return _called(part)
    zh = f"“{part.zh}”已持续 {format_duration(at - part.since, parts=2)}，须 {needed}"
    return Said(zh, f"{part.en} true for {format_duration(at - part.since, parts=2)}, needs {needed}")


def _called(part: WhyPart) -> Said:
    truths = {
        "true": Said("成立", "is true"),
        "false": Said("不成立", "is false"),
        "unknown": Said("未知", "is unknown"),
    }
    truth = truths[part.truth or "unknown"]
    return Said(f"“{part.text}”{truth.zh}", f"{part.text} {truth.en}")


def _deciding(why: Why, parts: Iterable[WhyPart]) -> Said:
    return _joined(part_words(part, why.figures_at) for part in parts if part.decides)


def _clock(at: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).strftime("%H:%M:%S") if math.isfinite(at) else "–"


def _out_of_scope(why: Why, _zone: tzinfo) -> Said:
    said = _joined(_outside(one) for one in why.outside)
    return Said(f"不看这一行：{said.zh}。", f"It does not look at this row: {said.en}.")


def _outside(one: Outside) -> Said:
    if one.part == "level":
        looks, own = _LEVELS[one.allowed[0]][0], _LEVELS[one.own][1]
        return Said(f"它看的是{looks.zh}，这一行是{own.zh}", f"it looks at {looks.en}, and this is {own.en}")
    are = "are" if one.part == "tags" else "is"
    part, own = _SCOPE[one.part], Said(one.own or "（空）", one.own or "none")
    return Said(
        f"它只看{part.zh} {'、'.join(one.allowed)}，这一行是 {own.zh}",
        f"its {part.en} {are} {', '.join(one.allowed)}, the row's {are} {own.en}",
    )


def _quiet(why: Why, _zone: tzinfo) -> Said:
    facts = _deciding(why, why.parts)
    return Said(f"未触发：{facts.zh}。", f"Not firing: {facts.en}.")


def _untold(why: Why, _zone: tzinfo) -> Said:
    said = missing_words(why.missing)
    return Said(f"无法判断：{said.zh}。", f"Nobody can tell: {said.en}.")


def _again(why: Why, _zone: tzinfo) -> Said:
    facts = _deciding(why, why.parts)
    return Said(
        f"刚刚结束，而条件仍成立：{facts.zh}；下一帧数据来时重新开始。",
        f"Just over, and its condition is still true: {facts.en}. It begins again with the next figures.",
    )


def _pending(why: Why, zone: tzinfo) -> Said:
    facts = _deciding(why, why.parts)
    since, due, held = _clock(why.since, zone), _clock(why.deadline, zone), format_duration(why.for_s)
    return Said(
        f"{since} 起成立，须持续 {held}，{due} 触发：{facts.zh}。",
        f"True since {since}, must be so for {held}, fires at {due}: {facts.en}.",
    )


def _held(why: Why, zone: tzinfo) -> Said:
    said, since, held = missing_words(why.missing), _clock(why.since, zone), format_duration(why.for_s)
    return Said(
        f"{since} 起成立，须持续 {held}，现在无法判断：{said.zh}。恢复可知时才会触发或撤回。",
        f"True since {since}, must be so for {held}, and nobody can tell now: {said.en}. "
        "It fires or goes away once that is known.",
    )


def _firing(why: Why, zone: tzinfo) -> Said:
    began, true = _clock(why.fired_at, zone), bool(why.parts) and why.parts[0].truth == "true"
    facts = _deciding(why, why.parts) if true else Said("", "")
    lead = Said(
        f"{began} 触发" + (f"：{facts.zh}。" if facts else "。"),
        f"Firing since {began}" + (f": {facts.en}." if facts else "."),
    )
    if not why.clear:
        return lead
    rest = _deciding(why, why.clear)
    return Said(f"{lead.zh}尚未解除：{rest.zh}。", f"{lead.en} Not over yet: {rest.en}.")


def _stale(why: Why, zone: tzinfo) -> Said:
    began, said = _clock(why.fired_at, zone), missing_words(why.missing)
    return Said(
        f"{began} 触发，现在无法判断是否已解除：{said.zh}。",
        f"Firing since {began}, and nobody can tell whether it is over: {said.en}.",
    )


def _recovering(why: Why, zone: tzinfo) -> Said:
    began, due = _clock(why.entered, zone), _clock(why.deadline, zone)
    facts = _deciding(why, why.clear or why.parts)
    return Said(f"{began} 起恢复中，{due} 结束：{facts.zh}。", f"Recovering since {began}, over at {due}: {facts.en}.")


def _recovering_stale(why: Why, zone: tzinfo) -> Said:
    began, said = _clock(why.entered, zone), missing_words(why.missing)
    return Said(
        f"{began} 起恢复中，现在无法判断：{said.zh}。",
        f"Recovering since {began}, and nobody can tell now: {said.en}.",
    )


_STATES: Mapping[Verdict, Callable[[Why, tzinfo], Said]] = MappingProxyType(
    {
        "out_of_scope": _out_of_scope,
        "quiet": _quiet,
        "unknown": _untold,
        "again": _again,
        "pending": _pending,
        "held": _held,
        "firing": _firing,
        "stale": _stale,
        "recovering": _recovering,
        "recovering_stale": _recovering_stale,
    }
)


def _aside(why: Why, zone: tzinfo) -> list[Said]:
    """What else keeps people from hearing of it, or who has it."""
    said = [_muted(why.muted_by)] if why.muted_by else []
    silence, taken = why.silenced_by, why.acknowledged
    if silence is not None:
        note, until = f" ({silence.note})" if silence.note else "", _clock(silence.until, zone)
        said.append(
            Said(f"{silence.author} 静默至 {until}{note}。", f"Silenced by {silence.author} until {until}{note}.")
        )
    if taken is not None:
        at = _clock(taken.at, zone)
        said.append(Said(f"{taken.who} 于 {at} 认领。", f"Taken on by {taken.who} at {at}."))
    if why.escalated_to:
        said.append(Said(f"已升级至 {why.escalated_to}。", f"Escalated to {why.escalated_to}."))
    if why.profile:
        said.append(Said(f"按阈值方案 {why.profile} 判断。", f"Judged by the profile {why.profile}."))
    if why.standing == "late":
        age = format_duration(max(why.link_age_s, why.data_age_s), parts=2)
        said.append(Said(f"基地的数据已迟 {age}。", f"The site's figures are late, {age} old."))
    elif any(one.reason == "dark" for one in why.missing):
        age = format_duration(why.data_age_s, parts=2)
        said.append(Said(f"基地的数据停在 {age} 前。", f"The site's figures are {age} old."))
    return said


def _muted(by: tuple[MutedBy, ...]) -> Said:
    zh = "、".join(f"{one.title_zh}（{one.rule} {one.key}）" for one in by)
    return Said(
        f"被抑制，因为：{zh}。", f"Muted by {', '.join(f'{one.title_en} ({one.rule} on {one.key})' for one in by)}."
    )
