"""What sites may send and call themselves: no site, a thousand, all dark, endless names, a clock that jumps back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from console import i18n
from console.app import DutyDeckApp
from console.view import DeskView
from feeds.board_view import BoardView
from feeds.text import clean
from tests.console.fake_desk import (
    NOW,
    SITES,
    FakeCourses,
    FakeDesk,
    desk_view,
    in_loop,
    link_view,
    site_view,
)

NAMES = tuple(
    clean(text)
    for text in (
        "宽" * 300,
        "👩‍👩‍👧‍👦🇨🇳👍🏽" * 20,
        "e\u0301" * 80 + "Z\u0335\u0321\u0322\u034f\u0489" * 30,
        "שלום עולם " * 12,
        "مرحبا بالعالم " * 12,
        "ﷺ" * 40,
        "\u200b\u200d\ufeff",
        "１２３ＡＢＣ" * 20,
        "한국어" * 40,
        "[/]" * 60,
    )
)
SIZES = (((20, 5), "zh"), ((120, 40), "en"))
KEYS = ("2", "5", "s", "!", "0", "!", "enter", "escape", "A", "escape", "c")


def view_of(
    sites: Sequence[tuple[str, str, str]], *, state: str = "live", queues: int = 3, at: float = NOW
) -> DeskView:
    """A quiet day of these sites, all in one state."""
    views = tuple(site_view(at, one, queues, i, state) for i, one in enumerate(sites))
    links = {one[0]: link_view(one[0], state) for one in sites}
    board = BoardView(at, views, FakeCourses(at))  # type: ignore[arg-type]
    return desk_view(sites=sites[:1], queues=1, at=at, board=board, links=links, alerts=(), runs=())


def lines(app: DutyDeckApp) -> list[Strip]:
    """What is on the screen."""
    return app.screen._compositor.render_strips()


def exact(app: DutyDeckApp) -> list[str]:
    """The screen's text, each line as wide as the screen and no more."""
    strips = lines(app)
    for strip in strips:
        assert strip.cell_length == app.size.width
        assert sum(segment.cell_length for segment in strip) == app.size.width
    return [strip.text for strip in strips]


async def walk(pilot: Pilot[int], app: DutyDeckApp) -> str:
    """Press keys all over the deck; everything that was seen."""
    seen = exact(app)
    for key in KEYS:
        await pilot.press(key)
        await pilot.pause()
        seen += exact(app)
    while len(app.screen_stack) > 1:
        app.pop_screen()
    await pilot.pause()
    return "\n".join(seen)


@pytest.mark.parametrize(("size", "lang"), SIZES)
@in_loop
async def test_names_of_every_script_keep_every_line_in_its_place(size: tuple[int, int], lang: i18n.Language) -> None:
    sites = tuple((f"s{i}", name, name) for i, name in enumerate(NAMES))
    app = DutyDeckApp(FakeDesk(view_of(sites)), lang=lang, operator=NAMES[1][:40])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await walk(pilot, app)


@in_loop
async def test_no_site_at_all() -> None:
    app = DutyDeckApp(FakeDesk(view_of(())), lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        seen = await walk(pilot, app)
        assert "no site has said anything yet" in seen
        assert "0/0 live" in seen


@pytest.mark.parametrize("state", ["unknown", "never"])
@in_loop
async def test_all_sites_dark(state: str) -> None:
    app = DutyDeckApp(FakeDesk(view_of(SITES, state=state)), lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        overview = "\n".join(exact(app))
        assert "?13 unknown" in overview
        assert "● ok" not in overview


@in_loop
async def test_a_thousand_sites_are_drawn_and_keys_do_not_wait() -> None:
    sites = tuple((f"s{i:04d}", f"基地{i}", f"Site {i}") for i in range(1000))
    desk = FakeDesk(view_of(sites, queues=2))
    app = DutyDeckApp(desk, lang="en", operator="duty-1")
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        desk.tick()
        begun = time.process_time()
        app.look()
        assert time.process_time() - begun < 1.5
        await pilot.press("G")
        await pilot.pause()
        assert "Site 999" in "\n".join(exact(app))


@in_loop
async def test_a_clock_that_jumps_back_stalls_nothing() -> None:
    now = [100.0]
    desk = FakeDesk()
    app = DutyDeckApp(desk, lang="en", operator="duty-1", monotonic=lambda: now[0])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for jump in (1.0, -7_200.0, 1.0, -86_400.0, 1.0, 1e9, 1.0):
            now[0] += 1.0
            view = desk.view
            board = replace(view.board, at=view.at + jump)
            desk.tick(jump, board=board)
            app.look()
            await pilot.pause()
            text = "\n".join(exact(app))
            assert "STALLED" not in text
            assert "Hefei" in text
        await walk(pilot, app)
