"""Time to detect, and time to the first right act, by what a scenario's objectives call a sign and an act."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from simulators.deeds import Done, Shown
from simulators.objectives import Act, Detection, Objectives, Sign, Truth
from simulators.scoring_part import Finding, Part, fading, spoken, unknown

DETECT_WEIGHT = 20.0
ACT_WEIGHT = 15.0

GONE_AFTER = 3.0
"""What is taken up this many times later than it should be brings no points any more."""

ACT_FULL_S = 300.0
"""A right act within so long after it is due is full marks; the ladder's plays are decided on within five minutes."""

LATEST_ACT = 0.5
"""What a right act is worth that comes at the last moment at which it still counts."""

TRAP_COST = 0.25

_SILENT = ("site-dark", "data-frozen", "data-stale")
"""Rules that say that a site is unknown."""


def detection_part(
    objectives: Objectives, truth: Truth | None, shown: Sequence[Shown], done: Sequence[Done], end: float
) -> Part:
    """Each event that is to be detected counts alike: full marks within its time, none from three times that on."""
    if not objectives.detect or truth is None:
        return unknown(DETECT_WEIGHT, "场景未定义应发现的事件", "the scenario names nothing to detect")
    findings, shares = [], []
    for wanted in objectives.detect:
        event = truth.event(wanted.event)
        if event is None or event.at > end:
            continue
        finding, share = detected(wanted, event.at, shown, done)
        findings.append(finding)
        shares.append(share)
    if not shares:
        return unknown(DETECT_WEIGHT, "演练在事件之前结束", "the drill ended before anything was to be detected")
    return Part(DETECT_WEIGHT * sum(shares) / len(shares), DETECT_WEIGHT, tuple(findings))


def detected(wanted: Detection, at: float, shown: Sequence[Shown], done: Sequence[Done]) -> tuple[Finding, float]:
    """How an event at `at` was noticed, and its share of the marks."""
    signs = [one for one in shown if (one.until is None or one.until >= at) and _any(wanted.signs, one)]
    first = next(iter(signs), None)
    taken = _taken_up(signs, wanted.signs, done, at)
    took = taken.at - at if taken is not None else math.nan
    appeared = max(first.at - at, 0.0) if first is not None else math.nan
    entries = tuple(one.entry for one in (first, taken) if one is not None)
    if taken is None:
        zh = f"{wanted.event}: 无人接手（{spoken(appeared)} 后出现信号）"
        en = f"{wanted.event}: nobody took it up (the desk showed it after {spoken(appeared)})"
    else:
        zh = f"{wanted.event}: {spoken(took)} 后由 {taken.who} 接手（信号 {spoken(appeared)}）"
        en = f"{wanted.event}: taken up by {taken.who} after {spoken(took)} (shown after {spoken(appeared)})"
    share = 0.0 if taken is None else fading(took, wanted.within, GONE_AFTER * wanted.within)
    return Finding(f"detect.{wanted.event}", took, zh, en, entries), share


def _any(signs: Iterable[Sign], one: Shown) -> bool:
    return any(_is_sign(sign, one) for sign in signs)


def _is_sign(sign: Sign, one: Shown) -> bool:
    if sign.site and one.site != sign.site:
        return False
    if sign.unknown and not sign.rule:
        return one.rule in _SILENT
    return bool(sign.rule) and fnmatchcase(one.rule, sign.rule)


def _taken_up(signs: Sequence[Shown], wanted: Sequence[Sign], done: Sequence[Done], at: float) -> Done | None:
    """The first deed about one of the alerts, or the first playbook or silence for the site since the event.

    Who acts before the desk shows a sign has seen it too.
    """
    alerts = {one.alert for one in signs}
    sites = {sign.site for sign in wanted if sign.site}
    for one in done:
        here = one.deed in ("run", "silence") and str(one.values.get("site", "")) in sites
        if one.at >= at and (one.alert in alerts or here):
            return one
    return None


def act_part(objectives: Objectives, truth: Truth | None, done: Sequence[Done], end: float) -> Part:
    """Of each event that calls for an act, the first right one: full marks in time, half at its last moment.

    Events weigh as their weightiest act. Each trap walked into costs a quarter of the part, times its weight.
    """
    if not objectives.acts or truth is None:
        return unknown(ACT_WEIGHT, "场景未定义正确动作", "the scenario names no right act")
    findings: list[Finding] = []
    shares: list[tuple[float, float]] = []
    for event in dict.fromkeys(act.event for act in objectives.acts):
        began = truth.event(event)
        acts = tuple(objectives.acts_for(event))
        if began is None or max(began.at, min(act.from_ for act in acts)) > end:
            continue
        finding, share = _first_right(event, acts, began.at, done, end)
        findings.append(finding)
        shares.append((max(act.weight for act in acts), share))
    if not shares:
        return unknown(ACT_WEIGHT, "演练在事件之前结束", "the drill ended before anything was to be done")
    into = (trapped(trap, trap.more_than, done) for trap in objectives.traps)
    traps = [trapped for trapped in into if trapped is not None]
    earned = sum(weight * share for weight, share in shares) / sum(weight for weight, _ in shares)
    cost = TRAP_COST * sum(trap.value for trap in traps)
    return Part(ACT_WEIGHT * max(0.0, earned - cost), ACT_WEIGHT, (*findings, *traps))


def _first_right(
    event: str, acts: Sequence[Act], began: float, done: Sequence[Done], end: float
) -> tuple[Finding, float]:
    right = [(one, act) for one in done for act in acts if matches(act, one)]
    if not right:
        return Finding(f"act.{event}", math.nan, f"{event}: 没有正确动作", f"{event}: no right act"), 0.0
    one, act = min(right, key=lambda pair: (pair[0].at, pair[0].entry))
    due = max(began, act.from_)
    took = max(0.0, one.at - due)
    share = fading(took, ACT_FULL_S, max((act.until if act.until is not None else end) - due, ACT_FULL_S), LATEST_ACT)
    zh, en = f"{event}: {act.what.zh}，{spoken(took)}", f"{event}: {act.what.en}, after {spoken(took)}"
    return Finding(f"act.{event}", took, zh, en, (one.entry,)), share


def matches(act: Act, one: Done) -> bool:
    """Whether something done is this act."""
    return act.matches(one.deed, one.values, one.at, playbook=one.playbook, verbs=one.verbs)


def trapped(trap: Act, free: int, done: Sequence[Done]) -> Finding | None:
    """What of the things done walked into a trap, but for the first `free`; None for nothing."""
    into = [one for one in done if matches(trap, one)][free:]
    if not into:
        return None
    entries = tuple(one.entry for one in into)
    return Finding(f"trap.{trap.id}", trap.weight, f"误区：{trap.what.zh}", f"trap: {trap.what.en}", entries)
