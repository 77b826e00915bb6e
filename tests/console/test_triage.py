"""Who is helped by a minute of attention and who may wait; and the one glance that says it."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.degrade import DegradeWindow
from alerts.projected import NOT_IN_SIGHT_S
from console import i18n
from console.app import DutyDeckApp
from console.board_rows import board_rows, cell, ordered
from console.draw.glance import QUESTIONS, glance_lines
from console.draw.lines import plain, width_of
from console.draw.table import Sort
from console.picture import Picture
from console.projecting import Projected
from console.triage import LOST, limit_of
from feeds.columns import Columns
from feeds.site_view import SiteView
from playbooks.ahead.worth import Worth
from playbooks.suggesting import Suggestion
from playbooks.words import Words
from tests.console.fake_desk import NOW, FakeDesk, desk_view, in_loop
from tests.console.test_screens import screen_text


@pytest.fixture(scope="module")
def picture() -> Picture:
    return Picture(desk_view())


def _queue(picture: Picture, key: str, metric: str) -> float:
    site_id, _slash, queue = key.partition("/")
    site = picture.site(site_id)
    assert site is not None
    return float(site.columns[metric][next(i for i, row in enumerate(site.rows) if row.id == queue)])


def test_a_minute_saves_those_in_time_and_those_to_come_by_what_they_are_worth(picture: Picture) -> None:
    found, key = picture.triage("queue"), "nanchang/q00"
    waiting, past = _queue(picture, key, "waiting"), _queue(picture, key, "waiting_over_30s")
    late = 1.0 - _queue(picture, key, "service_level_30s_15m")
    come = 60.0 * _queue(picture, key, "arrivals_per_s")
    assert found.figure(key, "past_limit") == past
    assert found.figure(key, "in_limit") == waiting - past
    assert found.figure(key, "saves") == pytest.approx((waiting - past + come) * late)
    assert found.edge(key) == 30.0
    dear = Picture(replace(picture.view, worth=Worth({"shop-0": 5.0})))
    assert dear.triage("queue").figure(key, "saves") == pytest.approx(5.0 * found.figure(key, "saves"))


def test_where_the_day_is_lost_a_contact_counts_less_and_the_place_may_wait(picture: Picture) -> None:
    queues, sites = picture.triage("queue"), picture.triage("site")
    assert (sites.verdict("hefei"), sites.verdict("changsha"), sites.verdict("wuhan")) == ("lost", "lost", "unknown")
    assert (sites.verdict("nanchang"), picture.triage("all").verdict("*")) == ("kept", "open")
    key = "hefei/q00"
    open_ = (queues.figure(key, "in_limit") + 60.0 * _queue(picture, key, "arrivals_per_s")) * (
        1.0 - _queue(picture, key, "service_level_30s_15m")
    )
    assert queues.figure(key, "saves") == pytest.approx(LOST * open_)


def test_the_place_to_save_first_is_the_open_one_that_saves_most(picture: Picture) -> None:
    for by in ("queue", "site", "platform"):
        found = picture.triage(by)
        open_ = {key: found.figure(key, "saves") for key in found.index if found.verdict(key) == "open"}
        most = found.most()
        assert (most in open_) == bool(open_)
        assert found.figure(most, "saves") == max(open_.values()) if open_ else not most


def test_sums_over_sites_shops_and_platforms_are_those_of_their_queues(picture: Picture) -> None:
    total = np.nansum(picture.triage("queue").figures["saves"])
    for by in ("site", "shop", "category", "platform", "all"):
        assert np.nansum(picture.triage(by).figures["saves"]) == pytest.approx(total)


def test_what_is_not_known_is_never_said_to_be_in_time(picture: Picture) -> None:
    sites = []
    for site in picture.view.board.sites:
        gauges = site.columns.gauges.copy()
        if "waiting_over_30s" in site.columns.gauge_at:
            gauges[:, site.columns.gauge_at["waiting_over_30s"]] = np.nan
        columns = Columns(
            site.columns.size, gauges, site.columns.gauge_at, site.columns.counters, site.columns.counter_at,
            site.columns.windows,
        )  # fmt: skip
        sites.append(replace(site, columns=columns))
    blind = Picture(replace(picture.view, board=replace(picture.view.board, sites=tuple(sites))))
    assert math.isnan(blind.triage("queue").figure("nanchang/q00", "in_limit"))
    assert blind.triage("site").verdict("nanchang") == "unknown"
    assert "not known" in plain(glance_lines(blind, 120, 7)[2])


def test_the_limit_is_the_tightest_of_the_clocks_that_measure_the_row(picture: Picture) -> None:
    site = picture.view.board.sites[0]
    limits = {row.platform: limit_of(picture.view.clocks, row, NOW) for row in site.rows if row.kind == "queue"}
    assert limits["taobao"] <= 180.0
    assert set(limits) == {"taobao", "jd", "douyin", "pdd"}


def test_the_board_shows_it_in_words_and_sorts_by_it(picture: Picture) -> None:
    rows = ordered(board_rows(picture, "site"), Sort("saves"))
    saves = [row.figure("saves") for row in rows[1:] if row.figure("saves") == row.figure("saves")]
    assert saves == sorted(saves, reverse=True)
    words = {row.id: cell(row, "chance", picture, 8)[0] for row in rows}
    assert (words["hefei"], words["nanchang"], words["wuhan"], words["*"]) == ("day lost", "kept", "?", "save it")
    names = {cell(row, "which", picture, 20)[0] for row in board_rows(picture, "queue")}
    assert "Merchant's first response" in names  # the clock that stands worst, by name


def _suggested(alert: str) -> dict[str, tuple[Suggestion, ...]]:
    return {alert: (Suggestion("bot-overflow", Words("机器人溢出", "Bot overflow"), "P10", 1, 2, False, 41.2, 40.0),)}


def _breaching(site: SiteView) -> Projected:
    column = np.full(len(site.rows), NOT_IN_SIGHT_S)
    column[2] = 372.0
    return Projected({site.id: (site.rows, {"breach_in_s": column})})


def _full(picture: Picture) -> Picture:
    window = DegradeWindow.model_validate(
        {"platform": "jd", "from": "2026-11-10T23:50:00+08:00", "to": "2026-11-11T00:30:00+08:00",
         "what": {"zh": "报表延迟", "en": "late reports"}}
    )  # fmt: skip
    view = picture.view
    nanchang = view.board.by_id["nanchang"]
    return Picture(replace(view, suggestions=_suggested("a0001"), projected=_breaching(nanchang), degrade=(window,)))


def test_one_glance_answers_all_questions_one_a_line(picture: Picture) -> None:
    lines = [plain(one) for one in glance_lines(_full(picture), 200, len(QUESTIONS))]
    assert "?2 DARK Wuhan 48s · Ganzhou never heard of" in lines[0]
    assert "Hefei Apparel 00: oldest wait 3m14, past the platforms' 3 minutes for 2m10" in lines[1]
    assert "no day can be saved now" in lines[2]
    assert "day lost: Hefei · Changsha" in lines[2]
    assert "Nanchang·Digital 01 breaches in ~6m" in lines[3]
    assert "b P10 Bot overflow → Hefei·Apparel 00 ~41 in time" in lines[4]
    assert "2: Bot overflow · Bot overflow" in lines[5]
    assert "1 ask" in lines[5]
    assert "00:00 3:55" in lines[6]
    assert "jd degrades 15:50–16:30" in lines[6]  # no zone was given, so UTC


@given(st.integers(1, 200), st.integers(0, 9), st.sampled_from(i18n.LANGUAGES))
def test_a_glance_keeps_its_room_and_cuts_nothing_in_silence(width: int, height: int, lang: i18n.Language) -> None:
    i18n.use(lang)
    try:
        lines = glance_lines(_FULL, width, height)
        assert len(lines) <= height
        assert all(width_of(one) <= width for one in lines)
        if width >= 80 and height >= 3:
            text = "\n".join(plain(one) for one in lines)
            assert not re.search(r"… \d", text), text
            for question in QUESTIONS:
                assert question(_FULL).label in text
    finally:
        i18n.use("en")


_FULL = _full(Picture(desk_view()))


def test_a_quiet_board_says_so_and_never_more_than_it_knows() -> None:
    quiet = Picture(desk_view(alerts=(), runs=(), next_at=math.nan, sites=(("hefei", "合肥", "Hefei"),)))
    lines = [plain(one) for one in glance_lines(quiet, 100, 7)]
    assert "nothing: all 1 sites are known" in lines[0]
    assert "nothing fires" in lines[1]
    assert "not projected yet" in lines[3]
    assert "nothing is asked for" in lines[4]
    assert "no playbook" in lines[5]
    assert "nothing planned" in lines[6]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@in_loop
async def test_all_answers_stand_on_the_smallest_screen(lang: i18n.Language) -> None:
    app = DutyDeckApp(FakeDesk(_FULL.view), lang=lang, operator="duty-1")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = "\n".join(screen_text(app)[2:5])
        for answer in (question(app.picture) for question in QUESTIONS):
            assert answer.label in text
        await pilot.press("T")
        await pilot.pause()
        assert app.screen.query_one("#board").sort == Sort("saves")  # type: ignore[attr-defined]
    i18n.use("en")
