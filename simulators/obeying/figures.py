"""Orders that set a figure for some queues or groups: shares, caps, levels and switches."""

from __future__ import annotations

from collections.abc import Callable

from simulators.levers import callback, greeting, snippets, wrap_up
from simulators.levers.ordered import Ordered
from simulators.obeying.outcome import Done, Item, settled
from simulators.obeying.targets import groups_of, queues_of
from simulators.order import Setting
from simulators.orders_people import SetConcurrencyCap
from simulators.orders_queues import (
    SetBotShare,
    SetCallback,
    SetGreeting,
    SetPriority,
    SetQueueCap,
    SetSnippets,
    SetWrapUp,
)
from simulators.world import World


def set_bot_share(world: World, site: str, order: SetBotShare) -> Done:
    """How many new contacts meet the bot."""
    share = world.bot.share
    items: list[Item] = []
    for queue, value in order.wanted(queues_of(world, site, chat=True)).items():
        number = world.layout.queue_of.get((site, queue))
        if number is None:
            items.append(_unknown(queue, "no such queue"))
        elif not world.layout.chat[number]:
            items.append({"target": queue, "before": 0.0, "after": 0.0, "error": "no bot on a voice queue"})
        else:
            items.append({"target": queue, "before": float(share[number]), "after": float(value)})
            share[number] = value
    return settled(items)


def set_cap(world: World, site: str, order: SetConcurrencyCap) -> Done:
    """How many contacts an agent may hold."""
    cap, here = world.staff.cap, groups_of(world, site)
    items: list[Item] = []
    for name, value in order.wanted([name for name, number in here.items() if not world.layout.voice[number]]).items():
        if name not in here:
            items.append(_unknown(name, "no such group"))
        elif world.layout.voice[here[name]]:
            items.append({"target": name, "before": 1, "after": 1, "error": "a voice agent holds one contact"})
        else:
            items.append({"target": name, "before": int(cap[here[name]]), "after": value})
            cap[here[name]] = value
    return settled(items)


def set_wrap_up(world: World, site: str, order: SetWrapUp) -> Done:
    """How much of the usual wrap-up is done."""
    return _set(world, site, order, world.levers.wrap_up, float, eta_s=wrap_up.FULL_S)


def set_priority(world: World, site: str, order: SetPriority) -> Done:
    """Which queues are answered first."""
    done = _set(world, site, order, world.levers.priority, int)
    world.levers.priority.arrange(world.lines, world.contacts)
    return done


def set_greeting(world: World, site: str, order: SetGreeting) -> Done:
    """Whether customers are told how long they will wait."""
    return _set(world, site, order, world.levers.greeting, int, eta_s=greeting.FULL_S)


def set_snippets(world: World, site: str, order: SetSnippets) -> Done:
    """Whether agents work with local snippets."""
    return _set(world, site, order, world.levers.snippets, int, eta_s=snippets.FULL_S)


def set_callback(world: World, site: str, order: SetCallback) -> Done:
    """From which expected wait callers are offered a callback."""
    return _set(world, site, order, world.levers.callback, float, chat=False, eta_s=float(callback.BEGINS_S))


def set_queue_cap(world: World, site: str, order: SetQueueCap) -> Done:
    """How many may wait."""
    return _set(world, site, order, world.levers.queue_cap, int)


def _set(
    world: World,
    site: str,
    order: Setting,
    lever: Ordered,
    kind: Callable[[float], float],
    *,
    chat: bool | None = None,
    eta_s: float = 0.0,
) -> Done:
    """Sets a lever of the queues; `kind` is the type of its figures, `chat` which queues have it."""
    items: list[Item] = []
    for queue, value in order.wanted(queues_of(world, site, chat=chat)).items():
        number = world.layout.queue_of.get((site, queue))
        if number is None:
            items.append(_unknown(queue, "no such queue"))
        elif chat is not None and bool(world.layout.chat[number]) != chat:
            items.append(_unknown(queue, "only a voice queue has it"))
        else:
            before = lever.order(number, value, world.tick)
            items.append({"target": queue, "before": kind(before), "after": kind(value)})
    return settled(items, eta_s)


def _unknown(target: str, why: str) -> Item:
    return {"target": target, "before": None, "after": None, "error": why}
