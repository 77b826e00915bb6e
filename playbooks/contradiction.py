"""A site that said no and later says that it did it: what it did after all is taken back, or a person is asked."""

from __future__ import annotations

from dataclasses import replace

from feeds.contract import Result
from playbooks.action import plain_outcome
from playbooks.actions import ACTIONS
from playbooks.backward import undo_of_step, undo_settled
from playbooks.deadlines import put_order, put_undo
from playbooks.orders import Answer, answered
from playbooks.run import CARRIED_OUT, FINAL, Issued, Run, StepState, Undo
from playbooks.turn import Turn
from playbooks.words import Words


def second_word(held: Issued, frame: Answer, now: float) -> Issued | None:
    """The order as a result has it that came after a refusal, or None where it is no such thing."""
    if held.state is not StepState.FAILED or held.by != "site" or not isinstance(frame, Result):
        return None
    if frame.state not in ("done", "partial"):
        return None
    return answered(replace(held, state=StepState.UNKNOWN), frame, now)


def did_it_after_all(turn: Turn, run: Run, at: int, order: Issued, *, undoing: bool) -> Run:
    """The run after a site has changed its word. `order` is as its reply has it; `at` the step, or the undo order."""
    reply, command = order.reply, order.command
    assert reply is not None  # noqa: S101 - it is a result
    if undoing:
        order = replace(order, state=plain_outcome(reply))
        turn.record("contradicted", run, command=command.id, site=command.site, verb=command.verb)
        run = put_undo(run, at, order)
        return run if run.state in FINAL else undo_settled(turn, replace(run, question=None), at)
    step = run.steps[at]
    state = ACTIONS[step.action].outcome(step.args, len(step.replies), reply)
    if state not in CARRIED_OUT:
        return run
    turn.record("contradicted", run, command=command.id, site=command.site, verb=command.verb)
    going_back = bool(run.undo) and bool(run.outstanding)
    run = put_order(run, at, replace(order, state=state))
    if run.undo or run.state in FINAL:
        run = replace(run, undo=(*run.undo, *(Undo(order) for order in undo_of_step(run, run.steps[at]))))
    if going_back:  # the way back goes on, and takes this along
        return run
    words = Words(
        f"{command.site} 先拒绝后又称已执行 {command.verb}。还原?",
        f"{command.site} refused {command.verb} and now says that it did it. Take it back?",
    )
    return turn.ask(replace(run, ended=None, note=None), words, "revert", "close")
