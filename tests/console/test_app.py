"""What the keys do: intents that reach the desk, and what the screen says to that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from console.app import DutyDeckApp
from console.intents import (
    Acknowledge,
    AnswerRun,
    AskPreview,
    Intent,
    Outcome,
    RenewRun,
    RevertRun,
    SetPace,
    StartPlaybook,
)
from console.screens.alert import AlertScreen
from console.screens.alerts import AlertsScreen
from console.screens.clocks import ClocksScreen
from console.screens.overview import OverviewScreen
from console.screens.playbooks import PlaybooksScreen
from console.screens.preview import PreviewScreen
from console.screens.queue import QueueScreen
from console.screens.shop import ShopScreen
from console.screens.site import SiteScreen
from console.view import Mark
from console.widgets.board_table import BoardTable
from playbooks.run import RunState
from playbooks.words import Words
from tests.console.fake_desk import FakeDesk, alert, desk_view, in_loop, preview_value, run_view


def screen_text(app: DutyDeckApp) -> str:
    """The screen in front."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def _app(desk: FakeDesk, **options: object) -> DutyDeckApp:
    return DutyDeckApp(desk, lang="en", operator="duty-1", **{"settle_s": 0.0, **options})  # type: ignore[arg-type]


async def _type(pilot: Pilot[int], opens: str, text: str, ends: str = "enter") -> None:
    """Open a prompt by its key, write into it, and end it."""
    await pilot.press(opens)
    pilot.app.screen.query_one(Input).value = text
    await pilot.pause()
    if ends:
        await _press(pilot, ends)


async def _press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


@in_loop
async def test_an_alert_is_taken_on_with_a_note_and_the_refusal_is_said() -> None:
    answers = [Outcome(), Outcome("UNKNOWN_ALERT", "告警已结束", "the alert is over")]
    desk = FakeDesk(answer=lambda _intent: answers.pop(0))
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await _press(pilot, "down", "a")
        assert "note for Hefei·Apparel 00" in screen_text(app)
        await _press(pilot, *"on it", "enter")
        assert desk.sent == [(Acknowledge("a0001", "on it"), "duty-1")]
        assert "✓ Hefei·Apparel 00: acknowledged" in screen_text(app)
        await _press(pilot, "a", "enter")
        assert "■ the alert is over" in screen_text(app)
        await _press(pilot, "a", "x", "escape")
        assert len(desk.sent) == 2, "escape sends nothing"
        await _press(pilot, "down", "a")
        assert "no alert here" in screen_text(app)


@in_loop
async def test_a_playbook_is_previewed_confirmed_seen_running_and_reverted() -> None:
    def answer(intent: Intent) -> Outcome:
        return Outcome(preview=preview_value(guards=12)) if isinstance(intent, AskPreview) else Outcome()

    desk = FakeDesk(desk_view(runs=()), answer)
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await _press(pilot, "down", "p")
        assert isinstance(app.screen, PlaybooksScreen)
        assert "◂ suggested" in screen_text(app)
        await _press(pilot, "enter")
        assert desk.sent == [(AskPreview("bot-overflow", {}, "a0001"), "duty-1")]
        assert isinstance(app.screen, PreviewScreen)
        assert "read on to the end" in screen_text(app)
        await _press(pilot, "enter")
        assert len(desk.sent) == 1, "Enter on an unread plan reads on"
        await _press(pilot, "G")
        app.draw()
        await pilot.pause()
        assert "RUNS IT" in screen_text(app)
        await _press(pilot, "enter")
        assert isinstance(desk.sent[1][0], StartPlaybook)
        assert isinstance(app.screen, PlaybooksScreen)
        assert "Bot overflow: started" in screen_text(app)
        desk.tick(runs=(run_view(RunState.RUNNING),))
        app.look()
        await pilot.pause()
        assert "▶ running »Bot overflow Hefei" in screen_text(app)
        desk.tick(runs=(run_view(),))
        app.look()
        await _press(pilot, "r")
        assert "undo Bot overflow (r0001) now?" in screen_text(app)
        await _press(pilot, "n")
        assert len(desk.sent) == 2
        await _press(pilot, "r", "y")
        assert desk.sent[2] == (RevertRun("r0001"), "duty-1")
        await _press(pilot, "e")
        assert desk.sent[3] == (RenewRun("r0001", 1800.0), "duty-1")


@in_loop
async def test_a_refused_plan_cannot_be_confirmed_and_parameters_can_be_changed() -> None:
    refusal = Words("条件不成立", "guard fails: network.load < 1")
    desk = FakeDesk(
        answer=lambda intent: Outcome(
            preview=preview_value() if getattr(intent, "parameters", None) else preview_value(refusal)
        )
    )
    app = _app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await _press(pilot, "down", "p", "enter")
        assert "CANNOT BE STARTED" in screen_text(app)
        await _press(pilot, "enter")
        assert not any(isinstance(intent, StartPlaybook) for intent, _who in desk.sent)
        await _type(pilot, "equals_sign", "share=0.2 x")
        assert "write name=value, not x" in screen_text(app)
        await _type(pilot, "equals_sign", "share=0.2")
        assert desk.sent[-1][0] == AskPreview("bot-overflow", {"share": 0.2}, "a0001")
        assert "RUNS IT" in screen_text(app)


@in_loop
async def test_a_plan_is_not_confirmed_by_the_key_press_that_opened_it() -> None:
    clock = [0.0]
    desk = FakeDesk(
        answer=lambda intent: Outcome(preview=preview_value()) if isinstance(intent, AskPreview) else Outcome()
    )
    app = _app(desk, settle_s=0.5, monotonic=lambda: clock[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await _press(pilot, "p", "enter", "enter")
        assert len(desk.sent) == 1
        clock[0] = 0.6
        await _press(pilot, "enter")
        assert isinstance(desk.sent[1][0], StartPlaybook)


@in_loop
async def test_what_a_run_asks_is_answered_by_key() -> None:
    desk = FakeDesk()
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "y take it back  n leave it in force" in screen_text(app)
        await _press(pilot, "n", "y", "o")
        assert [intent for intent, _who in desk.sent] == [AnswerRun("r0002", "keep"), AnswerRun("r0002", "revert")]
        assert "nothing is being asked" in screen_text(app)


@in_loop
async def test_a_filter_works_while_it_is_typed_and_escape_takes_it_back() -> None:
    app = _app(FakeDesk())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        board = app.screen.query_one("#board", BoardTable)
        await _press(pilot, "slash", *"wait>50")
        assert list(board.ids) == ["*", "hefei", "changsha"]
        await _press(pilot, "enter")
        assert "/wait>50" in screen_text(app)
        await _press(pilot, "escape")
        assert len(board.ids) == 14
        await _type(pilot, "slash", "waitng>5", "")
        assert "no column waitng; try waiting" in screen_text(app)
        await _press(pilot, "escape", "exclamation_mark")
        assert list(board.ids) == ["*", "hefei", "wuhan", "changsha", "jinan", "ganzhou"]
        assert "! not in order only" in screen_text(app)


@in_loop
async def test_rows_are_sorted_when_asked_and_grouped_by_key() -> None:
    desk = FakeDesk()
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        board = app.screen.query_one("#board", BoardTable)
        own = list(board.ids)
        await _press(pilot, "s", "s", "s", "s")
        assert "▼wait" in screen_text(app)
        assert list(board.ids)[:3] == ["*", "hefei", "changsha"]
        await _press(pilot, "S")
        assert list(board.ids)[-3] == "hefei"
        await _press(pilot, "0")
        assert list(board.ids) == own
        for key, first in (("2", "shop:shop-0"), ("3", "category:apparel"), ("4", "platform:taobao")):
            await _press(pilot, key)
            assert list(board.ids)[:2] == ["*", first]
        await _press(pilot, "down", "enter")
        assert isinstance(app.screen, ShopScreen)
        queues = app.screen.board
        assert all("taobao" in row.text() for row in queues._source.rows)  # type: ignore[union-attr]
        assert len(queues.ids) == 13 * 2  # two a site
        await _press(pilot, "escape", "escape")
        assert list(board.ids) == own


@pytest.mark.parametrize(
    ("command", "screen"),
    [
        ("alerts", AlertsScreen),
        ("site 合肥", SiteScreen),
        ("queue hefei/q03", QueueScreen),
        ("shop shop-1", ShopScreen),
        ("clocks jd_30s", ClocksScreen),
        ("clocks", ClocksScreen),
        ("playb", PlaybooksScreen),
        ("run bot-overflow", PreviewScreen),
    ],
)
@in_loop
async def test_the_command_line_goes_places(command: str, screen: type) -> None:
    app = _app(FakeDesk(answer=lambda _intent: Outcome(preview=preview_value())))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await _type(pilot, "colon", command)
        await pilot.pause()
        assert type(app.screen) is screen


@in_loop
async def test_commands_sort_filter_complete_and_say_what_is_wrong() -> None:
    app = _app(FakeDesk())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        board = app.screen.query_one("#board", BoardTable)
        for command, said in (("alrts", "did you mean alerts?"), ("sort nothing", "no column nothing")):
            await _type(pilot, "colon", command)
            assert said in screen_text(app)
        await _press(pilot, "colon", *"sor", "tab", *"wait", "enter")
        assert board.sort is not None
        assert board.sort.key == "wait"
        await _type(pilot, "colon", "filter hefei")
        await _type(pilot, "colon", "unsort")
        assert list(board.ids) == ["*", "hefei"]
        assert board.sort is None
        await _type(pilot, "colon", "lang zh")
        await pilot.pause()
        assert "合肥" in screen_text(app)
        assert len(app.screen_stack) == 1
        await _type(pilot, "colon", "lang en")


@in_loop
async def test_a_frozen_view_holds_still_while_alerts_are_counted_on() -> None:
    desk = FakeDesk()
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await _press(pilot, "space")
        assert "FROZEN at 20:04:31" in screen_text(app)
        desk.tick(37.0, alerts=(*desk.view.alerts, alert("nanchang/q02", number=50)), runs=())
        app.look()
        await pilot.pause()
        text = screen_text(app)
        assert "37s behind · ▲ 1 NEW ALERTS since" in text
        assert "▲4 CRIT" in text, "the header goes on"
        assert "● ok      Nanchang" in text, "the table does not"
        await _press(pilot, "space")
        text = screen_text(app)
        assert "FROZEN" not in text
        assert "▲ CRIT    »Nanchang" in text, "with the mark of what changed"


@in_loop
async def test_only_what_changed_is_drawn_and_the_cursor_stays() -> None:
    desk = FakeDesk()
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        board = app.screen.query_one("#board", BoardTable)
        await _press(pilot, "down", "down", "down")
        before = board.lines_sent
        desk.tick(0.0)
        app.look()
        assert board.lines_sent == before
        sites = desk.view.board.sites
        moved = replace(desk.view.board, sites=(sites[-1], *sites[:-1]))
        desk.tick(0.0, board=moved)
        app.look()
        await pilot.pause()
        assert board.cursor_id == "wuhan"
        app.look()
        assert board.lines_sent > before


@in_loop
async def test_panels_take_the_keys_in_turn_and_open_what_is_under_the_cursor() -> None:
    app = _app(FakeDesk())
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        await _press(pilot, "tab")
        assert app.focused is not None
        assert app.focused.id == "alerts"
        await _press(pilot, "j", "enter")
        assert isinstance(app.screen, AlertScreen)
        await _press(pilot, "enter")
        assert isinstance(app.screen, SiteScreen)
        assert app.screen.site == "wuhan"
        await _press(pilot, "escape", "escape", "l", "enter")
        assert isinstance(app.screen, QueueScreen)
        await _press(pilot, "escape", "l", "enter")
        assert isinstance(app.screen, PlaybooksScreen)
        await _press(pilot, "escape", "escape")
        assert isinstance(app.screen, OverviewScreen)
        assert "ctrl+q quits" in screen_text(app)


@in_loop
async def test_keys_never_go_to_a_panel_that_has_no_place() -> None:
    app = _app(FakeDesk())
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        seen = []
        for _ in range(3):
            await _press(pilot, "tab")
            seen.append(app.focused.id if app.focused is not None else None)
        assert "worst" in seen
        app.screen.query_one("#worst").focus()
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert app.focused is not None
        assert app.focused.id == "board"
        await _press(pilot, "tab")
        assert app.focused.id == "alerts"


@in_loop
async def test_the_pace_of_a_drill_is_changed_by_key_and_that_of_the_day_is_not() -> None:
    desk = FakeDesk()
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await _press(pilot, "right_square_bracket", "left_square_bracket")
        assert [intent for intent, _who in desk.sent] == [SetPace(2.0), SetPace(0.5)]
        desk.tick(mode="live")
        app.look()
        await _press(pilot, "right_square_bracket")
        assert len(desk.sent) == 2
        assert "the day has its own pace" in screen_text(app)


@in_loop
async def test_a_desk_that_fails_is_said_notices_are_shown_and_quitting_is_clean() -> None:
    def fail(_intent: Intent) -> Outcome:
        raise RuntimeError("[/] not markup")

    desk = FakeDesk(answer=fail)
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await _press(pilot, "down", "a", "enter")
        assert "the desk failed: RuntimeError" in screen_text(app)
        desk.tick(notices=(Mark(0.0, "notice", "合肥停电", "power cut in Hefei [/]"),))
        app.look()
        await pilot.pause()
        assert "power cut in Hefei [/]" in screen_text(app)
        await _press(pilot, "q", "ctrl+c")
        assert app.is_running
        await pilot.press("ctrl+q")
    assert app.return_code == 0


@in_loop
async def test_a_group_is_taken_on_as_one_and_new_alerts_do_not_scroll_the_rail_away() -> None:
    storm = tuple(alert(f"hefei/q{i:02d}", number=10 + i) for i in range(5))
    desk = FakeDesk(desk_view(alerts=storm))
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Hefei ×5" in screen_text(app)
        dark = alert("wuhan/*", rule="site-dark", number=1, site=("wuhan", "武汉", "Wuhan"))
        desk.tick(alerts=(*storm, replace(dark, fired_at=dark.since - 500)))
        app.look()
        await pilot.pause()
        rail = next(row for row in screen_text(app).splitlines()[1:] if row[:1] in tuple("▲■◆"))
        assert rail.startswith("■ DARK »Wuhan"), "what is worst stands on top"
        await _press(pilot, "down", "a")
        assert "note for Hefei·Apparel 00 and 4 more" in screen_text(app)
        await _press(pilot, "enter")
        assert [intent for intent, _who in desk.sent] == [Acknowledge(one.id) for one in storm]


@in_loop
async def test_a_playbook_for_a_site_answers_the_queue_where_most_wait() -> None:
    alerts = tuple(alert(f"hefei/q{i:02d}", number=10 + i) for i in range(8))
    desk = FakeDesk(desk_view(alerts=alerts), lambda _intent: Outcome("NO", "不行", "no"))
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await _press(pilot, "down", "p", "enter")
        sites = desk.view.board.sites[0]
        waiting = [float(value) for value in sites.columns["waiting"][1:]]
        assert desk.sent[0][0] == AskPreview("bot-overflow", {}, f"a{10 + waiting.index(max(waiting)):04d}")


@in_loop
async def test_a_click_moves_the_cursor_and_a_second_one_opens_the_row() -> None:
    app = _app(FakeDesk())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        board = app.screen.query_one("#board", BoardTable)
        await pilot.click("#board", offset=(10, 3))
        assert board.cursor_id == "nanchang"
        await pilot.click("#board", offset=(10, 0))
        await pilot.pause()
        assert board.cursor_id == "nanchang", "the heading is not a row"
        assert board.sort is not None, "it sorts"
        await pilot.press("0")
        await pilot.double_click("#board", offset=(10, 2))
        await pilot.pause()
        assert isinstance(app.screen, SiteScreen)
        assert app.screen.site == "hefei"
