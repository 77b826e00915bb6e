"""The past of one desk: takes its views and what it writes down, and answers what a screen asks of it.

Views are taken apart and compressed on a thread of their own, so that neither an alert nor a screen waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from alerts.rules import Rule
from console.intents import AskDay, AskPast, Outcome
from console.past.day_events import DAY_S, MOST_RECALLED, DayEvents
from console.past.folder import PastFolder
from console.past.store import MOST_ROWS, PastStore
from console.view import DeskView
from playbooks.words import Words

if TYPE_CHECKING:
    from console.desk_core import DeskCore

TOO_MANY = f"there are more than {MOST_ROWS} rows"
SETTLE_S = 2.0
"""What writes views down takes half a second to import: not while a screen wants to be painted for the first time."""


class _Titles:
    """What a desk calls its rules and playbooks, whichever desk is in force."""

    def __init__(self) -> None:
        self.core: DeskCore | None = None

    @property
    def rules(self) -> Sequence[Rule]:
        return self.core.engine.rules if self.core is not None else ()

    def playbook(self, id: str) -> Words | None:  # noqa: A002 - what it is
        found = self.core.playbooks.runner.playbooks.get(id) if self.core is not None else None
        return Words(found.title.zh, found.title.en) if found is not None else None


class DeskPast:
    """Outlives a desk that a drill replaces when it goes back. With a `folder` it outlives the process."""

    def __init__(self, folder: PastFolder | None = None) -> None:
        self._titles = _Titles()
        self.store, self.events = PastStore(), DayEvents(self._titles)
        self._folder = folder
        self._views: SimpleQueue[DeskView | None] = SimpleQueue()
        self._busy, self._ending = False, Event()
        self._thread: Thread | None = None
        self.error = ""
        """Why past views are not written to disk any more; empty while they are."""
        self._said = False

    # The desk's side --------------------------------------------------------------------------------------------

    def watch(self, core: DeskCore, now: float) -> None:
        """Before this desk begins: what it writes down from now on is heard, and what stands there is recalled."""
        self._titles.core = core
        if core.journal.keeps_state and not self.events.number:
            journal = core.journal.journal
            entries = journal.entries(max(0, journal.number - MOST_RECALLED))
            self.events.heard(
                (entry.at_ns / 1e9, entry.kind, entry.actor, entry.body)
                for entry in entries
                if now - DAY_S < entry.at_ns / 1e9 <= now
            )
        core.journal.heard = self.events.heard
        if self._folder is not None:
            self.store.adopt(self._folder.read(now, [tier.plan for tier in self.store.tiers]))

    def published(self, view: DeskView) -> None:
        """A new view of the desk: kept where it is time for one and the one before has been."""
        if self._busy or not self.store.due(view.at):
            return
        if sum(len(site.rows) for site in view.board.sites) > MOST_ROWS:
            self.error = self.error or TOO_MANY
            return
        if self._thread is None:
            self._thread = Thread(target=self._keep, name="past views", daemon=True)
            self._thread.start()
        self._busy = True
        self._views.put(view)

    def complaint(self) -> str:
        """What the desk has to say of it, once; empty for nothing."""
        if not self.error or self._said:
            return ""
        self._said = True
        if self.error == TOO_MANY:
            return f"no past views are kept: {self.error}"
        return f"past views are not kept on disk any more: {self.error}"

    def went_back(self, at: float) -> None:
        """What came after a time never was."""
        self.store.forget_after(at)
        self.events.forget_after(at)

    def stop(self) -> None:
        """Keep no more. What was handed over is kept first."""
        if self._thread is not None:
            self._ending.set()
            self._views.put(None)
            self._thread.join(timeout=5.0)
            self._thread = None

    def _keep(self) -> None:
        self._ending.wait(SETTLE_S)
        while (view := self._views.get()) is not None:
            grown = self.store.take(view)
            if self._folder is not None and not self.error:
                try:
                    self._folder.write(grown, self.store.stretches())
                except OSError as error:
                    self.error = str(error)
            self.store.fold_one()
            self._busy = False

    # The screens' side, from any thread -------------------------------------------------------------------------

    def answer(self, question: AskPast | AskDay) -> Outcome:
        """What a screen asks."""
        if isinstance(question, AskDay):
            return Outcome(day=self.events.news(question.after))
        at, beside, have = question.at, question.beside, question.have
        found = self.store.frames(at, beside=beside, since=question.since, stretch=question.stretch, have=have)
        return Outcome(past=found)
