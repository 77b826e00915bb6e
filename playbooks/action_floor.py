"""Settings of a site's floor: off-phone time, supervisors, chats at a time, answers to a topic, routing."""

from __future__ import annotations

import math
from collections.abc import Mapping

from playbooks.action import Args, Argument, Choice, World, busiest_category, number_of, text_of
from playbooks.action_switch import ALL, SetOnTargets, names_or_all
from playbooks.facts import Facts, is_known
from playbooks.run import Order, Reply, Resource
from playbooks.words import Words

_SITE = Argument("site", "site")
_GROUP = Argument("group", "name", default=ALL)
_CATEGORY = Argument("category", "category", auto=True)


class SetRestAllowance(SetOnTargets):
    """`set_rest_allowance {site, reasons, group, allowance}`: 1 as planned, 0 nobody may; what is missed is owed."""

    name = "set_rest_allowance"
    arguments = (_SITE, Argument("reasons", "names"), _GROUP, Argument("allowance", "share"))
    value, plural, usual = "allowance", "allowances", 1.0
    says = Words(
        "{site} 小休放行 {allowance} 倍({reasons})", "Off-phone time at {site}: {allowance} of plan ({reasons})"
    )

    def body(self, args: Args) -> dict[str, object]:
        """The reasons and the group."""
        return {"reasons": names_or_all(args, "reasons"), "group": args["group"]}

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """Each reason at the site."""
        reasons = args["reasons"]
        assert isinstance(reasons, tuple)  # noqa: S101 - checked when the file was read
        return tuple(Resource(f"rest:{self.site_of(args)}:{reason}") for reason in reasons)


class SetSupervisors(SetOnTargets):
    """`set_supervisors {site, category, count}`: so many supervisors and quality staff answer contacts."""

    name = "set_supervisors"
    arguments = (_SITE, _CATEGORY, Argument("count", "count"))
    value, plural, usual, whole = "count", "counts", 0.0, True
    says = Words(
        "{site}「{category}」组长/质检上线 {count} 人", "{count} supervisors of {site} take {category} contacts"
    )

    def body(self, args: Args) -> dict[str, object]:
        """The category."""
        return {"category": args["category"]}


class SetConcurrencyCap(SetOnTargets):
    """`set_concurrency_cap {site, group, cap}`: chats that one agent holds at a time; left out, one more than now."""

    name = "set_concurrency_cap"
    arguments = (_SITE, _GROUP, Argument("cap", "count", auto=True))
    value, plural, usual, whole = "cap", "caps", 3.0, True
    says = Words("{site} 接待上限 {cap}", "Concurrency cap {cap} at {site}")

    def body(self, args: Args) -> dict[str, object]:
        """The group."""
        return {"group": args["group"]}

    def observe(self, args: Args, facts: Facts) -> dict[str, float]:
        """The site's cap, as the board has it."""
        return {ALL: facts.value(text_of(args, "site"), None, "concurrency_cap")}

    def choose(self, name: str, args: Args, world: World) -> Choice:  # noqa: ARG002 - only the cap is chosen
        """One more than the site has now, within the bounds of the parameter."""
        now = world.facts.value(text_of(args, "site"), None, "concurrency_cap")
        if math.isnan(now):
            return Choice(
                None, Words(f"{args['site']} 接待上限未知", f"the concurrency cap of {args['site']} is unknown")
            )
        if now + 1 > world.most:
            return Choice(None, Words(f"接待上限已到 {now:g}", f"the concurrency cap is {now:g} already"))
        return Choice(float(math.floor(now) + 1))


class _OnTopic(SetOnTargets):
    arguments = (_SITE, Argument("topic", "name"), Argument("on", "switch", default=1.0))
    value, plural, usual, whole = "on", "states", 0.0, True

    def body(self, args: Args) -> dict[str, object]:
        """The topic."""
        return {"topic": args["topic"]}

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """This answer to this topic at the site."""
        return (Resource(f"{self.name}:{self.site_of(args)}:{args['topic']}"),)


class SetTopicAnswer(_OnTopic):
    """`set_topic_answer {site, topic, on}`: one answer to a topic, in the shop and in the snippets.

    The topic `top` is the site's commonest; the result names it.
    """

    name = "set_topic_answer"
    says = Words("{site}「{topic}」统一话术与公告:{on}", "One answer to {topic} at {site}: {on}")


class StopTopic(_OnTopic):
    """`stop_topic {site, topic, on}`: the merchant stops what causes a topic: a coupon, a link, a price."""

    name = "stop_topic"
    says = Words("{site} 请商家停止「{topic}」的起因:{on}", "The merchant stops what causes {topic} at {site}: {on}")


class SetRoutingWeights(SetOnTargets):
    """`set_routing_weights {site, category, weight, via}`: the site gets its usual share × weight of new contacts.

    The command goes to any known site that lists the verb, because the router is one: also for a site that is dark.
    """

    name = "set_routing_weights"
    arguments = (_SITE, _CATEGORY, Argument("via", "site", auto=True), Argument("weight", "number"))
    value, plural, usual = "weight", "weights", 1.0
    says = Words("「{category}」新进线:{site} 份额 × {weight}", "New {category} contacts: share of {site} × {weight}")

    def site_of(self, args: Args) -> str:
        """Any site of the router."""
        return text_of(args, "via")

    def body(self, args: Args) -> dict[str, object]:
        """The category."""
        return {"category": args["category"]}

    def of_all(self, args: Args) -> dict[str, object]:
        """The category."""
        return self.body(args)

    def resources(self, args: Args) -> tuple[Resource, ...]:
        """How the category is dealt out."""
        return (Resource(f"weights:{args['category']}"),)

    def orders(self, args: Args, token: str) -> tuple[Order, ...]:  # noqa: ARG002 - nothing moves
        """The weight of the one site."""
        return (self._order(args, number_of(args, "weight")),)

    def inverse(
        self, args: Args, replies: tuple[Reply | None, ...], observed: Mapping[str, float], token: str
    ) -> tuple[Order, ...]:
        """The weight before, by the router's word, else the usual one."""
        told = any(reply.items for reply in replies if reply)
        if replies and not told:
            return (self._order(args, self.usual),)
        return super().inverse(args, replies, observed, token)

    def problem(self, args: Args, facts: Facts) -> Words | None:  # noqa: ARG002 - the weight alone decides
        """A weight is no less than nothing."""
        return None if number_of(args, "weight") >= 0 else Words("权重不能为负", "a weight is not below 0")

    def choose(self, name: str, args: Args, world: World) -> Choice:
        """The category for which most wait (at a dark site, its first); a known site that lists the verb."""
        facts, site = world.facts, text_of(args, "site")
        if name == "category":
            found = busiest_category(site, facts)
            return found if found.value is not None else Choice(next(iter(facts.categories(site)), None), found.reason)
        known = [other for other in facts.sites() if is_known(facts, other)]
        able = [other for other in known if facts.can(other, self.name)] or known
        others = [other for other in able if args["category"] in facts.categories(other)] or able
        return Choice(next(iter(others), None), Words("没有可用的路由", "no site is known that could route"))

    def _order(self, args: Args, weight: float) -> Order:
        body = {"category": args["category"], "weights": {text_of(args, "site"): weight}}
        return Order(self.site_of(args), self.name, body)
