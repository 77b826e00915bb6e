"""The days after: which queues count, what they add up to, which day of the wave it is, and the screen."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.forecast.outlook import Outlook, SiteDay
from console import i18n
from console.aftersale.queues import AgainstPlan, after_sale, after_sale_part, against_plan, is_after_sale, network_plan
from console.aftersale.wave import course, wave_of
from console.app import DutyDeckApp
from console.draw.after_sale import plan_after_sale, wave_lines
from console.draw.lines import plain, width_of
from console.i18n import LANGUAGES
from console.picture import Picture
from console.screens.after_sale import AfterSaleScreen
from console.screens.shop import ShopScreen
from console.view import DeskView
from feeds.board_view import BoardView
from feeds.contract import Row
from feeds.site_view import SiteView
from tests.console.fake_desk import NOW, FakeCourses, FakeDesk, desk_view, in_loop
from tests.console.test_screens import screen_text

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()


def _with_after_sale(site: SiteView) -> SiteView:
    """Every second queue is after-sale work, of a category of its own."""
    rows = tuple(
        replace(row, phase="after", category=f"{row.category}-after") if row.kind == "queue" and i % 2 else row
        for i, row in enumerate(site.rows)
    )
    return replace(site, rows=rows)


@pytest.fixture(scope="module")
def view() -> DeskView:
    made = desk_view()
    sites = tuple(_with_after_sale(site) for site in made.board.sites)
    return replace(made, board=BoardView(NOW, sites, FakeCourses(NOW)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (Row("q", phase="after"), True),
        (Row("q", phase="after-sale"), True),
        (Row("q", phase="售后"), True),
        (Row("q", phase="pre", category="apparel-after"), False),
        (Row("q", category="apparel-after"), True),
        (Row("q"), False),
        (Row("site", "site", phase="after"), False),
    ],
)
def test_a_queue_is_after_sale_work_by_its_phase(row: Row, *, counts: bool) -> None:
    assert is_after_sale(row) is counts


def test_only_after_sale_queues_are_added_up(view: DeskView) -> None:
    picture = Picture(view)
    rollup = after_sale(picture, "site")
    site = view.board.sites[0]
    at = [i for i, row in enumerate(site.rows) if is_after_sale(row)]
    assert len(at) == 4
    want = site.columns["waiting"][at].sum()
    assert rollup.columns["waiting"][rollup.keys.index("hefei")] == want
    assert math.isnan(rollup.columns["waiting"][rollup.keys.index("wuhan")])  # dark: not zero
    part = after_sale_part(site)
    np.testing.assert_allclose(part.columns["arrivals_per_s"], site.columns["arrivals_per_s"][at])
    assert set(after_sale(picture, "platform").keys) == {row.platform for row in part.rows}


@pytest.mark.parametrize(
    ("now", "peak", "promotion", "day", "stated"),
    [
        ("2026-11-14T12:00", math.nan, "2026-11-11", 3.5, False),
        ("2026-11-14T12:00", "2026-11-12T00:00", "2026-11-12", 2.5, True),
        ("2026-11-10T12:00", "2026-11-11T00:00", "2026-06-18", 145.5, False),  # the peak is still to come
        ("2026-12-12T06:00", "2026-11-11T00:00", "2026-12-12", 0.25, False),  # another has come since
        ("2026-01-02T00:00", math.nan, "2025-12-12", 21.0, False),
    ],
)
def test_the_day_of_the_wave(now: str, peak: str | float, promotion: str, day: float, *, stated: bool) -> None:
    found = wave_of(_moment(now), SHANGHAI, _moment(peak) if isinstance(peak, str) else peak)
    assert (found.promotion.isoformat(), found.day, found.stated) == (promotion, day, stated)


def test_the_wave_is_highest_after_some_days_and_runs_out() -> None:
    values = course()
    assert len(values) == 17
    assert 4 <= values.index(max(values)) <= 6
    assert wave_of(_moment("2026-12-05T00:00"), SHANGHAI).over


def _outlook(*keys: str) -> Outlook:
    came = np.array([[100.0, 120.0, math.nan]] * len(keys))
    forecast = np.array([[80.0, 80.0, 500.0]] * len(keys))
    nothing = np.zeros_like(came)
    day = SiteDay(
        "hefei", True, keys, np.arange(3) * 900.0, 900.0, 2, forecast, came, came, nothing, nothing, nothing, ()
    )  # fmt: skip
    return Outlook(NOW, 900.0, {"hefei": day})


def test_what_came_is_held_against_a_plan_that_names_after_sale_work(view: DeskView) -> None:
    found = against_plan(Picture(replace(view, outlook=_outlook("apparel", "apparel-after"))))
    assert found == {"hefei": AgainstPlan(220.0, 160.0)}
    assert against_plan(Picture(replace(view, outlook=_outlook("apparel")))) == {}
    assert math.isnan(network_plan(Picture(view)).ratio)


@given(st.floats(0, 4e7), st.integers(1, 200))
def test_the_wave_fits_its_width_or_is_cut_by_its_panel(later: float, width: int) -> None:
    for spans in wave_lines(wave_of(NOW + later, SHANGHAI), AgainstPlan(10, 5), 3, width)[1:2]:
        assert width < 60 or width_of(spans) <= width
    assert plan_after_sale(width, 24).places["board"].height > 0


@pytest.mark.parametrize("lang", LANGUAGES)
@in_loop
async def test_the_view_is_drawn_at_every_size_and_opens_what_is_under_the_cursor(lang: i18n.Language) -> None:
    made = desk_view(at=_moment("2026-11-14T12:00"))
    sites = tuple(_with_after_sale(site) for site in made.board.sites)
    board = BoardView(made.at, sites, FakeCourses(made.at))  # type: ignore[arg-type]
    app = DutyDeckApp(FakeDesk(replace(made, board=board)), lang=lang, operator="duty-1", settle_s=0.0)
    zh = lang == "zh"
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("R")
        for size in ((1, 1), (80, 24), (120, 40), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text = "\n".join(screen_text(app))
            if size[0] >= 80:
                assert ("11-11 后第 3 天" if zh else "Day 3 after 11-11") in text
                assert ("平日的 3.4 倍" if zh else "3.4 × a normal day") in text
                assert ("合肥" if zh else "Hefei") in text
                assert ("退款h" if zh else "refund h") in text
        screen = app.screen
        assert isinstance(screen, AfterSaleScreen)
        await pilot.press("2")
        await pilot.pause()
        assert len(screen.table.ids) == 5  # one shop has none
        screen.use_filter("shop:shop-1")
        await pilot.pause()
        assert screen.table.ids == ["*", "shop:shop-1"]
        assert "1/4" in "\n".join(screen_text(app))
        await pilot.press("escape", "j", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ShopScreen)
    i18n.use("en")


@in_loop
async def test_sites_that_do_not_name_after_sale_work_are_told_so() -> None:
    app = DutyDeckApp(FakeDesk(desk_view(at=_moment("2026-11-14T12:00"))), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("R")
        await pilot.pause()
        assert "phase: after" in "\n".join(screen_text(app))


def test_lines_say_when_more_came_than_planned() -> None:
    wave = wave_of(_moment("2026-11-14T12:00"), SHANGHAI)
    found = [plain(spans) for spans in wave_lines(wave, AgainstPlan(220.0, 160.0), 4, 100)]
    assert "1.38" in found[-1]
    assert "no plan" in plain(wave_lines(wave, AgainstPlan(0.0, 0.0), 4, 100)[-1])
