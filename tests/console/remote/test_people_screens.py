"""What a person sees and does about others: who is here, whom to call, what a site said, what waits for approval."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.draw.people import plan_people
from console.draw.runs import run_log
from console.i18n import Language
from console.intents import ApproveRun, AskPreview, ReportSite, StartPlaybook
from console.people import PersonHere, Reach, SiteLead, SiteWord
from console.picture import Picture
from console.remote.old_view import old_view
from console.screens.people import PeopleScreen
from console.screens.site import SiteScreen
from console.view import DeskView
from playbooks.run import RunState
from tests.console.fake_desk import HOSTILE, NOW, FakeDesk, desk_view, in_loop, run_view
from tests.console.remote.made_server import ask, served, until_view
from tests.console.test_screens import SIZES, _check, screen_text

PEOPLE = (
    PersonHere("c1", "王值班", "duty", (), NOW - 3_700.0),
    PersonHere("c2", "li.wei", "lead", ("hefei", "wuhan"), NOW - 60.0),
)
LEADS = (
    SiteLead("hefei", "李伟", "+86 551 1234 5678", "夜班"),
    SiteLead("hefei", "张敏", "+86 551 8765 4321"),
    SiteLead("wuhan", "Wu Hao", "+86 27 5555 0100", "backup"),
)
WORDS = (
    SiteWord("wuhan", True, "王值班", "generator runs", NOW - 120.0, NOW + 1_680.0),
    SiteWord("jinan", False, "li.wei", "", NOW - 5.0, NOW + 600.0),
)


def view_with(**changes: object) -> DeskView:
    return replace(desk_view(), people=PEOPLE, directory=LEADS, site_words=WORDS, **changes)


@given(st.integers(1, 300), st.integers(2, 100))
def test_panels_never_overlap(width: int, height: int) -> None:
    if height >= 4:
        _check(plan_people(width, height), width, height)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_who_is_here_and_whom_to_call_at_every_size(lang: Language) -> None:
    for size in SIZES:
        app = DutyDeckApp(FakeDesk(view_with()), lang=lang, operator="王值班")
        async with app.run_test(size=size) as pilot:
            await pilot.press("W")
            await pilot.pause()
            text = "\n".join(screen_text(app))
            assert isinstance(app.screen, PeopleScreen)
            for said in ("王值班", "li.wei", "李伟", "+86 551 1234 5678", "Wu Hao", "generator runs"):
                assert said in text, (size, said)
            assert ("floor is up" if lang == "en" else "现场正常") in text
            assert ("FLOOR IS DOWN" if lang == "en" else "现场不可用") in text


@in_loop
async def test_what_a_site_said_is_at_the_top_of_its_screen_also_when_it_is_dark() -> None:
    for size in SIZES:
        app = DutyDeckApp(FakeDesk(view_with()), lang="en", operator="wang")
        async with app.run_test(size=size) as pilot:
            app.push_screen(SiteScreen("wuhan"))
            await pilot.pause()
            text = "\n".join(screen_text(app))
            assert "floor is up" in text
            assert "unknown" in text.lower()  # a word is no figure
            if size[0] > 80:
                assert "generator runs" in text
                assert "+86 27 5555 0100" in text


@pytest.mark.parametrize(
    ("typed", "report"),
    [
        ("", ReportSite("wuhan", up=True)),
        ("1h no power", ReportSite("wuhan", up=True, note="no power", seconds=3_600.0)),
        ("down no power", ReportSite("wuhan", up=False, note="no power")),
        ("2h 断 停电", ReportSite("wuhan", up=False, note="停电", seconds=7_200.0)),
    ],
)
def test_what_was_said_by_phone_is_asked_for_and_sent(typed: str, report: ReportSite) -> None:
    @in_loop
    async def story() -> None:
        desk = FakeDesk(view_with())
        app = DutyDeckApp(desk, lang="en", operator="wang")
        async with app.run_test(size=(120, 40)) as pilot:
            app.push_screen(SiteScreen("wuhan"))
            await pilot.pause()
            await pilot.press("C")
            assert "Wu Hao +86 27 5555 0100" in "\n".join(screen_text(app))
            await pilot.press(*(("space" if one == " " else one) for one in typed), "enter")
            await pilot.pause()
        assert desk.sent == [(report, "wang")]

    story()


@in_loop
async def test_the_command_does_it_at_once_and_the_directory_means_the_site_under_its_cursor() -> None:
    desk = FakeDesk(view_with())
    app = DutyDeckApp(desk, lang="en", operator="wang")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("W", "down", "down", "down")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, PeopleScreen)
        assert screen.cursor_site == "wuhan"
        await pilot.press("colon", *"phoned", "space", *"down", "enter")
        await pilot.pause()
    assert desk.sent == [(ReportSite("wuhan", up=False), "wang")]


@in_loop
async def test_a_proposed_run_is_said_and_approved_by_key_after_a_yes() -> None:
    proposed = replace(run_view(RunState.PROPOSED, id="r0009"), wanted=2, approvals=("li",), who="li", note=None)
    desk = FakeDesk(view_with(runs=(run_view(), proposed)))
    app = DutyDeckApp(desk, lang="en", operator="wang")
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert "1 wait for approval v" in text
        assert "1 of 2: li" in text
        await pilot.press("v")
        assert "proposed by li?" in "\n".join(screen_text(app))
        assert not desk.sent
        await pilot.press("y")
        await pilot.pause()
    assert desk.sent == [(ApproveRun("r0009"), "wang")]
    log = "\n".join("".join(span[0] for span in line) for line in run_log(proposed, Picture(desk.view)))
    assert "1 of 2: li" in log


@in_loop
async def test_with_nothing_proposed_the_key_says_so() -> None:
    desk = FakeDesk(view_with(runs=()))
    app = DutyDeckApp(desk, lang="en", operator="wang")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("v", "y")
        await pilot.pause()
    assert desk.sent == []


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_without_its_desk_every_size_says_so_in_red_and_nothing_is_green(lang: Language) -> None:
    for size in SIZES:
        desk = FakeDesk(replace(view_with(), alerts=()))
        app = DutyDeckApp(desk, lang=lang, operator="wang")
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            desk.view = old_view(desk.view, Reach(up=False, url="ws://x", why="Connection refused"))
            app.look()
            await pilot.pause()
            text = "\n".join(screen_text(app))
            assert ("NOT CONNECTED" if lang == "en" else "未连接") in text
            assert ("● no alerts" if lang == "en" else "● 无告警") not in text
            assert ("● ok" if lang == "en" else "● 正常") not in text
            assert ("nobody knows" if lang == "en" else "不得而知") in text


@in_loop
async def test_people_who_call_themselves_something_evil_do_no_harm() -> None:
    people = tuple(PersonHere(f"c{i}", name, "viewer", (), math.nan) for i, name in enumerate(HOSTILE))
    leads = tuple(SiteLead("hefei", name, name, name) for name in HOSTILE)
    app = DutyDeckApp(FakeDesk(replace(desk_view(), people=people, directory=leads)), lang="en", operator="x")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("W")
        await pilot.pause()
        assert isinstance(app.screen, PeopleScreen)
        assert "\x1b" not in "\n".join(screen_text(app))


@in_loop
async def test_two_people_at_two_consoles_approve_one_run(tmp_path: Path) -> None:
    async with served(tmp_path) as made:
        book = made.desk.core.playbooks.runner.playbooks["bot-overflow"]
        object.__setattr__(book, "approve", 2)
        one, two = await made.sit("wang", "duty"), await made.sit("chen", "approver")
        made.good.values.update(waiting=900, oldest_wait_s=600)
        await until_view(one, lambda view: any(alert.state == "firing" for alert in view.alerts))
        outcome = await ask(one, AskPreview("bot-overflow", {"site": "hefei"}))
        assert outcome.preview is not None
        assert outcome.preview.ok, outcome.preview.refusals
        assert (await ask(two, StartPlaybook(outcome.preview))).code == "NOT_SHOWN"
        assert (await ask(one, StartPlaybook(outcome.preview))).ok
        view = await until_view(two, lambda view: bool(view.runs))
        run = view.runs[0]
        assert (run.state, run.wanted, run.approvals) == (RunState.PROPOSED, 2, ("wang",))
        assert (await ask(one, ApproveRun(run.id))).code == "SAME_PERSON"
        assert (await ask(two, ApproveRun(run.id))).ok
        view = await until_view(one, lambda view: view.runs[0].state is not RunState.PROPOSED)
        assert view.runs[0].approvals == ("wang", "chen")
        assert (await ask(two, ApproveRun(run.id))).code == "NOT_PROPOSED"
    (approved,) = made.entries("playbook.approved")
    assert approved[0] == "chen"
