"""Runs all rules over all rows: frames in, transitions out. Knows no clock, socket or disk; `now` is handed in."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from alerts.agenda import Agenda, Entry
from alerts.alert import Subject, Transition
from alerts.alert_book import DUMP_VERSION, AlertBook, Cell
from alerts.flapping import FlapPolicy
from alerts.functions import BUILTINS, Function
from alerts.lifecycle import Course, Move, Outcome, close, deadline, expire, step
from alerts.open_alert import OpenAlert, taken_up
from alerts.plan import make_plans
from alerts.reload import carry_over
from alerts.rows import RowAttributes, unheard_row
from alerts.rule_facts import RuleFacts, rule_facts
from alerts.rules import Rule
from alerts.silence import restored_silence
from alerts.site_table import Columns, Reading, SiteTable, code_of, make_table
from alerts.table_stack import TableStack, alike
from alerts.unknown import Seen
from alerts.why import EngineState, Why, explain

_Told = tuple[OpenAlert, Move]


class RuleEngine(AlertBook):
    """All alerts of a desk.

    The caller announces a site's rows (`set_rows`), hands over each frame's columns (`evaluate`) and lets time pass
    (`next_deadline`, `expire`). `next_id` gives the id of each alert that begins; with a policy for `flapping` it is
    watched for and told. Transitions come in order of time, then rule, then row; the same input gives the same output.
    `now` never goes back: an earlier one counts as the last.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        next_id: Callable[[], str],
        functions: Mapping[str, Function] = BUILTINS,
        *,
        flapping: FlapPolicy | None = None,
    ) -> None:
        plans = make_plans(rules)
        super().__init__(plans, flapping)
        self.rules, self._plans = tuple(rules), plans
        self._facts = (plans, rule_facts(plans))
        self._next_id, self._functions = next_id, functions
        self._stack: TableStack | None = None
        self._due = Agenda(self._is_due)
        self._profile = ""

    def set_rows(self, site: str, rows: Sequence[RowAttributes], now: float | None = None) -> list[Transition]:
        """The rows of a site are these from now on: at its hello, and again when its schema changes.

        Alerts of rows that stay go on, as does what rules remember of them; those of rows that are gone end with the
        reason `row removed`.
        """
        now = self._advance(self._now if now is None else now)
        told = self._expired(now, before=True)
        here = [(cell, alert) for cell, alert in sorted(self._open.items()) if alert.row.site == site]
        for _, alert in here:
            self._look(alert)
        before, table = self._tables.get(site), make_table(site, rows, self._plans, self._functions)
        self._tables[site] = table
        if before is not None:
            table.memory.taken_over(before.memory)
        for cell, alert in here:
            found = table.find(alert.plan, cell[1])
            if found is None:
                reason = "out of scope" if cell[1] in table.row_at else "row removed"
                told.append(self._end(cell, alert, close(alert.course, now, reason)))
            else:
                alert.row = table.rows[found[1]]
                table.put(found, alert.course, alert.value, alert.worst)
        return self._told(told, now, before=True)

    def reload(self, rules: Sequence[Rule], now: float) -> list[Transition]:
        """These rules are in force from now on; what open alerts become is told in `alerts.reload`.

        Alerts whose rule is gone end with `rule removed`, those that it does not look at any more with `out of scope`.
        Evaluate every site right after it, and meet the deadlines at `now`. Raises InputError or ValueError, and
        changes nothing, where a rule cannot be made ready.
        """
        plans = tuple(plan.under(self._profile) for plan in make_plans(rules))
        now = self._advance(now)
        told = self._told(self._expired(now, before=True), now, before=True)
        for alert in self._open.values():
            self._look(alert)
        carried = carry_over(self._open, self._tables, plans, self._functions, now)
        self.rules, self._plans, self._inhibition = tuple(rules), plans, carried.inhibition
        self._index = {plan.rule.rule: plan.index for plan in plans}
        self._open, self._tables = carried.open, carried.tables
        self._due.begin_anew(carried.due)
        self._lapses.begin_anew(carried.lapses)
        self._ladders.begin_anew(now)
        return told + self._told(carried.ended, now, before=True)

    def set_profile(self, profile: str, now: float) -> list[Transition]:
        """Judge by another profile from `now` on (empty: as usual); `evaluate` every site then.

        Clocks, acknowledgements and ladders go on. Until its next evaluation the condition of an alert whose rule
        changes is unknown: a clock that is over by the new `for` fires then, and only if the new condition holds.
        """
        now = self._advance(now)
        told = self._expired(now, before=True)
        self._profile = profile
        self._plans = tuple(plan.under(profile) for plan in self._plans)
        for table in self._tables.values():
            table.plans = tuple(self._plans[plan.index] for plan in table.plans)
        for cell, alert in self._open.items():
            if alert.put_under(self._plans[cell[0]]):
                self._mark(cell, alert, alert.course)
        return self._told(told, now, before=True)

    def evaluate(self, site: str, columns: Columns, now: float) -> list[Transition]:
        """Apply what is true at a site at `now`, after every deadline before `now`; those at `now` wait for `expire`.

        So all sites speak at an instant before its deadlines count. Raises KeyError for a site without rows.

        `columns` has the catalogue's metrics over the site's rows, NaN where unknown (all of them, when the site is),
        and the pseudo-metrics of `rule_checks.PSEUDO_METRICS`, which are always known. A metric that it lacks is
        unknown.
        """
        now = self._advance(now)
        told = self._expired(now, before=True)
        table = self._tables[site]
        reading = table.read(columns, now)
        for rank, row in reading.changed:
            told.extend(self._step(table, reading, rank, row, now))
        return self._told(told, now, before=True)

    def evaluate_all(
        self, sites: Sequence[str], columns: Columns, now: float
    ) -> Iterator[tuple[str, list[Transition]]]:
        """As `evaluate` of each site in turn, all their conditions worked out at once. They must be `stackable`.

        `columns` are over the rows of all of them, one site below the other. Each site moves when it is its turn.
        """
        now = self._advance(now)
        told = self._expired(now, before=True)
        tables = [self._tables[site] for site in sites]
        if self._stack is None or not self._stack.holds(tables):
            self._stack = TableStack(tables)
        for site, table, reading in zip(sites, tables, self._stack.read(columns, now), strict=True):
            if reading is not None:
                for rank, row in reading.changed:
                    told.extend(self._step(table, reading, rank, row, now))
            yield site, self._told(told, now, before=True)
            told = self._expired(now, before=True) if reading is not None else []

    def stackable(self, sites: Sequence[str]) -> Sequence[str]:
        """Those of some sites that can be evaluated at once: the same rules look at them, and none looks back."""
        tables = [self._tables[site] for site in sites]
        if self._stack is not None and self._stack.holds(tables):
            return sites
        return [site for site, fits in zip(sites, alike(tables), strict=True) if fits]

    def next_deadline(self) -> float | None:
        """When `expire` has something to do if no frame comes before; None when nothing is pending."""
        first = min(self._due.first(), self._lapses.first(), self._steps.first())
        settled = self._flaps.next_deadline() if self._flaps else None
        first = min(first, math.inf if settled is None else settled)
        if self._ladders:
            first = min(first, self._silences_change)
        return first if first < math.inf else None

    def expire(self, now: float, *, before: bool = False) -> list[Transition]:
        """Fire or end what has waited for its time by `now`, or `before` it; each at its own deadline, not at `now`."""
        now = self._advance(now)
        return self._told(self._expired(now, before=before), now, before=before)

    def facts(self) -> Mapping[str, RuleFacts]:
        """What there is to say of each rule, by its id; the same value as long as the rules are the same."""
        if self._facts[0] is not self._plans:
            self._facts = (self._plans, rule_facts(self._plans))
        return self._facts[1]

    def why(self, rule: str, key: str, now: float, seen: Mapping[str, Seen]) -> Why:
        """Why a rule fires on a row, or does not; changes nothing. `seen` has, by site, what `evaluate` was given last.

        Raises RefusedError for a rule or row that does not exist.
        """
        return explain(EngineState(self._plans, self._tables, self._open, self._silences.all()), rule, key, now, seen)

    def subject(self, rule: str, key: str, value: float) -> Subject | None:
        """What a rule says of a row with this figure; None for a rule that there is not."""
        if rule not in self._index:
            return None
        plan = self._plans[self._index[rule]]
        table = self._tables.get(key.partition("/")[0])
        at, alert = table.row_at.get(key) if table is not None else None, self._open.get((plan.index, key))
        row = table.rows[at] if table is not None and at is not None else alert.row if alert else unheard_row(key)
        subject = plan.subject(row, value)
        return replace(subject, severity=alert.severity) if alert else subject

    def restore(
        self, saved: Mapping[str, Any], now: float | None = None, sites: Collection[str] | None = None
    ) -> list[Transition]:
        """Go on from a `dump`, before any site has spoken.

        Alerts of rules that are gone end with `rule removed`, those of other `sites` than these with `row removed`.

        Every condition is unknown until its site's first evaluation: a clock whose deadline passed meanwhile fires
        then, and only if its condition is still true. Raises ValueError for a dump of another version, or when there
        are alerts already.
        """
        if saved.get("version") != DUMP_VERSION or self._open:
            raise ValueError("not a dump of this version, or the engine has alerts already")
        if now is not None:
            self._advance(now)
        plans = {plan.rule.rule: plan for plan in self._plans}
        alerts, ended = taken_up(saved["alerts"], plans, sites, self._now)
        for alert in alerts:
            cell = (alert.plan.index, alert.row.key)
            self._open[cell] = alert
            self._inhibition.changed(alert, None, alert.course)
            if alert.acknowledged is not None and alert.acknowledged.until is not None:
                self._lapses.add(alert.acknowledged.until, cell)
        for silence in saved.get("silences", ()):
            self._silences.add(restored_silence(silence))
        self._inhibition.crossed.clear()
        self._silences_change = self._silences.next_edge(self._now)
        if self._flaps:
            self._flaps.restore([one for one in saved.get("flapping", ()) if one["last"]["rule"] in plans])
        return ended

    def _advance(self, now: float) -> float:
        self._now = max(self._now, now)
        return self._now

    def _expired(self, now: float, *, before: bool) -> list[_Told]:
        """Meet the deadlines up to `now` in order of time; at one instant courses, lapses, silences, then steps."""
        told: list[_Told] = []
        while True:
            due, lapse = self._due.first(), self._lapses.first()
            at = min(due, lapse, self._silences_change, self._steps.first())
            if at > now or (before and at == now) or at == math.inf:
                return told
            if at == due:
                cell = self._due.take()[1:]
                alert = self._open[cell]
                self._look(alert)
                told.extend(self._become(cell, expire(alert.course, alert.plan.holds, at)))
            elif at == lapse:
                self._lapse(self._lapses.take())
            elif at == self._silences_change:
                self._silences_turned(at)
            else:
                self._climb(self._steps.take())

    def _is_due(self, entry: Entry) -> bool:
        """Whether a clock still runs: its alert may have ended, begun anew, or lost sight of its condition."""
        alert = self._open.get(entry[1:])
        return alert is not None and deadline(alert.course, alert.plan.holds) == entry[0]

    def _step(self, table: SiteTable, reading: Reading, rank: int, row: int, now: float) -> Iterable[_Told]:
        plan = table.plans[rank]
        cell = (plan.index, table.rows[row].key)
        alert = self._open.get(cell)
        when, clear = float(reading.when[rank, row]), float(reading.clear[rank, row])
        outcome = step(alert.course if alert else None, when, clear, plan.holds, now)
        if alert is None and outcome[0] is not None:
            alert = OpenAlert(self._next_id(), plan, table.rows[row], outcome[0])
            self._open[cell] = alert
            self._inhibition.changed(alert, None, outcome[0])
        if alert is not None:
            self._look(alert)
        return self._become(cell, outcome)

    def _become(self, cell: Cell, outcome: Outcome) -> list[_Told]:
        """Put an alert where its course says it is now."""
        alert, (course, moves) = self._open[cell], outcome
        told = [(alert, move) for move in moves]
        at = moves[-1].at if moves else self._now
        if course is None:
            self._forget(cell, alert, at)
            return told
        self._inhibition.changed(alert, alert.course, course)
        alert.course = course
        due = deadline(course, alert.plan.holds)
        if due is not None:
            self._due.add(due, cell)
        self._mark(cell, alert, course)
        alert.awaited = alert.awaited and course.unsure
        self._ladders.settle(alert, at)
        self._ladders.follow(self._inhibition.crossed, at)
        return told

    def _end(self, cell: Cell, alert: OpenAlert, move: Move) -> _Told:
        self._forget(cell, alert, move.at)
        return alert, move

    def _forget(self, cell: Cell, alert: OpenAlert, at: float) -> None:
        self._look(alert)
        self._inhibition.changed(alert, alert.course, None)
        del self._open[cell]
        self._ladders.forget(alert)
        self._ladders.follow(self._inhibition.crossed, at)
        self._mark(cell, alert, None)
        for agenda in (self._due, self._lapses, self._steps):
            agenda.tidy(len(self._open))

    def _mark(self, cell: Cell, alert: OpenAlert, course: Course | None) -> None:
        """Keep the matrix of the alert's site in step."""
        table = self._tables.get(alert.row.site)
        found = table.find(alert.plan, cell[1]) if table is not None else None
        if table is not None and found is not None:
            table.codes[found] = code_of(course)
            if course is None:
                table.values[found] = table.worst[found] = math.nan

    def _told(self, moves: Iterable[_Told], now: float, *, before: bool) -> list[Transition]:
        """Tell the moves, once all of them are made: what is muted now was muted in this same evaluation."""
        told = [
            Transition(
                alert.id,
                alert.plan.rule.rule,
                alert.row.key,
                move.from_state,
                move.to_state,
                move.at,
                alert.value,
                move.reason,
                self._inhibition.mutes(alert),
                self._silenced(alert, move.at),
            )
            for alert, move in moves
        ]
        remarks, self._remarks = self._remarks, []
        if self._flaps is not None:
            remarks += self._flaps.take(told, now, before=before)
        return sorted([*told, *remarks], key=lambda one: one.at) if remarks else told
