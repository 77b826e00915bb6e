"""Who moved, when and by which run: what limits count. Only by the words of playbooks; the board is not asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playbooks.actions import ACTIONS
from playbooks.orders import issued_at
from playbooks.run import CARRIED_OUT, FINAL, OPEN, Order, Run, RunState, StepRun, StepState

MOVING: frozenset[str] = frozenset({"lend_agents", "assign_agents"})
"""The verbs that take people from where they work."""

LENDING = "lend_agents"


@dataclass(frozen=True, slots=True)
class Move:
    """People who left a site's queues: how many, when (epoch seconds), and for which run."""

    site: str
    count: float
    verb: str
    at: float
    run: str = ""
    out: bool = True
    """Whether they are, or may be, still out."""
    until: float | None = None
    """When their run ends by itself."""


def planned_moves(orders: Iterable[Order], now: float) -> tuple[Move, ...]:
    """Whom a plan would move."""
    return tuple(Move(o.site, _count(o.args.get("count")), o.verb, now) for o in orders if o.verb in MOVING)


def moves_of(run: Run, now: float) -> tuple[Move, ...]:
    """Whom a run moved, may have moved, or is about to. One that is only proposed has moved nobody."""
    if run.state is RunState.PROPOSED:
        return ()
    return tuple(move for step in run.steps for move in _of_step(run, step, now))


def _of_step(run: Run, step: StepRun, now: float) -> Iterable[Move]:
    out = run.state not in FINAL
    sent = [issued for issued in step.issued if issued.command.verb in MOVING]
    for issued in sent:
        if issued.state in CARRIED_OUT | OPEN or issued.state is StepState.UNKNOWN:
            count = _count(step.achieved.get("count", issued.command.args.get("count")))
            at = issued_at(issued)
            yield Move(issued.command.site, count, issued.command.verb, at, run.id, out, run.until)
    if not sent and out and run.revert is None and step.state in (StepState.WAITING, StepState.INTENDED):
        for order in ACTIONS[step.action].orders(step.args, step.token):
            if order.verb in MOVING:
                yield Move(order.site, _count(order.args.get("count")), order.verb, now, run.id, out, run.until)


def _count(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
