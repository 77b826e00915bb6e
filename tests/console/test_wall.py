"""The wall: large, by itself, without input, and never frozen without saying so."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.draw.big import HEIGHT, big_fit, big_lines, big_width
from console.draw.lines import cells, plain, width_of
from console.draw.wall import figures, plan_wall, pulse_line, stalled_lines, strip_lines
from console.format import count, duration
from console.people import Reach
from console.personal import Personal
from console.picture import Picture
from console.screens.wall import WallScreen
from console.settings import ConsoleSettings
from tests.console.fake_desk import SITES, FakeDesk, alert, desk_view, in_loop
from tests.console.test_screens import screen_text

PICTURE = Picture(desk_view())
SIZES = ((80, 24), (120, 40), (200, 60))


@given(st.one_of(st.floats(0, 1e7), st.just(float("nan"))))
def test_every_count_and_duration_has_shapes(value: float) -> None:
    for text in (count(value), duration(value)):
        lines = big_lines(text, 2)
        assert len(lines) == HEIGHT
        assert {len(line) for line in lines} == {big_width(text, 2)}
        assert text == "–" or "?" not in text


def test_as_large_as_fits() -> None:
    assert len(big_fit("12", 40, 10)) == 10
    assert len(big_fit("12", 14, 10)) == 10
    assert len(big_fit("12", 12, 10)) == 5
    assert big_fit("123456", 10, 10) == ["123456"]


@settings(max_examples=40)
@given(st.integers(0, 260), st.integers(0, 90))
def test_figures_fill_their_place_at_any_size(width: int, height: int) -> None:
    lines = strip_lines(figures(PICTURE), width, height)
    assert len(lines) <= max(0, height)
    assert all(width_of(line) == width for line in lines)
    for place in plan_wall(width, height).places.values():
        assert place.x + place.width <= width
        assert place.y + place.height <= height
    stalled = stalled_lines(PICTURE, 12.0, width, height)
    assert len(stalled) == height
    assert all(width_of(line) == width for line in stalled)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_all_six_figures_are_there_at_every_size(size: tuple[int, int], lang: i18n.Language) -> None:
    i18n.use(lang)
    found = figures(Picture(desk_view()))
    names = plain(strip_lines(found, size[0], plan_wall(*size).places["figures"].height)[-1])
    i18n.use("en")
    assert all(one.name in names for one in found)


def test_what_nobody_knows_is_not_a_number() -> None:
    down = replace(desk_view(), reach=Reach(False, "ws://desk"))
    assert [one.value for one in figures(Picture(down))][:2] == ["?", "?"]
    nothing = {one.name: one.value for one in figures(Picture(desk_view(sites=(), alerts=())))}
    assert nothing["waiting"] == "–"
    assert next(one for one in figures(Picture(desk_view())) if "waiting" in one.name).name == "waiting 11/13"


def test_the_pulse_moves_each_second_and_reduced_motion_leaves_the_clock() -> None:
    lines = [plain(pulse_line(i, f"20:04:{i:02}", "sites 1/1", 80, still=False)) for i in range(7)]
    assert all(one[:9] != other[:9] for one, other in pairwise(lines))
    still = plain(pulse_line(3, "20:04:03", "sites 1/1", 80, still=True))
    assert "●" not in still
    assert "20:04:03" in still
    assert {cells(text) for text in lines} == {80}


@in_loop
async def test_pages_turn_and_every_site_and_alert_comes_by() -> None:
    clock, many = [0.0], tuple((f"s{i:02}", f"基地{i:02}", f"Site {i:02}") for i in range(40))
    desk = FakeDesk(desk_view(sites=many, alerts=(alert("s00/q00", "warning"),)))
    personal = Personal(ConsoleSettings(wall_every=10))
    app = DutyDeckApp(desk, lang="en", operator="w", monotonic=lambda: clock[0], personal=personal, wall=True)
    seen: set[str] = set()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        wall = app.screen
        assert isinstance(wall, WallScreen)
        for turn in range(7):
            text = "\n".join(screen_text(app))
            seen |= {name for _id, _zh, name in many if name in text}
            seen |= {word for word in ("past the platforms", "target") if word in text}
            clock[0] = 10.0 * (turn + 1)
            desk.tick()
            app.look()
            wall.beat()
            await pilot.pause()
            await pilot.pause()
        assert seen >= {name for _id, _zh, name in many}
        assert {"past the platforms", "target"} <= seen


@in_loop
async def test_a_wall_takes_no_keys_but_a_way_out() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+w")
        await pilot.pause()
        wall = app.screen
        assert isinstance(wall, WallScreen)
        for key in ("a", "L", "ctrl+x", "colon", "comma", "slash", "enter", "tab", "ctrl+p", "space", "question_mark"):
            await pilot.press(key)
            await pilot.pause()
            assert app.screen is wall, key
        await pilot.click(offset=(40, 20), times=2)
        assert app.screen is wall
        assert app.desk.sent == []  # type: ignore[attr-defined]
        await pilot.press("ctrl+w")
        await pilot.pause()
        assert not isinstance(app.screen, WallScreen)
    only = DutyDeckApp(FakeDesk(), lang="en", operator="w", wall=True)
    async with only.run_test(size=(80, 24)) as pilot:
        for key in ("ctrl+w", "escape", "backspace"):
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(only.screen, WallScreen), key
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert not only.is_running


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_a_wall_whose_figures_are_old_says_nothing_else(lang: i18n.Language) -> None:
    clock = [0.0]
    desk = FakeDesk()
    app = DutyDeckApp(desk, lang=lang, operator="w", monotonic=lambda: clock[0], wall=True)
    said = "NOTHING NEW" if lang == "en" else "无新数据"
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        wall = app.screen
        assert isinstance(wall, WallScreen)
        site = SITES[1][2 if lang == "en" else 1]
        assert site in "\n".join(screen_text(app))
        for second in (4, 5):
            clock[0] = float(second)
            app.look()
            wall.beat()
            await pilot.pause()
            text = "\n".join(screen_text(app))
            assert said in text
            assert site not in text, "old figures are gone"
            assert any(set(line.strip()) == {"█", " "} for line in text.splitlines()), "for how long, in large"
            assert f"{second}s" in text
        desk.tick()
        app.look()
        clock[0] += 1.0
        wall.beat()
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert site in text
        assert said not in text
        desk.tick(reach=Reach(False, "ws://desk", "refused"))
        app.look()
        clock[0] += 1.0
        wall.beat()
        await pilot.pause()
        assert said in "\n".join(screen_text(app))
    i18n.use("en")


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_no_size_is_refused(lang: i18n.Language) -> None:
    app = DutyDeckApp(FakeDesk(), lang=lang, operator="w", wall=True)
    async with app.run_test(size=(1, 1)) as pilot:
        for size in ((20, 5), (40, 12), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            lines = screen_text(app)
            assert len(lines) == size[1]
    i18n.use("en")
