"""Runs playbooks: a pure state machine. Replies, facts and the time go in, effects come out in their order.

The shell around it writes each `Record`, sends each `Send` and `Query` over the site's link, and shows each `Ask`. It
hands over every reply, the facts after each evaluation of the board, and the time when `next_deadline` has come. When
the journal cannot be written it sets `allow_new` to False.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from feeds.contract import Progress
from feeds.errors import RefusedError
from playbooks.action import plain_outcome
from playbooks.actions import ACTIONS
from playbooks.answers import answer_run
from playbooks.approval import approved, broken_glass, glass_may_break, looked_again, may_stand, ready
from playbooks.backward import again, begin_revert, undo_settled
from playbooks.by_hand import overdue_since
from playbooks.contradiction import did_it_after_all, second_word
from playbooks.deadlines import deadlines, fall_due, put_order, put_undo
from playbooks.effects import Effect
from playbooks.facts import Facts, known_sites
from playbooks.forward import begin, look, order_settled
from playbooks.library import from_plain
from playbooks.limits.bounds import Bounds, refuse
from playbooks.orders import Answer, answered, reply_body
from playbooks.parameters import given_again
from playbooks.plain import runs_from_plain, runs_to_plain
from playbooks.playbook import Playbook
from playbooks.preview import Preview, make_preview
from playbooks.release_order import in_release_order
from playbooks.revert_reasons import WHY
from playbooks.run import CARRIED_OUT, FINAL, Issued, Run, RunState, RunView
from playbooks.starting import new_run, recheck
from playbooks.story import Told
from playbooks.transfers import Transfer, transfers_of
from playbooks.turn import Turn
from playbooks.views import run_view

KEPT_ENDED = 200
"""So many ended runs are kept for the screen; the journal has them all."""


class PlaybookRunner:
    """All runs of one desk.

    `next_id(prefix)` makes ids that are never given twice, across restarts too: prefixes are `r` run, `c` command,
    `t` what a step moves. `names` are the figures of clocks that are not shipped.
    """

    def __init__(
        self,
        playbooks: Iterable[Playbook],
        next_id: Callable[[str], str],
        *,
        allow_new: bool = True,
        names: Collection[str] = (),
        bounds: Bounds | None = None,
    ) -> None:
        self.playbooks: Mapping[str, Playbook] = {playbook.id: playbook for playbook in playbooks}
        """The library, by id."""
        self.allow_new = allow_new
        """Whether the journal can be written: else nothing is started, or sent without a person's word."""
        self.halted = False
        """In a panic: nothing is sent that no person asked for at this moment."""
        self.bounds = bounds or Bounds()
        """The limits, and what people hold."""
        self._next_id, self._names = next_id, names
        self._books = {playbook.digest: playbook for playbook in self.playbooks.values()}
        self._runs: dict[str, Run] = {}
        self._known: frozenset[str] | None = None

    # People -----------------------------------------------------------------------------------------------------

    def preview(
        self,
        playbook_id: str,
        params: Mapping[str, object],
        facts: Facts,
        now: float,
        *,
        alert: str = "",
        who: str = "",
    ) -> Preview:
        """What a run of `who` would do, and why it may not. Raises RefusedError or InputError for what does not exist.

        `alert` is the id of the alert that it answers, for the record.
        """
        book = self.playbooks.get(playbook_id)
        if book is None:
            raise RefusedError("UNKNOWN_PLAYBOOK", f"there is no playbook {playbook_id!r}")
        held = [resource for run in self._open() for resource in run.resources] + self.bounds.held(who, now)
        found = make_preview(book, params, facts, now, held)
        return self.bounds.bounded(replace(found, alert=alert), book, self._runs.values(), facts, now, who)

    def start(self, preview: Preview, who: str, now: float, facts: Facts | None = None) -> list[Effect]:
        """Carry out exactly this plan, once; with more approvals wanted, propose it. Raises RefusedError.

        With `facts` it is looked at again, on the figures as they are now: refused when they are not those that it was
        shown on, or when it may not be done any more.
        """
        others = self._open()
        if self._known is None or not others:  # the board is watched only while runs are open
            self._known = preview.known
        found = self.playbooks.get(preview.playbook)
        book = recheck(preview, found, others, self._known, now, allow_new=self.allow_new)
        fresh = preview if facts is None else self._as_of_now(preview, book, who, facts, now)
        self._known = fresh.known if facts is not None else self._known
        turn = self._turn(now)
        run = new_run(turn, fresh, who, preview, self.bounds.limits.approval.good_for)
        return self._keep(turn, run if run.state is RunState.PROPOSED else begin(turn, run, book))

    def approve(self, run_id: str, who: str, facts: Facts, now: float) -> list[Effect]:
        """One more person confirms a proposed run, on the figures as they are now. Raises RefusedError."""
        run = self._found(run_id)
        may_stand(run, who, now, journalled=self.allow_new)
        fresh = looked_again(run, self._books[run.digest], self._others(run), self.bounds, facts, now)
        self.bounds.still(run.steps[0].before, fresh)
        turn = self._turn(now, fresh.known)
        run, enough = approved(turn, run, fresh, who)
        return self._keep(turn, begin(turn, ready(run, fresh), self._books[run.digest]) if enough else run)

    def break_glass(self, run_id: str, who: str, reason: str, facts: Facts, now: float) -> list[Effect]:
        """Begin a proposed run on one person's word, with a reason. Guards and limits hold. Raises RefusedError."""
        run = self._found(run_id)
        glass_may_break(run, now, journalled=self.allow_new)
        fresh = looked_again(run, self._books[run.digest], self._others(run), self.bounds, facts, now)
        turn = self._turn(now, fresh.known)
        return self._keep(turn, begin(turn, broken_glass(turn, run, fresh, who, reason), self._books[run.digest]))

    def revert(self, run_id: str, who: str, now: float) -> list[Effect]:
        """Take back what a run changed. Raises RefusedError where there is nothing to take back."""
        return self._go_back(run_id, who, now, "key")

    def cancel(self, run_id: str, who: str, now: float) -> list[Effect]:
        """Stop a run where it stands: nothing more is done, and what was done is taken back."""
        return self._go_back(run_id, who, now, "cancelled")

    def renew(self, run_id: str, until: float, who: str, now: float) -> list[Effect]:
        """Keep what is in force until another time, in epoch seconds. Raises RefusedError."""
        run = self._found(run_id)
        going_back = run.state is RunState.REVERTING or any(undo.issued for undo in run.undo)
        waiting = run.revert is not None and bool(run.outstanding)
        if not run.in_force or going_back or waiting or run.state is RunState.UNKNOWN or until <= now:
            raise RefusedError("NOT_IN_FORCE", f"run {run_id} cannot be kept: it is {run.state}")
        turn = self._turn(now)
        turn.record("renewed", run, by=who, until=until)
        if run.state is RunState.ASKING and run.until is None:
            run = replace(run, state=RunState.ACTIVE, question=None, revert=None, undo=())
        return self._keep(turn, replace(run, until=until, due=None))

    def answer(self, run_id: str, choice: str, who: str, now: float) -> list[Effect]:
        """A person's answer to a run's question: one of its choices. Raises RefusedError."""
        run = self._found(run_id)
        if run.question is None or choice not in run.question.choices:
            offered = ", ".join(run.question.choices) if run.question else "nothing"
            raise RefusedError("NOT_ASKED", f"run {run_id} asks for {offered}, not {choice!r}")
        turn = self._turn(now)
        turn.record("answered", run, by=who, choice=choice)
        return self._keep(turn, answer_run(turn, run, self._books[run.digest], choice, who))

    # World ------------------------------------------------------------------------------------------------------

    def on_reply(self, site: str, frame: Answer, now: float) -> list[Effect]:
        """A site answers a command. What no run waits for, or comes from another site, changes nothing."""
        found = self._order(site, frame.id)
        if found is None:
            return []
        run, at, undoing = found
        held = run.undo[at].issued if undoing else run.steps[at].issued[-1]
        order = answered(held, frame, now) if held is not None else None
        if held is None or held.command.id != frame.id:
            return []
        turn = self._turn(now)
        if order is None:
            changed = second_word(held, frame, now)
            return (
                [] if changed is None else self._keep(turn, did_it_after_all(turn, run, at, changed, undoing=undoing))
            )
        if not isinstance(frame, Progress):
            order = self._judged(run, at, order, undoing=undoing)
            turn.record("reply", run, **reply_body(order))
        return self._keep(turn, self._answered(turn, run, at, order, undoing=undoing))

    def on_facts(self, facts: Facts, now: float) -> list[Effect]:
        """The board was evaluated: steps are seen, next ones begin, ends come. Call after each evaluation."""
        self._known = known_sites(facts)
        effects: list[Effect] = []
        for run in in_release_order(self._open(), self._books):
            turn = self._turn(now)
            effects += self._keep(turn, look(turn, run, self._books[run.digest], facts))
        return effects

    @property
    def has_open(self) -> bool:
        """Whether any run goes on."""
        return any(run.state not in FINAL for run in self._runs.values())

    def transfers(self, now: float) -> tuple[Transfer, ...]:
        """Every loan of people between sites that may still have somebody away."""
        return transfers_of(self._runs.values(), now)

    def holding(self) -> list[Run]:
        """The runs that hold what they change."""
        return self._open()

    def next_deadline(self) -> float | None:
        """When `expire` is next due, in epoch seconds."""
        return min((at for run in self._open() for at in deadlines(run)), default=None)

    def expire(self, now: float) -> list[Effect]:
        """Meet every deadline up to now. Before the board was looked at once, nothing is sent: `on_facts` goes on."""
        effects: list[Effect] = []
        for run in in_release_order(self._open(), self._books):
            turn = self._turn(now)
            effects += self._keep(turn, fall_due(turn, run, self._books[run.digest]))
        return effects

    # State ------------------------------------------------------------------------------------------------------

    def runs(self, story_of: Callable[[str], tuple[Told, ...]] = lambda _run: ()) -> tuple[RunView, ...]:
        """Every run, the oldest first, each with what `story_of` has of it."""
        return tuple(run_view(run, self._books[run.digest], story_of(run.id)) for run in self._runs.values())

    def overdue(self) -> tuple[RunView, ...]:
        """The runs whose end is due and waits for a person."""
        late = [run for run in self._runs.values() if run.due is not None and overdue_since(run) is not None]
        return tuple(run_view(run, self._books[run.digest]) for run in late)

    def changed_since(self, seen: Mapping[str, Run]) -> dict[str, Run | None]:
        """The runs that are not as they were, by id; None for those that are kept no more."""
        changed: dict[str, Run | None] = {}
        for run in self._runs.values():
            before = seen.get(run.id)
            if before is not run and before != run:
                changed[run.id] = run
        return changed | {run_id: None for run_id in seen if run_id not in self._runs}

    def dump_of(self, run: Run) -> dict[str, Any]:
        """One run as plain data, with the definition that it goes by, for `restore`."""
        return runs_to_plain((run,), self._books)

    def dump(self) -> dict[str, Any]:
        """The whole state as plain data, with the definitions that its runs go by."""
        return runs_to_plain(self._runs.values(), self._books)

    def restore(self, *parts: Mapping[str, Any]) -> None:
        """Take up a dumped state, whole or run by run: nothing is sent again.

        What had no answer is asked for at its deadline. Raises InputError for what is not such a state.
        """
        found: list[Run] = []
        for part in parts:
            runs, books = runs_from_plain(part)
            missing = {digest: source for digest, source in books.items() if digest not in self._books}
            self._books |= {digest: from_plain(source, self._names) for digest, source in missing.items()}
            found += runs
        self._runs = {run.id: run for run in sorted(found, key=lambda run: run.proposed)}
        self._known = None

    def _judged(self, run: Run, at: int, order: Issued, *, undoing: bool) -> Issued:
        """The order in the state that its reply means for the action."""
        if order.reply is None or order.state not in CARRIED_OUT:
            return order
        if undoing:
            return replace(order, state=plain_outcome(order.reply))
        step = run.steps[at]
        return replace(order, state=ACTIONS[step.action].outcome(step.args, len(step.replies), order.reply))

    def _answered(self, turn: Turn, run: Run, at: int, order: Issued, *, undoing: bool) -> Run:
        was_unknown = run.state is RunState.UNKNOWN
        run = put_undo(run, at, order) if undoing else put_order(run, at, order)
        if run.state in FINAL or (run.undo and not undoing):
            return run
        if was_unknown:
            run = replace(run, question=None, state=RunState.REVERTING if undoing else RunState.RUNNING)
        if order.reply is None:
            return run
        return undo_settled(turn, run, at) if undoing else order_settled(turn, run, at, self._books[run.digest])

    def _go_back(self, run_id: str, who: str, now: float, why: str) -> list[Effect]:
        run, turn = self._found(run_id), self._turn(now)
        if run.state in FINAL or run.state is RunState.REVERTING:
            raise RefusedError("ENDED", f"run {run_id} is {run.state}")
        if run.state is RunState.PROPOSED:
            return self._keep(turn, turn.end(run, RunState.REVERTED, WHY["cancelled"], who))
        if run.revert is not None and run.outstanding:
            raise RefusedError("REVERTING", f"run {run_id} goes back as soon as the answer that is out has come")
        return self._keep(turn, begin_revert(turn, again(run), who, why))

    def _order(self, site: str, command: str) -> tuple[Run, int, bool] | None:
        """The run that a site's answer is about: the step of its newest order, or the order of its way back."""
        for run in self._runs.values():
            for at, step in enumerate(run.steps):
                if step.issued and (step.issued[-1].command.id, step.issued[-1].command.site) == (command, site):
                    return run, at, False
            for at, undo in enumerate(run.undo):
                if undo.issued and (undo.issued.command.id, undo.issued.command.site) == (command, site):
                    return run, at, True
        return None

    def _found(self, run_id: str) -> Run:
        run = self._runs.get(run_id)
        if run is None:
            raise RefusedError("UNKNOWN_RUN", f"there is no run {run_id!r}")
        return run

    def _as_of_now(self, preview: Preview, book: Playbook, who: str, facts: Facts, now: float) -> Preview:
        """The plan with the figures of now. Raises RefusedError where it is another, or may not be done any more."""
        fresh = replace(make_preview(book, given_again(book, preview.params), facts, now), alert=preview.alert)
        self.bounds.still(preview.before, fresh)
        found, _ = self.bounds.against(fresh, book, self._runs.values(), facts, now, who)
        refuse(found)
        if not fresh.ok:
            refuse(("GUARD", words) for words in fresh.refusals)
        if fresh.plan_hash != preview.plan_hash:
            raise RefusedError("CHANGED", "the plan is not the one that was previewed: look again")
        return self.bounds.bounded(fresh, book, self._runs.values(), facts, now, who)

    def _others(self, run: Run) -> list[Run]:
        return [other for other in self._runs.values() if other.id != run.id]

    def _open(self) -> list[Run]:
        return [run for run in self._runs.values() if run.state not in FINAL]

    def _turn(self, now: float, known: frozenset[str] | None = None) -> Turn:
        known = self._known if known is None else known
        return Turn(now, self._next_id, self.allow_new, known, self.bounds.limits.dwell, halted=self.halted)

    def _keep(self, turn: Turn, run: Run) -> list[Effect]:
        self._runs[run.id] = run
        ended = [run_id for run_id, other in self._runs.items() if other.state in FINAL]
        for run_id in ended[: max(0, len(ended) - KEPT_ENDED)]:
            del self._runs[run_id]
        return turn.effects
