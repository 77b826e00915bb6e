"""The way back: what a run changed is undone in reverse order, from the values before it."""

from __future__ import annotations

from dataclasses import replace

from playbooks.actions import ACTIONS
from playbooks.by_hand import carried_by, put_to_person, still_asked, without_questions
from playbooks.orders import issue
from playbooks.revert_reasons import WHY
from playbooks.run import CARRIED_OUT, Order, Run, RunState, StepRun, StepState, Undo
from playbooks.turn import AUTOMATIC, Turn
from playbooks.words import Words


def begin_revert(turn: Turn, run: Run, who: str, why: str, *, force: bool = False) -> Run:
    """Start the way back, or ask where it may not start by itself. `force` is a person's answer to that question.

    With an answer still out it waits for it. `why` is a key of WHY.
    """
    due = run.due if run.due is not None else turn.now
    run = without_questions(replace(run, revert=(who, why), until=None, check_due=None, due=due))
    if run.outstanding:
        turn.record("reverting", run, by=who, why=why, waits_for=[order.command.id for order in run.outstanding])
        return still_asked(run)
    if not run.undo:
        unsure = any(order.state is StepState.UNKNOWN for step in run.steps for order in step.issued)
        if unsure and not force:
            words = Words(
                "命令是否已执行未知。再次查询?", "Whether a command was carried out is unknown. Ask the site again?"
            )
            return turn.ask(run, words, "query", "revert", "close", state=RunState.UNKNOWN)
        orders = undo_orders(run)
        if not orders:
            return turn.end(run, _end_state(why), WHY[why], who)
        run = replace(run, undo=tuple(Undo(order) for order in orders))
    return next_undo(turn, run, force=force)


def next_undo(turn: Turn, run: Run, *, force: bool = False) -> Run:
    """Send the next order of the way back, or end the run. Towards a site that may be dark a person is asked first."""
    who, why = run.revert or (AUTOMATIC, "key")
    at = next(
        (i for i, undo in enumerate(run.undo) if undo.issued is None or undo.issued.state is not StepState.DONE), None
    )
    if at is None:
        return turn.end(run, _end_state(why), WHY[why], who)
    if turn.known is None and not force:  # nobody has looked at the board yet: `forward.look` comes back here
        return replace(run, state=RunState.REVERTING, question=None)
    order = run.undo[at].order
    bar = turn.barred(order.site, automatic=True) if who == AUTOMATIC else turn.dark(order.site)
    if force or order.by != "site":
        bar = None
    if bar is not None:
        words = Words(
            f"应还原 ({WHY[why].zh}),但 {bar.zh}。仍向 {order.site} 发送?",
            f"Due to be taken back ({WHY[why].en}), but {bar.en}. Send it to {order.site} all the same?",
        )
        return turn.ask(run, words, "revert", "keep")
    going = replace(run, state=RunState.REVERTING, question=None)
    turn.record("reverting", going, by=who, why=why)
    issued = issue(turn, going, order, "revert", who)
    sent = _with_undo(going, at, Undo(order, issued))
    return put_to_person(turn, sent, issued) if issued.by == "person" else sent


def undo_settled(turn: Turn, run: Run, at: int) -> Run:
    """Go on after order `at` of the way back has its last word."""
    issued = run.undo[at].issued
    assert issued is not None  # noqa: S101 - it was answered
    site, verb = issued.command.site, issued.command.verb
    if issued.state is StepState.DONE:
        return next_undo(turn, run)
    if issued.state is StepState.UNKNOWN:
        words = Words(
            f"{site} 是否已还原 ({verb}) 未知。再次查询?",
            f"Whether {site} carried out {verb} is unknown. Ask it again?",
        )
        return turn.ask(run, words, "query", "revert", "close", state=RunState.UNKNOWN)
    site = site or str(issued.command.args.get("to", ""))
    why = issued.reply.why if issued.reply and issued.reply.why else str(issued.state)
    words = Words(
        f"{site} 还原未完成 ({why})。再发一次?", f"{site} did not take it all back ({why}). Send it once more?"
    )
    return turn.ask(run, words, "revert", "close")


def _end_state(why: str) -> RunState:
    """A run whose step failed ends as failed, though nothing of it is in force."""
    return RunState.FAILED if why == "step_failed" else RunState.REVERTED


def again(run: Run) -> Run:
    """The run with its unfinished undo orders ready to be sent under new ids: a person's decision, never the desk's."""
    undo = tuple(u if u.issued and u.issued.state is StepState.DONE else Undo(u.order) for u in run.undo)
    return replace(run, undo=undo)


def undo_orders(run: Run) -> tuple[Order, ...]:
    """What undoes the steps that were carried out, or may have been: the last step first."""
    found: list[Order] = []
    for at, step in reversed(tuple(enumerate(run.steps))):
        if not any(_sets_again(earlier, step) for earlier in run.steps[:at]):
            found.extend(undo_of_step(run, step))
    return tuple(found)


def undo_of_step(run: Run, step: StepRun) -> tuple[Order, ...]:
    """What undoes one step, each order with who carries it out."""
    words = ACTIONS[step.action].words({**step.args, **step.achieved})
    undoing = Words(f"还原「{words.zh}」", f"undo “{words.en}”")
    return tuple(carried_by(order, run.by_hand, undoing) for order in _undo_step(step))


def _sets_again(earlier: StepRun, later: StepRun) -> bool:
    """Whether undoing `earlier` puts back all that `later` set: the same setting, of the same things."""
    if earlier.action != later.action or not ACTIONS[later.action].absolute or not _was_done(earlier):
        return False
    mine, others = _targets(later), _targets(earlier)
    return (
        mine == others
        and bool(mine)
        and ACTIONS[later.action].sites(later.args) == ACTIONS[later.action].sites(earlier.args)
    )


def _was_done(step: StepRun) -> bool:
    return any(order.state in CARRIED_OUT for order in step.issued)


def _targets(step: StepRun) -> frozenset[str]:
    return frozenset(item.target for reply in step.replies for item in reply.items if not item.error)


def _undo_step(step: StepRun) -> tuple[Order, ...]:
    maybe = CARRIED_OUT | {StepState.UNKNOWN}
    replies = tuple(o.reply if o.state in CARRIED_OUT else None for o in step.issued if o.state in maybe)
    return ACTIONS[step.action].inverse(step.args, replies, step.observed, step.token) if replies else ()


def _with_undo(run: Run, at: int, undo: Undo) -> Run:
    return replace(run, undo=(*run.undo[:at], undo, *run.undo[at + 1 :]))
