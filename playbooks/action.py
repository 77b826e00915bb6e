"""What an action is: how one line of a playbook becomes commands, and how they are undone."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from playbooks.facts import Facts, total
from playbooks.run import Order, Reply, Resource, StepState, Value
from playbooks.words import Words

Kind = Literal["site", "queue", "category", "count", "share", "duration", "number", "name"]
"""What a parameter of a playbook holds."""

ArgumentKind = Literal[
    "site",
    "category",
    "count",
    "share",
    "queues",
    "number",
    "seconds",
    "name",
    "names",
    "switch",
    "words",
    "undo",
    "choices",
    "condition",
]
"""What an argument of an action takes.

`queues` takes a queue, a category (all its queues) or a list of names, `["*"]` for all of the site; `names` a list of
names; `switch` on or off; `words` a sentence in both languages, in which `{name}` stands for a parameter; `undo` the
same, or `none`; `choices` the answers that may be given, each with its number; `condition` an expression.
"""

ACCEPTS: Mapping[str, tuple[Kind, ...]] = {
    "site": ("site", "queue"),
    "category": ("category", "queue"),
    "count": ("count",),
    "share": ("share",),
    "queues": ("queue", "category"),
    "number": ("number", "count", "share"),
    "seconds": ("duration",),
    "name": ("name",),
    "names": ("name",),
    "switch": (),
    "words": (),
    "undo": (),
    "choices": (),
    "condition": (),
}
"""The kinds of parameters that each kind of argument takes: a queue stands for its site and for its category too."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an action. Left out, one with `auto` is chosen by the action, else it is its `default`."""

    name: str
    kind: ArgumentKind
    auto: bool = False
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site that could be chosen: what it can give, and why it is not taken (None where it could be)."""

    site: str
    spare: float
    why_not: Words | None = None
    count: float = math.nan
    """How many it is best asked for, as far as that was worked out."""
    gain: float = math.nan
    """Customers answered in time, each by its worth, who would not be without that move."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What `auto` came to: None where there is nothing to choose, with the reason."""

    value: Value | None
    reason: Words | None = None
    candidates: tuple[Candidate, ...] = ()
    advice: tuple[Words, ...] = ()
    """What else would help, or would help more."""
    queue: str | None = None
    """The queue that stands for a site that was chosen, as `site/queue`."""


@dataclass(frozen=True, slots=True)
class World:
    """What a choice is made from: the facts, the resources that other runs hold, and the bounds of the parameter."""

    facts: Facts
    held: frozenset[str] = field(default_factory=frozenset)
    least: float = 1.0
    most: float = float("inf")
    count: float | None = None
    """How many were asked for, where somebody said so."""
    times: tuple[float, float] | None = None
    """The lead time of what is being chosen for: at least, at most."""
    efficiency: float | None = None
    """What one of its people does against one at home, by the catalogue."""


Args = Mapping[str, Value]


class Action(ABC):
    """One row of the table of actions. Stateless: everything is in the arguments and the replies."""

    name: ClassVar[str]
    arguments: ClassVar[tuple[Argument, ...]]
    """In the order in which `auto` resolves them."""
    verbs: ClassVar[tuple[str, ...]] = ()
    """The commands that it needs."""
    undo_verbs: ClassVar[tuple[str, ...]] = ()
    """The commands that undo it. A site that does not list one of them gets it as a task."""
    absolute: ClassVar[bool] = False
    """Whether its inverse sets values rather than moves something: of several on the same targets the last decides."""

    @abstractmethod
    def words(self, args: Args) -> Words:
        """What it does, in one line."""

    @abstractmethod
    def resources(self, args: Args) -> tuple[Resource, ...]:
        """What it changes, to be held while the change is in force."""

    @abstractmethod
    def orders(self, args: Args, token: str) -> tuple[Order, ...]:
        """The commands as planned, when all goes well."""

    @abstractmethod
    def next_order(self, args: Args, replies: tuple[Reply, ...], token: str) -> Order | None:
        """The next command after the ones that were carried out, with what they really did; None when there is none."""

    @abstractmethod
    def inverse(
        self, args: Args, replies: tuple[Reply | None, ...], observed: Mapping[str, float], token: str
    ) -> tuple[Order, ...]:
        """The commands that undo what was carried out, from the values before it.

        `replies` has one entry for each order that was carried out, or None where nobody knows whether it was.
        """

    def observe(self, args: Args, facts: Facts) -> dict[str, float]:  # noqa: ARG002 - most actions need nothing
        """The figures that `inverse` may need. One that is NaN refuses the run: it could not be put back."""
        return {}

    def problem(self, args: Args, facts: Facts) -> Words | None:  # noqa: ARG002 - most arguments go together
        """Why these arguments cannot be carried out together, or None."""
        return None

    def outcome(self, args: Args, index: int, reply: Reply) -> StepState:  # noqa: ARG002 - for actions that count
        """What the reply to order `index` means: DONE, PARTIAL, FAILED or UNKNOWN."""
        return plain_outcome(reply)

    def achieved(self, args: Args, replies: tuple[Reply, ...]) -> dict[str, Value]:  # noqa: ARG002 - as above
        """The arguments that came out otherwise than asked."""
        return {}

    def choose(self, name: str, args: Args, world: World) -> Choice:
        """A value for an argument with `auto`, from those before it and the world."""
        raise NotImplementedError(f"{self.name} does not choose {name} ({len(args)} arguments, {len(world.held)} held)")

    def sites(self, args: Args) -> tuple[str, ...]:
        """The sites that take part."""
        return tuple(dict.fromkeys(order.site for order in self.orders(args, "") if order.site))


def plain_outcome(reply: Reply) -> StepState:
    """What a reply says of itself; items that failed make it partial."""
    state = _OUTCOMES.get(reply.state, StepState.UNKNOWN)
    return StepState.PARTIAL if state is StepState.DONE and any(item.error for item in reply.items) else state


_OUTCOMES: Mapping[str, StepState] = {
    "done": StepState.DONE,
    "partial": StepState.PARTIAL,
    "failed": StepState.FAILED,
    "nack": StepState.FAILED,
}


def busiest_category(site: str, facts: Facts) -> Choice:
    """The category of the site for which most people wait, by name where they tie."""
    waiting = [(-total(facts, site, facts.queues(site, name), "waiting"), name) for name in facts.categories(site)]
    known = [pair for pair in waiting if not math.isnan(pair[0])]
    if not known:
        return Choice(None, Words(f"{site} 各品类排队未知", f"what waits at {site} is unknown"))
    return Choice(min(known)[1])


def text_of(args: Args, name: str) -> str:
    """An argument that is a name."""
    value = args[name]
    assert isinstance(value, str)  # noqa: S101 - checked when the parameters were resolved
    return value


def number_of(args: Args, name: str) -> float:
    """An argument that is a number."""
    value = args[name]
    assert isinstance(value, float | int)  # noqa: S101 - as above
    return float(value)


def names_of(args: Args, name: str) -> tuple[str, ...]:
    """An argument that is a list of names."""
    value = args[name]
    assert isinstance(value, tuple)  # noqa: S101 - as above
    return value
