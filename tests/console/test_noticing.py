"""What changed since somebody looked: two views in, changes out; marks until seen; a line for who was away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.changes import Change, changes, standing_out
from console.draw.lines import width_of
from console.draw.news_line import news_line
from console.i18n import Language
from console.noticing import AWAY_AFTER_S, SEEN_AFTER_S, TOLD_FOR_S, Noticing
from console.picture import Picture
from console.view import DeskView
from feeds.board_view import BoardView
from playbooks.run import RunState
from tests.console.fake_desk import HOSTILE, NOW, SITES, FakeDesk, alert, desk_view, in_loop, run_view, site_view
from tests.console.test_screens import screen_text

CALM = desk_view(sites=SITES[:3], alerts=(), runs=(), number=1)


def with_states(view: DeskView, **states: str) -> DeskView:
    sites = tuple(
        site_view(view.at, one, 8, i, states.get(one[0], "live")) for i, one in enumerate(SITES) if i < 3
    )  # fmt: skip
    return replace(view, board=BoardView(view.at, sites, view.board.courses))


LIVE = with_states(CALM)


def test_alerts_sites_and_runs_are_told_by_what_became_of_them() -> None:
    first = replace(LIVE, alerts=(alert("hefei/q00", "warning", number=1), alert("hefei/q01", number=2)))
    worse = replace(first, alerts=(alert("hefei/q00", "critical", number=1), alert("wuhan/*", number=3)))
    assert {(one.kind, one.what) for one in changes(first, worse)} == {
        ("worse", "a0001"), ("ended", "a0002"), ("began", "a0003"),
    }  # fmt: skip
    assert [one.keys for one in changes(LIVE, first)] == [
        ("a0001", "hefei/q00", "hefei"),
        ("a0002", "hefei/q01", "hefei"),
    ]
    dark = with_states(LIVE, wuhan="unknown", hefei="late")
    assert {(one.kind, one.what) for one in changes(LIVE, dark)} == {("dark", "wuhan"), ("late", "hefei")}
    assert {(one.kind, one.what) for one in changes(dark, LIVE)} == {("back", "wuhan")}
    runs = replace(LIVE, runs=(run_view(RunState.RUNNING), run_view(RunState.ASKING, id="r0002")))
    assert [one.kind for one in changes(LIVE, runs)] == ["started", "asks"]
    assert changes(runs, runs) == []


def test_what_nobody_needs_to_know_is_no_change() -> None:
    muted = replace(
        LIVE, alerts=(alert("wuhan/q00", number=5, inhibited=True), alert("hefei/q00", number=6, state="pending"))
    )
    assert changes(LIVE, muted) == []
    fires = replace(LIVE, alerts=(alert("hefei/q00", number=6),))
    recovers = replace(LIVE, alerts=(alert("hefei/q00", number=6, state="recovering"),))
    assert changes(fires, recovers) == changes(recovers, fires) == []
    assert changes(with_states(LIVE, wuhan="never"), LIVE) == [], "a site that comes for the first time is no news"
    assert standing_out([Change("began", "a", ()), Change("ended", "a", ()), Change("dark", "s", ())]) == [
        Change("dark", "s", ())
    ]


def test_a_mark_stays_until_it_was_seen_for_some_seconds_and_a_key_is_pressed() -> None:
    noticing = Noticing(LIVE, 0.0)
    noticing.goes_to("overview", 0.0)
    noticing.take(replace(LIVE, alerts=(alert("hefei/q00", number=1),)), 10.0)
    assert noticing.marks() == {"a0001", "hefei/q00", "hefei"}
    noticing.pressed(11.0)
    assert noticing.marks(), "one second is too short to have seen it"
    noticing.pressed(10.0 + SEEN_AFTER_S)
    assert noticing.marks() == frozenset()


def test_each_screen_has_its_own_eyes() -> None:
    noticing = Noticing(LIVE, 0.0)
    noticing.goes_to("overview", 0.0)
    noticing.goes_to("alerts", 1.0)
    noticing.take(replace(LIVE, alerts=(alert("hefei/q00", number=1),)), 10.0)
    noticing.pressed(30.0)
    assert noticing.marks() == frozenset()
    noticing.goes_to("overview", 31.0)
    assert noticing.marks(), "not seen here"
    noticing.goes_to("site hefei", 32.0)
    assert noticing.marks(), "and a screen that was never looked at takes them from where one came"
    noticing.pressed(45.0)
    assert noticing.marks() == frozenset()


def test_who_was_away_is_told_and_until_they_have_read_it() -> None:
    noticing = Noticing(LIVE, 0.0)
    noticing.goes_to("overview", 0.0)
    noticing.pressed(5.0)
    assert noticing.news(6.0) is None
    noticing.take(replace(LIVE, at=NOW + 60.0, alerts=(alert("hefei/q00", number=1),)), 65.0)
    assert noticing.news(70.0) is None, "not away yet"
    away = 5.0 + AWAY_AFTER_S
    told = noticing.news(away)
    assert told is not None
    assert told.since == NOW
    noticing.pressed(away + 50.0)
    assert noticing.news(away + 51.0) == told
    noticing.pressed(away + 52.0)
    assert noticing.news(away + 53.0) == told, "too short to have read it"
    noticing.pressed(away + 50.0 + TOLD_FOR_S)
    assert noticing.news(away + 51.0 + TOLD_FOR_S) is None


def test_coming_back_to_a_screen_tells_what_changed_there() -> None:
    noticing = Noticing(LIVE, 0.0)
    noticing.goes_to("overview", 0.0)
    noticing.goes_to("clocks", 10.0)
    noticing.take(replace(LIVE, at=NOW + 60.0, alerts=(alert("hefei/q00", number=1),)), 60.0)
    noticing.pressed(70.0)
    noticing.goes_to("overview", 70.0)
    assert noticing.news(70.5) is not None
    noticing.goes_to("overview", 71.0)
    noticing.pressed(86.0)
    assert noticing.news(87.0) is None
    noticing.goes_to("clocks", 87.0)
    noticing.goes_to("overview", 90.0)
    assert noticing.news(90.5) is None, "a glance aside is no absence"


def test_a_desk_that_went_back_has_no_news() -> None:
    noticing = Noticing(LIVE, 0.0)
    noticing.take(replace(LIVE, alerts=(alert("hefei/q00", number=1),)), 10.0)
    noticing.take(replace(LIVE, at=NOW - 600.0), 20.0)
    assert noticing.marks() == frozenset()


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@given(width=st.integers(1, 220), states=st.lists(st.sampled_from(["live", "late", "unknown"]), min_size=3, max_size=3))
def test_the_line_is_as_wide_as_it_is_told_whatever_sites_are_called(
    width: int, states: list[str], lang: Language
) -> None:
    i18n.use(lang)
    hostile = tuple((f"s{i}", name, name) for i, name in enumerate(HOSTILE))
    before = desk_view(sites=hostile, queues=1, alerts=())
    sites = tuple(site_view(NOW, one, 1, i, (states * 3)[i]) for i, one in enumerate(hostile))
    now = replace(before, board=BoardView(NOW, sites, before.board.courses), alerts=(alert("s0/q00", number=9),))
    noticing = Noticing(before, 0.0)
    noticing.take(now, 1.0)
    news = noticing.news(AWAY_AFTER_S)
    assert news is not None
    line = news_line(news, Picture(now), width)
    assert width_of(line) == width
    i18n.use("en")


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_rows_and_alerts_carry_the_mark_and_the_line_names_what_happened(lang: Language) -> None:
    clock = [100.0]
    desk = FakeDesk(replace(LIVE, alerts=(alert("hefei/q00", number=1),)))
    app = DutyDeckApp(desk, lang=lang, operator="duty-1", monotonic=lambda: clock[0])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "»" not in "\n".join(screen_text(app))
        clock[0] += 60.0
        news = with_states(
            replace(desk.view, alerts=(*desk.view.alerts, alert("nanchang/q02", number=2, site=SITES[1]))),
            wuhan="unknown",
        )
        desk.tick(60.0, board=news.board, alerts=news.alerts)
        app.look()
        await pilot.pause()
        text = "\n".join(screen_text(app))
        name = "南昌" if lang == "zh" else "Nanchang"
        assert text.count(f"»{name}") >= 2, "the site's row and the alert"
        clock[0] += 90.0
        desk.tick(90.0)
        app.look()
        await pilot.pause()
        text = "\n".join(screen_text(app))
        said = "武汉 失联，新告警 1 条" if lang == "zh" else "Wuhan went dark, 1 alert began"
        assert said in text
        await pilot.press("down")
        clock[0] += TOLD_FOR_S + 1.0
        await pilot.press("down")
        desk.tick()
        app.look()
        await pilot.pause()
        text = "\n".join(screen_text(app))
        assert said not in text
        assert "»" not in text
    i18n.use("en")
