"""What a command says to a site, in words: for the story of a run."""

from __future__ import annotations

from collections.abc import Mapping

from playbooks.words import Words

_VERBS: Mapping[str, tuple[str, str]] = {
    "lend_agents": ("借出", "lend"),
    "borrow_agents": ("接收借调", "take on"),
    "return_agents": ("归还人员", "send people home to where they came from"),
    "assign_agents": ("组间调人", "move"),
    "call_in": ("召回", "call in"),
    "release_agents": ("放回召来的人员", "let called-in people go"),
    "send_home": ("安排下班", "send home"),
    "recall_agents": ("召回已下班人员", "call people back"),
    "set_rest_allowance": ("设置小休额度", "set the allowance for rest"),
    "set_wrap_up": ("设置话后时长", "set the wrap-up time"),
    "set_supervisors": ("组长质检上线", "put supervisors on the queue"),
    "set_concurrency_cap": ("设置接待上限", "set the concurrency cap"),
    "set_routing_weights": ("设置分流权重", "set the routing weights"),
    "set_priority": ("设置优先级", "set the priority"),
    "set_greeting": ("设置排队提示", "set the greeting"),
    "set_snippets": ("设置快捷话术", "set the local snippets"),
    "set_callback": ("设置回拨", "set callback"),
    "set_queue_cap": ("设置队列上限", "set the queue cap"),
    "set_topic_answer": ("设置统一话术", "set the answer to a topic"),
    "stop_topic": ("止源", "stop the cause"),
    "set_bot_share": ("设置机器人分流", "set the bot's share"),
}

_ARGUMENTS: Mapping[str, tuple[str, str]] = {
    "count": ("{} 人", "{} people"),
    "to_site": ("至 {}", "to {}"),
    "from_site": ("来自 {}", "from {}"),
    "category": ("{}", "{}"),
    "from_category": ("由 {}", "from {}"),
    "to_category": ("转 {}", "to {}"),
    "topic": ("话题 {}", "topic {}"),
    "share": ("{}", "{}"),
    "allowance": ("{}", "{}"),
    "cap": ("{}", "{}"),
    "level": ("{}", "{}"),
    "wait_s": ("{} 秒", "{} s"),
    "on": ("{}", "{}"),
}
"""Which arguments are said, in this order."""

_SHARES = frozenset({"share", "allowance"})


def command_words(verb: str, args: Mapping[str, object]) -> Words:
    """The command with what it asks for; values that go back to what they were are counted, not listed."""
    zh, en = _VERBS.get(verb, (verb, verb))
    said = [(template, _value(name, args[name])) for name, template in _ARGUMENTS.items() if name in args]
    parts_zh = [template[0].format(value.zh) for template, value in said]
    parts_en = [template[1].format(value.en) for template, value in said]
    back = next((value for value in args.values() if isinstance(value, dict) and value), None)
    if back is not None:
        parts_zh.append("，".join(f"{name} {_plain(value)}" for name, value in sorted(back.items())[:2]))
        parts_en.append(", ".join(f"{name} {_plain(value)}" for name, value in sorted(back.items())[:2]))
        if len(back) > 2:
            parts_zh.append(f"等 {len(back)} 项")
            parts_en.append(f"and {len(back) - 2} more")
    return Words(" ".join((zh, *parts_zh)), " ".join((en, *parts_en)))


def _value(name: str, value: object) -> Words:
    if isinstance(value, bool):
        return Words("开", "on") if value else Words("关", "off")
    if name in _SHARES and isinstance(value, int | float):
        return Words(f"{value:.0%}", f"{value:.0%}")
    return Words(_plain(value), _plain(value))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
