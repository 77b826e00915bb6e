"""What the desk starts by itself: announced first, stoppable by anybody, all of it stopped at once by a panic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from alerts.alert import Alert
from alerts.engine import RuleEngine
from console.identity import Ids
from console.intents import AskPreview, AutomaticIntent, Panic, StartPlaybook
from console.journal_keeper import JournalKeeper
from console.playbook_desk import PlaybookDesk
from console.view import AutomaticView
from feeds.errors import InputError, RefusedError
from feeds.journal import StateChange
from feeds.text import clean
from playbooks import automatic
from playbooks.automatic import Announced, Automatic, Cause, restored_panic, unfit
from playbooks.effects import Effect
from playbooks.facts import Facts
from playbooks.nearest import nearest_of
from playbooks.playbook import Playbook
from playbooks.preview import Preview
from playbooks.turn import AUTOMATIC

PANIC = "panic"
"""The key of the panic in the part of the desk's state that is about the desk itself."""

_NOTE_CELLS = 200

FactsNow = Callable[[float], Facts]


def armed(books: Iterable[Playbook], named: Collection[str], where: str) -> tuple[Playbook, ...]:
    """The playbooks that say so themselves, and those `named` in `where`. Raises InputError for one that cannot."""
    known = {book.id: book for book in books}
    for name in named:
        if name not in known:
            raise InputError(where, f"automatic: unknown playbook {name!r}", nearest_of(name, known, "a playbook"))
        why = unfit(known[name])
        if why:
            raise InputError(where, f"automatic: {name} cannot start by itself: {why}", "a playbook that can")
    return tuple(book for book in known.values() if book.mode == "auto" or book.id in named)


class AutomaticDesk:
    """Looks once a second, where anything may start by itself. A replay starts nothing: it has what was started."""

    def __init__(
        self,
        books: Sequence[Playbook],
        playbooks: PlaybookDesk,
        engine: RuleEngine,
        journal: JournalKeeper,
        ids: Ids,
        tell: Callable[[Announced, float], None],
    ) -> None:
        self._auto = Automatic(books)
        self._playbooks, self._engine, self._journal, self._ids, self._tell = playbooks, engine, journal, ids, tell

    def begin(self, part: str) -> str:
        """Take up a panic that the journal's state has; what could not be read, which counts as one."""
        kept = self._journal.state(part).get(PANIC)
        if kept is None:
            return ""
        try:
            self._put(restored_panic(kept))
        except (KeyError, ValueError) as error:
            self._put(automatic.Panic(0.0, AUTOMATIC, "unreadable"))
            return f"whether automatic actions were stopped cannot be read ({error}): they are"
        return ""

    def view(self) -> AutomaticView:
        """What a screen shows of it."""
        auto = self._auto
        return AutomaticView(tuple(book.id for book in auto.books), tuple(auto.announced.values()), auto.panic)

    def second(self, now: float, facts: FactsNow) -> list[Effect]:
        """A second has passed: withdraw what has no cause any more, start what was announced, announce what is due."""
        auto = self._auto
        if not auto.books or auto.panic is not None or not self._journal.writable:
            return []
        firing = [alert for alert in self._engine.alerts() if _counts(alert)]
        for one in auto.over(alert.id for alert in firing):
            self._say(now, "withdrawn", one, why="the alert is over")
        effects: list[Effect] = []
        for one in auto.due(now):
            effects += self._start(one, facts(now), now)
        for book, cause in auto.due_for_plan(map(_cause, firing), self._playbooks.runs(), now):
            plan = self._plan(book.id, cause.alert, facts(now), now)
            if plan is not None and plan.ok and not plan.by_hand:
                one = auto.announce(self._ids.next("u"), book, cause, plan, now)
                self._say(now, "announced", one, due=one.due, plan_hash=plan.plan_hash)
                self._tell(one, now)
        return effects

    def carry_out(self, intent: AutomaticIntent, who: str, now: float, part: str) -> None:
        """Stop what was announced, or everything, or let it go on. Raises RefusedError."""
        if isinstance(intent, Panic):
            self._panic(intent, who, now, part)
            return
        stopped = self._auto.stop(intent.announced)
        if not stopped:
            raise RefusedError("NOT_ANNOUNCED", "nothing is about to start by itself")
        for one in stopped:
            self._say(now, "stopped", one, by=who)

    def _panic(self, intent: Panic, who: str, now: float, part: str) -> None:
        if (self._auto.panic is not None) == intent.on:
            raise RefusedError("ALREADY", f"automatic actions are {'stopped' if intent.on else 'not stopped'} already")
        for one in self._auto.stop() if intent.on else ():
            self._say(now, "stopped", one, by=who)
        found = automatic.Panic(now, who, clean(intent.note, _NOTE_CELLS)) if intent.on else None
        self._put(found)
        state: list[StateChange] = [(part, PANIC, found.dump() if found is not None else None)]
        body = {"on": intent.on, "note": clean(intent.note, _NOTE_CELLS)}
        self._journal.append(now, "automatic.panic", who, body, state)

    def _put(self, panic: automatic.Panic | None) -> None:
        self._auto.panic = panic
        self._playbooks.runner.halted = panic is not None

    def _start(self, one: Announced, facts: Facts, now: float) -> list[Effect]:
        plan = self._plan(one.playbook, one.alert, facts, now)
        why = "it cannot be planned" if plan is None else "; ".join(words.en for words in plan.refusals)
        if plan is None or why or plan.by_hand:
            self._say(now, "withdrawn", one, why=why or "a site cannot do it by itself")
            return []
        try:
            _outcome, effects = self._playbooks.carry_out(
                StartPlaybook(plan), AUTOMATIC, facts, self._engine.alert, now
            )
        except RefusedError as refused:
            self._say(now, "withdrawn", one, why=str(refused))
            return []
        return effects

    def _plan(self, playbook: str, alert: str, facts: Facts, now: float) -> Preview | None:
        try:
            asked = AskPreview(playbook, {}, alert)
            return self._playbooks.carry_out(asked, AUTOMATIC, facts, self._engine.alert, now)[0].preview
        except RefusedError:
            return None

    def _say(self, now: float, what: str, one: Announced, **more: object) -> None:
        about = {"announced": one.id, "playbook": one.playbook, "alert": one.alert, "key": one.key}
        body: Mapping[str, object] = {**about, "sites": list(one.sites), **more}
        self._journal.append(now, f"automatic.{what}", AUTOMATIC, body)


def _counts(alert: Alert) -> bool:
    return alert.state == "firing" and not (alert.inhibited or alert.silenced or alert.stale)


def _cause(alert: Alert) -> Cause:
    return Cause(alert.id, alert.rule, alert.key, alert.site, alert.fired_at or alert.since)
