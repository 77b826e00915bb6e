"""Carries orders out at one site of the world. Values come back; nothing here talks to anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from simulators.orders import BorrowAgents, LendAgents, Order, ReturnAgents, SetBotShare, SetConcurrencyCap
from simulators.transfers import Transfer
from simulators.world import World

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What an order did, target by target, and how long until it shows in full."""

    state: Literal["done", "partial", "failed"]
    items: tuple[Item, ...]
    eta_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an order was not carried out: a code of the contract, and whether trying again can help."""

    code: str
    why: str
    retry: bool = False


def carry_out(world: World, site: str, order: Order) -> Done | Refused:
    """Carries out an order at a site, at once and completely, or refuses it without effect."""
    match order:
        case LendAgents():
            return _lend(world, site, order)
        case BorrowAgents():
            return _borrow(world, site, order)
        case ReturnAgents():
            return _give_back(world, site, order)
        case SetBotShare():
            return _set_bot_share(world, site, order)
        case SetConcurrencyCap():
            return _set_cap(world, site, order)
    raise TypeError(type(order).__name__)


def _lend(world: World, site: str, order: LendAgents) -> Done | Refused:
    if order.to_site not in world.sites or order.to_site == site:
        return Refused("BAD_ARGS", f"to_site: {order.to_site!r} is not another site")
    group = _group(world, site, order)
    if isinstance(group, Refused):
        return group
    known = world.transfers.loans.get(order.transfer)
    if known is not None and known.origin >= 0:
        return Refused("CONFLICT", f"transfer {order.transfer!r} exists already")
    if known is not None and known.to_site != world.sites.index(order.to_site):
        return Refused("CONFLICT", f"transfer {order.transfer!r} is expected at another site")
    if known is not None and not _fits(world, group, known.target):
        return Refused("PRECONDITION", "these agents do not know the category of the group that waits for them")
    loan = known or Transfer(order.transfer, to_site=world.sites.index(order.to_site))
    before = int(world.staff.accepting[group])
    moved = world.transfers.lend(loan, group, order.count)
    item = {"target": world.layout.groups[group].id, "before": before, "after": before - moved}
    return _counted(item, order.count, moved, "no agent above the reserve", world.scenario.lead_time)


def _borrow(world: World, site: str, order: BorrowAgents) -> Done | Refused:
    here = world.sites.index(site)
    if order.from_site not in world.sites or order.from_site == site:
        return Refused("BAD_ARGS", f"from_site: {order.from_site!r} is not another site")
    group = _group(world, site, order)
    if isinstance(group, Refused):
        return group
    loan = world.transfers.loans.get(order.transfer)
    if loan is None:
        loan = world.transfers.loans[order.transfer] = Transfer(order.transfer, to_site=here, asked=order.count)
        expected = order.count
    elif loan.to_site != here or loan.target >= 0:
        return Refused("CONFLICT", f"transfer {order.transfer!r} is not for this site, or was received already")
    elif not _fits(world, loan.origin, group):
        return Refused("PRECONDITION", "these agents do not know this category")
    else:
        expected = loan.bound_for_target
    loan.target = group
    before = int(world.staff.borrowed[group])
    item = {"target": world.layout.groups[group].id, "before": before, "after": before + expected}
    return _counted(item, order.count, min(expected, order.count), "nobody is on the way", world.scenario.lead_time)


def _give_back(world: World, site: str, order: ReturnAgents) -> Done | Refused:
    loan = world.transfers.loans.get(order.transfer)
    if loan is None or loan.to_site != world.sites.index(site):
        return Refused("PRECONDITION", f"transfer {order.transfer!r} is not at this site")
    if loan.origin < 0:
        del world.transfers.loans[loan.id]
        return Done("done", ({"target": "", "before": 0, "after": 0, "asked": 0, "moved": 0},))
    before = loan.bound_for_target
    moved = world.transfers.give_back(loan, world.tick)
    target = world.layout.groups[loan.target].id if loan.target >= 0 else ""
    item = {"target": target, "before": before, "after": before - moved, "asked": before, "moved": moved}
    return Done("done", (item,), world.scenario.lead_time)


def _set_bot_share(world: World, site: str, order: SetBotShare) -> Done:
    share = world.bot.share
    if order.shares is not None:
        wanted = dict(order.shares)
    else:
        ids = _with_bot(world, site) if order.queues == "*" else order.queues or []
        wanted = dict.fromkeys(ids, order.share or 0.0)
    items: list[Item] = []
    for queue, value in wanted.items():
        number = world.layout.queue_of.get((site, queue))
        if number is None:
            items.append({"target": queue, "before": None, "after": None, "error": "no such queue"})
        elif not world.layout.chat[number]:
            items.append({"target": queue, "before": 0.0, "after": 0.0, "error": "no bot on a voice queue"})
        else:
            items.append({"target": queue, "before": float(share[number]), "after": float(value)})
            share[number] = value
    return _settled(items)


def _set_cap(world: World, site: str, order: SetConcurrencyCap) -> Done:
    cap = world.staff.cap
    if order.caps is not None:
        wanted = dict(order.caps)
    else:
        every = [
            name
            for (where, name), number in world.layout.group_of.items()
            if where == site and not world.layout.voice[number]
        ]
        ids = every if order.group == "*" else [order.group or ""]
        wanted = dict.fromkeys(ids, order.cap or 1)
    items: list[Item] = []
    for name, value in wanted.items():
        number = world.layout.group_of.get((site, name))
        if number is None:
            items.append({"target": name, "before": None, "after": None, "error": "no such group"})
        elif world.layout.voice[number]:
            items.append({"target": name, "before": 1, "after": 1, "error": "a voice agent holds one contact"})
        else:
            items.append({"target": name, "before": int(cap[number]), "after": value})
            cap[number] = value
    return _settled(items)


def _group(world: World, site: str, order: LendAgents | BorrowAgents) -> int | Refused:
    """The group that an order means: by its id, by its category, or (to lend) the largest that knows the category."""
    layout = world.layout
    here = {name: number for (where, name), number in layout.group_of.items() if where == site}
    if order.group is not None:
        return here.get(order.group, Refused("BAD_ARGS", f"group: {order.group!r} is not at this site"))
    own = [number for number in here.values() if layout.groups[number].category == order.category]
    if not own and isinstance(order, LendAgents):
        able = [number for number in here.values() if order.category in layout.groups[number].knows]
        own = sorted(able, key=lambda number: (-world.transfers.lendable(number), number))
    return own[0] if own else Refused("PRECONDITION", f"category: nobody here knows {order.category!r}")


def _fits(world: World, origin: int, target: int) -> bool:
    donor, receiver = world.layout.groups[origin], world.layout.groups[target]
    return receiver.category == donor.category or receiver.category in donor.knows


def _with_bot(world: World, site: str) -> Iterable[str]:
    here = [(number, queue) for (where, queue), number in world.layout.queue_of.items() if where == site]
    return [queue for number, queue in here if world.layout.chat[number]]


def _counted(item: Item, asked: int, moved: int, nothing: str, eta_s: float) -> Done:
    item |= {"asked": asked, "moved": moved}
    if not moved:
        return Done("failed", (item | {"error": nothing},))
    return Done("done" if moved == asked else "partial", (item,), eta_s)


def _settled(items: list[Item]) -> Done:
    wrong = sum("error" in item for item in items)
    if not wrong:
        return Done("done", tuple(items))
    return Done("failed" if wrong == len(items) else "partial", tuple(items))
