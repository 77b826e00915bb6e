"""The coach's panel: what it shows at every size in both languages, what its keys ask for; and the banner."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from textual.widgets import Input

from console import i18n
from console.app import DutyDeckApp
from console.coach_view import CoachView, Incident, NamedMoment
from console.draw.coach_plan import plan_coach
from console.draw.header import drill_line
from console.draw.lines import plain, width_of
from console.i18n import local
from console.intents import NO_DRILL, AskCoach, Inject, Intent, MarkMoment, Outcome, Reveal, Seek, SetPace
from console.screens.coach import CoachScreen
from console.theme import style, use_colour
from simulators.aims import Aim
from simulators.objectives import Truth
from simulators.scoring import Part, Score
from simulators.standing_branch import Known
from tests.console.fake_desk import NOW, FakeDesk, desk_view, in_loop
from tests.console.test_screens import SIZES, _check, screen_text

TRUTH = Truth.model_validate(
    {
        "story": {"zh": "断电，不是断网", "en": "The power is out, not the network"},
        "events": [{"id": "power", "at": 600.0, "what": {"zh": "西安断电", "en": "Xi'an without power"}}],
    }
)


def coach_view(**changes: object) -> CoachView:
    """A drill half an hour in, once gone back."""
    parts = {"customers": Part(31.2, 40.0), "detect": Part(math.nan, 20.0), "act": Part(7.5, 15.0)}
    made = CoachView(
        NOW - 1_800, 1_800.0, 7_200.0, 7,
        (Incident(2_043.0, math.inf, "基地断电 西安", "power lost Xi'an"),),
        (
            Incident(900.0, 1_500.0, "进线激增 合肥", "surge Hefei", "zhou"),
            Incident(1_700.0, 2_000.0, "数据停住 济南", "figures stand still Jinan"),
        ),
        (
            Aim("detect.power", "detect", "missed", "无人接手", "nobody took it up"),
            Aim("act.power", "act", "open", "先打电话核实", "confirm by phone", 2_100.0),
        ),
        Score(parts), 0.18,
        moments=(NamedMoment(0.0, "start"), NamedMoment(890.0, "i1")), oldest=0.0, seeks=1, undone=12, has_truth=True,
        ready=("surge site=hefei factor=2.5 for=10m", "site_dark site=hefei for=4m"),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def coached(coach: CoachView) -> FakeDesk:
    return FakeDesk(
        answer=lambda one: Outcome(coach=coach) if isinstance(one, AskCoach) else Outcome(en="done", zh="好")
    )


def asked(desk: FakeDesk) -> list[Intent]:
    return [intent for intent, _who in desk.sent if not isinstance(intent, AskCoach)]


async def settled(app: DutyDeckApp, pilot: object) -> str:
    await app.workers.wait_for_complete()
    await pilot.pause()  # type: ignore[attr-defined]
    return "\n".join(screen_text(app))


def test_panels_have_places_at_every_size() -> None:
    for width in (20, 79, 80, 99, 100, 120, 159, 160, 200):
        for height in (4, 10, 21, 28, 37, 57):
            _check(plan_coach(width, height), width, height)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_the_panel_shows_the_drill_and_hides_the_truth(lang: i18n.Language) -> None:
    i18n.use(lang)
    coach = coach_view()
    app = DutyDeckApp(coached(coach), lang=lang, operator="zhou")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("d")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            text = await settled(app, pilot)
            for zh, en in (
                ("30:00 / 2:00:00", "30:00 of 2:00:00"),
                ("-4:03", "-4:03"),
                ("基地断电 西安", "power lost Xi'an"),
                ("进线激增 合肥 · zhou", "surge Hefei · zhou"),
                ("还有 3:20", "3:20 more"),
                ("38.7 / 55", "38.7 of 55"),
                ("≥31.2 / 40", "≥31.2 / 40"),
                ("✘ 无人接手", "✘ nobody took it up"),
                ("1 项未定，揭晓前不显示", "1 open; hidden until revealed"),
                ("12 条日志作废", "12 journal entries are undone"),
                ("已命名：start, i1", "named: start, i1"),
            ):
                assert local(zh, en) in text, (size, en)
            assert local(TRUTH.story.zh, TRUTH.story.en) not in text
            assert local("先打电话核实", "confirm by phone") not in text
        app.coach = coach_view(truth=TRUTH, known=Known(1_500.0, "zhou", 9))
        app.draw()
        text = "\n".join(screen_text(app))
        for zh, en in (
            ("断电，不是断网", "The power is out, not the network"),
            ("西安断电", "Xi'an without power"),
            ("先打电话核实 · 剩 5:00", "confirm by phone · 5:00 left"),
            ("自 25m 起真相已知（zhou 揭晓）", "truth known from 25m on (revealed by zhou)"),
        ):
            assert local(zh, en) in text
    i18n.use("en")


@in_loop
async def test_keys_and_commands_ask_for_the_same() -> None:
    desk = coached(coach_view())
    app = DutyDeckApp(desk, lang="en", operator="zhou")

    async def typed(text: str) -> None:
        app.screen.query_one(Input).value = text
        await pilot.press("enter")
        await settled(app, pilot)

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("d")
        await settled(app, pilot)
        assert isinstance(app.screen, CoachScreen)
        assert desk.sent[0] == (AskCoach(opened=True), "zhou")
        await pilot.press("p")
        desk.tick(speed=0.0)
        app.look()
        await pilot.press("p", "right_square_bracket", "b")
        await typed("-5m")
        await pilot.press("m")
        await typed("talk")
        await pilot.press("i")
        await typed("2")
        await pilot.press("1")
        assert app.screen.query_one(Input).value == "surge site=hefei factor=2.5 for=10m"
        await typed("surge site=hefei factor=4 for=5m")
        await pilot.press("v", "y")
        await settled(app, pilot)
        by_key = asked(desk)
        assert by_key == [
            SetPace(0.0), SetPace(1.0), SetPace(2.0), Seek("-5m"), MarkMoment("talk"),
            Inject("site_dark site=hefei for=4m"), Inject("surge site=hefei factor=4 for=5m"), Reveal(),
        ]  # fmt: skip
        await pilot.press("escape")
        desk.sent.clear()
        for text in ("pause", "pace 12", "pace 0", "seek -5m", "mark talk", "inject 2", "reveal"):
            await pilot.press("colon")
            await typed(text)
        await pilot.press("y")
        await settled(app, pilot)
        assert asked(desk) == [
            SetPace(1.0), SetPace(12.0), SetPace(0.0), Seek("-5m"), MarkMoment("talk"),
            Inject("site_dark site=hefei for=4m"), Reveal(),
        ]  # fmt: skip
        await pilot.press("colon")
        await typed("pace 61")
        assert "1 to 60, not 61" in "\n".join(screen_text(app))


@pytest.mark.parametrize("mode", ["live", "replay"])
@in_loop
async def test_there_is_no_coach_on_the_day_or_in_a_replay(mode: str) -> None:
    desk = FakeDesk(desk_view(mode=mode), lambda _intent: NO_DRILL)
    app = DutyDeckApp(desk, lang="en", operator="zhou")
    async with app.run_test(size=(80, 24)) as pilot:
        for key in (
            "d",
            *(f":{text}" for text in ("drill", "inject surge factor=2 for=1m", "seek -5m", "mark", "reveal")),
        ):
            if key == "d":
                await pilot.press("d")
            else:
                await pilot.press("colon")
                app.screen.query_one(Input).value = key[1:]
                await pilot.press("enter")
            text = await settled(app, pilot)
            assert ("the day has no coach" if mode == "live" else "it has no coach") in text, key
            assert not isinstance(app.screen, CoachScreen)
        assert asked(desk) == []


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_every_screen_of_a_drill_says_so_over_its_whole_width(lang: i18n.Language) -> None:
    i18n.use(lang)
    word = local("演练", "DRILL")
    app = DutyDeckApp(coached(coach_view()), lang=lang, operator="zhou")
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in ((), ("enter",), ("enter",), ("A",), ("Z",), ("p",), ("c",), ("P",), ("d",), ("question_mark",)):
            if keys in (("A",), ("p",), ("c",), ("P",)):
                while len(app.screen_stack) > 1:
                    app.pop_screen()
            await pilot.press(*keys)
            await pilot.pause()
            line = screen_text(app)[1]
            assert line.count(word) == 2, (type(app.screen).__name__, line)
            assert "▞▞▞▞" in line
    i18n.use("en")
    app = DutyDeckApp(FakeDesk(desk_view(mode="live")), lang="en", operator="zhou")
    async with app.run_test(size=(80, 24)):
        assert "▞" not in "\n".join(screen_text(app))


def test_the_banner_needs_no_colour() -> None:
    for lang in i18n.LANGUAGES:
        i18n.use(lang)
        for width in (8, 40, 80, 120, 200):
            spans = drill_line(width)
            assert width_of(spans) == width
            assert plain(spans).strip().startswith(local("演练", "DRILL")) or width < 10
    i18n.use("en")
    use_colour(on=False)
    try:
        assert style("drill").reverse
    finally:
        use_colour(on=True)
