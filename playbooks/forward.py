"""The way forward: a run's steps, one order after the other, each seen on the board before the next step begins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, replace

from playbooks.actions import ACTIONS
from playbooks.backward import begin_revert, next_undo
from playbooks.by_hand import carried_by, put_to_person
from playbooks.check_outcome import gained, measure
from playbooks.conditions import Sight
from playbooks.facts import Facts
from playbooks.orders import issue
from playbooks.playbook import Playbook
from playbooks.preview import figures, numbers
from playbooks.run import CARRIED_OUT, PASSIVE, Order, Run, RunState, StepRun, StepState, Value
from playbooks.scope import Scope, figure, scopes
from playbooks.turn import AUTOMATIC, Turn
from playbooks.words import Words


def begin(turn: Turn, run: Run, book: Playbook) -> Run:
    """Send the first order of an approved run; where it has a condition, that is looked at first."""
    running = replace(run, state=RunState.RUNNING)
    return running if book.steps[0].when is not None else start_step(turn, running, 0, book)


def start_step(turn: Turn, run: Run, at: int, book: Playbook) -> Run:
    """The step whose turn has come: its first order, or where it has none, what it waits for."""
    step = run.steps[at]
    if ACTIONS[step.action].next_order(step.args, (), step.token) is None:
        return _step_done(turn, run, at, book)
    return send_next(turn, run, at, book)


def send_next(turn: Turn, run: Run, at: int, book: Playbook, *, force: bool = False) -> Run:
    """Send the next order of step `at`, or ask where that may not be done without a person's word."""
    step, action = run.steps[at], ACTIONS[run.steps[at].action]
    order = action.next_order(step.args, step.replies, step.token)
    assert order is not None  # noqa: S101 - called only where there is one
    order = carried_by(order, run.by_hand, action.words(step.args))
    if order.by != "site" and turn.journalled:
        return _send(turn, run, at, order, book)
    if turn.known is None and not force:  # nobody has looked at the board yet: `look` will
        return with_step(replace(run, state=RunState.RUNNING), at, replace(step, state=StepState.INTENDED))
    bar = None if force else turn.barred(order.site, automatic=run.who == AUTOMATIC)
    if bar is not None:
        held = with_step(run, at, replace(step, state=StepState.INTENDED, reason=bar))
        words = Words(
            f"{bar.zh},是否继续向 {order.site} 发送 {order.verb}?",
            f"{bar.en[:1].upper()}{bar.en[1:]}: send {order.verb} to {order.site} all the same?",
        )
        return turn.ask(held, words, "continue", "revert", "close")
    return _send(turn, run, at, order, book)


def _send(turn: Turn, run: Run, at: int, order: Order, book: Playbook) -> Run:
    going = replace(run, state=RunState.RUNNING, question=None)
    issued = issue(turn, going, order, f"step {at + 1}", run.who)
    step = run.steps[at]
    sent = with_step(going, at, replace(step, state=StepState.SENT, issued=(*step.issued, issued), reason=None))
    if issued.by == "desk":
        return order_settled(turn, sent, at, book)
    return put_to_person(turn, sent, issued) if issued.by == "person" else sent


def order_settled(turn: Turn, run: Run, at: int, book: Playbook) -> Run:
    """Go on after the newest order of step `at` has its last word."""
    step = run.steps[at]
    state = step.issued[-1].state
    if state in CARRIED_OUT and run.since is None and step.issued[-1].command.verb not in PASSIVE:
        run = replace(run, since=turn.now, until=None if run.revert else turn.now + run.lasts)
    if state is StepState.UNKNOWN:
        return _unknown(turn, with_step(run, at, replace(step, state=StepState.UNKNOWN)), at)
    if state is StepState.FAILED:
        return step_failed(turn, run, at, _why(step))
    if run.revert is not None:
        return begin_revert(turn, with_step(run, at, replace(step, state=state)), *run.revert)
    if ACTIONS[step.action].next_order(step.args, step.replies, step.token) is not None:
        return send_next(turn, run, at, book)
    return _step_done(turn, run, at, book)


def step_failed(turn: Turn, run: Run, at: int, why: Words) -> Run:
    """A step came to nothing. What it did half-way is taken back; what earlier steps did is a person's to decide."""
    half_done = bool(run.steps[at].replies)
    run = with_step(run, at, replace(run.steps[at], state=StepState.FAILED, reason=why))
    turn.record("failed", run, step=at + 1, zh=why.zh, en=why.en)
    if run.revert is not None:
        return begin_revert(turn, run, *run.revert)
    if not run.in_force:
        return turn.end(run, RunState.FAILED, why, AUTOMATIC)
    if half_done:
        return begin_revert(turn, run, AUTOMATIC, "step_failed")
    words = Words(
        f"第 {at + 1} 步失败 ({why.zh}),还原之前各步?",
        f"Step {at + 1} failed ({why.en}): take the ones before it back?",
    )
    return turn.ask(run, words, "revert", "keep")


def look(turn: Turn, run: Run, book: Playbook, facts: Facts) -> Run:
    """What the board says to a run: a step is seen, the next begins, it helped or not, or its end has come."""
    if run.state is RunState.REVERTING:
        return run if run.outstanding else next_undo(turn, run)
    places = scopes(book.kinds, run.params)
    at = current_step(run, book)
    may_show = run.state in (RunState.VERIFYING, RunState.ASKING) and (run.until is not None or run.since is None)
    if may_show and at is not None and run.revert is None:
        run = _verify(turn, run, at, book, facts, places)
    if run.state is RunState.RUNNING and at is not None and run.revert is None:
        if run.steps[at].state is StepState.INTENDED:
            return send_next(turn, run, at, book)
        if run.steps[at].state is StepState.WAITING:
            return _next_step(turn, run, at, book, facts, places)
    if run.state is RunState.ACTIVE and run.check_due is not None and run.check_due <= turn.now:
        run = _check(turn, run, book, facts, places)
    if run.state in (RunState.ACTIVE, RunState.VERIFYING):
        run = _end_condition(turn, run, book, facts, places)
    return run


def current_step(run: Run, book: Playbook) -> int | None:
    """The step that the run is at: the first that is not done and seen; None when all are."""
    for at, (step, planned) in enumerate(zip(run.steps, book.steps, strict=True)):
        over = step.state in (StepState.SEEN, StepState.SKIPPED)
        if not over and (planned.verify is not None or step.state not in CARRIED_OUT):
            return at
    return None


def unseen(turn: Turn, run: Run, at: int) -> Run:
    """The board did not show in time what step `at` was to bring about."""
    why = Words("看板未在时限内看到效果", "the board did not show it in time")
    run = with_step(run, at, replace(run.steps[at], state=StepState.UNVERIFIED, verify_due=None, reason=why))
    turn.record("unseen", run, step=at + 1)
    words = Words(f"第 {at + 1} 步未在看板上看到,还原?", f"Step {at + 1} is not seen on the board: take it back?")
    more = ("continue",) if at + 1 < len(run.steps) else ()
    return turn.ask(run, words, "revert", *more, "keep")


def go_on(turn: Turn, run: Run, book: Playbook) -> Run:
    """A person's `continue`: the held order is sent, or a step that was not seen counts as seen."""
    at = current_step(run, book)
    if at is None:
        return replace(run, state=RunState.ACTIVE, question=None)
    if run.steps[at].state is StepState.INTENDED:
        return send_next(turn, run, at, book, force=True)
    if run.steps[at].state is StepState.WAITING:  # whether it is to be done was unknown, and a person says yes
        return start_step(turn, replace(run, state=RunState.RUNNING, question=None), at, book)
    run = with_step(run, at, replace(run.steps[at], state=StepState.SEEN))
    return _after_step(turn, replace(run, question=None), book)


def with_step(run: Run, at: int, step: StepRun) -> Run:
    """The run with another step in place `at`."""
    return replace(run, steps=(*run.steps[:at], step, *run.steps[at + 1 :]))


def _unknown(turn: Turn, run: Run, at: int) -> Run:
    command = run.steps[at].issued[-1].command
    if run.revert is not None:
        return begin_revert(turn, run, *run.revert)
    words = Words(
        f"{command.site} 是否已执行 {command.verb} 未知。再次查询?",
        f"Whether {command.site} carried out {command.verb} is unknown. Ask it again?",
    )
    return turn.ask(run, words, "query", "revert", "close", state=RunState.UNKNOWN)


def skip(turn: Turn, run: Run, at: int, book: Playbook, why: Words) -> Run:
    """Leave step `at` out, and go on behind it."""
    turn.record("skipped", run, step=at + 1, zh=why.zh, en=why.en)
    run = with_step(run, at, replace(run.steps[at], state=StepState.SKIPPED, reason=why))
    return _after_step(turn, replace(run, question=None), book)


def _why(step: StepRun) -> Words:
    reply = step.issued[-1].reply
    said = reply.why if reply and reply.why else next((i.error for i in reply.items if i.error), "") if reply else ""
    command = step.issued[-1].command
    site = command.site or str(command.args.get("to", ""))
    return Words(
        f"{site} 未执行: {said}" if said else f"{site} 未执行",
        f"{site} did nothing: {said}" if said else f"{site} did nothing",
    )


def _step_done(turn: Turn, run: Run, at: int, book: Playbook) -> Run:
    """All orders of the step are carried out: from here the board must show it."""
    step, planned = run.steps[at], book.steps[at]
    achieved = {
        n: v for n, v in ACTIONS[step.action].achieved(step.args, step.replies).items() if v != step.args.get(n)
    }
    partial = bool(achieved) or any(order.state is StepState.PARTIAL for order in step.issued)
    done = replace(
        step,
        state=StepState.PARTIAL if partial else StepState.DONE,
        partial=partial,
        achieved=achieved,
        finished=turn.now,
        verify_due=turn.now + planned.within if planned.verify is not None else None,
    )
    run = replace(with_step(run, at, done), known={**run.known, **_came_to(planned.args, achieved)})
    return replace(run, state=RunState.VERIFYING) if planned.verify is not None else _after_step(turn, run, book)


def _came_to(templates: Mapping[str, Value], achieved: Mapping[str, Value]) -> dict[str, Value]:
    """Parameters whose value turned out otherwise: from here `$count` is who really came."""
    pairs = ((templates.get(name), value) for name, value in achieved.items())
    return {template[1:]: value for template, value in pairs if isinstance(template, str) and template.startswith("$")}


def _after_step(turn: Turn, run: Run, book: Playbook) -> Run:
    if current_step(run, book) is not None:
        return replace(run, state=RunState.RUNNING)
    if not run.in_force:
        return turn.end(
            run, RunState.REVERTED, Words("已完成,无需还原", "done, and there is nothing to take back"), AUTOMATIC
        )
    due = turn.now + book.check_after if book.check is not None else None
    run = replace(run, state=RunState.ACTIVE, check_due=due)
    turn.record("verified", run, until=run.until)
    return run


def _verify(turn: Turn, run: Run, at: int, book: Playbook, facts: Facts, places: Mapping[str, Scope]) -> Run:
    step, planned = run.steps[at], book.steps[at]
    if planned.verify is None or step.state not in CARRIED_OUT | {StepState.UNVERIFIED}:
        return run
    sight = replace(_sight(turn, run, step.before, facts, places), since=step.held)
    value, held = planned.verify.look(sight)
    run = with_step(run, at, replace(step, held=held)) if held != step.held else run
    step = run.steps[at]
    if value != 1.0:
        return run
    run = with_step(run, at, replace(step, state=StepState.SEEN, verify_due=None, reason=None))
    turn.record("seen", run, step=at + 1, figures=figures(planned.verify.names, places, facts))
    return _after_step(turn, replace(run, question=None), book)


def _next_step(turn: Turn, run: Run, at: int, book: Playbook, facts: Facts, places: Mapping[str, Scope]) -> Run:
    step, when = run.steps[at], book.steps[at].when
    if when is not None:
        holds = when.value(_sight(turn, run, run.steps[0].before, facts, places))
        if math.isnan(holds):
            words = Words(
                f"第 {at + 1} 步条件无法判断 ({when.text}),是否执行?",
                f"Whether step {at + 1} is to be done is unknown ({when.text}). Do it?",
            )
            return turn.ask(run, words, "continue", "skip", "revert")
        if holds != 1.0:
            return skip(
                turn, run, at, book, Words(f"条件不成立: {when.text}", f"its condition does not hold: {when.text}")
            )
    observed = ACTIONS[step.action].observe(step.args, facts)
    run = with_step(run, at, replace(step, observed=observed, before=figures(book.names, places, facts)))
    if any(map(math.isnan, observed.values())):
        return step_failed(
            turn, run, at, Words("现值未知,无法还原", "what is now is unknown and could not be put back")
        )
    turn.record("stepped", run, step=at + 1)
    return start_step(turn, run, at, book)


def _check(turn: Turn, run: Run, book: Playbook, facts: Facts, places: Mapping[str, Scope]) -> Run:
    assert book.check is not None  # noqa: S101 - it has a due time
    sight = _sight(turn, run, run.steps[0].before, facts, places)
    worked, came = book.check.value(sight), measure(book.check, sight)
    share = gained(book.check, came)
    shown = {"expected": [asdict(one) for one in came], "gained": share}
    turn.record("checked", run, worked=worked, figures=figures(book.check.names, places, facts), **shown)
    return replace(run, worked=worked, measured=came, gained=share, check_due=None)


def _end_condition(turn: Turn, run: Run, book: Playbook, facts: Facts, places: Mapping[str, Scope]) -> Run:
    if book.revert_when is None:
        return run
    value, held = book.revert_when.look(replace(_sight(turn, run, run.steps[0].before, facts, places), since=run.held))
    run = replace(run, held=held)
    settled = run.since is None or turn.now - run.since >= turn.dwell
    return begin_revert(turn, run, AUTOMATIC, "condition") if value == 1.0 and settled else run


def _sight(turn: Turn, run: Run, before: Mapping[str, float], facts: Facts, places: Mapping[str, Scope]) -> Sight:
    params = numbers({**run.params, **run.known})
    return Sight(lambda name: figure(name, places, facts), params, before, turn.now)
