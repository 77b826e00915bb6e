"""Reversal discipline, and log and handover: what needs no objectives, because every day is judged by it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from simulators.deeds import Course, Done, Shown
from simulators.objectives import Limits
from simulators.scoring_part import Finding, Part, spoken, unknown

REVERSAL_WEIGHT = 15.0
LOG_WEIGHT = 10.0

GRACE_S = 120.0
"""A way back that begins this soon after its time began on time."""

ACKNOWLEDGE_WITHIN_S = 900.0
"""Without an objective of its own an alert is taken on within fifteen minutes."""

_ACKNOWLEDGED_SHARE = 0.6
"""What the acknowledgements weigh in the log; the rest is what was written with them."""


def reversal_part(
    runs: Sequence[Course], end: float, left_over: Mapping[str, int], limits: Limits, outcome: int | None
) -> Part:
    """The share of runs that were taken back by their time; what is left over with no run to answer for counts as one.

    Runs that came to nothing do not count. With nothing in force ever, there is nothing to judge.
    """
    findings: list[Finding] = []
    good: list[bool] = []
    for run in runs:
        if run.due is None and run.reverting is None:
            continue
        kept, finding = _kept(run, end)
        good.append(kept)
        findings.append(finding)
    trace = () if outcome is None else (outcome,)
    live = [run for run in runs if run.ended is None]
    stray = sum(left_over.values()) if not live else 0
    if stray:
        good.append(False)
    findings += [
        Finding(f"left.{name}", n, *_LEFT[name], trace) for name, n in left_over.items() if name in _LEFT and n
    ]
    for finding in _over(runs, live, left_over, limits, trace):
        good.append(False)
        findings.append(finding)
    if not good:
        why = "没有生效过的预案", "no playbook was ever in force"
        return unknown(REVERSAL_WEIGHT, *why, tuple(findings))
    return Part(REVERSAL_WEIGHT * sum(good) / len(good), REVERSAL_WEIGHT, tuple(findings))


_LEFT = {
    "lent": ("结束时仍外借人员", "agents still away from home at the end"),
    "bot": ("结束时机器人分流仍非常态的队列", "queues whose bot share was not the usual one at the end"),
    "cap": ("结束时并发上限仍非常态的组", "groups whose chat cap was not the usual one at the end"),
}


def _kept(run: Course, end: float) -> tuple[bool, Finding]:
    entries = (run.entry, *run.entries)
    name = f"run.{run.run}"
    back = run.reverting if run.reverting is not None else run.ended
    if run.ended is None and run.reverting is None and run.due is not None and run.due >= end:
        words = f"{run.playbook} 仍在期限内生效", f"{run.playbook}: still in force, within its time"
        return True, Finding(name, 0.0, *words, entries)
    if back is None:
        words = f"{run.playbook} 逾期未还原", f"{run.playbook}: not taken back by its time"
        return False, Finding(name, end - (run.due or end), *words, entries)
    late = back - (run.due if run.due is not None else back)
    if late <= GRACE_S:
        words = f"{run.playbook} 按时还原", f"{run.playbook}: taken back on time"
        return True, Finding(name, late, *words, entries)
    words = f"{run.playbook} 晚 {spoken(late)} 还原", f"{run.playbook}: taken back {spoken(late)} late"
    return False, Finding(name, late, *words, entries)


def _over(
    runs: Sequence[Course], live: Sequence[Course], left: Mapping[str, int], limits: Limits, trace: tuple[int, ...]
) -> list[Finding]:
    pairs = (
        ("runs", "预案启动次数", "playbooks started", len(runs), limits.runs),
        ("lent_at_end", "结束时外借人数", "agents lent at the end", left.get("lent", 0), limits.lent_at_end),
        ("switched_at_end", "结束时在执行的预案", "playbooks running at the end", len(live), limits.switched_at_end),
    )
    return [
        Finding(f"over.{name}", value, f"{zh} {value} 超过 {limit}", f"{en}: {value}, at most {limit}", trace)
        for name, zh, en, value, limit in pairs
        if limit is not None and value > limit
    ]


def log_part(shown: Sequence[Shown], done: Sequence[Done], end: float, limits: Limits) -> Part:
    """How many of the alerts that lasted were acknowledged in time, and how much of what was done has words with it."""
    within = limits.acknowledge_within or ACKNOWLEDGE_WITHIN_S
    due = [one for one in shown if one.taken is not None or (one.until or end) - one.at > within]
    if not due:
        why = f"没有持续超过 {spoken(within)} 的告警", f"no alert lasted longer than {spoken(within)}"
        return unknown(LOG_WEIGHT, *why)
    timely = [one for one in due if one.taken is not None and one.taken.at - one.at <= within]
    deeds = [one for one in done if one.deed in ("acknowledge", "run", "silence")]
    noted = [one for one in done if one.noted or (one.alert and one.deed == "run")]
    written = min(1.0, len(noted) / len(deeds)) if deeds else 0.0
    share = len(timely) / len(due)
    points = LOG_WEIGHT * (_ACKNOWLEDGED_SHARE * share + (1 - _ACKNOWLEDGED_SHARE) * written)
    entries = tuple(one.taken.entry for one in timely if one.taken is not None)
    missed = tuple(one.entry for one in due if one not in timely)
    waits = [one.taken.at - one.at for one in due if one.taken is not None]
    longest = max(waits, default=math.nan)
    return Part(
        points,
        LOG_WEIGHT,
        (
            Finding("acknowledged", share, f"{len(timely)}/{len(due)} 条告警按时接手",
                    f"{len(timely)} of {len(due)} alerts taken on within {spoken(within)}", entries),
            Finding("unacknowledged", len(missed), f"{len(missed)} 条未按时接手",
                    f"{len(missed)} alerts were not", missed),
            Finding("longest", longest, f"最久 {spoken(longest)}", f"the longest waited {spoken(longest)}"),
            Finding("noted", written, f"{len(noted)} 项附有说明", f"{len(noted)} deeds have words with them",
                    tuple(one.entry for one in noted)),
        ),
    )  # fmt: skip
