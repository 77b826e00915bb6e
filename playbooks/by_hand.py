"""Orders that people carry out: who gets them, what they are asked, and what follows from their word.

A site that does not list a command among those that it can carry out gets it as a task. A task has an intent in the
journal, an answer and an undoing like any command; nothing is ever concluded from silence, it is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from playbooks.action_human import TASK_ANSWERS
from playbooks.effects import Ask
from playbooks.facts import Facts
from playbooks.literals import RESERVED
from playbooks.run import Issued, Order, Question, Reply, Run, RunState, StepState
from playbooks.turn import Turn
from playbooks.words import Words

PROMPT_S = 900.0
"""How long a person has for a command that a site cannot carry out by itself."""


def lacking(orders: Iterable[Order], undo_verbs: tuple[str, ...], facts: Facts) -> frozenset[str]:
    """`site verb` of every command that its site cannot carry out by itself, those of the way back included."""
    pairs = {(order.site, verb) for order in orders if order.by == "site" for verb in (order.verb, *undo_verbs)}
    return frozenset(f"{site} {verb}" for site, verb in pairs if not facts.can(site, verb))


def carried_by(order: Order, by_hand: frozenset[str], words: Words) -> Order:
    """The order with who carries it out; `words` say what it does."""
    if order.by != "site" or f"{order.site} {order.verb}" not in by_hand:
        return order
    said = Words(f"{order.site} 手动执行:{words.zh}", f"{order.site}, by hand: {words.en}")
    return replace(order, by="person", words=said, within=PROMPT_S)


def choices_of(order: Order) -> tuple[str, ...]:
    """What may be answered to an order of a person."""
    choices = order.args.get("choices")
    return tuple(choices) if order.verb == "ask" and isinstance(choices, dict) else TASK_ANSWERS


def put_to_person(turn: Turn, run: Run, issued: Issued) -> Run:
    """The run, waiting for the word of whoever has the task; nothing else of it goes on."""
    assert issued.words is not None  # noqa: S101 - a person's order has words
    return turn.ask(run, issued.words, *issued.choices)


def asked_again(turn: Turn, run: Run, issued: Issued) -> Issued:
    """The order whose time is over without a word: said in the journal and asked again, never concluded from."""
    turn.record("overdue", run, command=issued.command.id, verb=issued.command.verb)
    if issued.words is not None:
        turn.effects.append(Ask(run.id, issued.words, issued.choices))
    return replace(issued, due=None)


def with_person(run: Run) -> tuple[int, bool] | None:
    """The step whose order a person has, or with True the order of the way back; None where nobody has one."""
    for at, step in enumerate(run.steps):
        if step.issued and _waits(step.issued[-1]):
            return at, False
    return next(((at, True) for at, undo in enumerate(run.undo) if undo.issued and _waits(undo.issued)), None)


def overdue_since(run: Run) -> float | None:
    """Since when its way back is due and waits for somebody's decision; None where nothing of it does.

    A person who has a task on the way back has its time for it first.
    """
    if run.due is None or not run.in_force or run.state not in (RunState.ASKING, RunState.UNKNOWN):
        return None
    found = with_person(run)
    if found is not None:
        issued = run.undo[found[0]].issued if found[1] else run.steps[found[0]].issued[-1]
        if issued is not None and issued.due is not None:
            return None
    return run.due


def told(issued: Issued, choice: str, who: str) -> Issued:
    """The order after a person's word."""
    done = choice != "failed"
    why = "" if done else f"not done, says {who}"
    state = StepState.DONE if done else StepState.FAILED
    return replace(issued, state=state, due=None, reply=Reply("done" if done else "nack", why=why))


def answer_of(issued: Issued, choice: str) -> tuple[str, float]:
    """The name and the number of what was answered to a question; an empty name where nothing later asks for it."""
    args = issued.command.args
    return str(args.get("answer", "")), float(args.get("choices", {}).get(choice, 0.0))


def without_questions(run: Run) -> Run:
    """The run whose question needs no answer any more, because it goes back: a question has changed nothing."""
    found = with_person(run)
    if found is None or found[1]:
        return run
    step = run.steps[found[0]]
    order = step.issued[-1]
    if order.command.verb != "ask":
        return run
    dropped = replace(order, state=StepState.FAILED, due=None)
    after = replace(step, issued=(*step.issued[:-1], dropped), state=StepState.FAILED)
    return replace(run, steps=(*run.steps[: found[0]], after, *run.steps[found[0] + 1 :]), question=None)


def still_asked(run: Run) -> Run:
    """The run with the question of whoever has a task, which stays until they have said; without one, no question."""
    found = with_person(run)
    if found is None:
        return replace(run, question=None)
    at, undoing = found
    issued = run.undo[at].issued if undoing else run.steps[at].issued[-1]
    assert issued is not None  # noqa: S101 - it is what was found
    assert issued.words is not None  # noqa: S101 - a person's order has words
    return replace(run, state=RunState.ASKING, question=Question(issued.words, issued.choices))


def is_answer(run: Run, choice: str) -> bool:
    """Whether a choice is the word of whoever has a task, and not a decision about the run."""
    return with_person(run) is not None and (choice in TASK_ANSWERS or choice not in RESERVED)


def _waits(order: Issued) -> bool:
    return order.by == "person" and order.state is StepState.SENT
