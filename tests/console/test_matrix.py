"""The matrix: the worst state of what a cell stands for, nothing cut without a word, and a cursor over its cells."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.draw.lines import cells, plain, width_of
from console.draw.matrix import MARKS, MatrixSheet, fit_both_ends, sheet_line
from console.draw.matrix_plan import SHOWS_FIGURE, in_sight, plan_cells, plan_matrix
from console.draw.plan import Plan
from console.figures.place import place_of
from console.matrix import EMPTY, FINE, GRADES, Matrix, matrix_of
from console.matrix_figures import CELL_FIGURES, cell_figures
from console.matrix_floor import MatrixFloor, matrix_floor
from console.picture import Picture
from console.screens.figure import FigureScreen
from console.screens.matrix import MatrixScreen
from console.screens.queue import QueueScreen
from console.screens.shop import ShopScreen
from console.screens.site import SiteScreen
from console.view import DeskView
from console.widgets.matrix_panel import MatrixPanel
from feeds.rollup import roll_up
from feeds.row_groups import ROW_GROUPS, group_of
from tests.console.fake_desk import SITES, FakeDesk, alert, desk_view, in_loop
from tests.console.test_screens import screen_text

MANY = tuple((f"s{i:03d}", f"基地{i:03d}", f"Site {i:03d}") for i in range(1_000))


@cache
def _many(sites: int) -> DeskView:
    return desk_view(sites=MANY[:sites], queues=4)


def _matrix(view: DeskView, by: str = "category") -> Matrix:
    return matrix_of(Picture(view), matrix_floor(view.board.sites, by))  # type: ignore[arg-type]


def _word(matrix: Matrix, site: str, column: str) -> str:
    floor = matrix.floor
    return GRADES[matrix.grade(floor.index[site], floor.columns.index(column))].word


def test_a_cell_is_the_worst_of_its_queues_and_unknown_is_never_in_order() -> None:
    matrix = _matrix(desk_view())
    assert _word(matrix, "hefei", "apparel") == "CRIT"
    assert _word(matrix, "hefei", "grocery") == "ok"
    assert _word(matrix, "changsha", "beauty") == "WARN"
    assert _word(matrix, "jinan", "apparel") == "late"
    for column in matrix.floor.columns:
        assert _word(matrix, "wuhan", column) == "unknown"  # an alert stands there: not known is said first
        assert _word(matrix, "ganzhou", column) == "no data"
    assert GRADES[matrix.network].word == "CRIT"
    assert GRADES[matrix.grade(-1, matrix.floor.columns.index("grocery"))].word == "unknown"


@pytest.mark.parametrize("by", ROW_GROUPS)
def test_every_queue_stands_in_one_cell_of_every_grouping(by: str) -> None:
    view = desk_view()
    floor = matrix_floor(view.board.sites, by)  # type: ignore[arg-type]
    assert floor.counts.sum() == sum(row.kind == "queue" for site in view.board.sites for row in site.rows)
    site = view.board.sites[0]
    for row in site.rows[1:]:
        assert floor.columns[floor.cell_of(0, row.id)] == group_of(row, by)  # type: ignore[arg-type]


def test_figures_of_every_grouping_can_be_explained() -> None:
    picture = Picture(desk_view())
    for by in ROW_GROUPS:
        rollup = picture.rollup(by)
        place = place_of(picture, f"{by}:{rollup.keys[0]}")
        assert place is not None
        assert place.clock_key == rollup.keys[0]
        assert place.figure("waiting") == rollup.columns["waiting"][0]


def test_tiers_come_by_number_and_what_is_not_told_last() -> None:
    view = desk_view()
    rows = tuple(replace(row, tier=(3, 0, 12, 1)[i % 4]) for i, row in enumerate(view.board.sites[0].rows))
    site = replace(view.board.sites[0], rows=rows)
    assert matrix_floor((site,), "tier").columns == ("1", "3", "12", "–")


def test_the_shapes_of_all_states_differ() -> None:
    told = {mark: GRADES[grade].word for grade, (mark, _style) in enumerate(MARKS)}
    assert len(told) == len({sign.word for sign in GRADES}) - 1  # "unknown" and "no data" are both ?


def _added(view: DeskView, floor: MatrixFloor, metric: str) -> None:
    """Against the roll-ups of the board, which add up another way."""
    found = cell_figures(view.board.sites, floor, metric)
    by_category, by_site = roll_up(view.board.sites, floor.by), roll_up(view.board.sites, "site")
    for i, key in enumerate(floor.columns):
        want = by_category.columns[metric][by_category.keys.index(key)]
        np.testing.assert_allclose(found[-1, i], want, rtol=1e-6)
    for i, site in enumerate(floor.sites):
        want = by_site.columns[metric][by_site.keys.index(site)]
        np.testing.assert_allclose(found[i, -1], want, rtol=1e-6)


@pytest.mark.parametrize("metric", CELL_FIGURES)
def test_figures_add_up_as_the_roll_ups_do(metric: str) -> None:
    view = desk_view()
    _added(view, matrix_floor(view.board.sites, "category"), metric)


def test_no_sites_are_no_matrix_and_no_error() -> None:
    matrix = _matrix(desk_view(sites=()))
    assert matrix.network == EMPTY
    assert cell_figures((), matrix.floor, "waiting").shape == (1, 1)


# Layout -------------------------------------------------------------------------------------------------------------


@given(st.integers(1, 300), st.integers(1, 100), st.integers(0, 1_200), st.integers(0, 300))
def test_a_plan_fits_and_shows_all_where_there_is_room(width: int, height: int, rows: int, columns: int) -> None:
    plan = plan_cells(width, height, rows, columns)
    if width >= 30:
        assert plan.band * plan.bands + 2 * (plan.bands - 1) <= width
    if width >= 30 and plan.columns >= columns and plan.rows < rows:  # some are rolled up: then there was no denser way
        assert plan.cell == 2
    if 8 + 2 * (columns + 1) <= width and rows <= height - 1:
        assert plan.columns >= columns
        assert plan.rows >= rows


def test_thirteen_sites_at_80_by_24_show_figures_and_hundreds_at_200_by_60_all_fit() -> None:
    small = plan_matrix(80, 22).places["matrix"]
    assert plan_cells(80, small.height, 14, 6).cell >= SHOWS_FIGURE
    wide = plan_matrix(200, 57).places["matrix"]
    assert plan_cells(198, wide.height - 2, 321, 8).rows >= 321


@given(st.integers(0, 60), st.integers(1, 40), st.integers(-3, 70), st.integers(-1, 70))
def test_the_cursor_is_in_sight_and_what_is_not_is_counted(total: int, room: int, first: int, cursor: int) -> None:
    sight = in_sight(total, room, first, cursor)
    shown = sight.last - sight.first
    assert sight.before + shown + sight.after == total
    if room >= 3:
        assert shown + bool(sight.before) + bool(sight.after) <= room
    if total and room >= 3:
        assert sight.first <= max(0, min(cursor, total - 1)) < sight.last
        assert sight.before != 1 or total <= room or shown + bool(sight.before) + bool(sight.after) == room


@given(st.text(max_size=30), st.integers(0, 20))
def test_a_name_keeps_its_width_and_its_end(name: str, width: int) -> None:
    assert cells(fit_both_ends(name, width)) == width
    assert fit_both_ends("Site 123", 6).rstrip().endswith("123")


def _sheet(view: DeskView, width: int, height: int, cursor: tuple[int, int] = (-1, -1)) -> MatrixSheet:
    matrix = _matrix(view)
    floor = matrix.floor
    plan = plan_cells(width, height, len(floor.sites) + 1, len(floor.columns))
    rows = in_sight(len(floor.sites), max(1, plan.rows - 1), 0, max(0, cursor[0]))
    columns = in_sight(len(floor.columns), plan.columns, 0, max(0, cursor[1]))
    names = [site.en for site in view.board.sites]
    order, across = range(len(floor.sites)), range(len(floor.columns))
    return MatrixSheet(matrix, plan, order, names, across, rows, columns, None, "waiting", cursor)


@pytest.mark.parametrize("size", [(78, 18), (118, 30), (198, 48), (40, 8), (12, 3)])
@pytest.mark.parametrize("sites", [13, 200, 1_000])
def test_what_has_no_room_is_rolled_up_with_its_worst_state(size: tuple[int, int], sites: int) -> None:
    last = MANY[sites - 1]
    view = replace(_many(sites), alerts=(alert(f"{last[0]}/q00", site=last),))
    sheet = _sheet(view, *size)
    slots = sheet.slots()
    lines = [sheet_line(sheet, slots, y, focused=True) for y in range(sheet.plan.lines + 1)]
    text = "\n".join(plain(spans) for spans in lines)
    assert all(width_of(spans) <= size[0] for spans in lines) or size[0] < 30
    if sheet.rows.after and size[0] >= 30:
        rolled = next(plain(spans) for spans in lines if f"+{sheet.rows.after}" in plain(spans))
        assert MARKS[0][0] in rolled  # the last site is not in sight, and its state is
    elif size[0] >= 30:
        assert MARKS[0][0] in text


def test_the_floor_holds_until_a_site_has_other_rows() -> None:
    view = _many(1_000)
    floor = matrix_floor(view.board.sites, "category")
    assert floor.holds(view.board.sites)
    assert not floor.holds(view.board.sites[1:])
    other = replace(view.board.sites[0], rows=tuple(view.board.sites[0].rows[:-1]))
    assert not floor.holds((other, *view.board.sites[1:]))


# The screen ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_the_matrix_is_drawn_in_both_languages_at_every_size(lang: i18n.Language) -> None:
    app = DutyDeckApp(FakeDesk(), lang=lang, operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("M")
        for size in ((80, 24), (120, 40), (200, 60), (40, 10), (5, 3)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text = "\n".join(screen_text(app))
            if size[0] >= 80:
                assert all(site[1 if lang == "zh" else 2] in text for site in SITES)
                assert ("全网" if lang == "zh" else "network") in text
                assert "apparel" in text
    i18n.use("en")


@in_loop
async def test_keys_go_over_cells_and_open_what_they_stand_for() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("M")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, MatrixScreen)
        assert screen.figure_here() == ("*", "waiting")
        await pilot.press("j", "l", "l")
        assert screen.panel.place == (0, 1)
        assert screen.figure_here() == ("hefei/q01", "waiting")  # of its two queues that where most wait
        await pilot.press("i")
        await pilot.pause()
        assert isinstance(app.screen, FigureScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert "Hefei · digital" in "\n".join(screen_text(app))
        await pilot.press("enter")
        await pilot.pause()
        site = app.screen
        assert isinstance(site, SiteScreen)
        assert all("Digital" in row.name for row in site.board._source.rows)  # type: ignore[union-attr]
        await pilot.press("escape", "h", "h", "enter")
        await pilot.pause()
        assert isinstance(app.screen, SiteScreen)
        await pilot.press("escape", "g", "right", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ShopScreen)
        await pilot.press("escape", "left", "enter")
        await pilot.pause()
        assert isinstance(app.screen, QueueScreen)


@in_loop
async def test_only_what_is_not_in_order_and_the_next_of_it() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("M", "exclamation_mark")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, MatrixScreen)
        assert screen.panel.shown == (5, 4)  # Hefei, Wuhan, Changsha, Jinan, Ganzhou
        assert "Nanchang" not in "\n".join(screen_text(app))
        seen = []
        for _press in range(4):
            await pilot.press("tab")
            seen.append(screen.panel.place)
        assert all(screen.panel.matrix.cells[place] < FINE for place in seen)  # type: ignore[union-attr]
        assert len(set(seen)) == 4
        await pilot.press("escape")
        await pilot.pause()
        assert screen.panel.shown == (13, 4)
        await pilot.press("colon")
        await pilot.pause()
        await pilot.press(*"filter", "space", *"changsha", "enter")
        await pilot.pause()
        assert screen.passed() == (8, 104)
        await pilot.press("escape", "s")
        await pilot.pause()
        assert screen.panel._order[:3] == [0, 2, 12]
        await pilot.press("0")
        assert screen.panel._order == list(range(13))


@in_loop
async def test_columns_change_by_key_and_nothing_is_drawn_again_that_looks_the_same() -> None:
    desk = FakeDesk()
    app = DutyDeckApp(desk, lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("M", "4")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, MatrixScreen)
        assert screen.panel.matrix is not None
        assert set(screen.panel.matrix.floor.columns) == {"taobao", "jd", "douyin", "pdd"}
        sent = screen.panel.lines_sent
        desk.view = desk_view(number=2)
        app.look()
        await pilot.pause()
        assert screen.panel.lines_sent == sent
        desk.view = replace(desk_view(number=3), alerts=())
        app.look()
        await pilot.pause()
        assert 0 < screen.panel.lines_sent - sent <= 4  # the network, Hefei and Changsha


@in_loop
async def test_a_click_goes_to_a_cell_and_no_size_is_refused() -> None:
    view = desk_view(sites=MANY[:300], queues=8)
    app = DutyDeckApp(FakeDesk(view), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.press("M")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, MatrixScreen)
        plan = screen.panel._sheet.plan  # type: ignore[union-attr]
        assert plan.bands > 1
        await pilot.click("#matrix", offset=(1 + plan.band + 2 + plan.name + plan.cell + 1, 4))
        assert screen.panel.place == (plan.lines + 1, 0)
        await pilot.press("h", "h")
        assert screen.panel.place[0] == 1  # over into the band to the left
        for size in ((1, 1), (20, 5), (30, 9), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert "+" in "\n".join(screen_text(app))
        await pilot.press("G")
        await pilot.pause()
        assert screen.panel.place[0] == 299


@in_loop
async def test_no_sites_are_not_everything_in_order() -> None:
    app = DutyDeckApp(FakeDesk(desk_view(sites=())), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("M", "tab", "j", "l", "s", "G", "m", "exclamation_mark")
        await pilot.pause()
        await pilot.press("tab")
        assert app._said[0] == "nothing to show"
        assert (
            "no site has said anything yet" in "\n".join(screen_text(app)) or app.screen.query_one(MatrixPanel).breaches
        )


def test_details_never_hide_the_matrix() -> None:
    for width in (1, 40, 80, 200):
        for height in (1, 5, 8, 20, 58):
            plan: Plan = plan_matrix(width, height)
            assert plan.places["matrix"].height >= 1
            assert sum(place.height for place in plan.places.values()) <= height
