"""Shipped scenarios cut down for tests: fewer sites, and a start shortly before what matters."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from simulators.scenario import Scenario, load_scenario
from simulators.world import World


def cut(name: str, *sites: str, skip: float = 0) -> Scenario:
    """A shipped scenario with only these sites (all where none is named), beginning `skip` minutes later."""
    scenario = load_scenario(name)
    kept = tuple(site for site in scenario.sites if not sites or site.id in sites)
    names = {site.id for site in kept}
    injections = []
    for one in scenario.injections:
        at, length = one.at - skip * 60, getattr(one, "for_", None)
        if getattr(one, "site", "") not in ("", *names) or (length is not None and at + length <= 0):
            continue
        change = {"at": max(at, 0.0)} | ({"for_": length + min(at, 0.0)} if length is not None else {})
        injections.append(one.model_copy(update=change))
    starts = scenario.starts + timedelta(minutes=skip)
    return scenario.model_copy(update={"sites": kept, "starts": starts, "injections": tuple(injections)})


def quiet(scenario: Scenario) -> Scenario:
    """The same day without what is injected."""
    return scenario.model_copy(update={"injections": ()})


def until(world: World, minutes: float) -> World:
    """The world at `minutes` after its start."""
    while world.elapsed < minutes * 60:
        world.step()
    return world


def waiting(world: World) -> dict[str, int]:
    """People waiting at each site."""
    layout = world.layout
    queues = np.bincount(world.contacts.queue[world.lines.slots], minlength=len(layout.queues))
    return dict(zip(layout.sites, np.add.reduceat(queues, layout.queue_start[:-1]).tolist(), strict=True))


def load(world: World, site: str, category: str = "") -> float:
    """Contacts open or waiting over slots of a site's groups, or of those of one category."""
    layout = world.layout
    groups = [
        number for number, group in enumerate(layout.groups)
        if layout.sites[layout.group_site[number]] == site and category in ("", group.category)
    ]  # fmt: skip
    in_line = np.bincount(world.lines.group, minlength=len(layout.groups))
    slots = int(world.staff.slots[groups].sum())
    return float((world.service.held + in_line)[groups].sum()) / max(slots, 1)
