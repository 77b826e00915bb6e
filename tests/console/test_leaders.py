"""The leader board: growth in a window, ranks with ties, small samples and the unknown; and its screen."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import i18n
from console.app import DutyDeckApp
from console.i18n import LANGUAGES
from console.intents import NO_LEADERS, AskLeaders, Intent, Outcome
from console.leaders.counting import EVERY_S, LeaderDesk
from console.leaders.ranking import FIGURES, LEAST_SAMPLE, Leader, leaders
from console.leaders.table import COUNTED, LeaderTable
from console.leaders.window import read_window
from console.people import Role
from console.remote.asked import read, written
from console.remote.outcomes import outcome_of, plain_outcome
from console.remote.roles import MAY
from console.screens.leaders import LeadersScreen
from feeds.board_view import BoardView
from feeds.catalog import COUNTER_INDEX
from feeds.columns import Columns, unknown_columns
from feeds.contract import Row
from feeds.errors import InputError
from feeds.site_view import SiteView
from tests.console.fake_desk import NOW, FakeCourses, FakeDesk, in_loop
from tests.console.test_screens import screen_text

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROWS = (Row("site", "site"), Row("q0", group="apparel"), Row("q1", group="apparel"), Row("q2", group="digital"))


class _Hello:
    def __init__(self, since: float) -> None:
        self.counters_since_ns = round(since * 1e9)


class _Session:
    """As much of a session as is asked for when its counters began."""

    skew_s = 0.0

    def __init__(self, since: float) -> None:
        self.board = type("_Board", (), {"hello": _Hello(since)})()


class _Board:
    """Sites whose counters are what a test says."""

    def __init__(self, since: float, **counts: float) -> None:
        self.sessions = {"hefei": _Session(since)}
        self.counts, self.state = counts, "live"

    def view(self, now: float) -> BoardView:
        block = np.zeros((len(ROWS), len(COUNTER_INDEX)))
        for name in COUNTED:
            block[1:, COUNTER_INDEX[name]] = self.counts.get(name, 0.0) * np.array([1, 2, 3])
            block[0, COUNTER_INDEX[name]] = self.counts.get(name, 0.0) * 6
        known = Columns(len(ROWS), np.empty((len(ROWS), 0)), {}, block, COUNTER_INDEX, {})
        columns = known if self.state == "live" else unknown_columns(len(ROWS))
        site = SiteView("hefei", "合肥", "Hefei", self.state, now, ROWS, 0, columns, columns)  # type: ignore[arg-type]
        return BoardView(now, (site,), FakeCourses(now))  # type: ignore[arg-type]


def _desk(board: _Board) -> LeaderDesk:
    return LeaderDesk(board)  # type: ignore[arg-type]


def _sales(table: LeaderTable) -> dict[str, float]:
    return {key: grown[COUNTED.index("sales_cny")] for key, grown in zip(table.keys, table.grown, strict=True)}


def test_a_window_is_the_difference_of_two_states() -> None:
    board = _Board(NOW - 40_000, sales_cny=100.0)
    desk, start = _desk(board), NOW - NOW % EVERY_S
    desk.second(start)
    board.counts["sales_cny"] = 150.0
    desk.second(start + 7)  # between marks nothing is kept
    desk.second(start + EVERY_S)
    board.counts["sales_cny"] = 170.0
    now = start + EVERY_S + 60
    assert _sales(desk.table(start + 20, None, now)) == {"hefei": 420.0, "hefei/apparel": 210.0, "hefei/digital": 210.0}
    assert _sales(desk.table(start, start + EVERY_S, now))["hefei"] == 300.0
    assert _sales(desk.table(start + EVERY_S, now, now))["hefei"] == 120.0


def test_a_window_before_the_desk_looked_begins_where_it_did_and_says_so() -> None:
    board = _Board(NOW - 40_000, sales_cny=100.0)
    desk, start = _desk(board), NOW - NOW % EVERY_S
    desk.second(start)
    board.counts["sales_cny"] = 110.0
    table = desk.table(start - 7_200, None, start + 60)
    assert table.begin == start > table.asked
    assert _sales(table)["hefei"] == 60.0


def test_counters_that_began_within_the_window_were_zero_then() -> None:
    board = _Board(NOW - 600, sales_cny=10.0)
    desk = _desk(board)
    table = desk.table(NOW - 7_200, None, NOW)
    assert table.begin == NOW - 600
    assert _sales(table)["hefei"] == 60.0


def test_a_site_that_was_dark_at_either_end_is_unknown() -> None:
    board = _Board(NOW - 40_000, sales_cny=1.0)
    desk, start = _desk(board), NOW - NOW % EVERY_S
    board.state = "unknown"
    desk.second(start)
    board.state = "live"
    assert math.isnan(_sales(desk.table(start, None, start + 60))["hefei"])
    desk.second(start + EVERY_S)
    board.state = "unknown"
    assert math.isnan(_sales(desk.table(start + EVERY_S, None, start + EVERY_S + 60))["hefei"])


def test_nothing_is_kept_where_it_is_off() -> None:
    board = _Board(NOW - 40_000)
    desk, start = _desk(board), NOW - NOW % EVERY_S
    desk.on = False
    desk.second(start)
    assert not desk._marks


def _table(**rows: dict[str, float]) -> LeaderTable:
    grown = tuple(tuple(values.get(name, 0.0) for name in COUNTED) for values in rows.values())
    return LeaderTable(NOW - 3_600, NOW - 3_600, NOW, tuple(rows), grown)


def _order(found: list[Leader], figure: str) -> list[tuple[str, int]]:
    return [(one.key, one.standings[figure].rank) for one in found]  # type: ignore[index]


def test_ties_share_a_rank_and_small_samples_have_none() -> None:
    def row(sales: float, served: float, ordered: float, reply_s: float) -> dict[str, float]:
        buyers = {"buyers_served": served, "buyers_ordered": ordered}
        return {"sales_cny": sales, **buyers, "first_responses": 50, "first_response_sum_s": 50 * reply_s}

    table = _table(
        a=row(500.2, 100, 20, 10.0),
        b=row(499.9, 1_000, 200, 10.8),
        c=row(100, 29, 29, 20.0),
        d=row(math.nan, math.nan, math.nan, math.nan),
    )
    assert _order(leaders(table, "site", "sales"), "sales") == [("a", 1), ("b", 1), ("c", 3), ("d", 0)]
    by = leaders(table, "site", "conversion")
    assert _order(by, "conversion") == [("a", 1), ("b", 1), ("c", 0), ("d", 0)]
    few = by[2].standings["conversion"]
    assert few.few
    assert few.value == 1.0
    # the lower the better; 10.0 and 10.8 seconds are both written 10s
    assert _order(leaders(table, "site", "response"), "response")[:3] == [("a", 1), ("b", 1), ("c", 3)]
    assert leaders(table, "team", "sales") == []


@given(st.lists(st.floats(0, 1e6) | st.just(math.nan), max_size=12))
def test_ranks_follow_the_values(values: list[float]) -> None:
    table = _table(**{f"s{i}": {"sales_cny": value} for i, value in enumerate(values)})
    found = [one.standings["sales"] for one in leaders(table, "site", "sales")]
    ranks = [one.rank for one in found]
    known = [rank for rank in ranks if rank]
    assert known == sorted(known)
    assert ranks == known + [0] * (len(ranks) - len(known))
    assert [one for one in found if math.isnan(one.value)] == [one for one in found if not one.rank]
    assert all(known[i] in (known[i - 1], i + 1) for i in range(1, len(known)))


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2h", NOW - 7_200, None),
        ("today", NOW - (20 * 3600 + 4 * 60 + 31), None),
        ("20:00", NOW - 271, None),
        ("20:30", NOW - 271 - 84_600, None),
        ("19:00-20:00", NOW - 3_871, NOW - 271),
        ("20:00-22:00", NOW - 271, None),
        ("23:00-01:00", NOW - 271 - 75_600, NOW - 271 - 68_400),
    ],
)
def test_windows_as_people_write_them(text: str, begin: float, end: float | None) -> None:
    found = read_window(text, NOW, SHANGHAI)
    assert (found.begin, found.end) == (begin, end)


@pytest.mark.parametrize("text", ["25:00", "20:00-20:00", "3", "-1h", "2d", "soon", "20:61", "20:00-19:61"])
def test_what_is_no_window_is_said_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as wrong:
        read_window(text, NOW, SHANGHAI)
    assert "\n" not in str(wrong.value)


def test_the_question_and_its_answer_go_over_the_wire() -> None:
    asked = read(written(3, AskLeaders(NOW - 60.0, None)))
    assert asked.intent == AskLeaders(NOW - 60.0, None)  # type: ignore[union-attr]
    table = _table(a={"sales_cny": 3.5}, b={"sales_cny": math.nan})
    back = outcome_of(plain_outcome(Outcome(leaders=table))).leaders
    assert back is not None
    assert json.dumps(back.grown) == json.dumps(table.grown)
    role: Role
    for role in MAY:
        assert AskLeaders in MAY[role]


def _answer(intent: Intent) -> Outcome:
    if not isinstance(intent, AskLeaders):
        return Outcome()
    full: dict[str, Any] = dict.fromkeys(COUNTED, 1000.0)
    rows = {
        "hefei": full | {"sales_cny": 9e5},
        "nanchang": full | {"sales_cny": 12e5},
        "wuhan": dict.fromkeys(COUNTED, math.nan),
        "jinan": full | {"ratings": LEAST_SAMPLE - 1},
        "hefei/apparel": full,
    }
    return Outcome(leaders=replace(_table(**rows), asked=NOW - 7_200))


@pytest.mark.parametrize("lang", LANGUAGES)
@in_loop
async def test_the_board_is_drawn_and_ranked_anew_by_key(lang: i18n.Language) -> None:
    app = DutyDeckApp(FakeDesk(answer=_answer), lang=lang, operator="duty-1", settle_s=0.0)
    zh = lang == "zh"
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("B")
        for size in ((80, 24), (200, 60), (30, 6), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        screen = app.screen
        assert isinstance(screen, LeadersScreen)
        lines = [
            line for line in screen_text(app) if any(name in line for name in ("合肥", "南昌", "Hefei", "Nanchang"))
        ]
        assert ("南昌" if zh else "Nanchang") in lines[0]
        text = "\n".join(screen_text(app))
        assert ("样本少" if zh else "few") in text
        assert ("只从" if zh else "counted since") in text
        await pilot.press("9")
        await pilot.pause()
        assert screen.table.ids == ["hefei/apparel"]
        await pilot.press("1", "s")
        assert screen.first == "conversion"
        await pilot.press("left", "left")
        assert screen.first == list(FIGURES)[-1]
        await pilot.press("m")
        assert screen.window == "1h"
        app.action_leaders("20:00-19:61")
        assert "19:61" in app._said[0]
        assert screen.window == "1h"
        app.action_leaders("20:00-22:00")
        assert screen.window == "20:00-22:00"
    i18n.use("en")


@in_loop
async def test_a_desk_without_a_leader_board_says_so() -> None:
    app = DutyDeckApp(FakeDesk(answer=lambda _intent: NO_LEADERS), lang="en", operator="duty-1", settle_s=0.0)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("B")
        await pilot.pause()
        await pilot.pause()
        assert "leader_board: false" in "\n".join(screen_text(app))
