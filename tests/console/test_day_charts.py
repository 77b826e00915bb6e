"""The charts that read at a distance, and the course of the day that they draw."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.degrade import DegradeWindow
from console import i18n
from console.app import DutyDeckApp
from console.day_charts import budget_chart, budget_clock, load_day_chart, moments, staffing_chart, wait_chart
from console.day_courses import MOST, STATES, STEP_S, WAITS, DayCourseDesk, DayCourses
from console.draw.bands import stacked_lines
from console.draw.chart import Band, Chart, Series, Shade, chart_lines
from console.draw.lines import plain, width_of
from console.headless import drill_core
from console.lockstep import LockStep
from console.picture import Picture
from console.remote.plain import Typed, pack, unpack
from console.screens.charts import CHARTS, ChartsScreen, plan_charts
from console.wire import MemoryWire
from feeds.journal import Journal
from simulators.world import World
from tests.console.fake_desk import NOW, FakeDesk, desk_view, in_loop
from tests.console.made_drill import overrun
from tests.console.test_screens import screen_text


def _courses(points: int = 40) -> DayCourses:
    keys, times = ("*", "hefei"), NOW - 30.0 * np.arange(points)[::-1]
    values = np.zeros((points, 2, len(WAITS) + len(STATES)), np.float32)
    values[..., 0], values[..., 1], values[..., 2] = 5.0, 20.0, 60.0
    for i, people in enumerate((100, 30, 8, 12, 10, 5, 15)):
        values[..., len(WAITS) + i] = people
    values[10:14] = np.nan
    left = {"jd_30s": np.tile(np.linspace(400.0, 100.0, points)[:, None], (1, 2)).astype(np.float32)}
    return DayCourses(keys, times, values, left)


_WINDOW = DegradeWindow.model_validate(
    {"platform": "jd", "from": "2026-11-10T19:50:00+08:00", "to": "2026-11-10T20:00:00+08:00",
     "what": {"zh": "报表延迟", "en": "late reports"}}
)  # fmt: skip


@pytest.fixture(scope="module")
def picture() -> Picture:
    return Picture(replace(desk_view(), day_courses=_courses(), degrade=(_WINDOW,)))


def _stack(values: list[float], parts: int = 3) -> Chart:
    times = [float(i) for i in range(len(values))]
    series = tuple(Series(f"part {i}", times, values, "one") for i in range(parts))
    return Chart(series, 0.0, float(max(1, len(values) - 1)), 0.0)


@given(st.lists(st.floats(0, 1e6) | st.just(math.nan), max_size=40), st.integers(0, 120), st.integers(0, 40))
def test_a_stack_has_exactly_its_size(values: list[float], width: int, height: int) -> None:
    lines = stacked_lines(_stack(values), width, height)
    assert len(lines) <= height
    assert all(width_of(one) <= width for one in lines)


def test_parts_stand_on_each_other_and_a_part_that_is_not_known_is_a_gap() -> None:
    lines = [plain(one) for one in stacked_lines(_stack([10.0] * 10 + [math.nan] * 10 + [10.0] * 10), 67, 14)]
    column = "".join(text[10] for text in lines[1:-1])
    assert column.strip().startswith("▒")
    assert column.strip().endswith("█")
    assert sorted(set(column.strip())) == ["█", "▒", "▓"]
    assert "".join(text[37] for text in lines[1:-1]).strip(" │") == ""


def test_little_room_has_one_bar_of_the_newest() -> None:
    lines = [plain(one) for one in stacked_lines(_stack([10.0]), 40, 2)]
    assert len(lines) == 1
    assert {"█", "▓", "▒"} <= set(lines[0])


def test_a_band_is_dotted_between_its_courses_and_a_shade_stands_behind() -> None:
    times = [float(i) for i in range(100)]
    series = (Series("low", times, [10.0] * 100), Series("high", times, [90.0] * 100))
    plot = Chart(series, 0.0, 99.0, 0.0, top=100.0)
    without = [plain(one) for one in chart_lines(plot, 60, 14)][3:-3]
    banded = [plain(one) for one in chart_lines(replace(plot, bands=(Band(0, 1),)), 60, 14)][3:-3]
    assert sum(0x2800 < ord(c) < 0x28FF for text in banded for c in text) > 100
    assert without != banded
    shaded = [plain(one) for one in chart_lines(replace(plot, shades=(Shade(20.0, 40.0),)), 60, 14)]
    assert shaded[6].count("░") == pytest.approx(11, abs=2)
    assert "░" not in "".join(plain(one) for one in chart_lines(replace(plot, shades=(Shade(200.0, 240.0),)), 60, 14))


def test_the_charts_show_their_courses_with_units_and_what_happened(picture: Picture) -> None:
    waits = wait_chart(picture, "hefei")
    assert [series.name for series in waits.series] == ["p50", "p90", "p99"]
    assert waits.write(61.0) == "1m01"
    people = staffing_chart(picture, "*")
    assert [series.values[-1] for series in people.series] == [100, 30, 8, 12, 10, 5, 15]
    marks, shades = moments(picture, NOW - 3600.0, NOW + 600.0)
    labels = [mark.label for mark in marks]
    assert "■jd" in labels
    assert "bot overflow" in labels
    assert any(label.startswith("▲") for label in labels)
    assert len(shades) == 1
    assert len(load_day_chart(picture).shades) == 1


def test_a_budget_burns_down_against_the_straight_line(picture: Picture) -> None:
    at = next(one for one in picture.view.clocks.at("site", "hefei") if one.clock.id == "jd_30s")
    chart = budget_chart(picture, "hefei", at)
    straight, left = chart.series
    assert straight.values[0] == pytest.approx(at.figure("bearable"))
    assert straight.values[-1] == 0.0
    assert left.values[-1] == 100.0
    assert "over" in left.name  # Hefei's day is lost, and the chart says by how many
    assert budget_clock(picture, "hefei") is not None
    assert budget_chart(picture, "hefei", None).series == ()


def test_the_course_of_a_drill_is_that_of_its_board(tmp_path: Path) -> None:
    scenario = overrun(tmp_path)[1]
    world = World(scenario, 7)
    core = drill_core(scenario, 7, Journal())
    course = DayCourseDesk(core.board, core.clocks, seen=True)
    core.day_courses = course
    drill = LockStep(world, core, MemoryWire())
    drill.begin()
    for _ in range(151):
        drill.step()
    found = course.courses
    assert found.keys == ("*", *world.sites)
    assert np.diff(found.times).tolist() == [STEP_S] * (len(found.times) - 1)
    board = core.board.view(world.now).rollup("all").columns
    people = sum(found.course("*", state)[-1] for state in STATES)
    assert people == pytest.approx(board["agents_rostered"][0], abs=40)
    assert found.budget(next(iter(found.left)), "*")
    assert found.course("moon", "serving") == []


def test_a_course_never_grows_beyond_its_bound_and_nothing_is_kept_unseen(tmp_path: Path) -> None:
    scenario = overrun(tmp_path)[1]
    world = World(scenario, 7)
    core = drill_core(scenario, 7, Journal())
    drill = LockStep(world, core, MemoryWire())
    drill.begin()
    course, unseen = (DayCourseDesk(core.board, core.clocks, seen=seen) for seen in (True, False))
    for i in range(3 * MOST):
        course.second(world.now + i * STEP_S)
        unseen.second(world.now + i * STEP_S)
    times = course.courses.times
    assert len(times) <= MOST
    assert np.all(np.diff(times) > 0)
    assert len(unseen.courses.times) == 0
    course.second(world.now - 3600.0 - world.now % STEP_S)
    assert len(course.courses.times) == 1


def test_a_course_goes_over_the_wire() -> None:
    typed: Typed[DayCourses] = Typed(DayCourses)
    before = _courses()
    after = typed.value(unpack(pack(typed.plain(before))))
    assert after.keys == before.keys
    assert np.array_equal(after.values, before.values, equal_nan=True)
    assert np.array_equal(after.left["jd_30s"], before.left["jd_30s"])


def test_the_plan_fits_every_size() -> None:
    for width in (1, 80, 100, 200):
        for height in (1, 5, 22, 58):
            for chosen in CHARTS:
                plan = plan_charts(width, height, chosen)
                assert sum(one.width * one.height for one in plan.places.values()) == width * height


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_the_charts_are_opened_by_key_and_one_is_chosen_in_little_room(lang: i18n.Language) -> None:
    view = replace(desk_view(), day_courses=_courses(), degrade=(_WINDOW,))
    app = DutyDeckApp(FakeDesk(view), lang=lang, operator="duty-1")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("H")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ChartsScreen)
        await pilot.press("4")
        await pilot.pause()
        await pilot.pause()
        assert screen.chosen == "people"
        assert ("接待中 100" if lang == "zh" else "serving 100") in "\n".join(screen_text(app))
        for size in ((120, 40), (200, 60), (20, 5), (1, 1)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            if size[0] >= 120:
                text = "\n".join(screen_text(app))
                assert "P99" in text or "p99" in text
    i18n.use("en")
