"""What falls due: answers, sights, and the end of what is in force."""

from __future__ import annotations

from dataclasses import replace

from playbooks.approval import lapsed
from playbooks.backward import begin_revert, undo_settled
from playbooks.forward import current_step, order_settled, unseen, with_step
from playbooks.orders import overdue
from playbooks.playbook import Playbook
from playbooks.revert_reasons import WHY
from playbooks.run import CARRIED_OUT, Issued, Run, RunState, StepState, Undo
from playbooks.turn import AUTOMATIC, Turn
from playbooks.words import Words


def deadlines(run: Run) -> tuple[float, ...]:
    """The times at which something about the run falls due."""
    found = [order.due for order in run.outstanding if order.due is not None]
    found += [step.verify_due for step in run.steps if step.verify_due is not None and run.state is RunState.VERIFYING]
    if run.until is not None:
        found.append(run.until)
    if run.state is RunState.PROPOSED and run.approve_by is not None:
        found.append(run.approve_by)
    return tuple(found)


def fall_due(turn: Turn, run: Run, book: Playbook) -> Run:
    """The run after everything of it that is due by now: answers first, then sights, then its end."""
    if run.state is RunState.PROPOSED:
        return lapsed(turn, run) if run.approve_by is not None and run.approve_by <= turn.now else run
    for at, step in enumerate(run.steps):
        for order in step.issued[-1:]:
            if _late(order, turn):
                run = put_order(run, at, overdue(turn, run, order))
                if run.steps[at].issued[-1].state is StepState.UNKNOWN and not run.undo:
                    run = order_settled(turn, run, at, book)
    for index, undo in enumerate(run.undo):
        if undo.issued is not None and _late(undo.issued, turn):
            run = put_undo(run, index, overdue(turn, run, undo.issued))
            if _state(run.undo[index]) is StepState.UNKNOWN:
                run = undo_settled(turn, run, index)
    at_step = current_step(run, book)
    if run.state is RunState.VERIFYING and at_step is not None:
        due = run.steps[at_step].verify_due
        if due is not None and due <= turn.now:
            run = unseen(turn, run, at_step)
    if run.until is not None and run.until <= turn.now:
        run = _expire(turn, replace(run, until=None, due=run.until), book)
    return run


def put_order(run: Run, at: int, order: Issued) -> Run:
    """The run with the newest order of step `at` replaced; the step shows where it stands."""
    step = run.steps[at]
    state = order.state if order.state not in CARRIED_OUT else step.state
    return with_step(run, at, replace(step, issued=(*step.issued[:-1], order), state=state))


def put_undo(run: Run, index: int, order: Issued) -> Run:
    """The run with order `index` of its way back replaced."""
    undo = Undo(run.undo[index].order, order)
    return replace(run, undo=(*run.undo[:index], undo, *run.undo[index + 1 :]))


def _expire(turn: Turn, run: Run, book: Playbook) -> Run:
    if book.on_expiry == "ask" and not run.outstanding:
        words = Words(
            "到时:还原?否则按原时长继续", f"{WHY['expiry'].en.capitalize()}: take it back? Else it stays as long again"
        )
        return turn.ask(run, words, "revert", "keep")
    return begin_revert(turn, run, AUTOMATIC, "expiry")


def _late(order: Issued, turn: Turn) -> bool:
    return order.due is not None and order.due <= turn.now


def _state(undo: Undo) -> StepState | None:
    return undo.issued.state if undo.issued is not None else None
