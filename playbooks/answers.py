"""What a person answers to a run's question, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

from playbooks.backward import again, begin_revert
from playbooks.deadlines import put_order, put_undo
from playbooks.forward import go_on
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
}
"""Every answer that a question may offer."""


def answer_run(turn: Turn, run: Run, book: Playbook, choice: str, who: str) -> Run:
    """The run after the answer; `choice` is one of the question's choices."""
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
    return replace(run, state=RunState.ACTIVE, question=None, revert=None, undo=(), until=until)
