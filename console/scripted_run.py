"""Runs one playbook at a desk without a screen: previewed, started, followed step by step, with an exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import TimeoutError as NoAnswerError
from dataclasses import dataclass, field
from typing import Any, Literal

from console.exit_codes import (
    EXIT_APPROVAL,
    EXIT_FAILED,
    EXIT_GUARD,
    EXIT_INTERRUPTED,
    EXIT_UNDONE,
    EXIT_UNKNOWN,
    EXIT_USAGE,
)
from console.intents import AskPreview, Desk, Intent, Outcome, RevertRun, StartPlaybook
from console.scripted_lines import preview_line, run_lines, situation
from playbooks.preview import Preview
from playbooks.run import FINAL, RunState, RunView, StepState

Until = Literal["active", "checked", "ended"]
Say = Callable[[Mapping[str, Any]], None]

ANSWER_WITHIN_S = 20.0
"""A desk that has not answered by then may or may not have done it."""
LOOK_EVERY_S = 0.1

_WRONG = frozenset({"UNKNOWN_PLAYBOOK", "BAD_PARAMETER", "BAD_REQUEST"})
_NOT_KNOWN = Outcome("NOT_KNOWN", "没有回答", "the desk did not answer: whether it was done is not known")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run, and how far it is followed. `within` in seconds of the desk's own time."""

    playbook: str
    parameters: Mapping[str, str]
    alert: str = ""
    preview_only: bool = False
    until: Until = "active"
    within: float = 1800.0
    approval_within: float = 0.0
    """How long it is waited for a second person; 0: not at all."""


@dataclass
class ScriptedRun:
    """One run at `desk` by `who`. `pause` waits for so many seconds and may raise KeyboardInterrupt.

    `confirm` is asked whether the preview is to be started; None: nobody is there to ask.
    """

    desk: Desk
    who: str
    wanted: Wanted
    say: Say
    pause: Callable[[float], None]
    confirm: Callable[[Preview], bool | None]
    _told: dict[str, Any] = field(default_factory=dict)
    _run: RunView | None = None
    _plan: Preview | None = None
    _before: frozenset[str] = frozenset()

    def carry_out(self) -> int:
        """All of it; the exit code. A key that interrupts takes back what was done, and says how it stands."""
        try:
            return self._ended(self._whole())
        except KeyboardInterrupt:
            return self._interrupted()

    def _whole(self) -> int:
        asked = self._submit(AskPreview(self.wanted.playbook, dict(self.wanted.parameters), self.wanted.alert))
        plan = self._plan = asked.preview
        if plan is None:
            return self._refused(asked)
        self.say(preview_line(plan, self.desk.view.at))
        if not plan.ok:
            return EXIT_GUARD
        if self.wanted.preview_only:
            return 0
        yes = self.confirm(plan)
        if not yes:
            why = "nobody confirmed it: --yes does" if yes is None else "it was not confirmed"
            self.say({"event": "not_started", "why": why})
            return EXIT_APPROVAL
        self._before = frozenset(run.id for run in self.desk.view.runs)
        started = self._submit(StartPlaybook(plan))
        if not started.ok:
            return self._refused(started)
        return self._follow()

    def _refused(self, outcome: Outcome) -> int:
        self.say({"event": "refused", "code": outcome.code, "zh": outcome.zh, "en": outcome.en})
        if outcome.code == "NOT_KNOWN":
            return EXIT_UNKNOWN
        if outcome.code == "NOT_REACHED":
            return EXIT_FAILED
        return EXIT_USAGE if outcome.code in _WRONG else EXIT_GUARD

    def _follow(self) -> int:
        begun = self.desk.view.at
        while True:
            view = self.desk.view
            run = self._mine()
            if run is not None:
                self._tell(run)
                code = self._verdict(run, view.at - begun)
                if code is not None:
                    return code
            elif view.at - begun > ANSWER_WITHIN_S:
                return EXIT_UNKNOWN
            if view.at - begun > self.wanted.within:
                self.say({"event": "not_in_time", "at": view.at, "within_s": self.wanted.within})
                return EXIT_APPROVAL if run is not None and run.task else EXIT_FAILED
            self.pause(LOOK_EVERY_S)

    def _verdict(self, run: RunView, followed: float) -> int | None:
        """What a run's state means for a script; None: go on looking."""
        if run.state is RunState.FAILED:
            return EXIT_UNDONE
        if run.state is RunState.REVERTED:
            return 0 if self.wanted.until == "ended" else EXIT_UNDONE
        if run.state is RunState.UNKNOWN:
            return EXIT_UNKNOWN
        if run.state is RunState.PROPOSED:
            return EXIT_APPROVAL if followed >= self.wanted.approval_within else None
        if run.state is RunState.ASKING and not run.task:
            unseen = any(step.state is StepState.UNVERIFIED for step in run.steps)
            return EXIT_FAILED if unseen else EXIT_APPROVAL
        if run.state is RunState.ACTIVE and self.wanted.until == "active":
            return 0
        if run.worked is not None and self.wanted.until == "checked":
            return EXIT_FAILED if run.worked == 0.0 else EXIT_UNKNOWN if run.worked != run.worked else 0
        return None

    def _tell(self, run: RunView) -> None:
        for line in run_lines(run, self.desk.view.at):
            key = f"{line['event']} {line.get('step', '')}"
            known = {name: value for name, value in line.items() if name != "at"}
            if self._told.get(key) != known:
                self._told[key] = known
                self.say(line)

    def _mine(self) -> RunView | None:
        """The run that this started, as it is now."""
        plan = self._plan
        for run in reversed(self.desk.view.runs):
            if run.id not in self._before and plan is not None and run.plan_hash == plan.plan_hash:
                self._run = run
                return run
        return self._run

    def _ended(self, code: int) -> int:
        run = self._mine()
        at = self.desk.view.at
        self.say({"event": "end", "at": at, "code": code, **situation(run)})
        return code

    def _interrupted(self) -> int:
        """Take back what was done; a second key leaves it as it is. Either way the situation is said."""
        self.say({"event": "interrupted", "at": self.desk.view.at})
        try:
            run = self._mine()
            if run is not None and run.state not in FINAL:
                outcome = self._submit(RevertRun(run.id))
                if not outcome.ok:
                    self.say({"event": "refused", "code": outcome.code, "zh": outcome.zh, "en": outcome.en})
                begun = self.desk.view.at
                while outcome.ok and self.desk.view.at - begun < self.wanted.within:
                    run = self._mine()
                    if run is not None:
                        self._tell(run)
                    if run is None or run.state in FINAL or run.state in (RunState.ASKING, RunState.UNKNOWN):
                        break
                    self.pause(LOOK_EVERY_S)
        except KeyboardInterrupt:
            pass
        return self._ended(EXIT_INTERRUPTED)

    def _submit(self, intent: Intent) -> Outcome:
        try:
            return self.desk.submit(intent, self.who).result(ANSWER_WITHIN_S)
        except NoAnswerError:
            return _NOT_KNOWN
