"""A console begins again where its operator was; a broken file is one line and a fresh start."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from console import i18n
from console.app import DutyDeckApp
from console.draw.crumbs import crumbs_line
from console.draw.lines import plain, width_of
from console.draw.table import Sort
from console.i18n import Language
from console.resuming.session import Session, Table
from console.resuming.session_file import SessionFile
from console.screens.overview import OverviewScreen
from console.screens.queue import QueueScreen
from console.screens.shop import ShopScreen
from console.screens.site import SiteScreen
from feeds.errors import InputError
from tests.console.fake_desk import SITES, FakeDesk, desk_view, in_loop
from tests.console.test_screens import screen_text

SITES_KNOWN = SITES[:4]


def desk() -> FakeDesk:
    return FakeDesk(desk_view(sites=SITES_KNOWN))


def app_at(path: Path, lang: Language = "en", on: FakeDesk | None = None) -> DutyDeckApp:
    app = DutyDeckApp(on or desk(), lang=lang, operator="duty-1")
    app.resume_from(SessionFile(path))
    return app


async def until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    for _ in range(200):
        await pilot.pause(0.02)
        if true():
            return
    raise AssertionError("it did not come true:\n" + "\n".join(screen_text(pilot.app)))  # type: ignore[arg-type]


def begin(app: DutyDeckApp) -> None:
    app.desk.tick()  # type: ignore[attr-defined]
    app.look()


@in_loop
async def test_screens_rows_order_and_filter_are_those_of_last_time(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "session.json"
    app = app_at(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        begin(app)
        await pilot.press(*":sort wait", "enter", *"/an", "enter")
        await pilot.press("down", "down")
        chosen = app.screen.board.cursor_id  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SiteScreen))
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, QueueScreen))
        key = app.screen.key  # type: ignore[attr-defined]
        app.keep_session()
    kept = json.loads(path.read_text())
    assert kept["screens"] == ["overview", f"site {chosen}", f"queue {key}"]
    again = app_at(path)
    async with again.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        begin(again)
        await until(pilot, lambda: isinstance(again.screen, QueueScreen))
        assert again.screen.key == key  # type: ignore[attr-defined]
        await until(pilot, lambda: "network › " in "\n".join(screen_text(again)))
        await pilot.press("backspace")
        await until(pilot, lambda: isinstance(again.screen, SiteScreen))
        await until(pilot, lambda: again.screen.board.cursor_id == key)  # type: ignore[attr-defined]
        await pilot.press("backspace")
        await until(pilot, lambda: isinstance(again.screen, OverviewScreen))
        board = again.screen.board  # type: ignore[attr-defined]
        assert (board.filter_text, board.sort, board.cursor_id) == ("an", Sort("wait"), chosen)


@in_loop
async def test_what_is_gone_is_left_out(tmp_path: Path) -> None:
    file = SessionFile(tmp_path / "s.json")
    tables = {"overview": Table(rows="nothing", row="nowhere", sort="nonsense", filter="wait>>", only_bad=True)}
    screens = (
        "overview",
        "site nowhere",
        "queue hefei/q99",
        "alert a-gone",
        "shop shop-1",
        "shop shop:",
        "x y",
        "site hefei",
    )
    file.write(Session(screens=screens, tables=tables))
    app = app_at(file.path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        begin(app)
        await until(pilot, lambda: isinstance(app.screen, SiteScreen))
        assert [type(screen) for screen in app.screen_stack] == [OverviewScreen, SiteScreen]


@in_loop
async def test_nothing_is_opened_over_somebodys_keys(tmp_path: Path) -> None:
    file = SessionFile(tmp_path / "s.json")
    file.write(Session(screens=("overview", "site hefei")))
    app = app_at(file.path, on=FakeDesk(desk_view(sites=SITES)))  # one of these sites has never spoken
    clock = [0.0]
    app.monotonic = lambda: clock[0]
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        begin(app)
        await pilot.press("A")
        clock[0] = 10.0
        begin(app)
        await pilot.pause()
        assert len(app.screen_stack) == 2
        assert not isinstance(app.screen, SiteScreen)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize(
    "text", ["", "{", '{"version": 2}', '{"screens": "x"}', '{"tables": {"a": {"who": 1}}}', "[1]"]
)
@in_loop
async def test_a_broken_file_is_one_line_and_a_fresh_start(tmp_path: Path, lang: Language, text: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(text)
    app = app_at(path, lang)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        begin(app)
        said = "重新开始" if lang == "zh" else "fresh start"
        await until(pilot, lambda: said in "\n".join(screen_text(app)))
        assert isinstance(app.screen, OverviewScreen)
        app.keep_session()
    assert SessionFile(path).read() is not None, "and the next one is good"
    i18n.use("en")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SessionFile.of({"XDG_STATE_HOME": str(tmp_path)}, "../王/值班", "drill")
    assert file.path.parent == tmp_path / "dutydeck" / "sessions"
    assert file.read() is None
    file.write(Session(screens=("overview",)))

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        file.write(Session(screens=("overview", "alerts")))
    monkeypatch.undo()
    assert file.read() == Session(screens=("overview",))
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]
    file.path.write_bytes(b" " * 300_000)
    with pytest.raises(InputError, match="longer than any session"):
        file.read()


@in_loop
async def test_one_key_leads_to_what_a_thing_belongs_to_and_one_back() -> None:
    app = DutyDeckApp(desk(), lang="en", operator="duty-1")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press(*":queue hefei/q02", "enter")
        await until(pilot, lambda: isinstance(app.screen, QueueScreen))
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, ShopScreen))
        await pilot.press("down", "U")
        await until(pilot, lambda: isinstance(app.screen, SiteScreen))
        await until(pilot, lambda: "network › Hefei·Beauty 02 › shop-2 › " in "\n".join(screen_text(app)))
        site = app.screen.site  # type: ignore[attr-defined]
        await pilot.press("backspace")
        await until(pilot, lambda: isinstance(app.screen, ShopScreen))
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, SiteScreen))
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, OverviewScreen))
        assert app.screen.board.cursor_id == site  # type: ignore[attr-defined]
        await pilot.press("A", "U")
        await until(pilot, lambda: isinstance(app.screen, SiteScreen))


@given(st.lists(st.text("a宽 é", max_size=30), min_size=1, max_size=9), st.integers(1, 200))
def test_the_way_is_as_wide_as_it_is_told_and_names_where_one_is(crumbs: list[str], width: int) -> None:
    assert width_of(crumbs_line(crumbs, width)) == width


def test_the_middle_gives_way() -> None:
    assert plain(crumbs_line(["network", "Hefei", "alerts", "Apparel 00"], 60)).startswith(
        " network › Hefei › alerts › Apparel 00"
    )
    assert plain(crumbs_line(["network", "Hefei", "alerts", "Apparel 00"], 42)).startswith(
        " network › … › alerts › Apparel 00"
    )
    assert plain(crumbs_line(["network", "Hefei", "alerts", "Apparel 00"], 34)).startswith(" network › … › Apparel 00")
