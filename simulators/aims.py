"""The objectives of a drill while it goes on: what is met, what is missed, what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from simulators.deeds import Done, Shown, alerts_shown, deeds
from simulators.objectives import Act, Detection, Objectives, Truth
from simulators.scoring import Session
from simulators.scoring_response import GONE_AFTER, detected, matches, trapped

State = Literal["met", "late", "missed", "open", "ahead"]


@dataclass(frozen=True, slots=True)
class Aim:
    """One objective: its sort (detect, act, trap or limit) and where it stands, with words in both languages.

    `due` is when it stops being open, in seconds since the scenario's start; NaN where it never does by time.
    """

    id: str
    sort: str
    state: State
    zh: str
    en: str
    due: float = float("nan")


def aims(session: Session) -> tuple[Aim, ...]:
    """Every objective as it stands at the session's end. Its `entries` are those that stand."""
    shown, done = alerts_shown(session.entries, session.started), deeds(session.entries, session.started)
    objectives, now = session.objectives, session.seconds
    return (
        *_detections(objectives, session.truth, shown, done, now),
        *_acts(objectives, session.truth, done, now),
        *_traps(objectives, done),
        *_limits(objectives, done),
    )


def _detections(
    objectives: Objectives, truth: Truth | None, shown: Sequence[Shown], done: Sequence[Done], now: float
) -> Iterator[Aim]:
    for wanted in objectives.detect if truth is not None else ():
        event = truth.event(wanted.event) if truth is not None else None
        if event is None:
            continue
        finding, share = detected(wanted, event.at, shown, done)
        due = event.at + wanted.within
        if now > due:
            due = event.at + GONE_AFTER * wanted.within
        state = "ahead" if event.at > now else _seen(wanted, event.at, share, now, taken=finding.value == finding.value)
        settled = state in ("met", "late", "missed")
        zh, en = (finding.zh, finding.en) if settled else (f"发现：{event.what.zh}", f"notice: {event.what.en}")
        yield Aim(f"detect.{wanted.event}", "detect", state, zh, en, due)


def _seen(wanted: Detection, at: float, share: float, now: float, *, taken: bool) -> State:
    if share >= 1.0:
        return "met"
    if taken:
        return "late" if share > 0.0 else "missed"
    return "missed" if now > at + GONE_AFTER * wanted.within else "open"


def _acts(objectives: Objectives, truth: Truth | None, done: Sequence[Done], now: float) -> Iterator[Aim]:
    """Of each event that calls for an act, the first right one."""
    for name in dict.fromkeys(act.event for act in objectives.acts):
        event = truth.event(name) if truth is not None else None
        acts = tuple(objectives.acts_for(name))
        right = [(one.at, one.who, act) for one in done for act in acts if matches(act, one)]
        due = max((act.until if act.until is not None else float("inf")) for act in acts)
        lead = acts[0].what
        words = f"动作：{lead.zh}", f"act: {lead.en}"
        if right:
            at, who, act = min(right, key=lambda one: one[0])
            minutes, seconds = divmod(round(at), 60)
            words = (
                f"{act.what.zh}（{who}，{minutes}:{seconds:02d}）",
                f"{act.what.en} ({who}, at {minutes}:{seconds:02d})",
            )
        state: State = "met" if right else _pending(acts, event.at if event is not None else 0.0, due, now)
        yield Aim(f"act.{name}", "act", state, *words, due)


def _pending(acts: Sequence[Act], at: float, due: float, now: float) -> State:
    if now > due:
        return "missed"
    return "open" if now >= max(at, min(act.from_ for act in acts)) else "ahead"


def _traps(objectives: Objectives, done: Sequence[Done]) -> Iterator[Aim]:
    for trap in objectives.traps:
        finding = trapped(trap, trap.more_than, done)
        if finding is not None:
            yield Aim(f"trap.{trap.id}", "trap", "missed", finding.zh, finding.en)


def _limits(objectives: Objectives, done: Sequence[Done]) -> Iterator[Aim]:
    most, runs = objectives.limits.runs, sum(one.deed == "run" for one in done)
    if most is not None:
        state: State = "met" if runs <= most else "missed"
        yield Aim("limit.runs", "limit", state, f"预案启动 {runs} / {most}", f"playbooks started {runs} of {most}")
