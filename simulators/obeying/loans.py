"""Orders that lend agents: between sites, and between the groups of one."""

from __future__ import annotations

from simulators.obeying.outcome import Done, Refused, counted
from simulators.obeying.targets import fits, group_for
from simulators.orders_people import AssignAgents, BorrowAgents, LendAgents, ReturnAgents
from simulators.transfers import Transfer
from simulators.world import World

FLEX_LEAD_S = 180
"""Within a site a switch of groups takes two to five minutes (the catalogue of plays)."""
FLEX_EFFICIENCY = (0.7, 0.9)
"""Speed in another group of the site on arrival, and after half an hour (the catalogue of plays)."""


def lend(world: World, site: str, order: LendAgents) -> Done | Refused:
    """At the donor: agents go to another site."""
    if order.to_site not in world.sites or order.to_site == site:
        return Refused("BAD_ARGS", f"to_site: {order.to_site!r} is not another site")
    group = group_for(world, site, order.group, order.category, lending=True)
    if isinstance(group, Refused):
        return group
    known = world.transfers.loans.get(order.transfer)
    if known is not None and known.origin >= 0:
        return Refused("CONFLICT", f"transfer {order.transfer!r} exists already")
    if known is not None and known.to_site != world.sites.index(order.to_site):
        return Refused("CONFLICT", f"transfer {order.transfer!r} is expected at another site")
    if known is not None and not fits(world, group, known.target):
        return Refused("PRECONDITION", "these agents do not know the category of the group that waits for them")
    loan = known or Transfer(order.transfer, to_site=world.sites.index(order.to_site))
    before = int(world.staff.accepting[group])
    moved = world.transfers.lend(loan, group, order.count)
    item = {"target": world.layout.groups[group].id, "before": before, "after": before - moved}
    return counted(item, order.count, moved, "no agent above the reserve", world.scenario.lead_time)


def borrow(world: World, site: str, order: BorrowAgents) -> Done | Refused:
    """At the receiver: agents of a transfer join a group here."""
    here = world.sites.index(site)
    if order.from_site not in world.sites or order.from_site == site:
        return Refused("BAD_ARGS", f"from_site: {order.from_site!r} is not another site")
    group = group_for(world, site, order.group, order.category)
    if isinstance(group, Refused):
        return group
    loan = world.transfers.loans.get(order.transfer)
    if loan is None:
        loan = world.transfers.loans[order.transfer] = Transfer(order.transfer, to_site=here, asked=order.count)
        expected = order.count
    elif loan.to_site != here or loan.target >= 0:
        return Refused("CONFLICT", f"transfer {order.transfer!r} is not for this site, or was received already")
    elif not fits(world, loan.origin, group):
        return Refused("PRECONDITION", "these agents do not know this category")
    else:
        expected = loan.bound_for_target
    loan.target = group
    before = int(world.staff.borrowed[group])
    item = {"target": world.layout.groups[group].id, "before": before, "after": before + expected}
    return counted(item, order.count, min(expected, order.count), "nobody is on the way", world.scenario.lead_time)


def give_back(world: World, site: str, order: ReturnAgents) -> Done | Refused:
    """At the receiver: agents of a transfer go back to where they came from."""
    loan = world.transfers.loans.get(order.transfer)
    if loan is None or loan.idle or loan.to_site != world.sites.index(site):
        return Refused("PRECONDITION", f"transfer {order.transfer!r} is not at this site")
    if loan.origin < 0:
        del world.transfers.loans[loan.id]
        return Done("done", ({"target": "", "before": 0, "after": 0, "asked": 0, "moved": 0},))
    before = loan.bound_for_target
    moved = world.transfers.give_back(loan, world.tick)
    target = world.layout.groups[loan.target].id if loan.target >= 0 else ""
    item = {"target": target, "before": before, "after": before - moved, "asked": before, "moved": moved}
    lead = world.scenario.lead_time if loan.lead < 0 else float(loan.lead)
    return Done("done", (item,), lead)


def assign(world: World, site: str, order: AssignAgents) -> Done | Refused:
    """Agents of one group work for another of the same site."""
    if order.transfer in world.transfers.loans:
        return Refused("CONFLICT", f"transfer {order.transfer!r} exists already")
    origin = group_for(world, site, None, order.from_category)
    target = group_for(world, site, None, order.to_category)
    if isinstance(origin, Refused):
        return origin
    if isinstance(target, Refused):
        return target
    if origin == target or not fits(world, origin, target):
        return Refused("PRECONDITION", f"agents for {order.from_category!r} do not know {order.to_category!r}")
    here = world.sites.index(site)
    loan = Transfer(order.transfer, to_site=here, target=target, lead=FLEX_LEAD_S, efficiency=FLEX_EFFICIENCY)
    before = int(world.staff.accepting[origin])
    moved = world.transfers.lend(loan, origin, order.count)
    item = {"target": world.layout.groups[origin].id, "before": before, "after": before - moved}
    return counted(item, order.count, moved, "no agent above the reserve", float(FLEX_LEAD_S))
