"""Runs as a screen shows them."""

from __future__ import annotations

from playbooks.actions import ACTIONS
from playbooks.by_hand import overdue_since, with_person
from playbooks.check_outcome import next_rung
from playbooks.playbook import PlannedStep, Playbook
from playbooks.run import Run, RunView, StepRun, StepView
from playbooks.story import Told


def run_view(run: Run, book: Playbook, story: tuple[Told, ...] = ()) -> RunView:
    """An immutable picture of a run."""
    sites = (site for step in run.steps for site in ACTIONS[step.action].sites(step.args))
    return RunView(
        id=run.id,
        playbook=run.playbook,
        title=book.title,
        tier=book.tier,
        state=run.state,
        who=run.who,
        approvals=run.approvals,
        proposed=run.proposed,
        since=run.since,
        until=run.until,
        ended=run.ended,
        params=tuple(sorted({**run.params, **run.known}.items())),
        sites=tuple(dict.fromkeys(sites)),
        steps=tuple(_step_view(step, planned) for step, planned in zip(run.steps, book.steps, strict=True)),
        in_force=run.in_force,
        worked=run.worked,
        question=run.question.words if run.question else None,
        choices=run.question.choices if run.question else (),
        note=run.note,
        plan_hash=run.plan_hash,
        alert=run.alert,
        next=next_rung(book.next or "", run.worked, run.gained),
        wanted=run.wanted,
        approve_by=run.approve_by,
        glass=run.glass,
        task=run.question is not None and with_person(run) is not None,
        on_expiry=book.on_expiry,
        ends_when=book.revert_when.text if book.revert_when is not None else "",
        overdue=overdue_since(run),
        check_due=run.check_due,
        measured=run.measured,
        gained=run.gained,
        story=story,
    )


def _step_view(step: StepRun, planned: PlannedStep) -> StepView:
    return StepView(
        words=ACTIONS[step.action].words({**step.args, **step.achieved}),
        state=step.state,
        share=step.issued[-1].share if step.issued else 0.0,
        partial=step.partial,
        achieved=tuple(sorted(step.achieved.items())),
        verify=planned.verify.text if planned.verify else "",
        verify_due=step.verify_due,
        reason=step.reason,
        action=step.action,
    )
