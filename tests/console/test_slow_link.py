"""A terminal that does not keep up: when that is said to be so, what is left out, and that it ends again."""

from __future__ import annotations

import math
from dataclasses import replace
from queue import Queue
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.draw.header import header_line
from console.draw.lines import plain, width_of
from console.driver_watch import DriverWatch
from console.picture import Picture
from console.slow_link import BEHIND_S, CALM_S, MOST_CALM_S, SLOW_AFTER_S, LinkState, SlowLink, Throughput
from tests.console.fake_desk import FakeDesk, alert, desk_view, in_loop

STEP_S = 0.25
BARS = set("▁▂▃▄▅▆▇█")


class Link:
    """A link that is looked at four times a second."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slow = SlowLink()

    def goes(self, seconds: float, behind_s: float = 0.0) -> bool:
        for _ in range(round(seconds / STEP_S)):
            self.now += STEP_S
            self.slow.observe(self.now, behind_s)
        return self.slow.slow

    def lasts(self) -> float:
        """How long it stays slow when nothing is behind any more."""
        begun = self.now
        while self.slow.slow:
            self.goes(STEP_S)
        return self.now - begun


def test_a_hiccup_is_no_slow_link_and_a_second_is() -> None:
    link = Link()
    assert not link.goes(0.5, BEHIND_S)
    assert not link.goes(30.0, BEHIND_S * 0.9)
    assert link.goes(SLOW_AFTER_S + STEP_S, BEHIND_S)


def test_one_long_write_is_enough() -> None:
    assert Link().goes(STEP_S, 3.0)


def test_it_ends_after_a_calm_that_no_hiccup_breaks() -> None:
    link = Link()
    link.goes(2.0, 1.0)
    assert link.goes(CALM_S - 1.0)
    assert link.goes(STEP_S, BEHIND_S), "the calm begins anew"
    assert link.lasts() == pytest.approx(CALM_S, abs=2 * STEP_S)


def test_each_time_that_it_was_too_quick_it_waits_longer() -> None:
    link, waits = Link(), []
    for _ in range(6):
        link.goes(2.0, 1.0)
        waits.append(link.lasts())
    assert waits == [pytest.approx(want, abs=1.0) for want in (20, 40, 80, 160, MOST_CALM_S, MOST_CALM_S)]
    link.goes(120.0)
    link.goes(2.0, 1.0)
    assert link.lasts() == pytest.approx(CALM_S, abs=1.0), "forgotten after a good while"


@given(st.lists(st.floats(0.0, 5.0), max_size=60))
def test_what_a_person_wants_stands_whatever_the_terminal_does(behind: list[float]) -> None:
    for wanted in ("on", "off"):
        link = Link()
        link.slow.wanted = wanted  # type: ignore[assignment]
        for one in behind:
            assert link.goes(STEP_S, one) is (wanted == "on")


def test_bytes_a_second_are_of_the_last_seconds() -> None:
    rate = Throughput(over_s=5.0)
    assert math.isnan(rate.per_s(0.0))
    for second in range(10):
        rate.add(float(second), 1_000)
    assert rate.per_s(9.0) == pytest.approx(1_000)
    assert rate.per_s(20.0) == 0.0


class Driver:
    """A driver whose writer takes nothing until it is told to."""

    def __init__(self) -> None:
        self.queue: Queue[str] = Queue(30)
        self._writer_thread = SimpleNamespace(_queue=self.queue)

    def write(self, data: str) -> None:
        self.queue.put(data)


def test_what_waits_at_the_driver_is_as_old_as_its_oldest_write() -> None:
    now = [100.0]
    driver = Driver()
    watch = DriverWatch(driver, lambda: now[0])
    for _ in range(3):
        driver.write("宽x")
        now[0] += 1.0
    assert watch.behind_s() == 3.0
    driver.queue.get()
    assert watch.behind_s() == 2.0
    driver.queue.get(), driver.queue.get()
    assert watch.behind_s() == 0.0
    assert watch.bytes_per_s() == pytest.approx(3 * 4 / 3)


def test_a_write_that_was_held_up_counts_for_a_moment() -> None:
    now = [100.0]

    def slow_write(_data: str) -> None:
        now[0] += 2.0

    driver = SimpleNamespace(write=slow_write)
    watch = DriverWatch(driver, lambda: now[0])
    driver.write("x")
    assert watch.behind_s() == 2.0
    now[0] += 1.5
    assert watch.behind_s() == 0.0


@in_loop
async def test_nothing_is_added_to_what_waits_and_a_slow_terminal_gets_less() -> None:
    now = [100.0]
    desk = FakeDesk()
    app = DutyDeckApp(desk, lang="en", operator="duty-1", monotonic=lambda: now[0])
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        watch = SimpleNamespace(behind=0.0, behind_s=lambda: watch.behind, bytes_per_s=lambda: 2_000.0)
        app._watch = watch  # type: ignore[assignment]  # in place of that of a driver

        def looks(seconds: float, behind: float) -> int:
            now[0] += seconds
            watch.behind = behind
            desk.tick(seconds)
            app.look()
            return app.newest.view.number

        def drawn(row: str) -> str:
            return next(text for strip in app.screen._compositor.render_strips() if row in (text := strip.text))

        assert looks(1.0, 0.0) == desk.view.number
        await pilot.pause()
        assert BARS & set(drawn("Nanchang"))
        shown = app.newest.view.number
        assert [looks(0.5, behind) for behind in (0.5, 1.0, 1.5)] == [shown] * 3, "the old picture waits still"
        assert looks(2.0, 0.0) == desk.view.number, "then the present, and nothing of what was between"
        await pilot.pause()
        assert "▽ slow link 2.0 kB/s" in drawn("▌")
        assert not BARS & set(drawn("Nanchang"))
        shown = app.newest.view.number
        assert looks(1.0, 0.0) == shown
        desk.view = replace(desk.view, alerts=(*desk.view.alerts, alert("hefei/q03", number=77)))
        assert looks(0.5, 0.0) == desk.view.number, "a new alert at once"
        for _ in range(60):
            looks(1.0, 0.0)
        await pilot.pause()
        assert "▽" not in drawn("▌")
        assert BARS & set(drawn("Nanchang"))


@in_loop
async def test_a_person_decides_by_command() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for word, slow in (("on", True), ("", True), ("off", False), ("auto", False), ("maybe", False)):
            app.action_slow_link(word)
            assert app.link.slow is slow
        assert app._said == ("on, off or auto, not maybe", "bad")


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_the_first_line_says_it_and_keeps_its_width(lang: i18n.Language, width: int) -> None:
    i18n.use(lang)
    try:
        picture = Picture(desk_view())
        usual = header_line(picture, "duty-1", width)
        slow = header_line(picture, "duty-1", width, link=LinkState(slow=True, bytes_per_s=1234.0))
        said = header_line(picture, "duty-1", width, link=LinkState(bytes_per_s=1234.0))
    finally:
        i18n.use("en")
    assert {width_of(one) for one in (usual, slow, said)} == {width}
    assert ("▽" in plain(slow)) == (width >= 80)
    assert "▽" not in plain(said)
    assert ("1.2 kB/s" in plain(said)) == (width >= 200)
    assert ("1.2 kB/s" in plain(slow)) == (width >= 80)
