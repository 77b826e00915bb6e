"""Sending a larger share of new contacts to the bot first, and putting each queue back to what it had."""

from __future__ import annotations

import math
from collections.abc import Mapping

from playbooks.action import Action, Args, Argument, Choice, World, busiest_category, names_of, number_of, text_of
from playbooks.facts import Facts
from playbooks.run import Order, Reply, Resource, StepState
from playbooks.words import Words


class SetBotShare(Action):
    """`set_bot_share {site, category, queues, share}`; undone queue by queue, from the result's values before.

    Left out, the category is the one for which most people wait, and the queues are those of the category.
    """

    name = "set_bot_share"
    verbs = undo_verbs = ("set_bot_share",)
    absolute = True
    arguments = (
        Argument("site", "site"),
        Argument("category", "category", auto=True),
        Argument("queues", "queues", auto=True),
        Argument("share", "share"),
    )

    def words(self, args: Args) -> Words:
        """What it does, in one line."""
        site, count, share = args["site"], len(names_of(args, "queues")), number_of(args, "share")
        return Words(
            f"{site} {count} 个队列机器人分流设为 {share:.0%}", f"Bot share {share:.0%} on {count} queues of {site}"
        )

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """The bot share of the site."""
        return (Resource(f"bot:{text_of(args, 'site')}"),)

    def observe(self, args: Args, facts: Facts) -> dict[str, float]:
        """The share of every queue, as the board has it."""
        site = text_of(args, "site")
        return {queue: facts.value(site, queue, "bot_share") for queue in names_of(args, "queues")}

    def orders(self, args: Args, token: str) -> tuple[Order, ...]:  # noqa: ARG002 - nothing moves
        """The one command."""
        body = {"share": number_of(args, "share"), "queues": list(names_of(args, "queues"))}
        return (Order(text_of(args, "site"), "set_bot_share", body),)

    def next_order(self, args: Args, replies: tuple[Reply, ...], token: str) -> Order | None:
        """The one command, once."""
        return None if replies else self.orders(args, token)[0]

    def outcome(self, args: Args, index: int, reply: Reply) -> StepState:
        """Queues that refused make it partial; when all of them did, it failed."""
        state = super().outcome(args, index, reply)
        errors = sum(1 for item in reply.items if item.error)
        if state in (StepState.DONE, StepState.PARTIAL) and errors:
            return StepState.FAILED if errors == len(reply.items) else StepState.PARTIAL
        return state

    def inverse(
        self,
        args: Args,
        replies: tuple[Reply | None, ...],
        observed: Mapping[str, float],
        token: str,  # noqa: ARG002 - nothing moves
    ) -> tuple[Order, ...]:
        """Every queue back to its share before: by the site's word, else as the board had it.

        Where nobody knows whether it was carried out, all of them.
        """
        items = {item.target: item for reply in replies if reply for item in reply.items}
        shares: dict[str, float] = {}
        for queue in names_of(args, "queues"):
            item = items.get(queue)
            if item is not None and item.error:
                continue
            told = item.before if item is not None else math.nan
            before = told if 0.0 <= told <= 1.0 else observed.get(queue, math.nan)
            if not math.isnan(before):
                shares[queue] = before
        return (Order(text_of(args, "site"), "set_bot_share", {"shares": shares}),) if shares else ()

    def choose(self, name: str, args: Args, world: World) -> Choice:
        """The category that most people wait for; its queues that have a bot."""
        site = text_of(args, "site")
        if name == "category":
            return busiest_category(site, world.facts)
        category = text_of(args, "category")
        queues = world.facts.queues(site, category)
        with_bot = tuple(q for q in queues if not math.isnan(world.facts.value(site, q, "bot_share")))
        if not with_bot:
            return Choice(
                None, Words(f"{site}「{category}」无机器人分流数据", f"no {category} queue of {site} has a bot share")
            )
        return Choice(with_bot)
