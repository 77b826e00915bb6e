"""Values as text: fixed, narrow, and never a number for what is not known."""

from __future__ import annotations

import math
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import format as fmt
from console.draw.lines import cells, crop, fill, fit, join, line, merge, plain, sides, width_of, wrap
from console.widgets.sparkline import BARS, sparkline
from feeds.catalog import METRICS

ANY = st.floats(allow_nan=True, allow_infinity=True)
TEXT = st.text(alphabet=st.sampled_from("ab [/]宽字é́—·"), max_size=30)
WRITERS: tuple[Callable[[float], str], ...] = (
    fmt.count,
    fmt.rate,
    fmt.ratio,
    fmt.percent,
    fmt.money,
    fmt.duration,
    fmt.countdown,
    fmt.clock,
)


@pytest.mark.parametrize("write", WRITERS)
def test_what_is_not_known_is_a_dash(write: Callable[[float], str]) -> None:
    assert [write(math.nan), write(math.inf), write(-math.inf)] == ["–"] * 3


@given(ANY)
def test_every_metric_can_write_every_value(value: float) -> None:
    for name in METRICS:
        assert fmt.metric_with_unit(name, value)
        assert (fmt.metric_value(name, value) == "–") == (not math.isfinite(value))


def test_values_as_people_read_them() -> None:
    assert [fmt.count(1204), fmt.count(123_456), fmt.count(0), fmt.rate(41.24), fmt.rate(418.4), fmt.ratio(1.306)] == [
        "1,204",
        "123k",
        "0",
        "41.2",
        "418",
        "1.31",
    ]
    assert [fmt.duration(s) for s in (0, 9, 59.9, 94, 161, 3900, 273_600, -94)] == [
        "0s",
        "9s",
        "59s",
        "1m34",
        "2m41",
        "1h05",
        "3d04h",
        "-1m34",
    ]
    assert [fmt.countdown(235), fmt.countdown(3835), fmt.countdown(-1)] == ["3:55", "1:03:55", "0:00"]
    assert fmt.clock(1_794_312_271.0, ZoneInfo("Asia/Shanghai")) == "20:04:31"
    assert fmt.clock(1e300) == "–"


def test_rounding_never_turns_a_miss_into_a_hit() -> None:
    assert [fmt.percent(1.0), fmt.percent(0.99999), fmt.percent(0.9995), fmt.percent(0.8)] == [
        "100",
        "99.9",
        "99.9",
        "80.0",
    ]


@given(st.floats(0, 8_000_000))
def test_a_duration_fits_its_column(seconds: float) -> None:
    assert len(fmt.duration(seconds)) <= 6


@given(TEXT, st.integers(0, 40), st.sampled_from(["left", "right"]))
def test_fitted_text_has_exactly_its_cells(text: str, width: int, align: str) -> None:
    assert cells(fit(text, width, align)) == width  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(TEXT, st.sampled_from(["", "dim"])), max_size=5),
    st.lists(st.tuples(TEXT, st.just("x")), max_size=3),
    st.integers(0, 60),
)
def test_lines_never_outgrow_their_width(left: list[tuple[str, str]], right: list[tuple[str, str]], width: int) -> None:
    assert width_of(crop(left, width)) <= width
    assert width_of(fill(left, width)) == width
    assert width_of(sides(left, right, width)) <= width
    assert plain(merge(left)) == plain(left)
    if width_of(left) <= width:
        assert crop(left, width) == tuple(left) or plain(crop(left, width)) == plain(left)


def test_what_is_cut_says_so_and_the_right_side_stays() -> None:
    assert plain(crop(line("合肥旗舰店"), 6)) == "合肥…"
    assert plain(sides(line("a long message that does not fit"), line("2m10"), 16)) == "a long mes… 2m10"
    assert plain(join([line("a"), (), line("b")])) == "a  b"


@given(TEXT, st.integers(4, 30))
def test_wrapped_text_keeps_its_characters_and_its_width(text: str, width: int) -> None:
    lines = wrap(text, width, "  ")
    assert all(cells(part) <= width for part in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_wrapping_breaks_chinese_anywhere_and_words_between() -> None:
    assert wrap("等待最长的队列", 6) == ["等待最", "长的队", "列"]
    assert wrap("agents move now", 9) == ["agents", "move now"]


def test_a_sparkline_has_gaps_for_what_is_not_known_and_lies_flat_when_nothing_moves() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == BARS
    assert sparkline([5, math.nan, 5]) == "█ █"
    assert sparkline([0, 0, 0]) == "▁▁▁"
    assert sparkline([]) == ""
    assert sparkline([0.5], low=0, high=1) == "▅"
    assert sparkline([-9, 99], low=0, high=1) == "▁█"


@given(st.lists(ANY, max_size=40))
def test_a_sparkline_is_as_long_as_its_values(values: list[float]) -> None:
    text = sparkline(values)
    assert len(text) == len(values)
    assert [char == " " for char in text] == [not math.isfinite(value) for value in values]
