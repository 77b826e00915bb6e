"""Moving agents between sites: the donor lends, the receiver takes as many as came, and later sends them home."""

from __future__ import annotations

import math
from collections.abc import Mapping

from playbooks.action import Args, Argument, Choice, World, busiest_category, number_of, text_of
from playbooks.facts import Facts, total
from playbooks.heads import MovesHeads, come, gone, heads
from playbooks.moves.choosing import Chosen, choose_move
from playbooks.moves.problem import Move
from playbooks.run import Order, Reply, Resource, Value
from playbooks.spare import agents_key, candidates, needed, spare
from playbooks.words import Words

LEND = 0
"""The first order of a move; the second borrows."""


class ReallocateAgents(MovesHeads):
    """`reallocate_agents {from, to, count, category}`.

    `lend_agents` to the donor, then `borrow_agents` to the receiver with the number that the donor really moved. Each
    item of their results is a head count before and after; the moved ones are the sum of the differences, and a result
    without items means what its state says: all, or nobody knows how many. Undone by `return_agents` to the receiver,
    who sends everybody of the transfer home, those still on the way included.
    """

    name = "reallocate_agents"
    verbs = ("lend_agents", "borrow_agents")
    undo_verbs = ("return_agents",)
    arguments = (
        Argument("to", "site", auto=True),
        Argument("category", "category", auto=True),
        Argument("from", "site", auto=True),
        Argument("count", "count", auto=True),
    )

    def words(self, args: Args) -> Words:
        """What it does, in one line."""
        count, donor, to, category = f"{number_of(args, 'count'):g}", args["from"], args["to"], args["category"]
        return Words(
            f"{donor} → {to} 调拨「{category}」{count} 人", f"Move {count} {category} agents from {donor} to {to}"
        )

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """The donor's people exclusively; the receiver may take from several donors."""
        category = text_of(args, "category")
        return (
            Resource(agents_key(text_of(args, "from"), category)),
            Resource(agents_key(text_of(args, "to"), category), shared=True),
        )

    def orders(self, args: Args, token: str) -> tuple[Order, ...]:
        """Lend and borrow, as if everybody asked for came."""
        return self._lend(args, token), self._borrow(args, number_of(args, "count"), token)

    def next_order(self, args: Args, replies: tuple[Reply, ...], token: str) -> Order | None:
        """Lend, then borrow what was lent."""
        if not replies:
            return self._lend(args, token)
        return self._borrow(args, self.moved(args, replies), token) if len(replies) == 1 else None

    def problem(self, args: Args, facts: Facts) -> Words | None:
        """Nobody moves to where they are, and nobody is lent who does not serve the category."""
        donor, category = text_of(args, "from"), text_of(args, "category")
        if donor == args["to"]:
            return Words("调出与调入为同一基地", "donor and receiver are the same site")
        if category not in facts.categories(donor):
            return Words(f"{donor} 无「{category}」人员", f"nobody at {donor} serves {category}")
        return _too_many(donor, category, number_of(args, "count"), facts)

    def heads_of(self, index: int, reply: Reply, most: float) -> float:
        """Those the donor has fewer, then those the receiver has more."""
        return heads(reply, most, gone if index == LEND else come)

    def inverse(
        self,
        args: Args,
        replies: tuple[Reply | None, ...],
        observed: Mapping[str, float],  # noqa: ARG002 - people are counted by the sites
        token: str,
    ) -> tuple[Order, ...]:
        """Everybody of this move goes home, also when the receiver has taken nobody yet: they are on the way."""
        return (Order(text_of(args, "to"), "return_agents", {"transfer": token}),) if replies else ()

    def choose(self, name: str, args: Args, world: World) -> Choice:
        """The best move by the projection (`playbooks.moves`).

        Where it knows nothing: the category where most wait; the donor with most to spare; as many as help and the
        donor can give.
        """
        known = {key: text_of(args, key) for key in ("to", "category", "from") if key in args}
        found = choose_move(world, known.get("to"), known.get("category"), known.get("from"), advise=name == "from")
        if found is not None and (found.move is not None or name != "category"):
            return _chosen(name, found, world.facts)
        if name == "to":
            return Choice(None, Words("各基地走势未知", "where the sites are heading is unknown"))
        receiver = known["to"]
        if name == "category":
            return busiest_category(receiver, world.facts)
        category = known["category"]
        if name == "from":
            able = candidates(receiver, category, world)
            if able and able[0].why_not is None:
                return Choice(able[0].site, None, able)
            reason = Words(f"没有可调出「{category}」人员的基地", f"no site has {category} agents to spare")
            return Choice(None, reason, able)
        return _count(receiver, text_of(args, "from"), category, world)

    def _lend(self, args: Args, token: str) -> Order:
        body = {
            "to_site": args["to"],
            "category": args["category"],
            "count": int(number_of(args, "count")),
            "transfer": token,
        }
        return Order(text_of(args, "from"), "lend_agents", body)

    def _borrow(self, args: Args, count: float, token: str) -> Order:
        body = {"from_site": args["from"], "category": args["category"], "count": int(count), "transfer": token}
        return Order(text_of(args, "to"), "borrow_agents", body)


def _chosen(name: str, found: Chosen, facts: Facts) -> Choice:
    """One part of the best move; None where there is none."""
    listed = () if name == "count" else found.candidates  # with the donor chosen, only that one was looked at
    if found.move is None:
        return Choice(None, found.reason, listed, found.advice)
    parts: dict[str, Value] = {
        "to": found.move.receiver,
        "category": found.move.category,
        "from": found.move.donor,
        "count": float(found.move.count),
    }
    queue = _busiest(found.move, facts) if name == "to" else None
    return Choice(parts[name], None, listed, found.advice, queue)


def _busiest(move: Move, facts: Facts) -> str | None:
    """The receiver's queue of the category where most wait, as `site/queue`."""
    waiting = [(-facts.value(move.receiver, q, "waiting"), q) for q in facts.queues(move.receiver, move.category)]
    known = [pair for pair in waiting if not math.isnan(pair[0])]
    return f"{move.receiver}/{min(known)[1]}" if known else None


def _too_many(donor: str, category: str, count: float, facts: Facts) -> Words | None:
    """That more are asked for than there are; an unknown number is for the guards to refuse."""
    if count < 1:
        return Words("调拨人数至少 1", "a move is of at least 1 agent")
    there = total(facts, donor, facts.queues(donor, category), "agents_online")
    if count > there:
        return Words(
            f"{donor}「{category}」在线仅 {there:g} 人", f"{donor} has only {there:g} {category} agents online"
        )
    return None


def _count(receiver: str, donor: str, category: str, world: World) -> Choice:
    can, need = spare(world.facts, donor, category), needed(world.facts, receiver, category)
    if math.isnan(can):
        return Choice(None, Words(f"{donor} 可调人数未知", f"how many {donor} can spare is unknown"))
    wanted = can if math.isnan(need) else min(can, max(need, world.least))
    count = min(wanted, world.most)
    if count < 1:
        return Choice(None, Words(f"{donor} 无富余人员", f"{donor} has nobody to spare"))
    return Choice(float(int(count)))
