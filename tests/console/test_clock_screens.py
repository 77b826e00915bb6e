"""Clocks on the screen: what they say at each hour, and that what is not known is never drawn as good."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.clock_state import STATES
from alerts.degrade import DegradeWindow
from alerts.rules import Words
from console import i18n
from console.app import DutyDeckApp
from console.board_rows import Within, board_rows, cell, ordered
from console.draw.clock_formula import formula_lines, limits
from console.draw.clocks import SIGNS, WITHOUT_FIGURES, clock_row, figure_columns, why_no_figures, worst_first
from console.draw.lines import plain, width_of
from console.draw.table import Sort, fit_columns
from console.filter_nodes import Comparison
from console.filtering import parse_filter
from console.picture import Picture
from console.screens.clocks import ClocksScreen
from console.screens.queue import QueueScreen
from console.screens.shop import ShopScreen
from console.screens.site import SiteScreen
from console.widgets.clock_table import ClockRanking, ClockTable
from tests.console.fake_desk import NOW, SITES, FakeDesk, desk_view, in_loop, site_view
from tests.console.made_clocks import made_clocks, shipped
from tests.console.test_screens import SIZES, screen_text

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0) -> float:
    return datetime(2026, 11, 11, hour, minute, tzinfo=SHANGHAI).timestamp()


def picture_at(now: float, late: float = 80.0, **more: object) -> Picture:
    """One site whose queues were late so many times in a thousand."""
    sites = [site_view(now, SITES[0], 8, 1)]
    view = desk_view(at=now, clocks=made_clocks(sites, now, {"hefei": late}, **more))  # type: ignore[arg-type]
    return Picture(view, SHANGHAI)


def lines_of(picture: Picture, width: int, by: str = "site", key: str = "hefei") -> dict[str, str]:
    """Each clock of a place as its line of the table."""
    fitted = fit_columns(figure_columns("clock"), width)
    view = picture.view.clocks
    return {
        one.clock.id: plain(clock_row(fitted, (one.clock.en, ""), one, view, SHANGHAI))
        for one in view.at(by, key)  # type: ignore[arg-type]
    }


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("width", [30, 36, 48, 76, 80, 118])
def test_every_line_fits_and_says_its_state_in_a_shape_and_a_word(lang: i18n.Language, width: int) -> None:
    i18n.use(lang)
    for now, late in ((at(8, 50), 0.0), (at(20), 300.0), (at(20), 80.0), (at(20), 0.0)):
        picture = picture_at(now, late)
        view = picture.view.clocks
        fitted = fit_columns(figure_columns("clock"), width)
        for one in view.at("site", "hefei"):
            drawn = clock_row(fitted, (one.clock.en, ""), one, view, SHANGHAI)
            assert width_of(drawn) <= width
            assert plain(drawn).startswith(SIGNS[one.state].mark)
            if width >= 48:
                word = i18n._(SIGNS[one.state].word)
                quiet = one.state in WITHOUT_FIGURES
                assert (why_no_figures(one, view, SHANGHAI) if quiet else word) in plain(drawn)
    i18n.use("en")


def test_no_state_but_kept_looks_like_kept() -> None:
    assert set(SIGNS) == set(STATES)
    kept = SIGNS["met"]
    for state, sign in SIGNS.items():
        assert state == "met" or (sign.mark, sign.word) != (kept.mark, kept.word)
        assert state not in WITHOUT_FIGURES or sign.style != kept.style


def test_before_during_and_after_its_hours() -> None:
    line = {now: lines_of(picture_at(now), 100)["taobao_3min"] for now in (at(8, 50), at(9), at(9, 5), at(23, 30))}
    assert "○" in line[at(8, 50)]
    assert "not assessed until 09:00" in line[at(8, 50)]
    assert not any(sign.word in line[at(8, 50)] for sign in (SIGNS["met"], SIGNS["missed"], SIGNS["at_risk"]))
    assert "not assessed" not in line[at(9)]
    assert "not assessed" not in line[at(9, 5)]
    assert "not assessed until 09:00" in line[at(23, 30)]
    round_the_clock = lines_of(picture_at(at(8, 50), 0.0), 100)["operational_first_response"]
    assert SIGNS["met"].word in round_the_clock


def test_a_person_clock_says_that_nothing_feeds_it_in_its_shop() -> None:
    lines = lines_of(picture_at(at(20)), 100, "platform", "pdd")
    assert "no data: no source feeds it" in lines["pdd_reply"]
    assert "0" not in lines["pdd_reply"]
    assert lines["pdd_reply"].startswith("?")


def test_degraded_is_said_with_what_the_platform_said() -> None:
    begin = datetime(2026, 11, 11, 19, 50, tzinfo=SHANGHAI)
    words = Words(zh="数据延迟", en="figures late")
    window = DegradeWindow(platform="taobao", from_=begin, to=begin + timedelta(hours=1), what=words)
    lines = lines_of(picture_at(at(20), degrade=[window]), 100, "platform", "taobao")
    assert "no data because degraded until 20:50: figures late" in lines["taobao_3min"]
    other = lines_of(picture_at(at(20), degrade=[window]), 100, "platform", "jd")
    assert "degraded" not in other["jd_30s"]


def test_the_formula_adds_up() -> None:
    picture = picture_at(at(20))
    view = picture.view.clocks
    one = next(one for one in view.at("site", "hefei") if one.clock.id == "merchant_first_response")
    text = "\n".join(plain(spans) for spans in formula_lines(one, view, SHANGHAI, 90))
    left = one.figure("bearable") - one.figure("late")
    assert left == one.figure("budget_left")
    for part in (f"= {left:,.0f}", "8s 9:00–21:00, 15s 21:00–24:00", "2026-11-22", "95.0% · a day"):
        assert part in text
    assert f"{one.figure('late'):,.0f} = " in text
    night = picture_at(at(23, 30)).view.clocks
    outside = next(one for one in night.at("site", "hefei") if one.clock.id == "taobao_3min")
    shown = "\n".join(plain(spans) for spans in formula_lines(outside, night, SHANGHAI, 60))
    assert "not assessed until 09:00" in shown
    assert "÷" not in shown
    assert limits(shipped()["operational_first_response"]) == "30s"


def test_the_board_shows_the_worst_clock_and_what_is_not_known_as_unknown() -> None:
    picture = Picture(desk_view(), SHANGHAI)
    rows = {row.id: row for row in board_rows(picture, "site")}
    assert cell(rows["hefei"], "budget", picture, 7)[0].startswith("-")
    assert cell(rows["hefei"], "budget", picture, 7)[1] == "critical"
    assert cell(rows["nanchang"], "clock", picture, 6) == ("99.9", "")
    for dark in ("wuhan", "ganzhou"):
        for key in ("clock", "budget", "burn"):
            assert cell(rows[dark], key, picture, 7) == ("–", "unknown")
    budgets = [row.figure("budget_left") for row in ordered(board_rows(picture, "site"), Sort("budget"))[1:]]
    known = [value for value in budgets if value == value]
    assert known == sorted(known)
    assert budgets[: len(known)] == known
    gone = parse_filter("budget<0", {"budget": "budget_left"})
    assert [row.id for row in rows.values() if gone.matches(row.text(), row.figure)] == ["hefei", "changsha"]
    shares = parse_filter("clock<90", {"clock": "rate_day"})
    assert isinstance(shares.root, Comparison)
    assert shares.root.number == pytest.approx(0.9)
    shops = {row.id: row for row in board_rows(picture, "shop")}
    assert all(row.figure("budget_left") == row.figure("budget_left") for row in shops.values())
    queues = {row.id: row for row in board_rows(picture, "queue")}
    assert queues["hefei/q00"].figure("burn") > 0


def test_the_worst_states_come_first() -> None:
    view = picture_at(at(20), 80.0).view.clocks
    ranks = [SIGNS[one.state].rank for one in worst_first(view.at("site", "hefei"))]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_clocks_stand_on_site_shop_queue_and_network_screens(lang: i18n.Language) -> None:
    app = DutyDeckApp(FakeDesk(), lang=lang, operator="duty-1", settle_s=0.0, zone=SHANGHAI)
    name, sizes = ("商家首次响应", SIZES[:2]) if lang == "zh" else ("Merchant's", SIZES[::2])
    async with app.run_test(size=sizes[0]) as pilot:
        for screen in (
            SiteScreen("hefei"),
            ShopScreen(Within("shop", "shop-1")),
            QueueScreen("hefei/q00"),
            QueueScreen("*"),
            ClocksScreen(),
        ):
            await app.push_screen(screen)
            for size in sizes:
                await pilot.resize_terminal(*size)
                await pilot.pause()
                text = "\n".join(screen_text(app))
                assert name in text, (type(screen), size)
                assert i18n._("burn") in text, (type(screen), size)
            app.pop_screen()
    i18n.use("en")


@in_loop
async def test_from_the_network_to_who_has_the_least_left_and_into_its_shop() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0, zone=SHANGHAI)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(app.screen, ClocksScreen)
        sites, shops = app.screen.query(ClockRanking)
        assert sites.ids[0] == "hefei"
        first = app.screen.clocks.cursor_id
        await pilot.press("j")
        await pilot.pause()
        assert app.screen.clocks.cursor_id != first
        assert app.screen.clocks.chosen is not None
        await pilot.press("tab", "tab", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ShopScreen)
        assert app.screen.within == Within("shop", shops.ids[0])
        app.screen.query_one(ClockTable).focus()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ClocksScreen)
        assert (app.screen.by, app.screen.key) == ("shop", shops.ids[0])
    i18n.use("en")


@in_loop
async def test_a_clock_keeps_its_cursor_while_figures_change() -> None:
    desk = FakeDesk()
    app = DutyDeckApp(desk, lang="en", operator="duty-1", settle_s=0.0, zone=SHANGHAI)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(ClocksScreen("jd_30s"))
        await pilot.pause()
        table = app.screen.query_one(ClockTable)
        assert table.cursor_id == "jd_30s"
        sites = [site_view(NOW, site, 8, i) for i, site in enumerate(SITES)]
        desk.tick(clocks=made_clocks(sites, NOW + 1, {}))
        app.look()
        await pilot.pause()
        assert table.cursor_id == "jd_30s"
    i18n.use("en")
