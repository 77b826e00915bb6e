"""The stories of runs: kept as their records are made, and read from the journal for runs from before the start."""

from __future__ import annotations

from collections.abc import Iterable

from console.journal_keeper import JournalKeeper
from feeds.errors import JournalError
from playbooks.effects import Effect, Record
from playbooks.story import Told, told, with_told


class RunStories:
    """One story for each run that the runner still has."""

    def __init__(self, journal: JournalKeeper) -> None:
        self._journal = journal
        self._stories: dict[str, tuple[Told, ...]] = {}

    def of(self, run: str) -> tuple[Told, ...]:
        """What happened to a run, oldest first."""
        if run not in self._stories:
            self._stories[run] = self._recalled(run)
        return self._stories[run]

    def take(self, effects: Iterable[Effect]) -> None:
        """What the runner has just done."""
        for effect in effects:
            if not isinstance(effect, Record) or "run" not in effect.body:
                continue
            run, sentence = str(effect.body["run"]), told(effect.kind, effect.body)
            begun = effect.kind in ("proposed", "started")
            story = () if begun else self.of(run)
            self._stories[run] = with_told(story, sentence) if sentence is not None else story

    def keep(self, runs: Iterable[str]) -> None:
        """Forget the stories of runs that are kept no more."""
        wanted = set(runs)
        for run in [run for run in self._stories if run not in wanted]:
            del self._stories[run]

    def _recalled(self, run: str) -> tuple[Told, ...]:
        story: tuple[Told, ...] = ()
        try:
            entries = list(self._journal.of_run(run))
        except JournalError:
            return ()
        for entry in entries:
            sentence = told(entry.kind.removeprefix("playbook."), {"at": entry.at_ns / 1e9, **entry.body})
            story = with_told(story, sentence) if sentence is not None else story
        return story
