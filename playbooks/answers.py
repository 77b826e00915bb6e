"""What a person answers to a run's question, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

from playbooks.backward import again, begin_revert, undo_settled
from playbooks.by_hand import answer_of, is_answer, told, with_person
from playbooks.deadlines import put_order, put_undo
from playbooks.forward import current_step, go_on, order_settled, skip
from playbooks.orders import query
from playbooks.playbook import Playbook
from playbooks.run import Run, RunState, StepState
from playbooks.turn import Turn
from playbooks.words import Words

CHOICES: dict[str, Words] = {
    "query": Words("再次查询", "ask the site again"),
    "revert": Words("还原", "take it back"),
    "continue": Words("继续", "go on"),
    "keep": Words("保持", "leave it in force"),
    "close": Words("线下已处理,关闭", "settled outside: close it"),
    "skip": Words("跳过", "leave it out"),
    "done": Words("已完成", "done"),
    "failed": Words("未完成", "not done"),
    "yes": Words("是", "yes"),
    "no": Words("否", "no"),
}
"""Every answer that a question may offer."""


def answer_run(turn: Turn, run: Run, book: Playbook, choice: str, who: str) -> Run:
    """The run after the answer; `choice` is one of the question's choices."""
    if is_answer(run, choice):
        return _told(turn, run, book, choice, who)
    if choice == "skip":
        at = current_step(run, book)
        return run if at is None else skip(turn, run, at, book, Words(f"{who} 跳过", f"left out by {who}"))
    if choice == "query":
        return _ask_again(turn, run)
    if choice == "continue":
        return go_on(turn, run, book)
    if choice == "keep":
        return _keep(turn, run, who)
    if choice == "close":
        state = RunState.REVERTED if run.undo else RunState.FAILED
        return turn.end(run, state, Words(f"{who} 线下处理", f"settled outside by {who}"), who, "closed")
    why = run.revert[1] if run.revert is not None else "key"
    return begin_revert(turn, again(run), who, why, force=True)


def _told(turn: Turn, run: Run, book: Playbook, choice: str, who: str) -> Run:
    """The run after the word of whoever had a task or was asked."""
    found = with_person(run)
    assert found is not None  # noqa: S101 - asked by the caller
    at, undoing = found
    if undoing:
        issued = run.undo[at].issued
        assert issued is not None  # noqa: S101 - as above
        run = put_undo(replace(run, question=None, state=RunState.REVERTING), at, told(issued, choice, who))
        return undo_settled(turn, run, at)
    issued = run.steps[at].issued[-1]
    run = put_order(replace(run, question=None, state=RunState.RUNNING), at, told(issued, choice, who))
    if issued.command.verb == "ask":
        name, number = answer_of(issued, choice)
        if name:
            run = replace(run, known={**run.known, name: number})
        elif choice == "no":
            return begin_revert(turn, run, who, "declined")
    return order_settled(turn, run, at, book)


def _ask_again(turn: Turn, run: Run) -> Run:
    """Ask the sites of all unknown orders again what became of them."""
    run = replace(run, question=None, state=RunState.REVERTING if run.undo else RunState.RUNNING)
    for at, step in enumerate(run.steps):
        if step.issued and step.issued[-1].state is StepState.UNKNOWN:
            run = put_order(run, at, query(turn, run, step.issued[-1]))
    for index, undo in enumerate(run.undo):
        if undo.issued is not None and undo.issued.state is StepState.UNKNOWN:
            run = put_undo(run, index, query(turn, run, undo.issued))
    return run


def _keep(turn: Turn, run: Run, who: str) -> Run:
    """Leave things as they are: until the time that stands, or as long again where that was over."""
    until = run.until if run.until is not None else turn.now + run.lasts
    turn.record("renewed", run, by=who, until=until)
    return replace(run, state=RunState.ACTIVE, question=None, revert=None, undo=(), until=until, due=None)
