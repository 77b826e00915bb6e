"""A run of a playbook, as immutable values: orders and their replies, steps, and the run itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from feeds.contract import Command
from playbooks.check_outcome import Measured
from playbooks.story import Told
from playbooks.words import Words

Value = str | float | tuple[str, ...]
"""What a parameter or an argument holds: a name, a number, or names of queues."""


By = Literal["site", "person", "desk"]
"""Who carries an order out: the site by a command, a person who confirms it, or the desk by writing it down."""

PASSIVE: frozenset[str] = frozenset({"ask", "note"})
"""Orders that change nothing outside the desk: nothing is in force because of them."""


class RunState(StrEnum):
    """Where a run stands."""

    PROPOSED = "proposed"
    """Confirmed by fewer people than the playbook asks for; nothing sent."""
    RUNNING = "running"
    """A command is out, or the next step is about to begin."""
    VERIFYING = "verifying"
    """Done by the site's word; the board does not show it yet."""
    ACTIVE = "active"
    """Every step done and seen; in force until its time."""
    REVERTING = "reverting"
    REVERTED = "reverted"
    """Nothing of it is in force. Final."""
    FAILED = "failed"
    """It came to nothing, and nothing of it is in force. Final."""
    UNKNOWN = "unknown"
    """Whether a command was carried out cannot be known; a person is asked."""
    ASKING = "asking"
    """A person has to decide."""


FINAL: frozenset[RunState] = frozenset({RunState.REVERTED, RunState.FAILED})


class StepState(StrEnum):
    """Where a step, or one order of it, stands."""

    WAITING = "waiting"
    """Its turn has not come."""
    INTENDED = "intended"
    """Its turn has come, nothing is sent."""
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    PARTIAL = "partial"
    """Done in part, by the site's word."""
    SEEN = "seen"
    """The board shows it."""
    UNVERIFIED = "unverified"
    """The board did not show it in time."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    """Its condition did not hold when its turn came."""


OPEN: frozenset[StepState] = frozenset({StepState.SENT, StepState.ACKNOWLEDGED})
"""An answer is still expected."""

CARRIED_OUT: frozenset[StepState] = frozenset({StepState.DONE, StepState.PARTIAL})


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a run changes, held while it does. Two runs may share it only where both take it `shared`."""

    key: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One command as the plan has it: no id, deadline or issuer yet.

    What a person does has `words`; `within` is how long they have, in seconds. The `site` is empty where none is asked.
    """

    site: str
    verb: str
    args: Mapping[str, object]
    by: By = "site"
    words: Words | None = None
    within: float = 900.0


@dataclass(frozen=True, slots=True)
class Item:
    """What a command did to one target. Counts and shares are NaN where the site did not say."""

    target: str
    before: float
    after: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The last word of a site on a command: a result's state, or `nack` with its code and reason in `why`."""

    state: str
    items: tuple[Item, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """An order that was sent.

    `due` is when a missing answer counts, `queried` that it was asked for since the last answer.
    """

    command: Command
    state: StepState = StepState.SENT
    due: float | None = None
    queried: bool = False
    reply: Reply | None = None
    share: float = 0.0
    """How far the site says it has come, 0 to 1."""
    by: By = "site"
    words: Words | None = None
    """What a person was told to do, or asked."""
    choices: tuple[str, ...] = ()
    """What that person may answer."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """One step of a run. `before` holds the figures of the board at its intent, by the names that expressions use."""

    action: str
    args: Mapping[str, Value]
    token: str
    """Names what this step moves, at every site that takes part in it."""
    state: StepState = StepState.WAITING
    issued: tuple[Issued, ...] = ()
    observed: Mapping[str, float] = field(default_factory=dict)
    """What the action needs to be undone, as it was before."""
    before: Mapping[str, float] = field(default_factory=dict)
    verify_due: float | None = None
    finished: float | None = None
    achieved: Mapping[str, Value] = field(default_factory=dict)
    """Arguments as they came out, where that differs from what was asked: 22 of 30 people."""
    partial: bool = False
    reason: Words | None = None
    held: Mapping[int, float] = field(default_factory=dict)
    """For each `for` in what a `wait` waits for, by its place in the text, since when it has held."""

    @property
    def replies(self) -> tuple[Reply, ...]:
        """The replies to the orders that were carried out, in order."""
        return tuple(order.reply for order in self.issued if order.reply and order.state in CARRIED_OUT)


@dataclass(frozen=True, slots=True)
class Undo:
    """One order of the way back, and what became of it."""

    order: Order
    issued: Issued | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked, and what may be answered."""

    words: Words
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One run, from proposal to its end. Times are epoch seconds; None where there is none (yet)."""

    id: str
    playbook: str
    plan_hash: str
    params: Mapping[str, Value]
    """As confirmed. `known` has what they came to."""
    who: str
    approvals: tuple[str, ...]
    proposed: float
    resources: tuple[Resource, ...]
    steps: tuple[StepRun, ...]
    digest: str
    """The definition of the playbook that it was confirmed under."""
    lasts: float
    """Seconds from its first effect until it ends by itself."""
    alert: str = ""
    """The id of the alert that it answers."""
    state: RunState = RunState.PROPOSED
    known: Mapping[str, Value] = field(default_factory=dict)
    since: float | None = None
    """When the first order was carried out: something is in force from here."""
    until: float | None = None
    check_due: float | None = None
    worked: float | None = None
    """1 it helped, 0 it did not, NaN nobody can say, None not looked at yet."""
    measured: tuple[Measured, ...] = ()
    """What was expected against what came, at the check."""
    gained: float | None = None
    """How much of what was expected had come by then, as a share; NaN nobody can say, None not looked at yet."""
    due: float | None = None
    """When its way back was due first; None while it is not, or since it was renewed."""
    held: Mapping[int, float] = field(default_factory=dict)
    """For each `for` in the revert condition, by its place in the text, since when it has held."""
    question: Question | None = None
    undo: tuple[Undo, ...] = ()
    revert: tuple[str, str] | None = None
    """(who, why) of the way back, from the moment it was wanted: it may wait for an answer that is still out."""
    ended: float | None = None
    note: Words | None = None
    by_hand: frozenset[str] = frozenset()
    """`site verb` of every command that its site cannot carry out by itself: a person does it there, and says so."""
    wanted: int = 1
    """How many people have to stand for it."""
    approve_by: float | None = None
    """When a proposal lapses."""
    glass: str = ""
    """Who began it alone although more people were wanted, and why; empty: nobody did."""

    @property
    def outstanding(self) -> tuple[Issued, ...]:
        """The orders that an answer is still expected for."""
        forward = tuple(order for step in self.steps for order in step.issued if order.state in OPEN)
        return forward + tuple(u.issued for u in self.undo if u.issued and u.issued.state in OPEN)

    @property
    def in_force(self) -> bool:
        """Whether something was carried out, or may have been, that is not undone."""
        if self.state in FINAL:
            return False
        touched = CARRIED_OUT | {StepState.UNKNOWN}
        orders = (order for step in self.steps for order in step.issued)
        return any(order.state in touched and order.command.verb not in PASSIVE for order in orders)


@dataclass(frozen=True, slots=True)
class StepView:
    """One step as a screen shows it. `achieved` holds what came out otherwise than asked."""

    words: Words
    state: StepState
    share: float
    partial: bool
    achieved: tuple[tuple[str, Value], ...]
    verify: str
    verify_due: float | None
    reason: Words | None
    action: str = ""


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as a screen shows it. Times are epoch seconds; None where there is none."""

    id: str
    playbook: str
    title: Words
    tier: int
    state: RunState
    who: str
    approvals: tuple[str, ...]
    proposed: float
    since: float | None
    until: float | None
    ended: float | None
    params: tuple[tuple[str, Value], ...]
    sites: tuple[str, ...]
    steps: tuple[StepView, ...]
    in_force: bool
    worked: float | None
    question: Words | None
    choices: tuple[str, ...]
    note: Words | None
    plan_hash: str
    alert: str = ""
    next: str = ""
    """The playbook that is proposed because this one does not help; empty where it does, or nobody can say."""
    task: bool = False
    """Whether the question is a person's task, and not a decision about the run."""
    on_expiry: str = "revert"
    ends_when: str = ""
    """The condition with which it ends before its time; empty for none."""
    overdue: float | None = None
    """Since when its end is due and waits for a person; None where nothing does."""
    check_due: float | None = None
    measured: tuple[Measured, ...] = ()
    gained: float | None = None
    story: tuple[Told, ...] = ()
    """What happened, oldest first; empty where the desk keeps none of it any more."""
    wanted: int = 1
    """How many people have to stand for it."""
    approve_by: float | None = None
    """When a proposal lapses."""
    glass: str = ""
    """Who began it alone although more people were wanted, and why; empty: nobody did."""
