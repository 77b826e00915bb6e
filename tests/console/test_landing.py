"""Frames of one moment taken in one go: the same alerts, journal and figures as one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from console.auto_player import AutoPlayer
from console.desk_core import DeskCore
from console.headless import drill_core
from console.lockstep import LockStep
from console.wire import MemoryWire
from feeds.journal import Journal
from simulators.scenario import load_scenario
from simulators.world import World


def played(scenario: str, seconds: int, *, one_by_one: bool) -> tuple[list[Any], DeskCore]:
    """The journal of a drill with the built-in player."""
    chosen = load_scenario(scenario)
    world, journal = World(chosen, 5), Journal()
    core = drill_core(chosen, 5, journal)
    if one_by_one:
        together = core.receive_all

        def alone(messages: Iterable[tuple[str, bytes]], now: float) -> None:
            for message in messages:
                together((message,), now)

        core.receive_all = alone  # type: ignore[method-assign]
    drill = LockStep(world, core, MemoryWire(), AutoPlayer(core, world.now))
    drill.begin()
    for _ in range(seconds):
        drill.step()
    return [(entry.at_ns, entry.kind, entry.actor, entry.body) for entry in journal.entries()], core


@pytest.mark.parametrize(
    ("scenario", "seconds"),
    [("site-dark", 150), ("m03-duplicated-batch", 60), ("d15-everything-at-once", 75)],
)
def test_a_drill_is_the_same_however_many_frames_are_taken_at_once(scenario: str, seconds: int) -> None:
    together, core = played(scenario, seconds, one_by_one=False)
    alone, other = played(scenario, seconds, one_by_one=True)
    assert together == alone
    now = core.board.view(0.0).sites[0].at
    for site in core.board.sessions:
        mine, theirs = core.clocks.columns(site, now), other.clocks.columns(site, now)
        for name in mine:
            np.testing.assert_array_equal(mine[name], theirs[name])
    for site in core.seen:
        np.testing.assert_array_equal(core.seen[site].columns["waiting"], other.seen[site].columns["waiting"])


def test_clocks_of_several_sites_at_once_are_those_of_each() -> None:
    _, core = played("d15-everything-at-once", 75, one_by_one=False)
    now = max(site.at for site in core.board.view(0.0).sites)
    sites = [site.id for site in core.board.view(now).sites if site.state == "live"]
    assert len(sites) > 3
    assert core.clocks.forecast
    whole = core.clocks.stacked_columns(sites, now)
    each = [core.clocks.columns(site, now) for site in sites]
    for name in whole:
        np.testing.assert_array_equal(whole[name], np.concatenate([one[name] for one in each]))
    own = np.array([row.kind == "site" for site in sites for row in core.board.site_view(site, now).rows])
    of_sites = core.clocks.stacked_columns(sites, now, own_only=True)
    for name in whole:
        np.testing.assert_array_equal(of_sites[name][own], whole[name][own])
