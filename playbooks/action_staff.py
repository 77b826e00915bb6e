"""Moves of people that one site carries out by itself: between its groups, in from outside, home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from playbooks.action import Args, Argument, Choice, World, busiest_category, number_of, text_of
from playbooks.facts import Facts, total
from playbooks.heads import MovesHeads, either, heads
from playbooks.run import Order, Reply, Resource
from playbooks.spare import agents_key
from playbooks.words import Words

_SITE = Argument("site", "site")
_CATEGORY = Argument("category", "category", auto=True)


class MovePeople(MovesHeads):
    """`{category, count, transfer}` forward, `{transfer}` back: everybody of the move, those on the way included."""

    says: ClassVar[Words]
    """What it does; the names of the arguments are filled in."""

    def __init_subclass__(cls) -> None:
        """Every one is one command."""
        if hasattr(cls, "name"):
            cls.verbs = (cls.name,)

    def body(self, args: Args) -> dict[str, object]:
        """The arguments of the command beside count and transfer."""
        return {"category": args["category"]}

    def words(self, args: Args) -> Words:
        """What it does, in one line."""
        shown = {name: f"{value:g}" if isinstance(value, float | int) else value for name, value in args.items()}
        return Words(self.says.zh.format_map(shown), self.says.en.format_map(shown))

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """The people of the category at the site; others may come to them too."""
        return (Resource(agents_key(text_of(args, "site"), text_of(args, "category")), shared=True),)

    def orders(self, args: Args, token: str) -> tuple[Order, ...]:
        """The one command."""
        body = {**self.body(args), "count": int(number_of(args, "count")), "transfer": token}
        return (Order(text_of(args, "site"), self.name, body),)

    def next_order(self, args: Args, replies: tuple[Reply, ...], token: str) -> Order | None:
        """The one command, once."""
        return None if replies else self.orders(args, token)[0]

    def heads_of(self, index: int, reply: Reply, most: float) -> float:  # noqa: ARG002 - one order
        """Those who came or went: groups of one site may be told from either side."""
        return heads(reply, most, either)

    def inverse(
        self,
        args: Args,
        replies: tuple[Reply | None, ...],
        observed: Mapping[str, float],  # noqa: ARG002 - people are counted by the sites
        token: str,
    ) -> tuple[Order, ...]:
        """Everybody of this move goes back."""
        return (Order(text_of(args, "site"), self.undo_verbs[0], {"transfer": token}),) if replies else ()

    def choose(self, name: str, args: Args, world: World) -> Choice:  # noqa: ARG002 - only a category is chosen
        """The category that most people wait for."""
        return busiest_category(text_of(args, "site"), world.facts)


class AssignAgents(MovePeople):
    """`assign_agents {site, category, from, count}`: people of the same site answer another category for a while.

    Left out, `from` is the category of the site that has most people free, and nobody waiting beyond them.
    """

    name = "assign_agents"
    undo_verbs = ("return_agents",)
    arguments = (_SITE, _CATEGORY, Argument("from", "category", auto=True), Argument("count", "count"))
    says = Words(
        "{site} 内「{from}」转接「{category}」{count} 人", "{count} {from} agents of {site} take {category} contacts"
    )

    def body(self, args: Args) -> dict[str, object]:
        """From which category to which."""
        return {"from_category": args["from"], "to_category": args["category"]}

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """Those who give exclusively, those who get shared."""
        giving = Resource(agents_key(text_of(args, "site"), text_of(args, "from")))
        return (giving, *super().resources(args))

    def problem(self, args: Args, facts: Facts) -> Words | None:
        """Nobody moves to where they are, and a site gives none of a category that it does not serve."""
        site, giving = text_of(args, "site"), text_of(args, "from")
        if giving == args["category"]:
            return Words("调出与调入为同一品类", "the categories are the same")
        if giving not in facts.categories(site):
            return Words(f"{site} 无「{giving}」人员", f"nobody at {site} serves {giving}")
        return None

    def choose(self, name: str, args: Args, world: World) -> Choice:
        """The busiest category gets; the one with most people free gives."""
        if name == "category":
            return super().choose(name, args, world)
        site, facts = text_of(args, "site"), world.facts
        others = [category for category in facts.categories(site) if category != args["category"]]
        free = [(-total(facts, site, facts.queues(site, other), "agents_available"), other) for other in others]
        known = [pair for pair in free if pair[0] < 0]
        return (
            Choice(min(known)[1])
            if known
            else Choice(None, Words("无富余品类", f"no other category of {site} is free"))
        )


class CallIn(MovePeople):
    """`call_in {site, category, count, pool}`: standby or an outsourcer's block, in half an hour to an hour."""

    name = "call_in"
    undo_verbs = ("release_agents",)
    arguments = (_SITE, _CATEGORY, Argument("count", "count"), Argument("pool", "name", default="standby"))
    says = Words(
        "{site}「{category}」召回 {count} 人({pool})", "{count} {category} agents called in to {site} ({pool})"
    )

    def body(self, args: Args) -> dict[str, object]:
        """The category, and from which pool."""
        return {"category": args["category"], "pool": args["pool"]}

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """The pool at this site, and the people shared."""
        return (Resource(f"pool:{args['pool']}:{args['site']}:{args['category']}"), *super().resources(args))


class SendHome(MovePeople):
    """`send_home {site, category, count}`: people go off early; they can be back in half an hour."""

    name = "send_home"
    undo_verbs = ("recall_agents",)
    arguments = (_SITE, _CATEGORY, Argument("count", "count"))
    says = Words("{site}「{category}」提前下班 {count} 人", "{count} {category} agents of {site} go home")

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """The people, exclusively."""
        return (Resource(agents_key(text_of(args, "site"), text_of(args, "category"))),)
