"""A whole drill as on the day: every site its own WebSocket server, the desk on its thread, time ten times as fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from console.clock import DeskClock
from console.desk import DeskThread
from console.headless import drill_core
from console.intents import AskPreview, RevertRun, SetPace, StartPlaybook
from console.view import DeskView
from feeds.journal import Journal
from feeds.link import Address
from simulators.scenario import load_scenario
from simulators.sites_thread import SitesThread
from simulators.world import World


@contextmanager
def drill(name: str, ahead_s: int = 0) -> Iterator[DeskThread]:
    """A started drill, `ahead_s` seconds into its scenario."""
    scenario = load_scenario(name)
    world = World(scenario, 7)
    for _ in range(ahead_s):
        world.step()
    clock = DeskClock(world.now, 10.0)
    sites = SitesThread(world, clock.now, token="t")
    urls = sites.start()
    desk = DeskThread(
        drill_core(scenario, 7, Journal()),
        clock,
        [Address(site, url, "t") for site, url in urls.items()],
        operator="duty-1",
    )
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()
        sites.stop()
    assert sites.failure is None
    assert desk.failure is None


def until(desk: DeskThread, true: Callable[[DeskView], bool], seconds: float = 30.0) -> DeskView:
    end = time.monotonic() + seconds
    while not true(desk.view):
        assert time.monotonic() < end, "it did not come true in time"
        assert desk.failure is None
        time.sleep(0.01)
    return desk.view


def all_live(view: DeskView) -> bool:
    return all(site.state == "live" for site in view.board.sites)


def test_sites_go_dark_and_come_back() -> None:
    with drill("site-dark") as desk:
        view = until(desk, all_live)
        assert sum(sum(link.faults.values()) for link in view.links.values()) == 0
        desk.submit(SetPace(60.0), "duty-1").result(5)
        view = until(desk, lambda v: any(alert.rule == "site-dark" and alert.state == "firing" for alert in v.alerts))
        assert any(site.state == "unknown" for site in view.board.sites)
        until(desk, all_live)


def test_a_playbook_runs_is_seen_on_the_board_and_is_reverted() -> None:
    with drill("double11-midnight", ahead_s=900) as desk:
        until(desk, all_live)
        before = desk.view.board.by_id["hefei"]
        given = {"site": "hefei", "category": "apparel", "share": 0.7}
        preview = desk.submit(AskPreview("bot-overflow", given), "duty-1").result(5).preview
        assert preview is not None
        assert preview.ok, preview.refusals
        assert desk.submit(StartPlaybook(preview), "duty-1").result(5).ok
        run = until(desk, lambda v: bool(v.runs) and str(v.runs[0].state) == "active").runs[0]
        queues = [i for i, row in enumerate(before.rows) if row.category == "apparel" and row.channel != "voice"]
        until(desk, lambda v: v.board.by_id["hefei"].columns["bot_share"][queues] == pytest.approx(0.7))
        assert desk.submit(RevertRun(run.id), "duty-1").result(5).ok
        until(desk, lambda v: str(v.runs[0].state) == "reverted")
        old = before.columns["bot_share"][queues]
        until(desk, lambda v: v.board.by_id["hefei"].columns["bot_share"][queues] == pytest.approx(old))


def test_a_pause_stops_the_clock_and_nothing_goes_dark() -> None:
    with drill("site-dark") as desk:
        until(desk, all_live)
        desk.submit(SetPace(0.0), "duty-1").result(5)
        at, number = desk.view.at, desk.view.number
        view = until(desk, lambda v: v.number > number + 3)
        assert view.at - at < 1.0
        assert all(site.state in ("live", "late") for site in view.board.sites)
