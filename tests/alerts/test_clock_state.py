from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.clock_book import ClockBook
from alerts.clock_count import MOST_SCALING, count_of, expected_of_day
from alerts.clock_course import ClockCourse
from alerts.clock_day import day_at
from alerts.clock_files import load_clocks
from alerts.clock_names import CLOCK_FIGURES
from alerts.clock_rest import Coming
from alerts.clock_state import STATES, ClockFigures, figures_of
from alerts.degrade import DegradeWindow
from alerts.rules import Words
from feeds.clock_columns import counter_columns, gauge_columns
from feeds.clocks import ClockDefinition
from feeds.codec import encode
from feeds.columns import Columns
from feeds.contract import Hello, Row, Snapshot, schema_hash
from feeds.errors import FrameError
from feeds.session import SiteSession
from feeds.site_board import SiteBoard
from feeds.site_view import SiteView

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = ClockDefinition("day", "", "", "session", 30, target=0.9, hours=((9 * 60, 23 * 60),))
PERSONS = replace(DAY, id="persons", unit="person")
SHIPPED = {clock.id: clock for clock in load_clocks()}


def at(hour: int, minute: int = 0, second: float = 0.0, day: int = 11) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).timestamp() + second


def columns(met: Any, missed: Any, overdue: Any = 0.0, clock: str = "day", first: str = "met") -> Columns:
    """One clock's figures, a number or one a row."""
    parts = [np.atleast_1d(np.array(part, np.float64)) for part in (met, missed, overdue)]
    size = max(map(len, parts))
    met, missed, overdue = (np.broadcast_to(part, size) for part in parts)
    counters = np.stack((met, missed), axis=1)
    counter_at = {f"clock.{clock}.{first}": 0, f"clock.{clock}.missed": 1}
    return Columns(size, overdue[:, None], {f"clock.{clock}.overdue": 0}, counters, counter_at, {})


def told(
    steps: list[tuple[float, Any, Any, Any]], now: float, clock: ClockDefinition = DAY, **more: Any
) -> ClockFigures:
    """The figures of a site whose counters were zero at midnight after (time, met, missed, overdue) of its rows."""
    course = ClockCourse([clock])
    for when, met, missed, overdue in steps:
        figures = columns(met, missed, overdue, clock.id, "counted" if clock.unit == "person" else "met")
        course.take(when, figures, [f"q{i}" for i in range(figures.size)], -1, at(0))
    day = day_at(clock, now)
    count = count_of(course.still(), clock.id, day, now, more.get("coming"))
    assert count is not None
    rows = len(count.met)
    return figures_of(clock, day, count, now, np.full(rows, more.get("degraded", False)))


def coming(*contacts: float, now: float | None = None, until: float | None = None) -> Coming:
    """So many still to come in each row, evenly from `now` (16:00) to `until` (23:00)."""
    edges = np.linspace(at(16) if now is None else now, at(23) if until is None else until, 8)
    return Coming(edges, np.repeat(np.array(contacts)[:, None] / 7.0, 7, axis=1))


def figures_by_name(figures: ClockFigures) -> dict[str, float]:
    names = [name for name in CLOCK_FIGURES if name != "assessed"]
    return {name: float(getattr(figures, name)[0]) for name in names}


def test_the_budget_is_what_the_rest_of_the_day_can_bear() -> None:
    figures = told([(at(10), 0, 0, 0), (at(16), 460, 40, 0)], at(16), coming=coming(500.0))
    assert figures.expected[0] == 1000.0
    assert figures.budget_left[0] == 60.0  # floor(0.1 × 1000) − 40; in binary 0.1 × 1000 is a little less than 100
    assert figures.rate_day[0] == pytest.approx(0.92)
    assert figures.counted[0] == 500.0


def test_what_waits_past_the_limit_is_late_already() -> None:
    figures = told([(at(15, 50), 900, 40, 0), (at(16), 900, 40, 60)], at(16), coming=coming(0.0))
    assert (figures.late[0], figures.overdue[0], figures.budget_left[0]) == (100.0, 60.0, 0.0)
    assert figures.rate_15m[0] == 0.0
    assert figures.state_of(0) == "at_risk"
    assert told([(at(16), 900, 40, 61)], at(16), coming=coming(0.0)).state_of(0) == "missed"


def test_who_was_late_and_waiting_when_the_window_began_is_not_late_again() -> None:
    still = told([(at(15, 50), 900, 0, 5), (at(16), 950, 0, 5)], at(16))
    assert (still.rate_15m[0], still.overdue[0]) == (1.0, 5.0)
    more = told([(at(15, 50), 900, 0, 5), (at(16), 950, 0, 15)], at(16))
    assert more.rate_15m[0] == pytest.approx(50 / 60)


def test_without_a_forecast_the_day_is_what_came_scaled_by_its_hours() -> None:
    noon = told([(at(11), 90, 10, 0), (at(16), 450, 50, 0)], at(16))
    assert noon.expected[0] == 1000.0  # 7 of the 14 assessed hours have gone
    early = told([(at(9), 0, 0, 0), (at(9, 0, 30), 10, 0, 0)], at(9, 0, 30))
    assert early.expected[0] == 10 * MOST_SCALING
    last = told([(at(22, 50), 10, 0, 0)], at(22, 59, 59.0))
    assert last.expected[0] == pytest.approx(10.0, rel=1e-3)
    assert expected_of_day(np.array([5.0]), day_at(DAY, at(8)), at(0), at(8)).tolist() == [5.0]


def test_where_the_forecast_says_nothing_the_day_is_scaled() -> None:
    figures = told([(at(16), [450, 450], 50, 0)], at(16), coming=coming(100.0, math.nan))
    assert figures.expected.tolist() == pytest.approx([600.0, 1000.0])
    assert figures.budget_left.tolist() == [10.0, 50.0]


def test_with_a_forecast_the_budget_burns_by_the_share_that_is_late() -> None:
    steps: list[tuple[float, Any, Any, Any]] = [(at(15, 45), 800, 40, 0), (at(16), 880, 60, 0)]
    figures = told(steps, at(16), coming=coming(1060.0))
    # 20 of 100 are late; floor(0.1 × 2000) − 60 = 140 may still be, of 1,060 to come.
    assert figures.expected[0] == pytest.approx(2000.0)
    assert figures.budget_left[0] == 140.0
    assert figures.burn[0] == pytest.approx(0.2 * 1060 / 140)
    # 140 late ones are 700 contacts: 1,060 in seven hours are 700 in 4.6226 h.
    assert figures.runs_out_at[0] == pytest.approx(at(16) + 700 / 1060 * 7 * 3600)
    lasting = told(steps, at(16), coming=coming(699.0))
    assert lasting.budget_left[0] == 103.0  # floor(0.1 × 1639) − 60: 515 contacts
    assert lasting.runs_out_at[0] == pytest.approx(at(16) + 515 / 699 * 7 * 3600)


def test_a_quiet_night_ahead_bears_what_the_same_pace_all_day_would_not() -> None:
    steps: list[tuple[float, Any, Any, Any]] = [(at(15, 45), 800, 0, 0), (at(16), 1595, 5, 0)]
    assert told(steps, at(16), coming=coming(100.0)).burn[0] < 0.01  # 0.6 late in a hundred, 165 may be
    even = told(steps, at(16))
    assert even.burn[0] == pytest.approx(5 * 4 * 7 / (320 - 5))
    assert math.isnan(told(steps, at(16), coming=coming(100.0)).runs_out_at[0])


def test_burn_and_when_the_budget_runs_out() -> None:
    steps: list[tuple[float, Any, Any, Any]] = [(at(15, minute), 800 + minute, 0, 0) for minute in range(0, 60, 5)]
    steps += [(at(16), 880, 20, 0)]
    figures = told(steps, at(16))
    # 20 late in the last 5 min, all of them within 15 min too: 160 left for 7 h.
    assert figures.budget_left[0] == 160.0
    assert figures.burn[0] == pytest.approx((20 * 4) / (160 / 7), rel=1e-6)
    assert figures.burn_5m[0] == pytest.approx((20 * 12) / (160 / 7), rel=1e-6)
    assert figures.burn_1h[0] == pytest.approx(20 / (160 / 7), rel=1e-6)
    assert figures.runs_out_at[0] == pytest.approx(at(18), abs=1)
    assert figures.state_of(0) == "at_risk"


def test_a_budget_that_lasts_does_not_run_out_and_one_that_is_gone_is_gone_now() -> None:
    calm = told([(at(15, 45), 890, 5, 0), (at(16), 990, 6, 0)], at(16))
    assert math.isnan(calm.runs_out_at[0])
    assert calm.state_of(0) == "met"
    gone = told([(at(15, 45), 100, 90, 0), (at(16), 110, 190, 0)], at(16))
    assert gone.runs_out_at[0] == at(16)
    assert gone.budget_left[0] < 0
    assert math.isfinite(gone.burn[0])
    assert gone.state_of(0) == "missed"


def test_outside_its_hours_a_clock_is_not_assessed_neither_green_nor_zero() -> None:
    figures = told([(at(22, 59), 90, 10, 5)], at(23))
    assert figures.state_of(0) == "not_assessed"
    assert all(math.isnan(value) for name, value in figures_by_name(figures).items() if name != "counted")
    assert (figures.counted[0], figures.late[0]) == (105.0, 15.0)


def test_no_data_small_samples_degraded_platforms_and_clocks_without_a_line() -> None:
    few = replace(DAY, min_sample=100)
    assert told([(at(12), 0, 0, 0)], at(12)).state_of(0) == "no_data"
    assert math.isnan(told([(at(12), 0, 0, 0)], at(12)).rate_day[0])
    assert [told([(at(12), met, 1, 0)], at(12), few).state_of(0) for met in (98, 99)] == ["small_sample", "met"]
    degraded = told([(at(12), 90, 10, 0)], at(12), degraded=True)
    assert degraded.state_of(0) == "degraded"
    assert math.isnan(degraded.burn[0])
    open_ended = told([(at(12), 90, 10, 0)], at(12), replace(DAY, target=math.nan))
    assert open_ended.state_of(0) == "no_target"
    assert open_ended.rate_day[0] == 0.9
    assert math.isnan(open_ended.budget_left[0])


def test_persons_are_late_once_and_never_more_than_there_are() -> None:
    figures = told([(at(12), 10, 1, 0), (at(12, 10), 12, 6, 0)], at(12, 10), PERSONS)
    assert figures.rate_day[0] == 0.5
    assert figures.rate_15m[0] == 0.0  # two came, five were late: those who came earlier too
    assert figures.counted[0] == 12.0


def test_the_day_begins_at_the_clocks_own_midnight() -> None:
    clock = replace(DAY, hours=((0, 1440),))
    steps = [(at(23, 59, second), 1000 + second, 50, 0) for second in range(0, 60, 5)]
    steps += [(at(0, 0, second, day=12), 1100, 51, 0) for second in range(0, 30, 5)]
    figures = told(steps, at(0, 0, 30, day=12), clock)
    assert (figures.counted[0], figures.late[0]) == (46.0, 1.0)
    assert figures.rate_15m[0] > 0.97  # the last quarter of an hour knows no midnight


def test_midnight_in_a_silence_begins_with_what_comes_after_it() -> None:
    clock = replace(DAY, hours=((0, 1440),))
    steps = [(at(23, 50), 1000, 50, 0), (at(0, 5, day=12), 1400, 60, 0), (at(0, 6, day=12), 1407, 61, 0)]
    figures = told(steps, at(0, 6, day=12), clock)
    assert (figures.counted[0], figures.late[0]) == (8.0, 1.0)


def test_after_midnight_with_nothing_new_the_day_is_empty_and_not_that_of_yesterday() -> None:
    clock = replace(DAY, hours=((0, 1440),))
    figures = told([(at(23, 59, 59), 1000, 50, 0)], at(0, 0, 1, day=12), clock)
    assert figures.state_of(0) == "no_data"


def test_counters_of_before_today_do_not_count() -> None:
    course = ClockCourse([DAY])
    for when, met in ((at(12), 5000), (at(12, 1), 5010)):
        course.take(when, columns(met, 0), ["q"], -1, at(0, day=9))
    day = course.day("day")
    assert day is not None
    assert day.met.tolist() == [10.0]
    assert day.since == at(12)


figure = st.integers(0, 500)
batches = st.lists(
    st.tuples(
        st.sampled_from([1.0, 5.0, 30.0, 300.0, 4000.0, 30_000.0, -600.0]),
        st.lists(
            st.tuples(figure, figure, st.one_of(figure, st.sampled_from([math.nan, -7.0]))), min_size=3, max_size=3
        ),
        st.sampled_from([(0, 1, 2), (0, 1, 2), (0, 2, 1), (1, 3, 0)]),
    ),
    min_size=1,
    max_size=25,
)


@given(batches, st.sampled_from([DAY, PERSONS, replace(DAY, hours=((0, 1440),)), SHIPPED["merchant_first_response"]]))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_no_rate_is_negative_or_absurd(
    steps: list[tuple[float, list[tuple[int, int, float]], tuple[int, ...]]], clock: ClockDefinition
) -> None:
    """Counters that fall, repeat, jump, come late or in other rows; silences; time that goes back."""
    course, now = ClockCourse([clock]), at(22, 30)
    for leap, figures, order in steps:
        now += leap
        met, missed, overdue = (np.array(part, np.float64) for part in zip(*figures, strict=True))
        first = "counted" if clock.unit == "person" else "met"
        course.take(now, columns(met, missed, overdue, clock.id, first), [f"q{i}" for i in order], -1, at(0))
        later = max(now, at(22, 30))
        count = count_of(course.still(), clock.id, day_at(clock, later), later)
        assert count is not None
        told = figures_of(clock, day_at(clock, later), count, later, np.zeros(3, np.bool_))
        for name in ("rate_15m", "rate_day"):
            rate = getattr(told, name)
            assert np.all(np.isnan(rate) | ((rate >= 0.0) & (rate <= 1.0)))
        for name in ("burn", "burn_5m", "burn_1h", "counted", "late", "overdue", "expected"):
            value = getattr(told, name)
            assert np.all(np.isnan(value) | ((value >= 0.0) & np.isfinite(value))), name
        assert np.all(np.isnan(told.expected) | (told.expected >= told.counted))
        assert np.all(np.isnan(told.budget_left) | (told.budget_left <= told.expected))


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=40),
    st.randoms(use_true_random=False),
)
@settings(max_examples=80, deadline=None)
def test_late_and_repeated_batches_change_nothing(grown: list[tuple[int, int]], chance: Any) -> None:
    """A cumulative series, against the same with older batches in between."""
    met, missed = np.cumsum([g[0] for g in grown]).tolist(), np.cumsum([g[1] for g in grown]).tolist()
    plain = [(at(12) + 10.0 * i, met[i], missed[i], 0) for i in range(len(grown))]
    disturbed = []
    for i, step in enumerate(plain):
        disturbed.append(step)
        old = plain[chance.randrange(i + 1)]
        disturbed.append((step[0] + 5.0, old[1], old[2], 0))
    disturbed.append(plain[-1])
    now = plain[-1][0] + 5.0
    first, second = told([*plain, (now, met[-1], missed[-1], 0)], now), told(disturbed, now)
    for name in ("counted", "late", "budget_left", "rate_day"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist() or math.isnan(getattr(first, name)[0])


def hello(epoch: int, rows: tuple[str, ...], since: float, clocks: tuple[ClockDefinition, ...] = (DAY,)) -> Hello:
    made = (*(Row(row, shop=row[0], platform="jd", channel="chat") for row in rows), Row("*", "site"))
    columns = (*gauge_columns(clocks), *counter_columns(clocks))
    plain = Hello("s", epoch, "站", "Site", columns, made, beat_s=1.0, data_s=1.0, counters_since_ns=round(since * 1e9))
    return replace(plain, schema=schema_hash(columns, made))


def landed(session: SiteSession, said: Hello, seq: int, now: float, figures: list[tuple[float, float, float]]) -> None:
    """(met, missed, overdue) of each row."""
    block = np.array(figures, np.float64)
    frame = Snapshot("s", said.epoch, seq, said.schema, round(now * 1e9), round(now * 1e9),
                     block[:, 2:].astype(np.float32), block[:, :2].copy())  # fmt: skip
    session.receive(encode(frame), now)


def take(book: ClockBook, session: SiteSession, now: float) -> None:
    said = session.board.hello
    book.take(session.view(now), said.counters_since_ns / 1e9 if said else 0.0, now)


def test_a_restart_of_the_gateway_keeps_the_day() -> None:
    session, book = SiteSession("s"), ClockBook([DAY])
    first = hello(1, ("a1",), at(0))
    session.receive(encode(first), at(12))
    landed(session, first, 1, at(12), [(90, 10, 0), (90, 10, 0)])
    take(book, session, at(12))
    second = hello(2, ("a1",), at(12, 1))
    session.receive(encode(second), at(12, 1))
    landed(session, second, 1, at(12, 1, 10), [(9, 1, 0), (9, 1, 0)])
    take(book, session, at(12, 1, 10))
    figures = book.figures("s", "day", at(12, 1, 10))
    assert figures.counted.tolist() == [110.0, 110.0]
    assert figures.rate_day.tolist() == [0.9, 0.9]


def test_a_restart_with_other_rows_keeps_the_day_of_those_that_stay() -> None:
    session, book = SiteSession("s"), ClockBook([DAY])
    first = hello(1, ("a1", "b1"), at(0))
    session.receive(encode(first), at(12))
    landed(session, first, 1, at(12), [(90, 10, 0), (50, 0, 0), (140, 10, 0)])
    take(book, session, at(12))
    second = hello(2, ("c1", "a1"), at(12, 1))
    session.receive(encode(second), at(12, 1))
    landed(session, second, 1, at(12, 1, 10), [(7, 0, 0), (9, 1, 0), (16, 1, 0)])
    take(book, session, at(12, 1, 10))
    assert book.figures("s", "day", at(12, 1, 10)).counted.tolist()[1:] == [110.0, 167.0]


def site(book: ClockBook, name: str, now: float, rows: tuple[Row, ...], figures: Columns) -> None:
    site_row = next((i for i, row in enumerate(rows) if row.kind == "site"), -1)
    book.take(SiteView(name, name, name, "live", now, rows, site_row, figures, figures), at(0), now)


ROWS = (
    Row("a1", shop="云岫", platform="jd", channel="chat"),
    Row("a2", shop="云岫", platform="jd", channel="chat"),
    Row("b1", shop="江橙", platform="tmall", channel="chat"),
    Row("*", "site"),
)


def two_sites(**more: Any) -> ClockBook:
    book = ClockBook([DAY, SHIPPED["jd_30s"]], **more)
    site(book, "hefei", at(12), ROWS, columns([90, 5, 40, 135], [10, 5, 0, 15], [0, 0, 1, 1]))
    site(book, "xian", at(12), ROWS[:2], columns([100, 0], [0, 0], [0, 0]))
    return book


def test_by_site_by_shop_and_the_network() -> None:
    book, now = two_sites(), at(12)
    assert (book.fed("hefei"), book.fed("nowhere")) == (("day",), ())
    by_site = book.standing("day", "site", now)
    assert by_site.keys == ("hefei", "xian")
    assert by_site.figures.counted.tolist() == [151.0, 100.0]
    by_shop = book.standing("day", "shop", now)
    assert by_shop.keys == ("云岫", "江橙")
    assert by_shop.figures.counted.tolist() == [210.0, 41.0]
    whole = book.standing("day", "all", now)
    assert whole.keys == ("*",)
    assert whole.figures.rate_day[0] == pytest.approx(235 / 251)
    assert whole.figures.expected[0] == pytest.approx(sum(by_site.figures.expected))


def test_a_clock_that_no_site_feeds_has_no_data() -> None:
    book = two_sites()
    assert book.figures("hefei", "jd_30s", at(12)).state_of(0) == "no_data"
    assert book.standing("jd_30s", "all", at(12)).figures.state_of(0) == "no_data"
    assert book.figures("nowhere", "day", at(12)).state_of(0) == "no_data"


def test_a_site_that_is_not_believed_has_no_data_and_its_clocks_hours_are_known() -> None:
    book = two_sites()
    book.take(SiteView("hefei", "", "", "unknown", at(12), ROWS, 3, columns(0, 0), columns(0, 0)), at(0), at(12))
    names = book.columns("hefei", at(12))
    assert np.isnan(names["day.rate_day"]).all()
    assert names["day.assessed"].tolist() == [1.0] * 4
    assert book.columns("hefei", at(23, 30))["day.assessed"].tolist() == [0.0] * 4
    assert book.standing("day", "all", at(12)).figures.counted.tolist() == [100.0]


def test_a_degraded_platform_is_said_and_not_shown_as_a_figure() -> None:
    begin = datetime(2026, 11, 11, 11, 50, tzinfo=SHANGHAI)
    window = DegradeWindow(platform="tmall", from_=begin, to=begin + timedelta(hours=1), what=Words(zh="迟", en="Late"))
    book = two_sites(degrade=[window])
    states = [book.figures("hefei", "day", at(12)).state_of(row) for row in range(4)]
    assert states == ["met", "missed", "degraded", "at_risk"]
    assert "degraded" not in [book.standing("day", "site", at(12)).figures.state_of(row) for row in range(2)]
    bound = ClockBook([replace(DAY, platforms=("taobao", "tmall"))], [window])
    site(bound, "hefei", at(12), ROWS, columns([0, 0, 40, 40], 0))
    assert bound.standing("day", "site", at(12)).figures.state_of(0) == "degraded"
    assert bound.figures("hefei", "day", at(12)).state_of(3) == "degraded"


def test_columns_by_the_names_of_rules() -> None:
    names = two_sites().columns("hefei", at(12))
    assert len(names) == len(list(names)) == 2 * len(CLOCK_FIGURES)
    assert names["day.overdue"].tolist() == [0.0, 0.0, 1.0, 1.0]
    for wrong in ("day", "day.nonsense", "nothing.burn", "waiting"):
        with pytest.raises(KeyError):
            names[wrong]
    assert "waiting" not in names


def test_a_large_board_keeps_windows_for_sites_alone() -> None:
    book = ClockBook([DAY], coarse=True)
    for minute, met in ((0, 10), (5, 20)):
        site(book, "hefei", at(12, minute), ROWS, columns([met, met, met, 3 * met], 1))
    rates = book.figures("hefei", "day", at(12, 5)).rate_15m
    assert np.isnan(rates[:3]).all()
    assert rates[3] == 1.0


def test_states_have_an_order() -> None:
    assert STATES.index("not_assessed") < STATES.index("degraded") < STATES.index("no_data") < STATES.index("met")


def test_unknown_columns_of_clocks_are_passed_over() -> None:
    board = SiteBoard()
    odd = replace(DAY, id="of_another_desk")
    said = hello(1, ("a1",), at(0), (DAY, odd))
    board.announce(said)
    frame = Snapshot("s", 1, 1, said.schema, 1, 1, np.zeros((2, 2), np.float32), np.ones((2, 4)))
    board.land(frame)
    assert not board.faults
    course = ClockCourse([DAY])
    course.take(at(12), board.columns(), ["a1", "*"], 1, at(0))
    assert course.fed == ("day",)
    with pytest.raises(FrameError):
        board.land(replace_gauges(frame))


def replace_gauges(frame: Snapshot) -> Snapshot:
    return frame._replace(gauges=np.zeros((2, 3), np.float32))
