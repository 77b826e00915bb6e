"""Ledger, handover and catalogue on the screen: what is shown, and what the keys ask the desk for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input

from console import i18n
from console.app import DutyDeckApp
from console.draw.lines import plain, width_of
from console.draw.run_story import folded, outcome_lines, story_lines
from console.intents import (
    AcceptHandover,
    AnswerRun,
    AskPreview,
    HandOver,
    Intent,
    Outcome,
    RenewRun,
    RevertRun,
    StartPlaybook,
)
from console.picture import Picture
from console.playbook_desk import listed, shipped_playbooks
from console.screens.handover import HandoverScreen
from console.screens.ledger import LedgerScreen
from console.screens.playbooks import PlaybooksScreen
from console.screens.preview import PreviewScreen
from console.shift import Offer, ShiftView
from playbooks.check_outcome import Measured
from playbooks.run import RunState, RunView, StepState, StepView
from playbooks.story import told
from playbooks.words import Words
from tests.console.fake_desk import NOW, FakeDesk, alert, desk_view, in_loop, preview_value, run_view
from tests.console.test_screens import SIZES, screen_text

BOOKS = tuple(listed(book) for book in shipped_playbooks())


def step(action: str, zh: str, en: str) -> StepView:
    return StepView(Words(zh, en), StepState.SEEN, 1.0, False, (), "", None, None, action)


def story() -> tuple[RunView, ...]:
    records = (
        ("started", {"at": NOW - 900, "by": "lin", "alert": "a-1", "seen_ages_s": {"hefei": 2}}),
        (
            "intent",
            {"at": NOW - 899, "site": "wuhan", "verb": "lend_agents", "args": {"count": 30}, "purpose": "step 1"},
        ),
        ("reply", {"at": NOW - 898, "site": "wuhan", "state": "acknowledged"}),
        ("seen", {"at": NOW - 700, "step": 1, "figures": {"to_site.agents_borrowed": 30}}),
        ("verified", {"at": NOW - 700, "until": NOW + 600}),
    )
    sentences = tuple(found for kind, body in records if (found := told(kind, body)) is not None)
    lent = replace(
        run_view(id="r-lent"),
        playbook="cross-site-move",
        steps=(step("reallocate_agents", "调拨 30 人", "Move 30 agents"),),
        who="lin",
        until=NOW + 600,
        story=sentences,
        measured=(Measured("to.waiting", "<=", 320, 290, 224),),
        worked=0.0,
        gained=0.31,
        next="bot-overflow",
        alert="other",
    )
    asks = Words("仍发送?", "Send it all the same?")
    late = replace(
        run_view(RunState.ASKING, id="r-late", question=asks, choices=("revert", "keep")),
        in_force=True,
        until=None,
        overdue=NOW - 90,
        steps=(step("set_bot_share", "机器人 60%", "Bot share 60 %"),),
    )
    return lent, late


def deck(**changes: object) -> tuple[DutyDeckApp, FakeDesk]:
    view = desk_view(**{"runs": story(), "playbooks": BOOKS, **changes})  # type: ignore[arg-type]

    def answer(intent: Intent) -> Outcome:
        return Outcome(preview=preview_value() if isinstance(intent, AskPreview) else None)

    desk = FakeDesk(view, answer)
    return DutyDeckApp(desk, lang=i18n.language(), operator="wang", settle_s=0.0), desk


def text_of(app: DutyDeckApp) -> str:
    return "\n".join(screen_text(app))


def asked(desk: FakeDesk) -> list[Intent]:
    return [intent for intent, _who in desk.sent]


async def press(pilot: object, *keys: str) -> None:
    for key in keys:
        await pilot.press(key)  # type: ignore[attr-defined]
        await pilot.pause()  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_the_ledger_has_what_is_overdue_first_and_its_keys_renew_return_and_answer(
    lang: i18n.Language, size: tuple[int, int]
) -> None:
    i18n.use(lang)
    app, desk = deck()
    async with app.run_test(size=size) as pilot:
        await press(pilot, "L")
        assert isinstance(app.screen, LedgerScreen)
        text = text_of(app)
        first, second = ("机器人 60%", "调拨 30 人") if lang == "zh" else ("Bot share 60 %", "Move 30 agents")
        assert text.index(first) < text.index(second)
        assert i18n._("{time} overdue").format(time="1m30") in text
        await press(pilot, "n")
        await press(pilot, "j", "e")
        await press(pilot, "r", "y")
        assert asked(desk) == [AnswerRun("r-late", "keep"), RenewRun("r-lent", 1800.0), RevertRun("r-lent")]
        await press(pilot, "enter")
        assert isinstance(app.screen, PlaybooksScreen)
        said = "借出 30 人" if lang == "zh" else "told to lend 30 people"
        if size[0] > 100:
            assert said in text_of(app)


@in_loop
async def test_an_empty_ledger_says_so() -> None:
    i18n.use("en")
    app, _desk = deck(runs=())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "L")
        assert "nothing is borrowed" in text_of(app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_what_was_shown_is_what_is_taken_over(lang: i18n.Language, size: tuple[int, int]) -> None:
    i18n.use(lang)
    app, desk = deck(shift=ShiftView(offer=Offer(NOW - 120, "lin", "mind Hefei")))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "h")
        assert isinstance(app.screen, HandoverScreen)
        text = text_of(app)
        assert "mind Hefei" in text
        assert i18n.local("逾期未还", "Overdue") in text
        await press(pilot, "x", "n")
        assert asked(desk) == []
        await press(pilot, "x", "y")
        assert desk.sent == [(AcceptHandover(NOW - 120), "wang")]


@in_loop
async def test_a_handover_is_offered_by_key_with_a_note_and_by_command() -> None:
    i18n.use("en")
    app, desk = deck()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "h", "O", *"lin", "enter")
        await press(pilot, "O", "enter")
        await press(pilot, "colon", *"offer", "space", *"two", "enter")
        assert asked(desk) == [HandOver("lin"), HandOver(""), HandOver("two")]
        await press(pilot, "x", "y")
        assert asked(desk)[-1] == AcceptHandover(None)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_the_catalogue_is_searched_while_one_types(lang: i18n.Language) -> None:
    i18n.use(lang)
    app, _desk = deck()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "p")
        screen = app.screen
        assert isinstance(screen, PlaybooksScreen)
        assert len(screen.catalogue.ids) == len(BOOKS)
        assert i18n._("What it does") in text_of(app)
        await press(pilot, "slash", *"queue-cap")
        assert list(screen.catalogue.ids) == ["queue-cap"]
        assert "set_queue_cap" in text_of(app)
        await press(pilot, "enter", "slash")
        screen.query_one(Input).value = "set_bot_share !night"
        await pilot.pause()
        assert list(screen.catalogue.ids) == ["bot-overflow"]
        await press(pilot, "enter", "escape")
        assert len(screen.catalogue.ids) == len(BOOKS)
        await press(pilot, "slash", *"nothing-of-it")
        assert screen.catalogue.ids == []


@in_loop
async def test_one_key_from_an_alert_to_its_best_playbook_and_two_to_a_running_one() -> None:
    i18n.use("en")
    app, desk = deck()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "b")
        await pilot.pause()
        assert isinstance(app.screen, PreviewScreen)
        await press(pilot, "enter")
        assert [type(one) for one in asked(desk)] == [AskPreview, StartPlaybook]


@in_loop
async def test_where_nothing_is_suggested_b_says_so() -> None:
    i18n.use("en")
    app, desk = deck(alerts=())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "b")
        assert "no playbook is suggested" in text_of(app)
        assert asked(desk) == []


@pytest.mark.parametrize(
    ("key", "run"),
    [("~/r-late", {}), ("hefei/q00", {"alert": "a0001"})],
)
@in_loop
async def test_p_leads_to_the_run_that_an_alert_is_about(key: str, run: dict[str, str]) -> None:
    i18n.use("en")
    lent, late = story()
    one = alert(key, number=1)
    runs = (lent, replace(late, alert=one.id if run else ""))
    app, _desk = deck(alerts=(one,), runs=runs)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "A", "p")
        assert isinstance(app.screen, PlaybooksScreen)
        chosen = app.screen.runs.chosen
        assert chosen is not None
        assert chosen.id == "r-late"
        assert app.focused is app.screen.runs


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("width", [20, 38, 60, 200])
def test_a_story_fits_any_width_and_loses_no_word(lang: i18n.Language, width: int) -> None:
    i18n.use(lang)
    picture = Picture(desk_view(runs=story()))
    lines = [*story_lines(story()[0], picture), *outcome_lines(story()[0], picture)]
    out = folded(lines, width)
    assert all(width_of(one) <= width for one in out)
    pressed = "".join(plain(one) for one in out).replace(" ", "")
    assert pressed == "".join(plain(one) for one in lines).replace(" ", "")
    styles = {style for one in out for _text, style in one}
    assert {"info", "good", "critical"} <= styles
    i18n.use("en")
