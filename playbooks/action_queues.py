"""Settings of queues: wrap-up, greeting, snippets, callback, cap, priority."""

from __future__ import annotations

from playbooks.action import Args, Argument, Choice, World
from playbooks.action_switch import ALL, SetOnTargets, names_or_all
from playbooks.words import Words

_SITE = Argument("site", "site")
_QUEUES = Argument("queues", "queues", default=(ALL,))


class SetOnQueues(SetOnTargets):
    """A setting of some queues of a site, `["*"]` for all that it fits."""

    def body(self, args: Args) -> dict[str, object]:
        """The queues."""
        return {"queues": names_or_all(args, "queues")}


class SetWrapUp(SetOnQueues):
    """`set_wrap_up {site, queues, share}`: 1 the full wrap-up, 0 none; what is left undone comes back as work."""

    name = "set_wrap_up"
    arguments = (_SITE, _QUEUES, Argument("share", "share"))
    value, plural, usual, metric = "share", "shares", 1.0, "wrap_up_share"
    says = Words("{site} 话后整理缩至 {share} 倍", "Wrap-up at {site} down to {share} of the usual")


class SetGreeting(SetOnQueues):
    """`set_greeting {site, queues, on}`: the expected wait is told, and a message can be left."""

    name = "set_greeting"
    arguments = (_SITE, _QUEUES, Argument("on", "switch"))
    value, plural, usual, whole, metric = "on", "states", 0.0, True, "greeting_on"
    says = Words("{site} 排队提示与留言:{on}", "Expected wait and leave-message at {site}: {on}")


class SetSnippets(SetOnQueues):
    """`set_snippets {site, queues, on}`: local snippets and off-line look-up."""

    name = "set_snippets"
    arguments = (_SITE, _QUEUES, Argument("on", "switch"))
    value, plural, usual, whole, metric = "on", "states", 0.0, True, "snippets_on"
    says = Words("{site} 本地话术与离线查单:{on}", "Local snippets and off-line look-up at {site}: {on}")


class SetCallback(SetOnQueues):
    """`set_callback {site, queues, wait_s}`: on voice, who would wait longer is called back; 0 is off."""

    name = "set_callback"
    arguments = (_SITE, _QUEUES, Argument("wait_s", "seconds"))
    value, plural, usual, metric = "wait_s", "waits", 0.0, "callback_after_s"
    says = Words(
        "{site} 热线等待超过 {wait_s} 秒转回拨", "Call back whoever would wait longer than {wait_s} s at {site}"
    )


class SetQueueCap(SetOnQueues):
    """`set_queue_cap {site, queues, cap}`: newcomers beyond it are deflected; 0 is no cap."""

    name = "set_queue_cap"
    arguments = (_SITE, Argument("queues", "queues"), Argument("cap", "count"))
    value, plural, usual, whole, metric = "cap", "caps", 0.0, True, "queue_cap"
    says = Words("{site} 排队上限 {cap} 人({queues})", "Queue cap {cap} at {site} ({queues})")


class SetPriority(SetOnQueues):
    """`set_priority {site, phase, queues, level}`: higher levels are answered first; 0 is the usual.

    Left out, the queues are those of the phase.
    """

    name = "set_priority"
    arguments = (
        _SITE,
        Argument("phase", "name", default="pre"),
        Argument("queues", "queues", auto=True),
        Argument("level", "number"),
    )
    value, plural, usual, whole, metric = "level", "levels", 0.0, True, "queue_priority"
    says = Words("{site} 优先级 {level}:{queues}", "Priority {level} at {site}: {queues}")

    def choose(self, name: str, args: Args, world: World) -> Choice:  # noqa: ARG002 - only queues are chosen
        """The queues of the phase."""
        site, facts = str(args["site"]), world.facts
        found = tuple(queue for queue in facts.queues(site) if facts.phase(site, queue) == args["phase"])
        why = Words(f"{site} 无「{args['phase']}」队列", f"{site} has no queue of phase {args['phase']}")
        return Choice(found) if found else Choice(None, why)
