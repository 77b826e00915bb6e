"""Every screen at every size, in both languages, with hostile and missing data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.draw.plan import Place, Plan, plan_overview
from console.draw.site_plan import (
    plan_alert,
    plan_alerts,
    plan_clocks,
    plan_playbooks,
    plan_queue,
    plan_silences,
    plan_site,
)
from console.intents import AskPreview
from console.screens.alerts import AlertsScreen
from console.screens.clocks import ClocksScreen
from console.screens.deck_screen import DeckScreen
from console.screens.help import HelpScreen
from console.screens.playbooks import PlaybooksScreen
from console.screens.preview import PreviewScreen
from console.screens.queue import QueueScreen
from console.screens.site import SiteScreen
from console.view import JournalView
from feeds.board_view import BoardView
from feeds.columns import unknown_columns
from feeds.contract import Row
from tests.console.fake_desk import HOSTILE, SITES, FakeCourses, FakeDesk, desk_view, in_loop, preview_value, run_view

SIZES = ((80, 24), (120, 40), (200, 60))


def screen_text(app: DutyDeckApp) -> list[str]:
    """The screen in front, line by line."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def _overlap(a: Place, b: Place) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def _check(plan: Plan, width: int, height: int) -> None:
    places = list(plan.places.values())
    for i, place in enumerate(places):
        assert place.width > 0
        assert place.height > 0
        assert place.x + place.width <= width
        assert place.y + place.height <= height
        assert not any(_overlap(place, other) for other in places[i + 1 :])


@given(st.integers(1, 300), st.integers(1, 100), st.integers(0, 3_000))
def test_panels_never_overlap_nor_leave_the_screen(width: int, height: int, rows: int) -> None:
    plan = plan_overview(width, height, rows)
    _check(plan, width, height)
    assert "board" in plan.places
    for other in (plan_site, plan_queue, plan_alerts, plan_alert, plan_clocks, plan_silences, plan_playbooks):
        _check(other(width, height), width, height)


def test_thirteen_sites_and_the_network_are_all_in_sight_at_every_size() -> None:
    for width, height in SIZES:
        plan = plan_overview(width, height - 2, 14)
        assert plan.places["board"].height - (2 if plan.framed else 0) >= 15
        assert "alerts" in plan.places
        assert "runs" in plan.places
        assert "chart" in plan.places
    assert "worst" in plan_overview(200, 58, 14).places


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_every_screen_is_drawn_in_both_languages_at_every_size(lang: i18n.Language) -> None:
    app = DutyDeckApp(FakeDesk(), lang=lang, operator="duty-1", settle_s=0.0)
    zh = lang == "zh"
    screens: list[tuple[DeckScreen | None, tuple[str, ...]]] = [
        (None, ("演练", "未知", "机器人溢出", "失联") if zh else ("DRILL", "unknown", "Bot overflow", "DARK")),
        (SiteScreen("hefei"), ("合肥", "来源") if zh else ("Hefei", "Source")),
        (QueueScreen("hefei/q00"), ("等待中", "服务水平") if zh else ("Waiting", "Service level")),
        (HelpScreen("queue"), ("按键",) if zh else ("Keys",)),
        (AlertsScreen(), ("已抑制", "将发") if zh else ("muted", "soon")),
        (PlaybooksScreen(None), ("跨基地调拨", "待答") if zh else ("Move agents", "asks")),
        (PreviewScreen(AskPreview("bot-overflow"), preview_value()), ("前提条件",) if zh else ("Guards",)),
    ]
    async with app.run_test(size=SIZES[0]) as pilot:
        for screen, said in screens:
            if screen is not None:
                await app.push_screen(screen)
            for size in SIZES if isinstance(screen, SiteScreen | QueueScreen | PlaybooksScreen | None) else SIZES[:1]:
                await pilot.resize_terminal(*size)
                await pilot.pause()
                lines = screen_text(app)
                assert len(lines) == size[1]
                for text in said if screen is not None else (*said, *(site[1 if zh else 2] for site in SITES)):
                    assert text in "\n".join(lines), (type(screen), size)
            if screen is not None:
                app.pop_screen()
    i18n.use("en")


@in_loop
async def test_no_size_is_refused() -> None:
    app = DutyDeckApp(FakeDesk(), lang="zh", operator="duty-1")
    async with app.run_test(size=(1, 1)) as pilot:
        for size in [(1, 1), (20, 5), (40, 10), (60, 20), (100, 30), (159, 44)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text = "\n".join(screen_text(app))
            if size[0] >= 40:
                assert "▲3" in text
                assert "◆1" in text
        screens = (SiteScreen("hefei"), QueueScreen("hefei/q00"), PlaybooksScreen(None), AlertsScreen(), ClocksScreen())
        for screen in screens:
            await app.push_screen(screen)
            for size in [(20, 5), (1, 1)]:
                await pilot.resize_terminal(*size)
                await pilot.pause()
            app.pop_screen()
    i18n.use("en")


@in_loop
async def test_a_storm_of_resizes_leaves_the_last_size_right() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        for width, height in [(10, 3), (200, 60), (1, 1), (80, 24), (160, 30), (99, 31), (80, 24)]:
            await pilot.resize_terminal(width, height)
        await pilot.pause()
        lines = screen_text(app)
        assert len(lines) == 24
        assert {len(text) for text in lines} == {80}
        assert all(any(site[2] in text for text in lines) for site in SITES)


@in_loop
async def test_names_that_look_like_markup_are_text_everywhere() -> None:
    sites = tuple((f"s{i}", name, name) for i, name in enumerate(HOSTILE))
    desk = FakeDesk(desk_view(sites=sites))
    app = DutyDeckApp(desk, lang="en", operator="[@click=app.quit]me[/]", settle_s=0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert "[/]" in text
        assert "[@click=app" in text
        for key in (
            "down",
            "enter",
            "enter",
            "escape",
            "escape",
            "down",
            "enter",
            "question_mark",
            "escape",
            "escape",
            "slash",
        ):
            await pilot.press(key)
        await pilot.press(*"[/]", "enter")
        await pilot.pause()
        assert "[/]" in "\n".join(screen_text(app))
        assert app.is_running


@in_loop
async def test_no_sites_and_nothing_known_are_said_and_not_drawn_as_fine() -> None:
    empty = desk_view(sites=(), alerts=(), runs=(), playbooks=())
    desk = FakeDesk(empty)
    app = DutyDeckApp(desk, lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "no site has said anything yet" in "\n".join(screen_text(app))
        for key in (
            "5",
            "2",
            "1",
            "s",
            "enter",
            "a",
            "r",
            "p",
            "enter",
            "escape",
            "A",
            "enter",
            "escape",
            "exclamation_mark",
        ):
            await pilot.press(key)
        full = desk_view()
        blind = tuple(replace(s, state="unknown", columns=unknown_columns(len(s.rows))) for s in full.board.sites)
        desk.tick(board=BoardView(full.at, blind, FakeCourses(full.at)), links={})  # type: ignore[arg-type]
        app.look()
        await pilot.press("escape")
        await pilot.pause()
        text = screen_text(app)
        rows = [line for line in text if "unknown ?" not in line and any(f" {site[2]} " in line for site in SITES)]
        assert len(rows) >= 13
        assert all("?" in line and "–" in line for line in rows[:13])
        assert not any("● ok" in line for line in text)


@in_loop
async def test_a_site_without_its_own_row_and_one_without_rows() -> None:
    view = desk_view(sites=SITES[:2])
    first, second = view.board.sites
    queues = tuple(row for row in first.rows if row.kind == "queue")
    bare = replace(first, rows=queues, site_row=-1, columns=unknown_columns(len(queues)))
    none: tuple[Row, ...] = ()
    nothing = replace(second, rows=none, site_row=-1, columns=unknown_columns(0), last=unknown_columns(0))
    desk = FakeDesk(replace(view, board=BoardView(view.at, (bare, nothing), FakeCourses(view.at))))  # type: ignore[arg-type]
    app = DutyDeckApp(desk, lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        for key in ("down", "enter", "enter", "escape", "escape", "down", "enter", "escape", "5", "2"):
            await pilot.press(key)
            await pilot.pause()


@in_loop
async def test_a_journal_error_and_a_stalled_view_are_unmissable() -> None:
    clock = [0.0]
    desk = FakeDesk(desk_view(journal=JournalView("j.db", 3, "disk full")))
    app = DutyDeckApp(desk, lang="en", operator="duty-1", monotonic=lambda: clock[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "NOTHING IS WRITTEN DOWN: disk full" in "\n".join(screen_text(app))
        clock[0] = 12.0
        app.look()
        await pilot.pause()
        assert "VIEW STALLED 12s" in "\n".join(screen_text(app))
        desk.tick(journal=JournalView("j.db", 4), runs=(run_view(),))
        app.look()
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert "STALLED" not in text
        assert "WRITTEN" not in text
