"""A view over the wire: a console shows what the desk knows, and nothing of it once the desk is away."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from console.desk_core import DeskCore
from console.draw.header import banner_lines, header_line
from console.headless import drill_core
from console.intents import Acknowledge, AskPreview, AskWhy, Outcome, ReportSite, StartPlaybook
from console.lockstep import LockStep
from console.people import Reach, SiteLead
from console.picture import Picture
from console.remote.old_view import old_view
from console.remote.outcomes import outcome_of, plain_outcome
from console.remote.plain import pack, unpack
from console.remote.view_copy import ViewCopy
from console.remote.view_parts import ViewParts
from console.view import DeskView
from console.wire import MemoryWire
from feeds.courses import TRACKED, CourseNews
from feeds.journal import Journal
from simulators.scenario import load_scenario
from simulators.world import World
from tests.console.made_drill import overrun

HERE = Reach(up=True, url="ws://desk")


def alike(one: Any, other: Any) -> bool:
    """Equal all the way down, arrays and NaN included; methods that make words are compared by what they say."""
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if is_dataclass(one) and not isinstance(one, type):
        names = [f.name for f in fields(one) if not f.name.startswith("_") and f.name != "words"]
        return all(alike(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(value, other[name]) for name, value in one.items())
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other or (one != one and other != other))


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> tuple[DeskCore, LockStep]:
    _path, scenario = overrun(tmp_path_factory.mktemp("drill"))
    world = World(scenario, 7)
    core = drill_core(scenario, 7, Journal())
    core.people.directory = (SiteLead("hefei", "李伟", "+86 551 1"),)
    steps = LockStep(world, core, MemoryWire())
    steps.begin()
    return core, steps


class Copied:
    """A console that takes each update through the real codec."""

    def __init__(self) -> None:
        self.parts, self.copy = ViewParts(), ViewCopy()

    def take(self, view: DeskView) -> DeskView:
        self.parts.take(view)
        self.copy.take(unpack(pack(self.parts.store.since(self.copy.version))))
        return self.copy.view(view.at, view.number, view.operator, HERE)


def same_view(view: DeskView, copy: DeskView) -> None:
    apart = {"board", "clocks", "histories", "projected", "reach", "links", "alerts"}
    for one in fields(view):
        if one.name not in apart:
            assert alike(getattr(view, one.name), getattr(copy, one.name)), one.name
    assert view.alerts == copy.alerts
    for alert in view.alerts:
        again = next(one for one in copy.alerts if one.id == alert.id)
        assert (again.message_zh, again.message_en) == (alert.message_zh, alert.message_en)
    for site in view.board.sites:
        other = copy.board.by_id[site.id]
        assert (site.state, site.rows, site.at, site.site_row, site.suspect) == (
            (other.state, other.rows, other.at, other.site_row, other.suspect)
        )
        for name in site.last:
            assert alike(site.last[name], other.last[name]), (site.id, name)
            assert alike(site.columns[name], other.columns[name]), (site.id, name)
        assert alike(dict(copy.projected.columns(other)), dict(view.projected.columns(site)))
    for clock in view.clocks.clocks:
        known, told = view.clocks.standing(clock, "queue"), copy.clocks.standing(clock, "queue")
        assert known.keys == told.keys
        assert alike(known.figures.counted, told.figures.counted)
    for name, link in view.links.items():
        assert (copy.links[name].state, copy.links[name].faults) == (link.state, link.faults)
        assert not math.isfinite(link.link_age_s) or abs(copy.links[name].link_age_s - link.link_age_s) < 0.02


def test_a_copy_is_the_view_second_by_second_and_by_leaps(drill: tuple[DeskCore, LockStep]) -> None:
    core, steps = drill
    every, leaping = Copied(), Copied()
    first = core.view(steps.world.now)
    same_view(first, every.take(first))
    for second in range(150):
        steps.step()
        now = steps.world.now
        view = core.view(now)
        if second == 100:
            assert view.alerts
            core.submit(Acknowledge(view.alerts[0].id, "on it"), "duty-1", now)
            core.submit(ReportSite("hefei", up=True, note="floor is up"), "duty-1", now)
            ask = AskPreview("bot-overflow", {"site": "hefei", "category": "apparel"})
            outcome = core.submit(ask, "duty-1", now)
            assert outcome.preview is not None
            core.submit(StartPlaybook(outcome.preview), "duty-1", now)
            view = core.view(now)
            assert view.runs
        copy = every.take(view)
        if second % 10 == 0 or second == 149:
            same_view(view, copy)
        if second % 37 == 0 or second == 149:
            leaping.copy.take(unpack(pack(every.parts.store.since(leaping.copy.version))))
    same_view(view, leaping.copy.view(view.at, view.number, view.operator, HERE))
    assert view.site_words
    histories = every.copy.view(view.at, 1, "", HERE).histories
    assert all(histories.of(alert.id) == view.histories.of(alert.id) for alert in view.alerts)


def test_little_is_said_where_little_changed(drill: tuple[DeskCore, LockStep]) -> None:
    core, steps = drill
    copied = Copied()
    view = core.view(steps.world.now)
    first = copied.take(view)
    whole = len(pack(copied.parts.store.since(0)))
    copied.parts.take(core.view(steps.world.now))
    assert len(pack(copied.parts.store.since(copied.copy.version))) < whole / 50
    again = copied.take(core.view(steps.world.now))
    assert all(a is b for a, b in zip(first.board.sites, again.board.sites, strict=True))
    assert again.clocks.floor is first.clocks.floor


def test_courses_come_whole_and_then_by_the_second(drill: tuple[DeskCore, LockStep]) -> None:
    core, steps = drill
    own, copy = core.board.courses, ViewCopy().courses
    for after in (-1, own.second - 30):
        for site in own.sites():
            news = own.news(site, after)
            assert news is not None
            copy.take(unpacked_news(news))
        steps.step()
    before = copy.second
    for site in own.sites():
        news = own.news(site, before)
        if news is not None:
            copy.take(unpacked_news(news))
    for metric in TRACKED[:4]:
        assert alike(copy.course("hefei", "*", metric, 900, 60), own.course("hefei", "*", metric, 900, 60))
        assert alike(copy.day("*", metric), own.day("*", metric))
    with pytest.raises(ValueError, match="shape"):
        copy.take(replace(news, values=news.values[:, :, :2]) if news else CourseNews("x", (), *_wrong()))


def unpacked_news(news: CourseNews) -> CourseNews:
    plain = unpack(pack({one.name: getattr(news, one.name) for one in fields(news)}))
    return CourseNews(**{**plain, "rows": tuple(plain["rows"])})


def _wrong() -> tuple[Any, Any, Any, Any]:
    return (
        np.zeros(1, np.int64),
        np.zeros((1, 1, 1), np.float32),
        np.zeros(0, np.int64),
        np.zeros((0, 0, 0), np.float32),
    )


def test_without_its_desk_nothing_is_live_green_or_counted(drill: tuple[DeskCore, LockStep]) -> None:
    core, steps = drill
    view = Copied().take(core.view(steps.world.now))
    old = old_view(view, Reach(up=False, url="ws://desk", why="Connection refused"))
    assert {site.state for site in old.board.sites} == {"unknown"}
    assert all(np.isnan(site.columns["waiting"]).all() for site in old.board.sites)
    assert alike(old.board.sites[0].last["waiting"], view.board.sites[0].last["waiting"])
    assert old.alerts == view.alerts
    assert (old.number, old.at) != (view.number, view.at)
    for clock in old.clocks.clocks:
        assert np.isnan(old.clocks.standing(clock, "site").figures.counted).all()
    text = "".join(s[0] for spans in banner_lines(Picture(old), 160, held=None, silent_s=4.0) for s in spans)
    assert "NOT CONNECTED 4s" in text
    assert "Connection refused" in text
    quiet = "".join(span[0] for span in header_line(Picture(replace(old, alerts=())), "x", 160))
    assert "alerts not known" in quiet
    assert "no alerts" not in quiet


def test_answers_cross_whole(drill: tuple[DeskCore, LockStep]) -> None:
    core, steps = drill
    view = core.view(steps.world.now)
    preview = core.submit(AskPreview("bot-overflow", {"site": "hefei"}), "duty-1", steps.world.now)
    why = core.submit(AskWhy("site-dark", "hefei/*"), "duty-1", steps.world.now)
    assert preview.preview is not None
    assert why.why is not None
    for outcome in (preview, why, Outcome("DENIED", "不", "no")):
        assert alike(outcome_of(unpack(pack(plain_outcome(outcome)))), outcome)
    assert view.number


def test_the_largest_scenario_copies_too() -> None:
    world = World(load_scenario("double11-midnight"), 7)
    core = drill_core(load_scenario("double11-midnight"), 7, Journal())
    steps = LockStep(world, core, MemoryWire())
    steps.begin()
    for _ in range(3):
        steps.step()
    view = core.view(world.now)
    same_view(view, Copied().take(view))
