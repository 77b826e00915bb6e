"""What became of one alert, from the journal: every change with its time, figure, reason, and who had a hand in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any

from alerts.templates import format_figure
from alerts.why_words import Said
from feeds.metric import Unit
from feeds.text import clean

_STATES: Mapping[str, Said] = MappingProxyType(
    {
        "inactive": Said("未触发", "inactive"),
        "pending": Said("即将触发", "pending"),
        "firing": Said("触发中", "firing"),
        "recovering": Said("恢复中", "recovering"),
        "resolved": Said("已结束", "resolved"),
    }
)
_REMARKS: Mapping[str, Said] = MappingProxyType(
    {
        "acknowledged": Said("认领", "taken on"),
        "unacknowledged": Said("认领到期", "given back"),
        "assigned": Said("指定负责人", "given to an owner"),
        "flapping": Said("反复触发", "comes and goes"),
        "escalated": Said("升级", "escalated"),
        "settled": Said("不再反复", "has settled"),
    }
)
_REASONS: Mapping[str, Said] = MappingProxyType(
    {
        "when": Said("触发条件成立", "the condition is true"),
        "not when": Said("触发条件不再成立", "the condition is not true any more"),
        "for": Said("已持续规定的时间", "it has been true for as long as the rule says"),
        "clear": Said("解除条件成立", "the condition for its end is true"),
        "not clear": Said("解除条件又不成立", "the condition for its end is not true any more"),
        "keep_firing_for": Said("解除已持续规定的时间", "its end has held for as long as the rule says"),
        "row removed": Said("基地不再上报这一行", "the site has no such row any more"),
        "rule removed": Said("规则已删除", "the rule is no more"),
        "out of scope": Said("规则不再看这一行", "the rule does not look at the row any more"),
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One change: of its state, or (`to_state` one of `alerts.alert.Remark`) what became of it beside."""

    at: float
    from_state: str
    to_state: str
    value: float
    reason: str
    actor: str
    inhibited: bool
    silenced: str

    @property
    def moves(self) -> bool:
        """Whether it changed the state."""
        return self.to_state in _STATES


@dataclass(frozen=True, slots=True)
class Story:
    """One alert and what became of it, oldest first."""

    alert: str
    rule: str
    key: str
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        """The state that it was in last."""
        return next((step.to_state for step in reversed(self.steps) if step.moves), "inactive")


def story_of(alert: str, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> Story | None:
    """The story of an alert from the (actor, body) of the journal's entries of kind `alert`; None where it has none."""
    own = [(actor, body) for actor, body in entries if body.get("id") == alert]
    if not own:
        return None
    rule, key = (clean(str(own[0][1].get(name, "")), 120) for name in ("rule", "key"))
    return Story(alert, rule, key, tuple(_step(actor, body) for actor, body in own))


def _step(actor: str, body: Mapping[str, Any]) -> Step:
    value = body.get("value")
    return Step(
        float(body.get("at", math.nan)),
        clean(str(body.get("from", "")), 20),
        clean(str(body.get("to", "")), 20),
        math.nan if value is None else float(value),
        clean(str(body.get("reason", "")), 300),
        clean(actor, 80),
        bool(body.get("inhibited")),
        clean(str(body.get("silenced", "")), 80),
    )


def story_lines(story: Story, zone: tzinfo, unit: Unit = Unit.COUNT) -> list[Said]:
    """The story for a terminal: a heading, then a line for each step; figures in the rule's `unit`."""
    state = _STATES.get(story.state, Said(story.state, story.state))
    head = Said(
        f"告警 {story.alert} · {story.rule} · {story.key} · {state.zh}",
        f"alert {story.alert} · {story.rule} on {story.key} · {state.en}",
    )
    return [head, *(_line(step, zone, unit) for step in story.steps)]


def _line(step: Step, zone: tzinfo, unit: Unit) -> Said:
    when = datetime.fromtimestamp(step.at, zone).strftime("%Y-%m-%d %H:%M:%S") if math.isfinite(step.at) else "–"
    figure = format_figure(step.value, unit)
    aside = Said("；被抑制", "; muted") if step.inhibited else Said("", "")
    if step.silenced:
        aside = Said(f"{aside.zh}；静默 {step.silenced}", f"{aside.en}; silenced by {step.silenced}")
    if step.moves:
        before, after = (_STATES.get(one, Said(one, one)) for one in (step.from_state, step.to_state))
        what = Said(f"{before.zh} → {after.zh}", f"{before.en} → {after.en}")
        reason = _REASONS.get(step.reason, Said(step.reason, step.reason))
    else:
        what = _REMARKS.get(step.to_state, Said(step.to_state, step.to_state))
        reason = Said(step.reason, step.reason)
    return Said(
        f"{when}  {what.zh}：{reason.zh}（{figure}{aside.zh}）", f"{when}  {what.en}: {reason.en} ({figure}{aside.en})"
    )


def story_as_dict(story: Story) -> dict[str, Any]:
    """Plain data for JSON; times in seconds since the epoch, an unknown figure None."""
    return {
        "alert": story.alert,
        "rule": story.rule,
        "key": story.key,
        "state": story.state,
        "steps": [
            {
                "at": step.at,
                "from": step.from_state,
                "to": step.to_state,
                "value": None if math.isnan(step.value) else step.value,
                "reason": step.reason,
                "by": step.actor,
                "muted": step.inhibited,
                "silenced_by": step.silenced or None,
            }
            for step in story.steps
        ],
    }
