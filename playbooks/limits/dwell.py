"""The flapping guard: what one run changed is not changed back by another within the minimum dwell.

A change has a direction: people come or go, a value rises or falls. The way back of a run is a change too, unless a
person ordered it: who takes back by key what was wrong may do it right at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feeds.durations import format_duration
from playbooks.action import Args
from playbooks.action_switch import SetOnTargets
from playbooks.actions import ACTIONS
from playbooks.orders import issued_at
from playbooks.run import CARRIED_OUT, Reply, Run, StepRun, StepState
from playbooks.spare import agents_key
from playbooks.turn import AUTOMATIC
from playbooks.words import Words


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed: +1 upwards, -1 downwards; when, and by which run."""

    thing: str
    direction: int
    at: float
    run: str = ""
    playbook: str = ""


def directions(action: str, args: Args, observed: Mapping[str, float], replies: Iterable[Reply]) -> dict[str, int]:
    """What a step changes, and which way; what stays as it was is not in it."""
    if action == "reallocate_agents":
        return {_people(args["from"], args["category"]): -1, _people(args["to"], args["category"]): 1}
    if action == "assign_agents":
        return {_people(args["site"], args["from"]): -1, _people(args["site"], args["category"]): 1}
    if action in ("call_in", "send_home"):
        return {_people(args["site"], args["category"]): 1 if action == "call_in" else -1}
    sign = _direction(action, args, observed, replies)
    return {resource.key: sign for resource in ACTIONS[action].resources(args)} if sign else {}


def changes_of(run: Run) -> Iterable[Change]:
    """What a run changed, there and, where nobody ordered it, back."""
    for step in run.steps:
        done = [order for order in step.issued if order.state in CARRIED_OUT or order.state is StepState.UNKNOWN]
        if done:
            for thing, sign in _of_step(step).items():
                yield Change(thing, sign, issued_at(done[0]), run.id, run.playbook)
    back = [undo.issued for undo in run.undo if undo.issued is not None and undo.issued.command.issuer == AUTOMATIC]
    if back:
        at = max(issued_at(order) for order in back)
        for step in run.steps:
            if step.issued:
                for thing, sign in _of_step(step).items():
                    yield Change(thing, -sign, at, run.id, run.playbook)


def too_soon(planned: Mapping[str, int], runs: Iterable[Run], dwell: float, now: float) -> list[Words]:
    """That a plan would change back what another run changed less than the dwell ago."""
    if dwell <= 0 or not planned:
        return []
    found: dict[str, Words] = {}
    for change in (change for run in runs for change in changes_of(run)):
        left = change.at + dwell - now
        if left > 0 and change.at <= now and planned.get(change.thing, 0) * change.direction < 0:
            ago, more = format_duration(math.floor(now - change.at)), format_duration(math.ceil(left))
            found[change.thing] = Words(
                f"防抖: {change.run} ({change.playbook}) {ago} 前刚改动 {change.thing},{more} 后方可反向操作",
                f"{change.thing} was changed the other way by run {change.run} ({change.playbook}) {ago} ago: "
                f"not for {more}",
            )
    return list(found.values())


def _of_step(step: StepRun) -> dict[str, int]:
    return directions(step.action, step.args, step.observed, step.replies)


def _people(site: object, category: object) -> str:
    return agents_key(str(site), str(category))


def _direction(action: str, args: Args, observed: Mapping[str, float], replies: Iterable[Reply]) -> int:
    kind = ACTIONS[action]
    items = [item for reply in replies for item in reply.items if not item.error]
    told = [item.after - item.before for item in items if not math.isnan(item.after - item.before)]
    if told:
        return _sign(math.fsum(told))
    name, usual = (kind.value, kind.usual) if isinstance(kind, SetOnTargets) else ("share", 0.0)
    value = args.get(name)
    if not kind.verbs or not isinstance(value, int | float):
        return 0
    known = [before for before in observed.values() if not math.isnan(before)]
    return _sign(math.fsum(float(value) - before for before in known) if known else float(value) - usual)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
