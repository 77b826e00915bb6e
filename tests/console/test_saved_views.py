"""Saved views: what they hold, where they are kept, with which one a console begins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console import i18n
from console.app import DutyDeckApp
from console.checking import check_file, check_folder
from console.i18n import LANGUAGES
from console.people import PersonHere, Role
from console.saved.at_start import view_at_start
from console.saved.saved_view import COLUMN_KEYS, SavedView, ViewFile, flow
from console.saved.shelf import ViewShelf, own_views, shipped_views
from console.screens.matrix import MatrixScreen
from console.screens.overview import OverviewScreen
from console.screens.views import ViewsScreen
from feeds.errors import InputError
from feeds.yamlfile import parse_yaml
from tests.console.fake_desk import NOW, FakeDesk, desk_view, in_loop
from tests.console.test_screens import screen_text


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DUTYDECK_VIEW", raising=False)


def test_a_view_is_shipped_for_each_role_and_is_named_in_both_languages() -> None:
    found = {one.view: one for one in shipped_views()}
    assert {"duty-manager", "site-lead", "planner", "quality", "merchant-liaison"} <= set(found)
    assert all(one.title.zh and one.title.en for one in found.values())


def test_what_is_written_reads_the_same() -> None:
    views = (
        SavedView(view="天猫", rows="shop", filter='site:"合肥" or !wait>30', sort="wait", columns=("wait", "sl30")),
        SavedView(view="m", screen="matrix", rows="tier", only_bad=True),
        SavedView(view="plain"),
    )
    text = "views:\n" + "".join(f"  - {flow(one)}\n" for one in views)
    assert parse_yaml(text, ViewFile, "v.yaml").views == views


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{view: a, rows: bases}", "rows"),
        ('{view: a, filter: "(wait>3"}', "is missing"),
        ("{view: a, sort: waitng}", "waitng"),
        ("{view: a, columns: [wait, oldst]}", "oldest"),
        ("{view: a, screen: matrix, rows: queue}", "matrix"),
        ("{view: a}\n  - {view: a}", "twice"),
        ("{view: a b}", "view"),
        ("{view: a, colour: red}", "colour"),
    ],
)
def test_a_wrong_file_is_said_in_one_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "duty.yaml"
    path.write_text(f"views:\n  - {line}\n", encoding="utf-8")
    with pytest.raises(InputError) as wrong:
        check_file(path)
    assert said in str(wrong.value)
    assert "\n" not in str(wrong.value)
    path.write_text("views:\n  - {view: a}\n", encoding="utf-8")
    assert check_file(path).endswith("saved views: good")


def test_views_are_kept_per_person_and_a_file_that_is_wrong_is_never_written_over(tmp_path: Path) -> None:
    path = own_views({"XDG_CONFIG_HOME": str(tmp_path)}, "../duty 1")
    assert path.parent == tmp_path / "dutydeck" / "views"
    shelf = ViewShelf(path)
    shelf.save(SavedView(view="night", rows="queue"))
    shelf.save(SavedView(view="night", rows="shop"))
    again = ViewShelf(path)
    assert [one.rows for one in again.own] == ["shop"]
    assert again.find("NIGHT") == again.own[0]
    assert again.find("mercha") == next(one for one in again.shipped if one.view == "merchant-liaison")
    assert again.find("排班") is not None
    assert again.find("") is None
    assert again.drop("night")
    assert not again.drop("night")
    assert ViewShelf(path).own == ()
    path.write_text("views: 3\n", encoding="utf-8")
    broken = ViewShelf(path)
    assert broken.problem
    assert broken.views() == broken.shipped
    with pytest.raises(InputError):
        broken.save(SavedView(view="x"))
    assert path.read_text(encoding="utf-8") == "views: 3\n"


@pytest.mark.parametrize(
    ("role", "sites", "name", "wanted"),
    [("lead", ("hefei", "wuhan"), "site-lead", "site:hefei,wuhan"), ("duty", (), "", ""), ("viewer", (), "", "")],
)
def test_a_lead_begins_with_the_queues_of_their_sites(
    tmp_path: Path, role: Role, sites: tuple[str, ...], name: str, wanted: str
) -> None:
    view = replace(desk_view(), people=(PersonHere("c1", "li", role, sites, NOW),))
    found = view_at_start(ViewShelf(tmp_path / "none.yaml"), "", view, "li").view
    assert (found.view if found is not None else "") == name
    assert (found.filter if found is not None else "") == wanted
    asked = view_at_start(ViewShelf(None), "planner", view, "li").view
    assert asked is not None
    assert asked.rows == "category"
    assert view_at_start(ViewShelf(None), "nobody", view, "li").unknown == "nobody"


@in_loop
async def test_a_view_is_kept_by_command_and_brought_back_by_key() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(160, 40)) as pilot:
        screen = app.screen
        assert isinstance(screen, OverviewScreen)
        await pilot.press("2")
        screen.use_filter("platform:taobao")
        screen.action_columns("oldest wait load")
        await pilot.press("s", "s", "S")
        app.action_named_view("save tao")
        shown = [column.key for column, _width in screen.board.shown_columns(150)]
        assert shown == ["mark", "state", "name", "oldest", "wait", "load"]
        app.action_named_view("duty-manager")
        await pilot.pause()
        assert screen.board.by == "site"
        assert (screen.board.filter_text, screen.board.sort, screen.board.only) == ("", None, ())
        await pilot.press("V")
        await pilot.pause()
        assert isinstance(app.screen, ViewsScreen)
        text = "\n".join(screen_text(app))
        assert "platform:taobao" in text
        assert "Merchant liaison" in text
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is screen
        assert (screen.board.by, screen.board.filter_text) == ("shop", "platform:taobao")
        assert screen.board.sort is not None
        assert screen.board.sort.reverse
        app.action_named_view("platforms")
        await pilot.pause()
        assert isinstance(app.screen, MatrixScreen)
        assert app.screen.panel.by == "platform"
        app.screen.use_filter("platform:jd")
        app.action_named_view("save jd")
        assert app.shelf.own[-1] == SavedView(view="jd", screen="matrix", rows="platform", filter="platform:jd")
        for text, said in (("save a b", "no name"), ("drop x", "none of your own"), ("zzz", "no view zzz")):
            app.action_named_view(text)
            assert said in app._said[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@in_loop
async def test_the_console_begins_with_the_view_that_was_asked_for(
    lang: i18n.Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUTYDECK_VIEW", "planner")
    app = DutyDeckApp(FakeDesk(), lang=lang, operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.view_in_use == "planner"
        assert isinstance(app.screen, OverviewScreen)
        assert app.screen.board.by == "category"
        await pilot.press("V")
        await pilot.pause()
        assert ("排班" if lang == "zh" else "Workforce planner") in "\n".join(screen_text(app))
    i18n.use("en")


def test_a_configuration_is_checked_with_its_views(tmp_path: Path) -> None:
    (tmp_path / "dutydeck.yaml").write_text("sites:\n  - {id: hefei, url: ws://127.0.0.1:1}\n", encoding="utf-8")
    (tmp_path / "views").mkdir()
    path = tmp_path / "views" / "li.yaml"
    path.write_text("views: [{view: a, sort: loda}]\n", encoding="utf-8")
    with pytest.raises(InputError, match="load"):
        check_folder(tmp_path)
    path.write_text("views: [{view: a, sort: load}]\n", encoding="utf-8")
    assert check_folder(tmp_path)


def test_every_column_that_can_be_chosen_is_one_of_the_board() -> None:
    assert {"wait", "oldest", "course", "clock"} <= set(COLUMN_KEYS)
