"""Who stands for a run: distinct people, on the figures that they were shown, before the proposal lapses.

Break-glass is one person doing what needs more: it is allowed, with a reason, and it is never quiet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from feeds.errors import RefusedError
from feeds.text import clean
from playbooks.facts import Facts
from playbooks.limits.bounds import PAIR, Bounds, refuse
from playbooks.parameters import given_again
from playbooks.people_names import same_person
from playbooks.playbook import Playbook
from playbooks.preview import Preview, make_preview
from playbooks.run import Run, RunState
from playbooks.turn import AUTOMATIC, Turn
from playbooks.words import Words

LONGEST_REASON = 200


def lapsed(turn: Turn, run: Run) -> Run:
    """The run, over because not enough people stood for it in time. Nothing of it was sent."""
    note = Words("逾期无人批准", "not enough people stood for it in time")
    return turn.end(run, RunState.REVERTED, note, AUTOMATIC, "lapsed")


def may_stand(run: Run, who: str, now: float, *, journalled: bool) -> None:
    """Refuse one who cannot stand for a proposed run now. Raises RefusedError."""
    if run.state is not RunState.PROPOSED:
        raise RefusedError("NOT_PROPOSED", f"run {run.id} is {run.state}")
    if any(same_person(who, other) for other in run.approvals):
        raise RefusedError("SAME_PERSON", f"{who} has approved run {run.id} already")
    _open_still(run, now, journalled=journalled)


def looked_again(run: Run, book: Playbook, others: Iterable[Run], bounds: Bounds, facts: Facts, now: float) -> Preview:
    """The plan of a proposed run on the figures of now. Raises RefusedError where it may not begin any more."""
    fresh = make_preview(book, given_again(book, run.params), facts, now)
    if not fresh.ok:
        refuse(("GUARD", words) for words in fresh.refusals)
    if fresh.plan_hash != run.plan_hash:
        raise RefusedError("CHANGED", "the plan is not the one that was proposed")
    found, second = bounds.against(fresh, book, others, facts, now, run.who)
    refuse(found)
    return replace(fresh, second=second, approvals=max(book.approve, PAIR) if second else book.approve)


def approved(turn: Turn, run: Run, fresh: Preview, who: str) -> tuple[Run, bool]:
    """The run with one more person, and whether that is enough for it to begin."""
    run = replace(run, approvals=(*run.approvals, who), wanted=max(run.wanted, fresh.approvals))
    turn.record("approved", run, by=who, approvals=run.approvals, wanted=run.wanted, figures=fresh.before)
    return run, len(run.approvals) >= run.wanted


def broken_glass(turn: Turn, run: Run, fresh: Preview, who: str, reason: str) -> Run:
    """The run, begun by one person who says why. Raises RefusedError without a reason."""
    said = clean(reason, LONGEST_REASON).strip()
    if not said:
        raise RefusedError("NO_REASON", "break-glass needs a reason: breakglass RUN why")
    run = replace(run, glass=f"{who}: {said}")
    turn.record("broke_glass", run, by=who, reason=said, approvals=run.approvals, wanted=run.wanted)
    return _with_figures(run, fresh)


def ready(run: Run, fresh: Preview) -> Run:
    """The run as it begins: what is put back later is what the board shows now, not at the proposal."""
    return _with_figures(run, fresh)


def glass_may_break(run: Run, now: float, *, journalled: bool) -> None:
    """Refuse break-glass for a run that waits for nobody. Raises RefusedError."""
    if run.state is not RunState.PROPOSED:
        raise RefusedError("NOT_PROPOSED", f"run {run.id} is {run.state}")
    _open_still(run, now, journalled=journalled)


def _open_still(run: Run, now: float, *, journalled: bool) -> None:
    if run.approve_by is not None and now >= run.approve_by:
        raise RefusedError("LAPSED", f"the proposal of run {run.id} has lapsed: look at it again and propose it anew")
    if not journalled:
        raise RefusedError("UNJOURNALLED", "the journal cannot be written, so nothing new is started")


def _with_figures(run: Run, fresh: Preview) -> Run:
    first = replace(run.steps[0], before=fresh.before, observed=fresh.steps[0].observed)
    return replace(run, steps=(first, *run.steps[1:]), approve_by=None)
