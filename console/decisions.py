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

With `until` a decision stands: a run, a renewal or a revert is tried each ten seconds until it is accepted, a run with
`again` once more whenever it has ended; alerts, questions and proposed runs of the names given (`*` and `?` allowed)
are dealt with as they come.

```yaml
  - {at: 0s, until: 2h, acknowledge: "*", key: "hefei*", note: 已通知组长}
  - {at: 20m, until: 30m, run: bot-overflow, with: {site: hefei}}    # as soon as its guards allow
  - {at: 0s, until: 2h, answer: "*"}
  - {at: 20m, until: 30m, run: shorten-wrap-up, each: {site: [hefei, luoyang]}}    # one for each
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import product
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
from playbooks.run import FINAL, RunState, RunView

LOOK_EVERY_S = 10
"""How often somebody looks whether what stands can be done now."""


class Decision(BaseModel):
    """One decision, `at` a time after the start: one of `run`, `acknowledge`, `renew`, `revert`, `answer`, `approve`.

    `handover` offers or accepts the desk. A `note` beside an acknowledgement or an offer is its note; alone it is
    written into the log. `with` beside what concerns a run says which: the oldest that is open and has these values.
    """

    model_config = ConfigDict(extra="forbid")

    at: Duration
    until: Duration | None = None
    """Up to then it stands; without, it is decided once."""
    again: bool = False
    """A run that stands is started again whenever it has ended and its guards allow it."""
    who: str = "script"
    run: str | None = None
    parameters: Annotated[dict[str, Any], Field(alias="with", default_factory=dict)]
    each: dict[str, list[Any]] = Field(default={}, max_length=3)
    """Values of further parameters: the decision is one for every combination of them."""
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
        if self.until is not None and (self.until <= self.at or count == 0):
            raise ValueError("an `until` after `at`, and none beside a note alone")
        if self.again and (self.run is None or self.until is None):
            raise ValueError("`again` beside a run with an `until`")
        return self

    @property
    def comes_again(self) -> bool:
        """Whether it stands for whatever comes, and not until it is done once."""
        named = (self.acknowledge, self.answer, self.approve)
        return self.until is not None and any(one is not None for one in named)


class DecisionFile(BaseModel):
    """The file: a list of decisions."""

    model_config = ConfigDict(extra="forbid")

    decisions: list[Decision]


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The decisions of a file in the order of their times. Raises InputError with line and column."""
    found = [one for decision in read_yaml(path, DecisionFile).decisions for one in _each(decision)]
    return tuple(sorted(found, key=lambda decision: decision.at))


def _each(decision: Decision) -> Iterator[Decision]:
    """One decision for every combination of the values in `each`."""
    for values in product(*decision.each.values()):
        given = decision.parameters | dict(zip(decision.each, values, strict=True))
        yield decision.model_copy(update={"parameters": given, "each": {}})


class Script:
    """Carries decisions out when their time comes; what was refused is kept in `refused`."""

    def __init__(self, core: DeskCore, decisions: tuple[Decision, ...], started: float) -> None:
        self._core, self._waiting, self._started = core, list(decisions), started
        self._standing: list[Decision] = []
        self.refused: list[tuple[float, str]] = []

    def __call__(self, now: float) -> None:
        """Decide what is due at `now`."""
        elapsed = now - self._started
        while self._waiting and self._waiting[0].at <= elapsed:
            decision = self._waiting.pop(0)
            if decision.until is None:
                self.decide(decision, now)
            else:
                self._standing.append(decision)
        if self._standing and round(elapsed) % LOOK_EVERY_S == 0:
            self._standing = [one for one in self._standing if self._stands(one, elapsed, now)]

    def decide(self, decision: Decision, now: float) -> None:
        """Carry one decision out."""
        self._keep_refusal(self._decide(decision, now), now)

    def _stands(self, decision: Decision, elapsed: float, now: float) -> bool:
        """Look at what stands, and say whether it stands on."""
        over = decision.until is not None and elapsed >= decision.until
        if decision.comes_again:
            for intent in list(self._all_of(decision)):
                self._keep_refusal(self._core.submit(intent, decision.who, now), now)
            return not over
        if decision.again and any(self._open_runs(decision)):
            return not over
        outcome = self._decide(decision, now)
        if over and not decision.again:
            self._keep_refusal(outcome, now)
        return not over and (decision.again or not outcome.ok)

    def _keep_refusal(self, outcome: Outcome, now: float) -> None:
        if not outcome.ok:
            self.refused.append((now, outcome.en))

    def _decide(self, decision: Decision, now: float) -> Outcome:
        submit: Callable[[Intent], Outcome] = lambda intent: self._core.submit(intent, decision.who, now)  # noqa: E731
        if decision.run is not None:
            outcome = submit(AskPreview(decision.run, decision.parameters, self._alert(decision)))
            return submit(StartPlaybook(outcome.preview)) if outcome.preview is not None else outcome
        if decision.acknowledge is not None:
            return submit(Acknowledge(self._alert(decision), decision.note))
        run = self._open_run(decision)
        if decision.renew is not None:
            return submit(RenewRun(run, decision.for_))
        if decision.revert is not None:
            return submit(RevertRun(run))
        if decision.approve is not None:
            return submit(ApproveRun(run))
        if decision.answer is not None:
            return submit(AnswerRun(run, decision.choice or self._first_choice(run)))
        if decision.handover is not None:
            return submit(HandOver(decision.note) if decision.handover == "offer" else AcceptHandover())
        return submit(WriteNote(decision.note))

    def _all_of(self, decision: Decision) -> Iterator[Intent]:
        """What a standing decision asks for now: an intent for each alert, question or proposal that it is about."""
        if decision.acknowledge is not None:
            key = decision.key or "*"
            for alert in self._core.engine.alerts():
                named = fnmatchcase(alert.rule, decision.acknowledge) and fnmatchcase(alert.key, key)
                if named and alert.state == "firing" and alert.acknowledged is None:
                    yield Acknowledge(alert.id, decision.note)
        for run in list(self._open_runs(decision)):
            if decision.approve is not None and run.state is RunState.PROPOSED:
                yield ApproveRun(run.id)
            elif decision.answer is not None and run.choices and decision.choice in ("", *run.choices):
                yield AnswerRun(run.id, decision.choice or run.choices[0])

    def _first_choice(self, run_id: str) -> str:
        choices = next((run.choices for run in self._core.playbooks.runs() if run.id == run_id), ())
        return choices[0] if choices else ""

    def _open_run(self, decision: Decision) -> str:
        """The oldest run that a decision is about and that is not over; empty where there is none."""
        return next((run.id for run in self._open_runs(decision)), "")

    def _open_runs(self, decision: Decision) -> Iterator[RunView]:
        name = decision.run or decision.renew or decision.revert or decision.answer or decision.approve
        for run in self._core.playbooks.runs():
            named = name is not None and run.state not in FINAL and fnmatchcase(run.playbook, name)
            if named and _has(dict(run.params), decision.parameters):
                yield run

    def _alert(self, decision: Decision) -> str:
        rule, key = decision.acknowledge, decision.key
        wanted = (a.id for a in self._core.engine.alerts() if rule in (None, a.rule) and key in (None, a.key))
        return next(wanted, "") if (rule, key) != (None, None) else ""


def _has(values: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a run's sites, queues and names are the wanted ones; its figures may be others."""
    return all(not isinstance(found := values.get(name), str) or found == value for name, value in wanted.items())
