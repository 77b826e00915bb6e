"""A `Why` written out: as lines for a terminal, and as plain data for scripts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any

from alerts.unknown import Missing
from alerts.why import Why
from alerts.why_parts import WhyPart
from alerts.why_words import Said, missing_words, part_words, verdict_of
from feeds.durations import format_duration

_MARKS: Mapping[str | None, str] = MappingProxyType({"true": "✓", "false": "✗", "unknown": "?", None: "·"})
_STATES: Mapping[str, str] = MappingProxyType(
    {"inactive": "未触发", "pending": "即将触发", "firing": "触发中", "recovering": "恢复中"}
)


def why_lines(why: Why, zone: tzinfo) -> list[Said]:
    """What `dutydeck why` prints: the verdict, both conditions taken apart, and the reason for the rule."""
    row = why.row
    zh = " ".join(name for name in (row.site_zh, row.zh if row.level != "site" else "") if name)
    en = " ".join(name for name in (row.site_en, row.en if row.level != "site" else "") if name)
    at = _clock(why.at, zone)
    unsure = "?" if why.verdict in ("held", "stale", "recovering_stale") else ""
    lines = [
        Said(
            f"{why.title_zh}（{why.rule}）· {zh or row.key}（{row.key}）· {at} · {_STATES[why.state]}{unsure}",
            f"{why.title_en} ({why.rule}) · {en or row.key} ({row.key}) · {at} · {why.state}{unsure}",
        ),
        verdict_of(why, zone),
    ]
    if why.parts:
        lasts = why.for_s
        lines.append(Said(f"触发条件{_lasting_zh(lasts)}", f"begins when{_lasting_en(lasts)}"))
        lines += [_part_line(part, why.figures_at) for part in why.parts]
    if why.clear or (why.parts and why.keep_s):
        lasts = why.keep_s
        lines.append(Said(f"解除条件{_lasting_zh(lasts)}", f"ends when{_lasting_en(lasts)}"))
        lines += [_part_line(part, why.figures_at) for part in why.clear] or [
            Said("  触发条件不成立", "  the above is false")
        ]
    lines.append(Said(f"为何有这条规则：{why.reason.zh}", f"why the rule is so: {why.reason.en}"))
    if why.alert:
        owner = Said(f" · 负责人 {why.owner}", f" · owner {why.owner}") if why.owner else Said("", "")
        lines.append(Said(f"告警 {why.alert}{owner.zh}", f"alert {why.alert}{owner.en}"))
    return lines


def _lasting_zh(seconds: float) -> str:
    return f"（须持续 {format_duration(seconds)}）" if seconds else ""


def _lasting_en(seconds: float) -> str:
    return f" (for {format_duration(seconds)})" if seconds else ""


def _part_line(part: WhyPart, at: float) -> Said:
    """`  ✗ waiting > 20   Waiting 12, needs > 20: 8 short`; of what is joined only whether it is true."""
    lead = f"{'  ' * (part.depth + 1)}{_MARKS[part.truth]} {part.text}"
    if part.kind == "logic":
        return Said(lead, lead)
    said = part_words(part, at)
    return Said(f"{lead}   {said.zh}", f"{lead}   {said.en}")


def why_as_dict(why: Why, zone: tzinfo) -> dict[str, Any]:
    """Plain data for JSON. Times in seconds since the epoch; what is unknown, or is not there, is None."""
    said = verdict_of(why, zone)
    return {
        "rule": why.rule,
        "key": why.key,
        "at": why.at,
        "figures_at": _plain(why.figures_at),
        "verdict": why.verdict,
        "sentence": {"zh": said.zh, "en": said.en},
        "state": why.state,
        "alert": why.alert or None,
        "severity": why.severity,
        "since": _plain(why.since),
        "fired_at": _plain(why.fired_at),
        "entered": _plain(why.entered),
        "deadline": _plain(why.deadline),
        "value": _plain(why.value),
        "shown": why.shown,
        "threshold": why.threshold,
        "for_s": why.for_s,
        "keep_firing_for_s": why.keep_s,
        "when": [_part_as_dict(part, why.figures_at) for part in why.parts],
        "clear": [_part_as_dict(part, why.figures_at) for part in why.clear],
        "missing": [_missing_as_dict(one) for one in why.missing],
        "outside": [{"part": one.part, "allowed": list(one.allowed), "own": one.own} for one in why.outside],
        "muted_by": [{"alert": one.alert, "rule": one.rule, "key": one.key} for one in why.muted_by],
        "silenced_by": _silence_as_dict(why),
        "acknowledged": _acknowledgement_as_dict(why),
        "owner": why.owner or None,
        "escalated_to": why.escalated_to or None,
        "profile": why.profile or None,
        "site": {
            "standing": why.standing,
            "link_age_s": _plain(why.link_age_s),
            "data_age_s": _plain(why.data_age_s),
        },
        "reason": {"zh": why.reason.zh, "en": why.reason.en},
    }


def _part_as_dict(part: WhyPart, at: float) -> dict[str, Any]:
    said = part_words(part, at)
    plain: dict[str, Any] = {
        "text": part.text,
        "depth": part.depth,
        "kind": part.kind,
        "truth": part.truth,
        "decides": part.decides,
        "sentence": {"zh": said.zh, "en": said.en},
    }
    if part.kind in ("comparison", "figure", "condition"):
        plain |= {"value": _plain(part.value), "shown": part.shown}
    if part.kind == "comparison":
        plain |= {"operator": part.operator, "limit": _plain(part.limit), "distance": _plain(part.distance)}
    if part.kind == "lasting":
        plain |= {"since": _plain(part.since), "lasts_s": _plain(part.lasts_s)}
    return plain | ({"missing": [_missing_as_dict(one) for one in part.missing]} if part.missing else {})


def _missing_as_dict(missing: Missing) -> dict[str, Any]:
    said = missing_words((missing,))
    part = {"part": missing.part} if missing.part else {}
    return {"figure": missing.figure, "reason": missing.reason, **part, "sentence": {"zh": said.zh, "en": said.en}}


def _silence_as_dict(why: Why) -> dict[str, Any] | None:
    one = why.silenced_by
    return {"id": one.id, "by": one.author, "note": one.note, "until": one.until} if one is not None else None


def _acknowledgement_as_dict(why: Why) -> dict[str, Any] | None:
    one = why.acknowledged
    return {"who": one.who, "note": one.note, "at": one.at, "until": one.until} if one is not None else None


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _clock(at: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).strftime("%H:%M:%S")
