"""The ledger: everything that is borrowed or switched on, by whom, and until when. A handover is read from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playbooks.run import RunState, RunView
from playbooks.words import Words


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


def ledger(runs: Iterable[RunView]) -> tuple[LedgerLine, ...]:
    """What is in force, the next to end first; what has no end, and so needs somebody, before all."""
    lines = [
        LedgerLine(run.id, run.playbook, step.words, run.sites, run.who, run.since, run.until, run.state, run.question)
        for run in runs
        if run.in_force
        for step in run.steps
    ]
    return tuple(sorted(lines, key=lambda line: (line.until is not None, line.until or 0.0, line.run)))
