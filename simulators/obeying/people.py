"""Orders about the people of a site: their rest, supervisors, who comes in from outside and who goes home."""

from __future__ import annotations

from simulators.levers import called_in, rest_allowance, supervisors
from simulators.obeying.outcome import Done, Item, Refused, counted, settled
from simulators.obeying.targets import group_for, groups_of
from simulators.orders_people import (
    CallIn,
    RecallAgents,
    ReleaseAgents,
    SendHome,
    SetRestAllowance,
    SetSupervisors,
)
from simulators.scenario import REST_REASONS
from simulators.transfers import Transfer
from simulators.world import World

RECALL_S = 1800
"""Whoever was sent home is back half an hour after being asked (the contract)."""

_PUT_OFF = ("ordinary", "meal", "meeting", "coaching", "training", "quality")


def set_rest_allowance(world: World, site: str, order: SetRestAllowance) -> Done | Refused:
    """How much of the planned rest may be taken."""
    if order.allowances is not None:
        wanted = dict(order.allowances)
    else:
        groups = groups_of(world, site) if order.group == "*" else [order.group]
        wanted = {f"{group}/{reason}": order.allowance or 0.0 for group in groups for reason in order.reasons or ()}
    return settled([_allow(world, site, target, value) for target, value in wanted.items()], 300.0)


def _allow(world: World, site: str, target: str, value: float) -> Item:
    name, _, reason = target.partition("/")
    reason = "ordinary" if reason == "break" else reason
    item: Item = {"target": f"{name}/{reason}", "before": None, "after": None}
    group = groups_of(world, site).get(name)
    if group is None or reason not in _PUT_OFF:
        return item | {"error": "no such group" if group is None else f"expected one of {', '.join(_PUT_OFF)}"}
    lever, place = world.levers.rest, [str(one) for one in REST_REASONS].index(reason)
    if value < 1 and lever.overdue(group, place, world.tick):
        before = float(lever.ordered[group, place])
        hours = f"{rest_allowance.LATEST_S // 60} min"
        return item | {"before": before, "after": before, "error": f"put off for {hours} already: they go"}
    return item | {"before": lever.order(group, place, value, world.tick), "after": float(value)}


def set_supervisors(world: World, site: str, order: SetSupervisors) -> Done | Refused:
    """How many supervisors take contacts."""
    here = groups_of(world, site)
    if order.counts is not None:
        wanted = dict(order.counts)
    else:
        group = group_for(world, site, order.group, order.category)
        if isinstance(group, Refused):
            return group
        wanted = {world.layout.groups[group].id: order.count or 0}
    lever = world.levers.supervisors
    items: list[Item] = []
    for name, count in wanted.items():
        if name not in here:
            items.append({"target": name, "before": None, "after": None, "error": "no such group"})
            continue
        heads = min(count, int(lever.most[here[name]]))
        before = int(lever.order(here[name], heads, world.tick))
        items.append({"target": name, "before": before, "after": heads, "asked": count, "moved": heads})
    return settled(items, supervisors.JOIN_UNTIL_S)


def call_in(world: World, site: str, order: CallIn) -> Done | Refused:
    """People from outside the roster come in."""
    calls = world.levers.called_in
    if order.transfer in calls.calls:
        return Refused("CONFLICT", f"transfer {order.transfer!r} exists already")
    group = group_for(world, site, order.group, order.category)
    if isinstance(group, Refused):
        return group
    before = int(calls.working()[group])
    moved = calls.call(order.transfer, group, order.count, order.pool, world.tick)
    item: Item = {"target": world.layout.groups[group].id, "before": before, "after": before + moved}
    return counted(item, order.count, moved, f"nobody left in the pool {order.pool}", called_in.COME_UNTIL_S)


def release(world: World, site: str, order: ReleaseAgents) -> Done | Refused:
    """People called in go."""
    made = world.levers.called_in.calls.get(order.transfer)
    if made is None or world.sites[world.layout.group_site[made.group]] != site:
        return Refused("PRECONDITION", f"transfer {order.transfer!r} is not at this site")
    before = made.bound
    moved = world.levers.called_in.release(made)
    return Done("done", (_back(world.layout.groups[made.group].id, before, moved),))


def send_home(world: World, site: str, order: SendHome) -> Done | Refused:
    """Agents go home before their shift ends."""
    if order.transfer in world.transfers.loans:
        return Refused("CONFLICT", f"transfer {order.transfer!r} exists already")
    group = group_for(world, site, order.group, order.category)
    if isinstance(group, Refused):
        return group
    loan = Transfer(order.transfer, to_site=-1, lead=RECALL_S, idle=True)
    before = int(world.staff.accepting[group])
    moved = world.transfers.lend(loan, group, order.count)
    item: Item = {"target": world.layout.groups[group].id, "before": before, "after": before - moved}
    return counted(item, order.count, moved, "no agent above the reserve", 0.0)


def recall(world: World, site: str, order: RecallAgents) -> Done | Refused:
    """Agents who were sent home come back."""
    loan = world.transfers.loans.get(order.transfer)
    if loan is None or not loan.idle or world.sites[world.layout.group_site[loan.origin]] != site:
        return Refused("PRECONDITION", f"transfer {order.transfer!r} is not of this site")
    before = loan.bound_for_target
    moved = world.transfers.give_back(loan, world.tick)
    return Done("done", (_back(world.layout.groups[loan.origin].id, before, moved),), RECALL_S)


def _back(target: str, before: int, moved: int) -> Item:
    return {"target": target, "before": before, "after": before - moved, "asked": before, "moved": moved}
