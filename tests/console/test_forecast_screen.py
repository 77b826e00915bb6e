"""Staffing and forecast on the screen: every size, both languages, with a plan and without."""

from __future__ import annotations

import math
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerts.forecast.demand import Assumed
from alerts.forecast.outlook import Outlook, outlook_of
from alerts.forecast.seen import Seen
from alerts.forecast.table import DayPlan, PlanSeries, PlanTable
from console import i18n
from console.app import DutyDeckApp
from console.day import day_chart
from console.draw.forecast_plan import plan_forecast
from console.draw.staffing import (
    DEEP_DEFICIT,
    DEFICIT,
    ENOUGH,
    SLIGHT,
    UNKNOWN_NET,
    Intervals,
    cell_length,
    net_cell,
    net_sign,
)
from console.picture import NETWORK, Picture
from console.screens.forecast import ForecastScreen
from console.screens.site import SiteScreen
from console.staffing import breaks_of, places
from tests.console.fake_desk import NOW, SITES, FakeDesk, desk_view, in_loop
from tests.console.test_screens import SIZES, _check, screen_text

STEP = 900.0
HERE = NOW // STEP * STEP
START = HERE - 8 * STEP
INTERVALS = 40
SHANGHAI = ZoneInfo("Asia/Shanghai")


def series(value: float, wave: float = 0.0) -> PlanSeries:
    """So many an interval; from an hour after now on for an hour `wave` more."""
    values = np.full(INTERVALS, value)
    values[12:16] += wave
    return PlanSeries(START, values)


def made_outlook(dark: str = "nanchang") -> Outlook:
    """Hefei breaks in an hour, the others have people to spare; of one nothing is known."""
    sites = [site for site, _zh, _en in SITES[:12]]
    contacts = {(site, key): series(100.0, 400.0 if site == "hefei" else 0.0) for site in sites for key in ("a", "b")}
    agents = {(site, key): series(60.0) for site in sites for key in ("a", "b")}
    plan = DayPlan(PlanTable("category", STEP, contacts), PlanTable("category", STEP, agents))
    edges = START + STEP * np.arange(9)
    offered = np.outer(np.arange(9), [100.0, 100.0])
    people = {float(at): np.array([60.0, 60.0]) for at in edges[:-1]}
    seen = Seen(("a", "b"), START, HERE, edges, offered, people, np.array([60.0, 60.0]))
    assumed = {(site, key): Assumed(300.0, 180.0) for site in sites for key in ("a", "b")}
    believed = {site: site != dark for site in sites}
    return outlook_of(plan, dict.fromkeys(sites, seen), believed, assumed, NOW)


def picture(**more: Any) -> Picture:
    return Picture(desk_view(outlook=made_outlook(), **more), SHANGHAI)


def test_a_deficit_has_a_shape_a_number_and_a_word() -> None:
    assert net_sign(0.0, 100.0) is ENOUGH
    assert net_sign(-4.0, 100.0) is SLIGHT
    assert net_sign(-5.0, 100.0) is DEFICIT
    assert net_sign(-15.0, 100.0) is DEEP_DEFICIT
    assert net_sign(math.nan, 100.0) is net_sign(5.0, math.nan) is UNKNOWN_NET
    assert net_cell(-15.0, 100.0)[0] == "▲-15"
    assert net_cell(-1_118.0, 3_000.0, 5)[0] == "▲-1k"
    assert net_cell(-1_118.0, 3_000.0, 6)[0] == "▲-1.1k"
    assert net_cell(2_062.0, 3_000.0, 5)[0] == "+2.1k"
    assert net_cell(math.nan, 100.0)[0] == "?"
    assert (cell_length(900.0, 16), cell_length(900.0, 8), cell_length(900.0, 3)) == (900.0, 1800.0, 3600.0)


def test_where_it_breaks_and_by_how_much() -> None:
    shown = picture()
    rows = {row.id: row for row in places(shown, "", NOW - 3_600, NOW + 4 * 3_600)}
    assert list(rows)[:2] == [NETWORK, "hefei"]
    assert not rows["ganzhou"].planned
    assert math.isnan(rows["nanchang"].net[-1])
    assert (rows["wuhan"].net > 0).all()
    found = breaks_of(shown, "")
    assert {one.site for one in found} == {"hefei"}
    assert found[0].begin == START + 12 * STEP
    assert found[0].worst == -rows["hefei"].net.min() / 2  # both of its categories lack as many
    # The network is what is known: eleven of thirteen sites.
    at = rows[NETWORK].starts.tolist().index(HERE)
    assert rows[NETWORK].actual[at] == 11 * 120
    assert rows[NETWORK].name.endswith("11/13")
    drilled = places(shown, "hefei", NOW - 3_600, NOW + 4 * 3_600)
    assert [row.id for row in drilled] == ["hefei", "hefei/a", "hefei/b"]
    source = Intervals(drilled[1], NOW, SHANGHAI)
    assert source.value(source.ids.index(f"{HERE:.0f}"), "actual", 6)[0] == "60"
    assert source.value(source.ids.index(f"{HERE + STEP:.0f}"), "actual", 6)[0] == "~60"


def test_the_chart_of_the_day_has_forecast_and_capacity_where_there_is_a_plan() -> None:
    with_plan, without = day_chart(picture()), day_chart(Picture(desk_view(), SHANGHAI))
    assert len(without.series) == 2
    assert len(with_plan.series) == 5
    forecast = with_plan.series[2]
    # 11 sites with two categories of 100 in a quarter of an hour.
    assert forecast.values[-1] == pytest.approx(11 * 200 / 900)
    assert all(at >= NOW for at in with_plan.series[3].times)


def test_the_panels_never_overlap_nor_leave_the_screen() -> None:
    for width in (20, 79, 80, 120, 160, 200, 260):
        for height in (5, 10, 20, 22, 28, 36, 56, 80):
            for rows in (0, 4, 14, 200):
                _check(plan_forecast(width, height, rows), width, height)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_the_forecast_at_every_size(lang: i18n.Language) -> None:
    for size in SIZES:
        desk = FakeDesk(desk_view(outlook=made_outlook()))
        app = DutyDeckApp(desk, lang=lang, operator="duty-1", zone=SHANGHAI)
        async with app.run_test(size=size) as pilot:
            await pilot.press("f")
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, ForecastScreen)
            app.draw()
            await pilot.pause()
            lines = screen_text(app)
            text = "\n".join(lines)
            assert all(len(line) <= size[0] for line in lines)
            assert "▲-" in text
            nanchang = next(line for line in lines if ("南昌" if lang == "zh" else "Nanchang") in line)
            assert nanchang.count("?") >= 5
            await pilot.press("l")
            await pilot.pause()
            assert screen.matrix.shifted > 0
            for _ in range(30):
                screen.action_shift(1)
            shifted = screen.matrix.shifted
            await pilot.press("0")
            assert screen.matrix.shifted == 0 < shifted
            await pilot.press("down", "enter")
            await pilot.pause()
            assert isinstance(app.screen, ForecastScreen)
            assert app.screen.site == "hefei"
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, SiteScreen)
    i18n.use("en")


@in_loop
async def test_without_a_plan_the_screen_says_how_to_give_one() -> None:
    app = DutyDeckApp(FakeDesk(desk_view(mode="live")), lang="en", operator="duty-1", zone=SHANGHAI)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        app.draw()
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert "there is no forecast" in text
        assert "plan/" in text
        await pilot.press("l", "0", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ForecastScreen)
