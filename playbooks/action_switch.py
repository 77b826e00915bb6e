"""Settings of a site: one value for many targets, and each target back to what it had.

The value before is the site's word; where it gave none, what the board showed; where that is unknown too, the usual
value, which is stated for each setting.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

from playbooks.action import Action, Args, Choice, World, busiest_category, names_of, number_of, text_of
from playbooks.facts import Facts
from playbooks.run import Item, Order, Reply, Resource, StepState
from playbooks.words import Words

ALL = "*"


class SetOnTargets(Action):
    """A verb that is its own inverse: `{value: x, …}` forward, `{plural: {target: before}}` back."""

    value: ClassVar[str]
    """The argument that holds the value."""
    plural: ClassVar[str]
    """The argument that holds target → value."""
    usual: ClassVar[float]
    """What a target has on a quiet day."""
    whole: ClassVar[bool] = False
    """Whether values are whole numbers."""
    metric: ClassVar[str] = ""
    """The metric of a queue that shows the value, where the board has one."""
    says: ClassVar[Words]
    """What it does; `{site}`, `{value}` and the names of the arguments are filled in."""
    absolute = True

    def __init_subclass__(cls) -> None:
        """Every one is undone by its own verb."""
        if hasattr(cls, "name"):
            cls.verbs = cls.undo_verbs = (cls.name,)

    def body(self, args: Args) -> dict[str, object]:
        """The arguments of the command beside the value."""
        raise NotImplementedError

    def words(self, args: Args) -> Words:
        """What it does, in one line."""
        shown = {name: _shown(value) for name, value in args.items()}
        on = bool(args.get("on"))
        zh, en = (shown | {"on": "开" if on else "关"}), (shown | {"on": "on" if on else "off"})
        return Words(self.says.zh.format_map(zh), self.says.en.format_map(en))

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """This setting of the site."""
        return (Resource(f"{self.name}:{self.site_of(args)}"),)

    def site_of(self, args: Args) -> str:
        """The site that gets the command."""
        return text_of(args, "site")

    def observe(self, args: Args, facts: Facts) -> dict[str, float]:
        """The value of every queue that it is for, where the board shows one: others have the usual one."""
        if not self.metric:
            return {}
        site = self.site_of(args)
        names = names_of(args, "queues") if "queues" in args else (ALL,)
        queues = facts.queues(site) if ALL in names else names
        found = {queue: facts.value(site, queue, self.metric) for queue in queues}
        return {queue: value for queue, value in found.items() if not math.isnan(value)}

    def orders(self, args: Args, token: str) -> tuple[Order, ...]:  # noqa: ARG002 - nothing moves
        """The one command."""
        body = {**self.body(args), self.value: self.number(number_of(args, self.value))}
        return (Order(self.site_of(args), self.name, body),)

    def next_order(self, args: Args, replies: tuple[Reply, ...], token: str) -> Order | None:
        """The one command, once."""
        return None if replies else self.orders(args, token)[0]

    def outcome(self, args: Args, index: int, reply: Reply) -> StepState:
        """Targets that refused make it partial; when all of them did, it failed."""
        state = super().outcome(args, index, reply)
        refused = bool(reply.items) and all(item.error for item in reply.items)
        return StepState.FAILED if refused and state is StepState.PARTIAL else state

    def inverse(
        self,
        args: Args,
        replies: tuple[Reply | None, ...],
        observed: Mapping[str, float],
        token: str,  # noqa: ARG002 - nothing moves
    ) -> tuple[Order, ...]:
        """Every target that took the value back to what it had before; all of them where none is told."""
        if not replies:
            return ()
        items = {item.target: item for reply in replies if reply for item in reply.items}
        site = self.site_of(args)
        if not items and observed and ALL not in observed and self.plural:
            back = {name: self.number(value) for name, value in observed.items()}
            return (Order(site, self.name, {**self.of_all(args), self.plural: back}),)
        if not items:
            before = observed.get(ALL, self.usual)
            return (Order(site, self.name, {**self.body(args), self.value: self.number(before)}),)
        back = {name: self._before(item, observed) for name, item in items.items() if not item.error}
        if not back:
            return ()
        return (Order(site, self.name, {**self.of_all(args), self.plural: back}),)

    def of_all(self, args: Args) -> dict[str, object]:  # noqa: ARG002 - most mappings stand alone
        """What the command needs beside target → value."""
        return {}

    def choose(self, name: str, args: Args, world: World) -> Choice:
        """The category that most people wait for."""
        return busiest_category(text_of(args, "site"), world.facts) if name == "category" else Choice(None)

    def number(self, value: float) -> float | int:
        """A value as the command carries it."""
        return round(value) if self.whole else value

    def _before(self, item: Item, observed: Mapping[str, float]) -> float | int:
        told = item.before if not math.isnan(item.before) else observed.get(item.target, math.nan)
        return self.number(self.usual if math.isnan(told) else told)


def names_or_all(args: Args, name: str) -> object:
    """An argument of names, as commands take it: a list, or `*` for all."""
    names = names_of(args, name)
    return ALL if ALL in names else list(names)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "全部/all" if ALL in value else ", ".join(value)
    return f"{value:g}" if isinstance(value, float | int) else str(value)
