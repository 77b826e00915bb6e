"""Plays one playbook test: sites in memory, a desk that may be killed at its writes, people who decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.rules import load_rules
from console.decisions import Decision, Script
from console.desk_core import DeskCore
from console.headless import desk_id, drill_plan, drill_title
from console.identity import Ids
from console.intents import AnswerRun
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.playbook_tests.kills import DeadlyJournal, DeskKilledError, Moment
from console.playbook_tests.reading import PlaybookTest
from console.playbook_tests.sent_commands import SentCommand, WatchedWire
from console.rehearsal import left_over
from feeds.journal import Entry
from playbooks.run import RunState, RunView
from simulators.world import World

ANSWERS_AFTER_S = 10
"""How long somebody takes to answer a task or a question."""

WHO_ANSWERS = "lead"

MOST_LATER_S = 7200
"""How much longer a desk that was killed may take than the test has minutes."""

_ON_THE_WAY = frozenset({RunState.RUNNING, RunState.REVERTING, RunState.UNKNOWN, RunState.ASKING})


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one test, with the kills of its desk."""

    started: float
    commands: tuple[SentCommand, ...]
    twice: tuple[str, ...]
    runs: tuple[RunView, ...]
    refused: tuple[str, ...]
    entries: tuple[Entry, ...]
    left: Mapping[str, int]
    kills: tuple[str, ...]


def played(test: PlaybookTest, moment: Moment | None = None) -> Played:
    """Play a test; with a `moment` the desk is killed at each write about playbooks, before or after it."""
    return _Stage(test, moment).play()


class _People(Script):
    """Carries the decisions out, each until a desk has taken it; and answers what runs ask, where somebody does."""

    def __init__(
        self, core: DeskCore, test: PlaybookTest, started: float, *, answers: bool, written: bool = False
    ) -> None:
        super().__init__(core, test.decisions, started)
        self._written = written
        self._answers = answers
        self._asked: dict[str, float] = {}
        self._at = started

    def at_desk(self, core: DeskCore) -> None:
        """Sit at another desk."""
        self._core = core

    def __call__(self, now: float) -> None:
        """Decide what is due, and answer what was asked a while ago."""
        self._at = now
        super().__call__(now)
        if self._answers:
            self._answer(now)

    def decide(self, decision: Decision, now: float) -> None:
        """One decision; where the desk dies of it before it is written down, the next one is told again."""
        try:
            super().decide(decision, now)
        except DeskKilledError:
            if not self._written:
                self._waiting.insert(0, decision)
            raise

    def _answer(self, now: float) -> None:
        for run in self._core.playbooks.runs():
            key = f"{run.id} {run.question.en if run.question else ''}"
            if not run.choices:
                continue
            if now - self._asked.setdefault(key, now) >= ANSWERS_AFTER_S:
                del self._asked[key]
                self._core.submit(AnswerRun(run.id, run.choices[0]), WHO_ANSWERS, now)


class _Stage:
    def __init__(self, test: PlaybookTest, moment: Moment | None) -> None:
        self._test = test
        self._world = World(test.scenario, test.seed)
        self._journal = DeadlyJournal(moment)
        self._wire = WatchedWire()
        self._lives, self._rules = 0, load_rules()
        self._started = self._world.now
        core = self._desk()
        # A killed desk leaves questions behind that nobody foresaw: then somebody always answers them.
        answers, written = test.answers or moment is not None, moment == "after"
        self._people = _People(core, test, self._started, answers=answers, written=written)
        self._drill = LockStep(self._world, core, self._wire, self._people)

    def play(self) -> Played:
        """From the first second to the last."""
        self._alive(self._drill.begin)
        for _ in range(round(self._test.minutes * 60.0)):
            self._second()
        if self._journal.kills:  # what a kill delayed comes later
            for _ in range(MOST_LATER_S):
                if not any(run.state in _ON_THE_WAY for run in self._drill.core.playbooks.runs()):
                    break
                self._second()
        core = self._drill.core
        return Played(
            started=self._started,
            commands=tuple(self._wire.commands.values()),
            twice=tuple(self._wire.twice),
            runs=core.playbooks.runs(),
            refused=tuple(why for _at, why in self._people.refused),
            entries=tuple(self._journal.entries()),
            left=left_over(self._world),
            kills=tuple(self._journal.kills),
        )

    def _second(self) -> None:
        self._wire.now = self._world.now + 1.0 - self._started
        self._alive(self._drill.step)

    def _alive(self, what: object) -> None:
        """Have something done by whichever desk is alive at the end of it."""
        assert callable(what)  # noqa: S101 - one of the drill's own methods
        try:
            what()
        except DeskKilledError:
            self._revive()

    def _revive(self) -> None:
        while True:
            core = self._desk()
            self._people.at_desk(core)
            try:
                return self._drill.reborn(core)
            except DeskKilledError:
                continue

    def _desk(self) -> DeskCore:
        """A desk on the journal as it stands; its ids are its own."""
        self._lives += 1
        scenario = self._test.scenario
        return DeskCore(
            [site.id for site in scenario.sites],
            self._rules,
            self._test.playbooks,
            mode="drill",
            title=drill_title(scenario),
            ids=Ids(f"{desk_id(scenario, self._test.seed)}{self._lives:x}"),
            journal=JournalKeeper(self._journal, keeps_state=True),
            plan=drill_plan(scenario),
            automatic=self._test.automatic,
            seen=False,
        )
