"""The palette: every action found by a few letters, and done on the screen below."""

from __future__ import annotations

import pytest

from console import i18n
from console.actions import of_scope
from console.app import DutyDeckApp
from console.screens.ledger import LedgerScreen
from console.screens.palette import PaletteScreen, found
from tests.console.fake_desk import FakeDesk, in_loop
from tests.console.test_screens import screen_text


def test_letters_find_actions_in_both_languages_and_by_command() -> None:
    actions = of_scope("overview", "app")
    assert found("sile", actions)[0].id == "silence"
    assert found("handover", actions)[0].id == "handover"
    assert found("brkgls", actions)[0].id == "break_glass"
    assert found("zzzzqq", actions) == []
    assert next(one.id for one in found("", actions)) == "filter"
    i18n.use("zh")
    try:
        assert found("认领", actions)[0].id == "acknowledge"
        assert "ledger" in [one.id for one in found("ledger", actions)][:2]
    finally:
        i18n.use("en")


@pytest.mark.parametrize("size", [(80, 24), (20, 5)])
@in_loop
async def test_typing_choosing_and_doing(size: tuple[int, int]) -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=size) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, PaletteScreen)
        await pilot.press(*"ledg", "enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, LedgerScreen)
        await pilot.press("escape", "ctrl+p")
        await pilot.pause()
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1


@in_loop
async def test_arrows_move_while_one_types_and_a_command_alone_is_begun() -> None:
    app = DutyDeckApp(FakeDesk(), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.pause()
        await pilot.press(*"s", "down", "down")
        palette = app.screen
        assert isinstance(palette, PaletteScreen)
        assert palette.table.ids.index(palette.table.cursor_id) == 2
        await pilot.press("backspace", *"write into", "enter")
        await pilot.pause()
        await pilot.pause()
        assert ":" in screen_text(app)[-1]
        assert "note " in screen_text(app)[-1]
