"""Looking back on the same screens: then is told apart from now, nothing is done from there, and now is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from console import i18n
from console.app import DutyDeckApp
from console.draw.lines import plain, width_of
from console.draw.not_now import not_now_line
from console.draw.time_bar import time_bar_lines
from console.i18n import Language
from console.intents import Acknowledge, AskDay, AskPast, AskWhy, Intent, Outcome, Panic
from console.past.day_events import DayEvent, DayNews
from console.past.frames import Kept, Span
from console.past.looking import Looking, nearest
from console.past.store import PastStore, TierPlan
from console.past.times import time_meant
from console.picture import Picture
from console.screens.site import SiteScreen
from console.view import DeskView
from feeds.errors import InputError
from playbooks.words import Words
from tests.console.fake_desk import NOW, SITES, FakeDesk, alert, desk_view, in_loop
from tests.console.test_screens import screen_text

ZONE = ZoneInfo("Asia/Shanghai")
START = NOW - NOW % 60.0 - 600.0


def event(number: int, at: float, kind: str = "began", key: str = "hefei/q00", tone: str = "critical") -> DayEvent:
    return DayEvent(number, at, kind, key, Words("最长等待超3分钟", "Oldest wait over 3 min"), tone=tone)  # type: ignore[arg-type]


EVENTS = (
    event(1, START + 95.0),
    event(2, START + 200.0, "ended"),
    event(3, START + 305.0, "run", "r0001", "good"),
    event(4, START + 500.0, key="wuhan/*", tone="warning"),
)


def view_of(i: int) -> DeskView:
    """Two alerts more in each minute."""
    alerts = tuple(alert(f"hefei/q{n:02d}", number=n) for n in range(min(8, i // 6 + 1)))
    return desk_view(at=START + 10.0 * i, number=i + 1, alerts=alerts, sites=SITES[:4])


@pytest.fixture(scope="module")
def store() -> PastStore:
    made = PastStore((TierPlan(10.0, 3_600.0, 20, 0.0),))
    for i in range(60):
        made.take(view_of(i))
    return made


def desk_with(store: PastStore) -> FakeDesk:
    def answer(intent: Intent) -> Outcome:
        match intent:
            case AskPast():
                found = store.frames(
                    intent.at, beside=intent.beside, since=intent.since, stretch=intent.stretch, have=intent.have
                )
                return Outcome(past=found)
            case AskDay(after):
                return Outcome(day=DayNews(tuple(one for one in EVENTS if one.number > after), number=4))
        return Outcome()

    return FakeDesk(view_of(61), answer)


def text_of(app: DutyDeckApp) -> str:
    return "\n".join(screen_text(app))


async def until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    for _ in range(200):
        await pilot.pause(0.02)
        if true():
            return
    raise AssertionError("it did not come true:\n" + text_of(pilot.app))  # type: ignore[arg-type]


def then_at(app: DutyDeckApp) -> float:
    return app.looking.then.view.at - START if app.looking.then is not None else -1.0


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@in_loop
async def test_then_is_told_apart_on_every_screen(store: PastStore, lang: Language, size: tuple[int, int]) -> None:
    desk = desk_with(store)
    app = DutyDeckApp(desk, lang=lang, operator="duty-1", zone=ZONE)
    async with app.run_test(size=size) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: bool(app.looking.events))
        live = text_of(app)
        assert "◀◀" not in live
        await pilot.press("left")
        await until(pilot, lambda: then_at(app) == 590.0)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SiteScreen) or len(app.screen_stack) > 1)
        await until(pilot, lambda: "20:03:50" in text_of(app).splitlines()[0])
        shown = text_of(app)
        word, now = ("当时", "现在 20:04:10") if lang == "zh" else ("THEN", "now 20:04:10")
        assert word in shown.splitlines()[0]
        assert now in shown.splitlines()[0]
        assert "◀◀" in shown
        assert ("不是现在" if lang == "zh" else "NOT NOW") in shown
        await pilot.press("escape")
        await until(pilot, lambda: app.looking.then is None)
        assert "◀◀" not in text_of(app)
        assert len(app.screen_stack) == 2, "the screen stays, it is only now again"
    i18n.use("en")


@in_loop
async def test_steps_jumps_times_and_back(store: PastStore) -> None:
    desk = desk_with(store)
    app = DutyDeckApp(desk, lang="en", operator="duty-1", zone=ZONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: bool(app.looking.events))
        await pilot.press("left")
        await until(pilot, lambda: then_at(app) == 590.0)
        await pilot.press("left", "left", "right", "left")
        await until(pilot, lambda: then_at(app) == 570.0)
        await pilot.press("left_parenthesis")
        await until(pilot, lambda: then_at(app) == 510.0)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: then_at(app) == 500.0)
        assert "Wuhan" in plain(app.screen.query_one("TimeBar").lines[-1])  # type: ignore[attr-defined]
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: then_at(app) == 310.0)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: then_at(app) == 100.0)
        assert len(app.picture.firing) == 2, "as it was then"
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: then_at(app) == 310.0)
        await pilot.press("at", *"19:54:32", "enter")
        await until(pilot, lambda: then_at(app) == 30.0)
        await pilot.press("left_curly_bracket")
        await until(pilot, lambda: "nothing is kept before 19:54:00" in text_of(app))
        await pilot.press(*":at now", "enter")
        await until(pilot, lambda: app.looking.then is None)
        assert app.looking.open
        await pilot.press("t")
        await until(pilot, lambda: not app.looking.open)
        await pilot.press("left")
        assert app.looking.then is None, "the keys are the screen's again"


@in_loop
async def test_nothing_is_done_from_then_and_new_alerts_are_announced(store: PastStore) -> None:
    desk = desk_with(store)
    app = DutyDeckApp(desk, lang="en", operator="duty-1", zone=ZONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*":at -5m", "enter")
        await until(pilot, lambda: app.looking.then is not None)
        for key in ("a", "z", "w", "u", "r", "e", "b"):
            await pilot.press(key)
            await pilot.pause()
            assert "nothing is done from there; esc leads back to now" in text_of(app), key
        app.send(Acknowledge("a0001"))
        await pilot.pause()
        await pilot.press(*":note hello", "enter")
        await pilot.pause()
        kinds = {type(intent) for intent, _who in desk.sent}
        assert kinds <= {AskPast, AskDay, AskWhy}
        app.send(Panic())
        await until(pilot, lambda: any(isinstance(intent, Panic) for intent, _who in desk.sent))
        desk.tick(5.0, alerts=(*desk.view.alerts, alert("wuhan/q01", number=77, site=SITES[2])))
        await until(pilot, lambda: "▲ 1 NEW ALERTS NOW" in text_of(app))
        assert app.picture.view.at < NOW - 200.0
        await pilot.press("escape")
        await pilot.press("a")
        await until(pilot, lambda: "note for" in text_of(app))


@in_loop
async def test_an_alert_that_had_not_begun_and_a_screen_that_knows_only_now(store: PastStore) -> None:
    app = DutyDeckApp(desk_with(store), lang="en", operator="duty-1", zone=ZONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("A", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 3)
        await pilot.press(*":at 19:55", "enter")
        await until(pilot, lambda: "at 19:55:00 this alert had not begun" in text_of(app))
        await pilot.press("backspace", "P")
        await until(pilot, lambda: "this screen knows only now: back to now" in text_of(app))
        assert app.looking.then is None


@in_loop
async def test_a_desk_without_a_past_says_so() -> None:
    from console.intents import NO_PAST

    app = DutyDeckApp(FakeDesk(answer=lambda _intent: NO_PAST), lang="en", operator="duty-1", zone=ZONE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*":at -5m", "enter")
        await until(pilot, lambda: "this desk keeps no past views" in text_of(app))
        assert app.looking.then is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [("20:03", "2026-11-10T20:03:00"), ("20:03:10", "2026-11-10T20:03:10"), ("20：03", "2026-11-10T20:03:00"),
     ("23:59", "2026-11-09T23:59:00"), ("-5m", "2026-11-10T19:59:31"), ("now", "2026-11-10T20:04:31"),
     ("00:00", "2026-11-10T00:00:00")],
)  # fmt: skip
def test_a_time_is_the_last_one_that_there_was(text: str, meant: str) -> None:
    assert time_meant(text, NOW, ZONE) == datetime.fromisoformat(meant).replace(tzinfo=ZONE).timestamp()


@pytest.mark.parametrize("text", ["25:00", "12:60", "x", "", "-x", "20", "2026-11-10"])
def test_what_is_no_time_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match=":at"):
        time_meant(text, NOW, UTC)


@given(st.integers(8, 220), st.lists(st.tuples(st.floats(-90_000.0, 10.0), st.sampled_from(
    ["began", "ended", "taken", "run", "deed"])), max_size=40), st.floats(-90_000.0, 0.0), st.booleans())  # fmt: skip
def test_the_time_line_is_as_wide_as_it_is_told(
    width: int, marks: list[tuple[float, str]], cursor: float, kept: bool
) -> None:
    events = [event(i, NOW + at, kind) for i, (at, kind) in enumerate(sorted(marks))]
    newest = Picture(desk_view(queues=1), ZONE)
    spans = Kept((Span(NOW - 3_600.0, NOW - 600.0, 10.0),)) if kept else Kept()
    lines = time_bar_lines(newest, None, spans, events, NOW + cursor, width)
    assert [width_of(one) for one in lines] == [width] * 5
    then = Picture(replace(newest.view, at=NOW + cursor), ZONE)
    assert width_of(not_now_line(newest, then, frozenset(), width)) == width


def test_the_event_that_is_spoken_of_is_the_last_one_before() -> None:
    assert nearest(EVENTS, START + 210.0, 60.0) is EVENTS[1]
    assert nearest(EVENTS, START + 90.0, 60.0) is EVENTS[0]
    assert nearest(EVENTS, START + 400.0, 60.0) is None
    looking = Looking(events=list(EVENTS))
    assert looking.jump(-1, NOW) is EVENTS[3]
    assert looking.jump(1, NOW) is None
