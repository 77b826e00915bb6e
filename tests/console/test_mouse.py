"""The mouse does what keys do: rows, headings, keys of the footer, answers; and it can be given back."""

from __future__ import annotations

from textual.events import MouseScrollDown
from textual.widget import Widget

from console.actions import footer
from console.app import DutyDeckApp
from console.draw.footer import answer_at, ask_line, key_at, keys_line
from console.draw.lines import plain
from console.draw.table import Column, column_at, fit_columns
from console.intents import RevertRun
from console.screens.overview import OverviewScreen
from console.screens.playbooks import PlaybooksScreen
from console.screens.site import SiteScreen
from console.toolkit_private import use_mouse
from tests.console.fake_desk import FakeDesk, in_loop
from tests.console.test_screens import screen_text


def test_a_cell_of_the_footer_belongs_to_the_key_that_stands_there() -> None:
    actions = footer("overview")
    for remark in ("", "wait>60"):
        text = plain(keys_line(actions, 100, remark))
        for action in actions:
            label = f" {action.label} "
            if label in text:
                assert key_at(actions, 100, remark, text.index(label) + 1) is action
        assert key_at(actions, 100, remark, 99) is None
        assert key_at(actions, 100, "remark", 0) is None
    asked = plain(ask_line("revert it?", 60))
    assert answer_at("revert it?", 60, asked.index(" y ") + 1) == "y"
    assert answer_at("revert it?", 60, asked.index(" n ") + 1) == "n"
    assert answer_at("revert it?", 60, 1) == ""


def test_a_cell_of_a_heading_belongs_to_its_column() -> None:
    fitted = fit_columns((Column("a", "A", 3), Column("b", "B", 5)), 9)
    assert [column_at(fitted, x) for x in (0, 2, 3, 4, 8, 9, 10)] == ["a", "a", "a", "b", "b", "b", ""]


def _at(app: DutyDeckApp, text: str) -> tuple[int, int]:
    """Where a text stands on the screen; wide characters take two cells there and are not looked for here."""
    for y, line in enumerate(screen_text(app)):
        if text in line:
            return line.index(text), y
    raise AssertionError(f"{text!r} is not on the screen")


@in_loop
async def test_rows_headings_and_keys_are_clicked() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, OverviewScreen)
        await pilot.click(offset=_at(app, "oldest"))
        assert (screen.board.sort.key, screen.board.sort.reverse) == ("oldest", False)  # type: ignore[union-attr]
        await pilot.pause()
        assert "▼oldest" in "\n".join(screen_text(app))
        _x, y = _at(app, "in/s")
        await pilot.click(offset=(screen_text(app)[y].index("▼") + 2, y))
        assert screen.board.sort.reverse  # type: ignore[union-attr]
        await pilot.click(offset=_at(app, "Guiyang"))
        assert screen.board.cursor_id == "guiyang"
        await pilot.click(offset=_at(app, "Nanchang"), times=2)
        await pilot.pause()
        assert isinstance(app.screen, SiteScreen)
        await pilot.click(offset=_at(app, " esc "))
        await pilot.pause()
        assert app.screen is screen
        await pilot.click(offset=_at(app, " p playbooks"))
        await pilot.pause()
        assert isinstance(app.screen, PlaybooksScreen)


@in_loop
async def test_a_question_is_answered_by_a_click_and_wheels_scroll() -> None:
    desk = FakeDesk()
    app = DutyDeckApp(desk, lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.click(offset=_at(app, " n no"))
        await pilot.pause()
        assert desk.sent == []
        await pilot.press("r")
        await pilot.pause()
        await pilot.click(offset=_at(app, " y yes"))
        await pilot.pause()
        assert [type(intent) for intent, _who in desk.sent] == [RevertRun]
        await pilot.press("5")
        await pilot.pause()
        board: Widget = app.screen.query_one("#board")
        first = screen_text(app)
        board.post_message(MouseScrollDown(board, 5, 5, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert screen_text(app) != first


def test_the_mouse_is_asked_for_and_given_back_by_the_driver() -> None:
    class Driver:
        _mouse = True
        said: list[str]

        def __init__(self) -> None:
            self.said = []

        def _enable_mouse_support(self) -> None:
            self.said += ["on"] if self._mouse else []

        def _disable_mouse_support(self) -> None:
            self.said += ["off"] if self._mouse else []

    class App:
        _driver = Driver()

    app = App()
    use_mouse(app, on=False)  # type: ignore[arg-type]
    use_mouse(app, on=True)  # type: ignore[arg-type]
    assert app._driver.said == ["off", "on"]
    app._driver = None  # type: ignore[assignment]
    use_mouse(app, on=True)  # type: ignore[arg-type]
