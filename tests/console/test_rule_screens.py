"""`:reload`, `:lockrules` and `:unlockrules`: what they show, what they ask the desk for."""

from __future__ import annotations

import pytest

from alerts.rule_diff import rule_diff
from alerts.rules import load_rules
from console import i18n
from console.app import DutyDeckApp
from console.intents import NO_RULE_FILES, AskReload, Intent, LockRules, Outcome, ReloadRules, RuleProposal, UnlockRules
from console.screens.overview import OverviewScreen
from console.screens.reload import ReloadScreen
from console.view import RuleLock, RulesView
from tests.alerts.made_engine import rule
from tests.console.fake_desk import NOW, FakeDesk, desk_view, in_loop
from tests.console.test_rule_reload import changed
from tests.console.test_screens import SIZES, screen_text

IN_FORCE = load_rules()
WRONG = "the rules stay as they are: rules/own.yaml:12:11: unknown metric 'waitng'; expected a metric of the catalogue"


def proposal(added: int = 1) -> RuleProposal:
    new = [
        changed(one, when="oldest_wait_s > 90s", owner="wfm", **{"for": "1m"})
        if one.rule == "oldest-wait-warning"
        else one
        for one in IN_FORCE
        if one.rule != "overload"
    ]
    new += [rule(f"own-{number}", "avg(waiting, 5m) > 12") for number in range(added)]
    return RuleProposal(tuple(new), "before", rule_diff(IN_FORCE, new))


def deck(answer: Outcome, lock: RuleLock | None = None) -> tuple[DutyDeckApp, FakeDesk]:
    rules = RulesView("before", len(IN_FORCE), lock, files_differ=True)
    desk = FakeDesk(
        desk_view(rules=rules), lambda intent: answer if isinstance(intent, AskReload) else Outcome(en="done", zh="好")
    )
    return DutyDeckApp(desk, lang=i18n.language(), operator="duty-1", settle_s=0.0), desk


async def typed(pilot: object, text: str) -> None:
    await pilot.press("colon", *("space" if c == " " else c for c in text), "enter")  # type: ignore[attr-defined]
    await pilot.pause()  # type: ignore[attr-defined]


def asked(desk: FakeDesk) -> list[Intent]:
    return [intent for intent, _who in desk.sent]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_a_reload_shows_what_differs_and_enter_takes_it(lang: i18n.Language) -> None:
    i18n.use(lang)
    shown = proposal()
    app, desk = deck(Outcome(proposal=shown))
    async with app.run_test(size=(120, 40)) as pilot:
        await typed(pilot, "reload")
        assert isinstance(app.screen, ReloadScreen)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text = "\n".join(screen_text(app))
            for part in ("oldest_wait_s > 60s → oldest_wait_s > 90s", "for: 30s → 1m", "− overload", "+ own-0"):
                assert part in text, size
            assert ("未结告警" if lang == "zh" else "open alerts") in text
        assert asked(desk) == [AskReload()]
        await pilot.press("enter")
        await pilot.pause()
        assert asked(desk)[1:] == [ReloadRules(shown.rules, "before")]
        assert isinstance(app.screen, OverviewScreen)
    i18n.use("en")


@in_loop
async def test_a_long_difference_is_read_to_its_end_before_it_is_taken() -> None:
    app, desk = deck(Outcome(proposal=proposal(30)))
    async with app.run_test(size=(80, 24)) as pilot:
        await typed(pilot, "reload")
        await pilot.press("enter")
        await pilot.pause()
        assert asked(desk) == [AskReload()]
        assert "read on to the end" in "\n".join(screen_text(app))
        await pilot.press("end", "enter")
        await pilot.pause()
        assert isinstance(asked(desk)[-1], ReloadRules)


@in_loop
async def test_files_that_are_wrong_are_said_in_full_and_read_again() -> None:
    app, desk = deck(Outcome("bad_rules", WRONG, WRONG))
    async with app.run_test(size=(80, 24)) as pilot:
        await typed(pilot, "reload")
        text = " ".join(" ".join(screen_text(app)).replace("│", " ").split())
        for part in ("rules/own.yaml:12:11:", "'waitng'", "catalogue"):
            assert part in text
        desk.answer = lambda _intent: Outcome(proposal=proposal())
        await pilot.press("enter")
        await pilot.pause()
        assert asked(desk) == [AskReload(), AskReload()]
        assert "own-0" in "\n".join(screen_text(app))


@in_loop
async def test_what_was_changed_meanwhile_is_shown_anew() -> None:
    app, desk = deck(Outcome())
    desk.answer = lambda intent: (
        Outcome(proposal=proposal()) if isinstance(intent, AskReload) else Outcome("rules_changed", "变", "changed")
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await typed(pilot, "reload")
        await pilot.press("enter")
        await pilot.pause()
        assert [type(intent) for intent in asked(desk)] == [AskReload, ReloadRules, AskReload]
        assert isinstance(app.screen, ReloadScreen)


@in_loop
async def test_a_drill_says_that_it_has_no_files() -> None:
    app, _ = deck(NO_RULE_FILES)
    async with app.run_test(size=(120, 40)) as pilot:
        await typed(pilot, "reload")
        assert isinstance(app.screen, OverviewScreen)
        assert "goes by the rules that it began with" in screen_text(app)[-1]


@in_loop
async def test_rules_are_locked_and_unlocked_by_command() -> None:
    app, desk = deck(Outcome())
    async with app.run_test(size=(120, 40)) as pilot:
        await typed(pilot, "lockrules 2h the peak")
        await typed(pilot, "lockrules")
        await pilot.press("3", "0", "m", "enter")
        await typed(pilot, "lockrules 30")
        assert "write how long" in screen_text(app)[-1]
        await typed(pilot, "unlockrules")
    assert asked(desk) == [LockRules(7200.0, "the peak"), LockRules(1800.0), UnlockRules()]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_a_lock_is_in_the_header_and_forbids(lang: i18n.Language) -> None:
    i18n.use(lang)
    app, desk = deck(Outcome(), RuleLock(NOW + 5400, "lead", "[/]peak", NOW))
    desk.answer = lambda intent: (
        Outcome(proposal=proposal()) if isinstance(intent, AskReload) else Outcome("rules_locked", "锁", "locked")
    )
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.pause()
        header = screen_text(app)[0]
        assert "21:34" in header
        assert ":reload" in header
        await typed(pilot, "reload")
        text = "\n".join(screen_text(app))
        assert "lead" in text
        assert ":unlockrules" in text
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ReloadScreen)
    assert isinstance(asked(desk)[-1], ReloadRules)  # the desk itself refuses
    i18n.use("en")
