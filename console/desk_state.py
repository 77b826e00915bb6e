"""Where a desk stands, as the journal keeps it beside its entries: what it needs to go on where it was killed.

Every change is written in the transaction of the entry that tells of it. A desk that begins on such a journal takes it
up before any site has spoken: every condition is unknown until its site has, so nothing fires or ends on old news.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.alert import Transition
from alerts.alert_book import DUMP_VERSION
from alerts.engine import RuleEngine
from console.journal_keeper import JournalKeeper
from feeds.errors import InputError
from feeds.journal import StateChange
from playbooks.run import Run
from playbooks.runner import PlaybookRunner

FORMAT = 1

ALERT, FLAP, SILENCE, RUN, DESK = "alert", "flap", "silence", "run", "desk"
"""The parts of the state: alerts by id, flapping by rule and row, silences and runs by id, and what all of it is."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a desk took up: how many alerts, silences and runs, the alerts that ended with it, and what went wrong."""

    alerts: int = 0
    silences: int = 0
    runs: int = 0
    ended: tuple[Transition, ...] = ()
    problem: str = ""

    def said(self) -> dict[str, Any]:
        """What the journal is told of it."""
        counts = {"alerts": self.alerts, "silences": self.silences, "runs": self.runs}
        return counts | ({"problem": self.problem} if self.problem else {})


class DeskState:
    """Knows what of a desk is kept, and since when it has changed. Costs nothing where the journal keeps no state."""

    def __init__(self, engine: RuleEngine, runner: PlaybookRunner, journal: JournalKeeper) -> None:
        self._engine, self._runner, self._journal = engine, runner, journal
        self._runs: dict[str, Run] = {}
        self._silences: set[str] = set()

    def of_alerts(self, transitions: Sequence[Transition]) -> list[StateChange]:
        """What these changes of alerts change."""
        if not self._journal.keeps_state:
            return []
        changes: list[StateChange] = [(ALERT, alert, dump) for alert, dump in self._engine.dumps_of_ladders()]
        changes += [(ALERT, one.alert, self._engine.dump_of(one)) for one in transitions]
        for one in transitions:
            flaps = self._engine.dump_of_flapping(one)
            if flaps is not None:
                changes.append((FLAP, f"{one.rule} {one.key}", flaps))
        return changes

    def of_silences(self) -> list[StateChange]:
        """Which silences began or are over since this was asked last, and the alerts whose ladders they stopped."""
        if not self._journal.keeps_state:
            return []
        silences = {silence.id: silence for silence in self._engine.silences()}
        begun = [(SILENCE, name, one.dump()) for name, one in silences.items() if name not in self._silences]
        over = [(SILENCE, name, None) for name in sorted(self._silences - silences.keys())]
        self._silences = set(silences)
        return [*begun, *over, *self.of_alerts(())]

    def of_runs(self) -> list[StateChange]:
        """What has changed of the runs since this was asked last."""
        if not self._journal.keeps_state:
            return []
        changed = self._runner.changed_since(self._runs)
        for run_id, run in changed.items():
            if run is None:
                del self._runs[run_id]
            else:
                self._runs[run_id] = run
        return [(RUN, run_id, self._runner.dump_of(run) if run else None) for run_id, run in changed.items()]

    def restore(self, now: float, sites: Collection[str]) -> Restored:
        """Take up what was kept; alerts of other sites end. What cannot be read is left alone, and said."""
        kept = self._journal.state(DESK).get("format")
        if kept is None:
            return Restored()
        if kept != {"version": FORMAT}:
            return Restored(problem=f"the journal keeps a state of another version, {kept}")
        parts = {part: tuple(self._journal.state(part).values()) for part in (ALERT, FLAP, SILENCE, RUN)}
        try:
            self._runner.restore(*parts[RUN])
            self._runs = {run_id: run for run_id, run in self._runner.changed_since({}).items() if run is not None}
            saved = {"alerts": parts[ALERT], "silences": parts[SILENCE], "flapping": parts[FLAP]}
            ended = self._engine.restore({"version": DUMP_VERSION, **saved}, now, sites)
        except (InputError, KeyError, TypeError, ValueError) as error:
            return Restored(problem=f"the state in the journal cannot be read: {type(error).__name__}: {error}")
        self._silences = {str(one["id"]) for one in parts[SILENCE]}
        counts = len(parts[ALERT]), len(self._engine.silences()), len(parts[RUN])
        return Restored(*counts, tuple(ended))
