"""A script of decisions for a headless drill: who does what, when, written as a person would say it.

```yaml
decisions:
  - {at: 6m, run: bot-overflow, with: {site: hefei}}
  - {at: 7m, acknowledge: oldest-wait, key: hefei/q03, note: 已通知组长}
  - {at: 30m, renew: bot-overflow, for: 30m}
  - {at: 40m, revert: bot-overflow}
  - {at: 41m, answer: verify-feed, choice: done}     # a task or question of a run; else its first choice
  - {at: 42m, approve: queue-greeting, who: wang}
  - {at: 43m, note: 商家已确认}
  - {at: 44m, handover: accept, who: li}             # or offer, with a note
```
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from console.desk_core import DeskCore
from console.intents import (
    AcceptHandover,
    Acknowledge,
    AnswerRun,
    ApproveRun,
    AskPreview,
    HandOver,
    Intent,
    Outcome,
    RenewRun,
    RevertRun,
    StartPlaybook,
    WriteNote,
)
from feeds.durations import Duration
from feeds.yamlfile import read_yaml
from playbooks.run import FINAL


class Decision(BaseModel):
    """One decision, `at` a time after the start: one of `run`, `acknowledge`, `renew`, `revert`, `answer`, `approve`.

    `handover` offers or accepts the desk. A `note` beside an acknowledgement or an offer is its note; alone it is
    written into the log.
    """

    model_config = ConfigDict(extra="forbid")

    at: Duration
    who: str = "script"
    run: str | None = None
    parameters: Annotated[dict[str, Any], Field(alias="with", default_factory=dict)]
    acknowledge: str | None = None
    key: str | None = None
    note: str = ""
    renew: str | None = None
    for_: Annotated[Duration, Field(alias="for", default=1800.0, gt=0)]
    """How much longer than its stated time what is renewed stays in force."""
    revert: str | None = None
    answer: str | None = None
    choice: str = ""
    approve: str | None = None
    handover: Literal["offer", "accept"] | None = None

    @model_validator(mode="after")
    def _one_deed(self) -> Decision:
        deeds = (self.run, self.acknowledge, self.renew, self.revert, self.answer, self.approve, self.handover)
        count = sum(deed is not None for deed in deeds)
        if count > 1 or (count == 0 and not self.note):
            raise ValueError("one of run, acknowledge, renew, revert, answer, approve, handover and note")
        return self


class DecisionFile(BaseModel):
    """The file: a list of decisions."""

    model_config = ConfigDict(extra="forbid")

    decisions: list[Decision]


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The decisions of a file in the order of their times. Raises InputError with line and column."""
    return tuple(sorted(read_yaml(path, DecisionFile).decisions, key=lambda decision: decision.at))


class Script:
    """Carries decisions out when their time comes; what was refused is kept in `refused`."""

    def __init__(self, core: DeskCore, decisions: tuple[Decision, ...], started: float) -> None:
        self._core, self._waiting, self._started = core, list(decisions), started
        self.refused: list[tuple[float, str]] = []

    def __call__(self, now: float) -> None:
        """Decide what is due at `now`."""
        while self._waiting and self._started + self._waiting[0].at <= now:
            decision = self._waiting.pop(0)
            outcome = self._decide(decision, now)
            if not outcome.ok:
                self.refused.append((now, outcome.en))

    def _decide(self, decision: Decision, now: float) -> Outcome:
        submit: Callable[[Intent], Outcome] = lambda intent: self._core.submit(intent, decision.who, now)  # noqa: E731
        if decision.run is not None:
            outcome = submit(AskPreview(decision.run, decision.parameters, self._alert(decision)))
            return submit(StartPlaybook(outcome.preview)) if outcome.preview is not None else outcome
        if decision.acknowledge is not None:
            return submit(Acknowledge(self._alert(decision), decision.note))
        if decision.renew is not None:
            return submit(RenewRun(self._open_run(decision.renew), decision.for_))
        if decision.revert is not None:
            return submit(RevertRun(self._open_run(decision.revert)))
        if decision.approve is not None:
            return submit(ApproveRun(self._open_run(decision.approve)))
        if decision.answer is not None:
            run = self._open_run(decision.answer)
            return submit(AnswerRun(run, decision.choice or self._first_choice(run)))
        if decision.handover is not None:
            return submit(HandOver(decision.note) if decision.handover == "offer" else AcceptHandover())
        return submit(WriteNote(decision.note))

    def _first_choice(self, run_id: str) -> str:
        choices = next((run.choices for run in self._core.playbooks.runs() if run.id == run_id), ())
        return choices[0] if choices else ""

    def _open_run(self, playbook: str) -> str:
        """The oldest run of a playbook that is not over; empty where there is none."""
        open_ = (r.id for r in self._core.playbooks.runs() if r.playbook == playbook and r.state not in FINAL)
        return next(open_, "")

    def _alert(self, decision: Decision) -> str:
        rule, key = decision.acknowledge, decision.key
        wanted = (a.id for a in self._core.engine.alerts() if rule in (None, a.rule) and key in (None, a.key))
        return next(wanted, "") if (rule, key) != (None, None) else ""
