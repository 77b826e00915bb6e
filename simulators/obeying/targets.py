"""Which groups and queues of a site an order means."""

from __future__ import annotations

from simulators.obeying.outcome import Refused
from simulators.world import World


def group_for(
    world: World, site: str, group: str | None, category: str | None, *, lending: bool = False
) -> int | Refused:
    """The group of a site by its id or its category, or (to lend) the largest that knows the category."""
    layout = world.layout
    here = groups_of(world, site)
    if group is not None:
        return here.get(group, Refused("BAD_ARGS", f"group: {group!r} is not at this site"))
    own = [number for number in here.values() if layout.groups[number].category == category]
    if not own and lending:
        able = [number for number in here.values() if category in layout.groups[number].knows]
        own = sorted(able, key=lambda number: (-world.transfers.lendable(number), number))
    return own[0] if own else Refused("PRECONDITION", f"category: nobody here knows {category!r}")


def groups_of(world: World, site: str) -> dict[str, int]:
    """The groups of a site: id → index."""
    return {name: number for (where, name), number in world.layout.group_of.items() if where == site}


def queues_of(world: World, site: str, *, chat: bool | None = None) -> list[str]:
    """The ids of a site's queues; only those of conversations, or only those of calls."""
    here = [(number, queue) for (where, queue), number in world.layout.queue_of.items() if where == site]
    return [queue for number, queue in here if chat is None or bool(world.layout.chat[number]) == chat]


def fits(world: World, origin: int, target: int) -> bool:
    """Whether agents of one group can work for another."""
    donor, receiver = world.layout.groups[origin], world.layout.groups[target]
    return receiver.category == donor.category or receiver.category in donor.knows
