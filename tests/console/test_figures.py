"""Any figure explains itself: definition, formula with its inputs, sums, source and age, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from alerts.projected import PROJECTED
from console import i18n
from console.app import DutyDeckApp
from console.definitions import definition
from console.draw.figure import figure_lines, plan_figure
from console.draw.lines import plain, width_of
from console.figures.listed import figures_of
from console.figures.metric import formula
from console.figures.place import FigurePlace, parts_of, place_of
from console.figures.plan import PLAN_FIGURES, plan_value
from console.figures.preview import preview_figures, preview_items
from console.figures.sums import IDENTITIES, sums_of
from console.intents import AskPreview
from console.picture import Picture
from console.screens.figure import FigureScreen
from console.screens.help import HelpScreen
from console.screens.preview import PreviewScreen
from console.screens.queue import QueueScreen
from feeds.catalog import METRICS
from feeds.metric import Derived
from tests.console.fake_desk import FakeDesk, desk_view, in_loop
from tests.console.test_forecast_screen import made_outlook
from tests.console.test_plan_ahead import preview
from tests.console.test_screens import screen_text

KEYS = ("*", "hefei", "hefei/*", "hefei/q00", "shop:shop-1", "platform:jd", "wuhan", "wuhan/q01", "ganzhou")


@pytest.fixture(scope="module")
def picture() -> Picture:
    return Picture(desk_view())


def _place(picture: Picture, key: str) -> FigurePlace:
    place = place_of(picture, key)
    assert place is not None
    return place


def _text(picture: Picture, key: str, name: str, width: int = 70) -> str:
    place = _place(picture, key)
    figure = next(one for one in figures_of(place, picture) if one.id == name)
    return "\n".join(plain(one) for one in figure_lines(figure, place, picture, width))


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_figure_of_every_place_explains_itself_in_the_width_there_is(
    picture: Picture, lang: i18n.Language
) -> None:
    i18n.use(lang)
    try:
        for key in KEYS:
            place = _place(picture, key)
            for figure in figures_of(place, picture):
                lines = figure_lines(figure, place, picture, 50)
                assert len(lines) > 3, figure.id
                assert all(width_of(one) <= 50 for one in lines), figure.id
    finally:
        i18n.use("en")


def test_every_definition_has_its_chinese() -> None:
    texts = {metric.definition for metric in METRICS.values()} | {one.definition for one in PROJECTED.values()}
    i18n.use("zh")
    try:
        assert [text for text in texts if not re.search(r"[\u4e00-\u9fff]", definition(text))] == []
        for text in texts:  # the limits in them are the same numbers
            assert set(re.findall(r"\d+", text)) <= set(re.findall(r"\d+", definition(text))) | {"24", "0", "1"}, text
    finally:
        i18n.use("en")


def test_a_ratio_shows_the_counts_that_give_it(picture: Picture) -> None:
    place = _place(picture, "hefei/q00")
    answered, abandoned = place.grown("answered", "15m"), place.grown("abandoned", "15m")
    text = _text(picture, "hefei/q00", "answer_rate_15m")
    assert f"{answered:.0f} ÷ ({answered:.0f} + {abandoned:.0f} + 0)" in text
    assert f"= {answered / (answered + abandoned):.1%}" in text
    metric = METRICS["answer_rate_15m"]
    assert isinstance(metric, Derived)
    assert formula(metric) == "Answered ÷ (Answered + Abandoned + Timed out)"


def test_totals_are_reconciled_and_a_difference_is_said(picture: Picture) -> None:
    place = _place(picture, "hefei/q00")
    found = "\n".join(text for _label, text, _style in sums_of("waiting", place))
    whole = place.figure("offered")
    parts = sum(place.figure(name) for name in ("answered", "abandoned", "waiting", "bot_contained"))
    assert f"Offered {whole:,.0f}" in found
    assert f"{whole - parts:,.0f} beside them" in found.replace("−", "-")
    assert "not told here: Bot chats" in found
    for identity in IDENTITIES:
        assert {*identity.whole, *identity.parts} <= set(METRICS)


def test_the_sites_of_a_network_sum_give_it_and_unknown_ones_are_named(picture: Picture) -> None:
    place = _place(picture, "*")
    values = [value for _name, value in parts_of(place, "waiting", picture) if value == value]
    assert sum(values) == place.figure("waiting")
    text = _text(picture, "*", "waiting")
    assert "these 11 give it exactly" in text
    assert "2 of 13 not known: they are not in it" in text
    assert "the oldest figures are 48s old" in text
    assert "11 of 13 sites known" in text


def test_a_sum_that_its_parts_do_not_give_says_so(picture: Picture) -> None:
    site = picture.view.board.sites[0]
    gauges = site.columns.gauges.copy()
    gauges[site.site_row, site.columns.gauge_at["waiting"]] += 7
    columns = type(site.columns)(
        site.columns.size, gauges, site.columns.gauge_at, site.columns.counters, site.columns.counter_at,
        site.columns.windows,
    )  # fmt: skip
    board = replace(picture.view.board, sites=(replace(site, columns=columns, last=columns),))
    other = Picture(replace(picture.view, board=board))
    assert "7 are counted by the site and in none of them" in _text(other, "hefei", "waiting").replace(
        "\n            ", " "
    )


def test_what_is_not_known_now_is_shown_as_old_and_never_as_fine(picture: Picture) -> None:
    text = _text(picture, "wuhan", "waiting")
    assert "NOT KNOWN NOW. What was known last, 48s ago" in text
    assert "not sent by Ganzhou" in _text(picture, "ganzhou", "arrivals_per_s")
    assert {one.style for one in figures_of(_place(picture, "wuhan/q01"), picture) if one.id in METRICS} == {"faint"}


def test_a_clock_is_explained_by_its_own_sums(picture: Picture) -> None:
    clock = next(one for one in figures_of(_place(picture, "hefei"), picture) if one.id.startswith("clock/"))
    assert "assessed" in _text(picture, "hefei", clock.id)


def test_places_that_are_not_there_have_no_figures(picture: Picture) -> None:
    assert place_of(picture, "atlantis") is None
    assert place_of(picture, "hefei/none") is None
    assert place_of(picture, "shop:none") is None
    assert place_of(picture, "moon:none") is None


def test_the_plan_of_the_screen_fits_every_size() -> None:
    for width in (1, 20, 63, 64, 80, 120, 200, 300):
        for height in (1, 5, 22, 58):
            plan = plan_figure(width, height)
            assert sum(one.width * one.height for one in plan.places.values()) == width * height


@in_loop
async def test_the_figure_under_the_column_cursor_is_explained_by_key() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "j", "right_parenthesis", "right_parenthesis", "right_parenthesis", "question_mark")
        await pilot.pause()
        assert isinstance(app.screen, FigureScreen)
        assert app.screen.figure_here() == ("hefei", "waiting")
        text = "\n".join(screen_text(app))
        assert "contacts in the queue that no agent has answered yet" in text
        await pilot.press("slash", *"occup", "enter")
        await pilot.pause()
        assert app.screen.table.cursor_id == "occupancy"
        assert "(Busy + After-contact work)" in "\n".join(screen_text(app))
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        await pilot.press("escape", "question_mark")  # the column cursor is gone, so ? is the help again
        assert isinstance(app.screen, HelpScreen)


@in_loop
async def test_every_screen_that_shows_figures_explains_one() -> None:
    app = DutyDeckApp(FakeDesk(), lang="zh", operator="duty-1")
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in (("i",), ("c", "i"), ("A", "i"), ("f", "i"), ("j", "enter", "i"), ("tab", "i")):
            await pilot.press(*keys)
            await pilot.pause()
            assert isinstance(app.screen, FigureScreen), keys
            assert app.screen.table.ids, keys
            while len(app.screen_stack) > 1:
                app.pop_screen()
            await pilot.pause()
        await app.push_screen(QueueScreen("hefei/q00"))
        await pilot.press("i")
        await pilot.pause()
        assert "合肥·服饰00" in "\n".join(screen_text(app))
        for size in ((20, 5), (40, 10), (1, 1), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
    i18n.use("en")


@in_loop
async def test_a_figure_is_found_by_its_name_on_the_command_line() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("colon", *"explain ocupancy", "enter")
        await pilot.pause()
        assert "did you mean occupancy" in "\n".join(screen_text(app))
        await pilot.press("colon", *"explain occupancy", "enter")
        await pilot.pause()
        assert isinstance(app.screen, FigureScreen)
        assert app.screen.table.cursor_id == "occupancy"


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_the_figures_of_a_preview_say_what_they_were_made_of(lang: i18n.Language) -> None:
    made = preview()
    app = DutyDeckApp(FakeDesk(), lang=lang, operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(PreviewScreen(AskPreview("cross-site-move"), made))
        await pilot.press("i")
        await pilot.pause()
        assert isinstance(app.screen, FigureScreen)
        text = "\n".join(screen_text(app))
        assert made.outlook is not None
        heading = made.outlook.places[0].planned
        assert f"{heading.answered:,.0f} ÷ {heading.offered:,.0f}" in text
        assert ("区间" if lang == "zh" else "band") in text
    i18n.use("en")
    unknown = replace(made, outlook=None)
    assert preview_figures(unknown, app.picture) == []
    assert preview_items("preview/0/level", unknown, app.picture) == []


def test_a_figure_of_the_plan_shows_its_interval_and_its_parts() -> None:
    seen = Picture(desk_view(outlook=made_outlook()))
    place = _place(seen, "hefei")
    values = {name: plan_value(name, place, seen) for name in PLAN_FIGURES}
    assert values["net"] == pytest.approx(values["staffed"] - values["required"])
    text = _text(seen, "hefei", "plan/net")
    assert f"{values['staffed']:,.0f} − {values['required']:,.0f}" in text
    assert "held against the day 0s ago" in text
    assert not any(one.id.startswith("plan/") for one in figures_of(_place(seen, "hefei/q00"), seen))
