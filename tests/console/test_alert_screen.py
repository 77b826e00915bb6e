"""One alert on the screen: found by Enter, told in full, acted on by key and command; silences in a list."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from alerts.alert import Acknowledgement, Alert, Transition
from alerts.rule_facts import RuleFacts
from alerts.silence import Matcher, Recurrence, Silence
from console import i18n
from console.alert_histories import AlertHistories
from console.app import DutyDeckApp
from console.intents import Acknowledge, AskWhy, AssignAlert, EndSilence, SilenceAlerts, Unacknowledge
from console.screens.alert import AlertScreen
from console.screens.alerts import AlertsScreen
from console.screens.queue import QueueScreen
from console.screens.silences import SilencesScreen
from console.view import DeskView
from feeds.metric import Unit
from tests.console.fake_desk import HOSTILE, NOW, SITES, FakeDesk, alert, desk_view, in_loop
from tests.console.test_app import _press, _type, screen_text

RULE = RuleFacts(
    "oldest-wait-critical",
    "最长等待超3分钟",
    "Oldest wait over 3 min",
    "oldest_wait_s > 180s",
    "oldest_wait_s < 120s",
    "180 秒是时限。",
    "180 s is the limit of the clocks.",
    0.0,
    60.0,
    "oldest_wait_s",
    ("oldest_wait_s",),
    Unit.SECONDS,
    180.0,
    "3m",
)
SILENCE = Silence("s-1", Matcher(sites=("hefei",)), "duty-2", "works", NOW - 60, NOW + 1800)
NIGHT = Recurrence(7200, 14_400, (0,))
NIGHTLY = Silence("s-2", Matcher(rules=("oldest-wait-critical",)), "lead", "", NOW, NOW + 1e5, (NIGHT,))
ALERT = replace(
    alert("hefei/q00", number=1),
    acknowledged=Acknowledgement("duty-2", "ringing the site lead", NOW - 60, NOW + 600),
    owner="hefei-lead",
    silenced="s-1",
    flapping=True,
    worst=260.0,
    profile="peak",
    level=1,
    escalated_to="ops-lead",
    escalates_at=NOW + 90,
)


def history(*more: tuple[str, str]) -> AlertHistories:
    """It fired; then what is given: (state, reason)."""
    kept = AlertHistories()
    steps = [("firing", "when"), *more]
    before = "inactive"
    for second, (to, reason) in enumerate(steps):
        who = reason.split(":")[0] if to in ("acknowledged", "assigned") else ""
        kept.take([Transition("a0001", "r", "hefei/q00", before, to, NOW - 130 + second, 194.0, reason)], who)  # type: ignore[arg-type]
        before = to if to in ("firing", "resolved") else before
    return kept


def view(**changes: Any) -> DeskView:
    base = desk_view(
        silences=(SILENCE, NIGHTLY),
        rule_facts={RULE.rule: RULE},
        histories=history(("acknowledged", "duty-2: ringing"), ("assigned", "duty-1: hefei-lead")),
    )
    found = (ALERT, *(one for one in base.alerts if one.id != ALERT.id))
    return replace(base, **{"alerts": found, **changes})


def _app(desk: FakeDesk, lang: i18n.Language = "en") -> DutyDeckApp:
    return DutyDeckApp(desk, lang=lang, operator="duty-1", settle_s=0.0)


async def _open(pilot: Pilot[int], one: Alert = ALERT) -> None:
    await pilot.pause()
    await pilot.app.push_screen(AlertScreen(one))
    await pilot.pause()
    await pilot.pause()


def deeds(desk: FakeDesk) -> list[object]:
    """What was asked of the desk, questions left out."""
    return [intent for intent, _who in desk.sent if not isinstance(intent, AskWhy)]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@in_loop
async def test_an_alert_is_told_in_full_at_every_size(size: tuple[int, int], lang: i18n.Language) -> None:
    app = _app(FakeDesk(view()), lang)
    async with app.run_test(size=size) as pilot:
        await _open(pilot)
        text = screen_text(app)
        if size[0] == 80:
            for _ in range(4):
                await _press(pilot, "pagedown")
                text += screen_text(app)
        zh = lang == "zh"
        for said in (
            ("合肥·服饰00", "触发中", "自 20:02:21", "最坏 4m20s", "阈值 3m") if zh
            else ("Hefei·Apparel 00", "firing", "since 20:02:21", "worst 4m20s", "limit 3m")
        ):  # fmt: skip
            assert said in text
        told = ["ops-lead", "peak", "20:06:01", "hefei-lead", "duty-2", "ringing", "20:14", "works", "20:34"]
        for said in ("oldest_wait_s > 180s", *told):
            assert said in text, said
        assert ("机器人溢出" if zh else "Bot overflow") in text
        assert ("已指派" if zh else "assigned") in text
        assert ("抖动" if zh else "flapping") in text
        assert "⠤" in text or "⣀" in text or "⠉" in text, "a curve"
    i18n.use("en")


@in_loop
async def test_enter_leads_from_list_and_rail_to_the_alert_and_on_to_its_queue() -> None:
    app = _app(FakeDesk(view(alerts=(replace(ALERT, silenced=""),))))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await _press(pilot, "A", "enter")
        assert isinstance(app.screen, AlertScreen)
        await _press(pilot, "enter")
        assert isinstance(app.screen, QueueScreen)
        await _press(pilot, "escape", "escape", "escape", "tab", "enter")
        assert isinstance(app.screen, AlertScreen)


@in_loop
async def test_an_alert_that_is_over_says_so_and_stays() -> None:
    desk = FakeDesk(view())
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot)
        desk.tick(10.0, alerts=(), histories=history(("resolved", "clear")))
        app.look()
        await pilot.pause()
        text = screen_text(app)
        assert "OVER since 20:02:22, 2m19 ago: its end condition is true" in text
        assert "Hefei·Apparel 00" in text
        assert "at the end" in text
        before = len(desk.sent)
        await _press(pilot, "a", "z")
        assert "no alert here" in screen_text(app)
        assert len(desk.sent) == before, "nothing is asked of what is over"


@in_loop
async def test_a_frozen_screen_does_not_know_the_end() -> None:
    desk = FakeDesk(view())
    app = _app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot)
        await _press(pilot, "space")
        later = AlertHistories()
        later.take([Transition("a0001", "r", "hefei/q00", "firing", "resolved", NOW + 5, 1.0, "clear")])
        desk.tick(10.0, alerts=(), histories=later)
        app.newest = app.newest.__class__(replace(desk.view, histories=later))
        app.draw()
        await pilot.pause()
        assert "OVER" not in screen_text(app)


@in_loop
async def test_what_is_done_about_an_alert_by_key() -> None:
    bare = replace(ALERT, acknowledged=None, silenced="")
    desk = FakeDesk(view(alerts=(bare,)))
    app = _app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(pilot, bare)
        await _type(pilot, "a", "30m on it")
        assert "acknowledged until 20:34" in screen_text(app)
        await _type(pilot, "w", " lead-2 ")
        await _type(pilot, "z", "rule 1h known")
        assert "silenced until 21:04" in screen_text(app)
        await _press(pilot, "u")
        assert "nobody has it" in screen_text(app)
        assert deeds(desk) == [
            Acknowledge("a0001", "on it", NOW + 1800),
            AssignAlert("a0001", "lead-2"),
            SilenceAlerts(Matcher(rules=("oldest-wait-critical",)), NOW + 3600, "known"),
        ]
        for key, typed, said in (
            ("a", "30min", "30min is not a duration"),
            ("z", "known", "say how long"),
            ("w", " ", "an owner has a name"),
        ):
            await _type(pilot, key, typed)
            assert said in screen_text(app)
        await _press(pilot, "x")
        assert "no silence here" in screen_text(app)
        assert len(deeds(desk)) == 3


@in_loop
async def test_what_is_done_about_an_alert_by_command() -> None:
    desk = FakeDesk(view())
    app = _app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(pilot)
        for command in (
            "ack 30m taking over", "unack", "assign lead-2", "silence 30m 22:00-06:00 mon-fri works", "silence site 2h",
        ):  # fmt: skip
            await _type(pilot, "colon", command)
        await _type(pilot, "colon", "unsilence")
        await _press(pilot, "y")
        await _type(pilot, "colon", "unsilence s-2")
        await _press(pilot, "n")
        one = Matcher(rules=("oldest-wait-critical",), keys=("hefei/q00",))
        nights = (Recurrence(79_200.0, 21_600.0, (0, 1, 2, 3, 4)),)
        assert deeds(desk) == [
            Acknowledge("a0001", "taking over", NOW + 1800),
            Unacknowledge("a0001"),
            AssignAlert("a0001", "lead-2"),
            SilenceAlerts(one, NOW + 1800, "works", nights),
            SilenceAlerts(Matcher(sites=("hefei",)), NOW + 7200),
            EndSilence("s-1"),
        ]
        for command, said in (("silence soon", "say how long"), ("alerts x", ":alerts takes nothing behind it"),
                              ("unsilence s-9", "no silence s-9")):  # fmt: skip
            await _type(pilot, "colon", command)
            assert said in screen_text(app)
        await _press(pilot, "colon", *"silence si", "tab")
        assert "site 30m" in screen_text(app)


@in_loop
async def test_a_silence_over_a_group_means_all_of_it() -> None:
    group = tuple(alert(f"hefei/q{i:02d}", number=i) for i in range(1, 4))
    desk = FakeDesk(desk_view(alerts=group))
    app = _app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await _press(pilot, "tab")
        await _type(pilot, "z", "30m")
        await _type(pilot, "w", "lead-1")
        keys = ("hefei/q01", "hefei/q02", "hefei/q03")
        silence = SilenceAlerts(Matcher(rules=("oldest-wait-critical",), keys=keys), NOW + 1800)
        assert deeds(desk) == [silence, *(AssignAlert(f"a000{i}", "lead-1") for i in range(1, 4))]


@in_loop
async def test_silences_are_listed_with_what_they_mean_and_ended_by_key() -> None:
    desk = FakeDesk(view())
    app = _app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await _type(pilot, "colon", "silences")
        assert isinstance(app.screen, SilencesScreen)
        lines = screen_text(app).split("\n")
        hefei = next(line for line in lines if "Hefei" in line)
        assert re.search(r"Hefei +2 +20:34, in 30m00 +duty-2", hefei)
        night = next(line for line in lines if "everywhere" in line)
        assert "off now" in night
        assert "02:00–04:00 Mon" in night
        await _press(pilot, "j", "x")
        assert "end the silence of everywhere · Oldest wait over 3 min" in screen_text(app)
        await _press(pilot, "y")
        assert deeds(desk) == [EndSilence("s-2")]
        desk.tick(silences=())
        app.look()
        await pilot.pause()
        assert "nothing is silenced" in screen_text(app)
        await _press(pilot, "x")
        assert "no silence here" in screen_text(app)


@in_loop
async def test_list_and_rail_say_owner_silenced_flapping_and_until_when() -> None:
    app = _app(FakeDesk(view()))
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        rail = screen_text(app)
        assert "silenced, flapping, ↑ops-lead, owner hefei-lead" in rail
        assert "✓duty-2 until 20:14" in rail
        await _press(pilot, "A")
        assert isinstance(app.screen, AlertsScreen)
        row = next(line for line in screen_text(app).split("\n") if "Apparel 00" in line)
        for said in ("silenced, flapping, ↑ops-lead · ", "✓duty-2 until 20:14", "hefei-lead"):
            assert said in row
        await _type(pilot, "slash", "hefei-lead")
        assert "Alerts: 1" in screen_text(app)
        assert "escalated to ops-lead, step 1" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (90, 18), (99, 27)])
@in_loop
async def test_the_lines_of_the_rail_and_its_more_sum_up(size: tuple[int, int]) -> None:
    rules = ("oldest-wait-critical", "service-level-critical", "abandonment")
    many = [
        alert(f"{site[0]}/q{i:02d}", rule=rule, number=100 * s + 10 * r + i, site=site)
        for s, site in enumerate(SITES[:6])
        for r, rule in enumerate(rules)
        for i in range(s + 1)
    ]
    app = _app(FakeDesk(desk_view(alerts=tuple(many))))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        rail = app.screen.query_one("#alerts")
        lines = [rail.line_at(y, rail.size) for y in range(rail.size.height)]  # type: ignore[attr-defined]
        said = 0
        for spans in lines:
            text = "".join(part for part, _style in spans)
            more = re.search(r"… (\d+) more", text)
            number = re.search(r"×(\d+)", text)
            shown = text.partition("…")[0].strip() if more else text.strip()
            said += int(more[1]) if more else 0
            said += (int(number[1]) if number else 1) if shown else 0
        assert said == len(many)


@in_loop
async def test_hostile_names_and_notes_are_text_on_the_alert_screen() -> None:
    for name in HOSTILE:
        row = replace(ALERT.row, zh=name, en=name, site_en=name)
        hostile = replace(
            ALERT, row=row, owner=name, words=lambda *_, name=name: (name, name), title_en=name,
            key="gone/q", site="gone",
            acknowledged=Acknowledgement(name, name, NOW), silenced="s-1",
        )  # fmt: skip
        silence = replace(SILENCE, note=name, author=name, matcher=Matcher(shops=(name,)))
        app = _app(FakeDesk(view(alerts=(hostile,), silences=(silence,), rule_facts={})))
        async with app.run_test(size=(80, 24)) as pilot:
            await _open(pilot, hostile)
            assert name[:10] in screen_text(app)
            await _press(pilot, "enter", "Z")
            assert app.is_running


@in_loop
async def test_the_alert_screen_bears_any_size_and_a_desk_that_fails() -> None:
    def fail(_intent: object) -> None:
        raise RuntimeError

    app = _app(FakeDesk(view(), fail))  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot)
        assert "the desk failed: RuntimeError" in screen_text(app)
        for size in [(1, 1), (20, 5), (40, 10), (100, 30), (159, 44), (300, 100)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await app.push_screen(SilencesScreen())
            await pilot.pause()
            app.pop_screen()
        assert app.is_running
