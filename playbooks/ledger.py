"""The ledger: everything that is borrowed, switched on or promised, by whom, and until when.

A handover is read from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from playbooks.actions import ACTIONS
from playbooks.run import RunState, RunView, StepState, StepView
from playbooks.words import Words

Kind = Literal["borrowed", "switched", "promised"]
"""People who are not where they belong, a setting that is not the usual one, something that somebody was told."""

_PEOPLE = frozenset({"reallocate_agents", "assign_agents", "call_in", "send_home", "set_supervisors"})
_NOTHING_YET = frozenset({StepState.WAITING, StepState.INTENDED, StepState.SKIPPED})


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One thing in force, or that may be. `until` is None where a person has to decide when it ends."""

    run: str
    playbook: str
    words: Words
    sites: tuple[str, ...]
    who: str
    since: float | None
    until: float | None
    state: RunState
    question: Words | None
    kind: Kind = "switched"
    ends_when: str = ""
    """The condition that ends it before its time; empty for none."""
    on_expiry: str = "revert"
    overdue: float | None = None
    """Since when it is due and waits for a person; None where nothing does."""
    step: int = 0
    """Which step of its run, from 0."""

    @property
    def id(self) -> str:
        """Names the line: its run and its step."""
        return f"{self.run}/{self.step}"


def ledger(runs: Iterable[RunView]) -> tuple[LedgerLine, ...]:
    """What is in force: what is overdue first, then what has no end and so needs somebody, then the next to end."""
    lines = [_line(run, at, step) for run in runs if run.in_force for at, step in enumerate(run.steps) if _holds(step)]
    return in_order(lines)


def in_order(lines: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    """Lines by how soon somebody is needed, as `ledger` has them."""
    return tuple(sorted(lines, key=_urgency))


def kind_of(action: str) -> Kind:
    """What kind of thing an action leaves in force."""
    if action in _PEOPLE:
        return "borrowed"
    return "promised" if action in ("notice", "task") else "switched"


def _holds(step: StepView) -> bool:
    """Whether a step has left something in force, or may have."""
    if step.action in ("ask", "note", "wait"):
        return False
    return step.state not in _NOTHING_YET


def _line(run: RunView, at: int, step: StepView) -> LedgerLine:
    found = tuple(site for site in run.sites if site)
    return LedgerLine(
        run.id,
        run.playbook,
        step.words,
        found,
        run.who,
        run.since,
        run.until,
        run.state,
        run.question,
        kind_of(step.action) if step.action in ACTIONS else "switched",
        run.ends_when,
        run.on_expiry,
        run.overdue,
        at,
    )


def _urgency(line: LedgerLine) -> tuple[bool, bool, float, str, int]:
    return line.overdue is None, line.until is not None, line.until or 0.0, line.run, line.step
