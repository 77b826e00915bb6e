"""From a preview to a run: what may be started, what holds what, and the run before its first order."""

from __future__ import annotations

from collections.abc import Iterable

from feeds.errors import RefusedError
from playbooks.playbook import Playbook
from playbooks.preview import Preview
from playbooks.run import Resource, Run, RunState, StepRun
from playbooks.turn import Turn
from playbooks.words import Words

PREVIEW_GOOD_FOR_S = 120.0
"""A plan is confirmed on what its preview showed; after this long it must be looked at again."""


def conflicts(resources: Iterable[Resource], runs: Iterable[Run]) -> list[Words]:
    """What other runs hold of these resources.

    Something shared (a receiver of people) is free for another that shares it once the first is seen on the board:
    before, nobody could tell whose people came.
    """
    found = []
    others = list(runs)
    for resource in resources:
        for run in others:
            for held in run.resources:
                settled = resource.shared and held.shared and run.state is RunState.ACTIVE
                if held.key == resource.key and not settled:
                    words = (
                        f"{resource.key} 已被 {run.who} 的 {run.id} ({run.playbook}) 占用",
                        f"{resource.key} is held by run {run.id} ({run.playbook}) of {run.who}",
                    )
                    found.append(Words(*words))
    return found


def still_cooling(book: Playbook, resources: Iterable[Resource], runs: Iterable[Run], now: float) -> list[Words]:
    """That the same playbook ended on the same things less than its cooldown ago."""
    keys = {resource.key for resource in resources}
    ended = [
        run.ended + book.cooldown
        for run in runs
        if run.playbook == book.id and run.ended is not None and run.since is not None
        if not keys.isdisjoint(held.key for held in run.resources)
    ]
    left = max(ended, default=now) - now
    if left <= 0:
        return []
    return [Words(f"冷却中,还有 {left:.0f} 秒", f"it ended on the same things a moment ago: {left:.0f} s to go")]


def recheck(
    preview: Preview,
    book: Playbook | None,
    runs: Iterable[Run],
    known: frozenset[str],
    now: float,
    *,
    allow_new: bool,
) -> Playbook:
    """The playbook of a plan that may be started, and is still what it was. Raises RefusedError."""
    if not allow_new:
        raise RefusedError("UNJOURNALLED", "the journal cannot be written, so nothing new is started")
    if book is None or book.digest != preview.digest:
        raise RefusedError("CHANGED", f"playbook {preview.playbook} is not the one that was previewed")
    if not preview.ok:
        refusals = preview.refusals
        raise RefusedError("GUARD", "; ".join(one.en for one in refusals), ";".join(one.zh for one in refusals))
    if not 0.0 <= now - preview.at <= PREVIEW_GOOD_FOR_S:
        raise RefusedError("STALE", "the preview is too old: look again")
    dark = [site for site in preview.sites if site not in known]
    if dark:
        raise RefusedError("DARK", f"the figures of {', '.join(dark)} are unknown now")
    held = conflicts(preview.resources, runs)
    if held:
        raise RefusedError("LOCKED", "; ".join(one.en for one in held), ";".join(one.zh for one in held))
    return book


def new_run(turn: Turn, preview: Preview, who: str, shown: Preview, good_for: float) -> Run:
    """A run of this plan with its first approval; nothing is sent yet.

    `shown` is the preview that the person saw, of the same plan; a proposal lapses after `good_for` seconds.
    """
    proposed = preview.approvals > 1
    steps = tuple(
        StepRun(
            action=plan.action,
            args=plan.args,
            token=turn.next_id("t"),
            observed=plan.observed,
            before=preview.before if index == 0 else {},
        )
        for index, plan in enumerate(preview.steps)
    )
    run = Run(
        id=turn.next_id("r"),
        playbook=preview.playbook,
        plan_hash=preview.plan_hash,
        params=preview.params,
        who=who,
        approvals=(who,),
        proposed=turn.now,
        resources=preview.resources,
        steps=steps,
        digest=preview.digest,
        lasts=preview.lasts,
        alert=preview.alert,
        by_hand=preview.by_hand,
        state=RunState.PROPOSED if proposed else RunState.RUNNING,
        wanted=preview.approvals,
        approve_by=turn.now + good_for if proposed else None,
    )
    turn.record(
        "proposed" if proposed else "started",
        run,
        by=who,
        alert=preview.alert,
        params=preview.params,
        plan_hash=preview.plan_hash,
        digest=preview.digest,
        seen=shown.before,
        wanted=preview.approvals,
        second=[words.en for words in preview.second],
        **_shown(shown),
    )
    return run


def _shown(preview: Preview) -> dict[str, object]:
    """What the preview showed besides: when, how old its data was, what its guards came to, and its commands."""
    guards = [{"text": g.text, "verdict": g.verdict, "figures": dict(g.figures)} for g in preview.guards]
    orders = [{"site": o.site, "verb": o.verb, "args": dict(o.args)} for s in preview.steps for o in s.orders]
    return {"previewed": preview.at, "seen_ages_s": dict(preview.ages), "guards": guards, "orders": orders}
