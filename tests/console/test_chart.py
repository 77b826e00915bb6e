"""Courses in braille: known shapes, at every size, with gaps where nothing is known."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from console.day import day_chart
from console.draw.chart import Chart, Moment, Series, chart_lines
from console.draw.lines import plain, width_of
from console.picture import Picture
from tests.console.fake_desk import NOW, desk_view


def _chart(values: list[float], end: float = 600.0, now: float = 600.0, **changes: object) -> Chart:
    step = 600.0 / max(1, len(values))
    series = Series("waiting", [i * step for i in range(len(values))], values)
    return Chart((series,), 0.0, end, now, **changes)  # type: ignore[arg-type]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60), st.integers(0, 120), st.integers(0, 40))
def test_a_chart_has_exactly_its_size(values: list[float], width: int, height: int) -> None:
    lines = chart_lines(_chart([v if abs(v) < 1e12 else math.nan for v in values]), width, height)
    assert len(lines) <= height
    assert all(width_of(spans) <= width for spans in lines)


def test_a_rising_course_rises() -> None:
    lines = [plain(spans) for spans in chart_lines(_chart([float(i) for i in range(101)]), 48, 8)]
    plot = [text[7:].rstrip() for text in lines[1:-1]]
    ends = [len(text.rstrip("│").rstrip()) for text in plot]
    assert ends == sorted(ends, reverse=True)
    assert lines[1].startswith("   100┤")
    assert lines[-2].startswith("     0┤")


def test_what_is_not_known_is_a_gap_and_not_a_line() -> None:
    values = [50.0] * 20 + [math.nan] * 20 + [50.0] * 20
    plot = [plain(spans)[7:] for spans in chart_lines(_chart(values, now=700.0), 67, 9)[1:-1]]
    drawn = [any(text[x] != " " for text in plot) for x in range(60)]
    assert drawn[5]
    assert drawn[55]
    assert not any(drawn[22:39])


def test_now_and_marks_are_named_under_the_plot() -> None:
    chart = _chart([1.0] * 60, end=900.0, now=600.0, marks=(Moment(300.0, "机器人溢出"),))
    axis = plain(chart_lines(chart, 80, 10)[-1])
    assert "▲00:10" in axis
    assert "┊机器人溢出" in axis


def test_a_small_chart_is_a_trend_line_per_course() -> None:
    one = Series("进线/秒", [0.0, 300.0, 600.0], [1.0, 2.0, 3.0])
    two = Series("接起/秒", [0.0, 300.0, 600.0], [3.0, 2.0, math.nan])
    lines = [plain(spans) for spans in chart_lines(Chart((one, two), 0.0, 600.0, 600.0), 40, 2)]
    assert lines[0].startswith("进线/秒           3 ")
    assert lines[1].startswith("接起/秒           2 ")
    assert lines[0].endswith("█")


def test_nothing_known_is_an_empty_plot() -> None:
    assert all(width_of(spans) <= 60 for spans in chart_lines(_chart([]), 60, 10))
    assert "–" in plain(chart_lines(_chart([math.nan] * 5), 60, 10)[0])


def test_the_day_ends_a_little_after_now_or_with_what_comes_next() -> None:
    chart = day_chart(Picture(desk_view()))
    assert chart.start < NOW < chart.end
    assert [series.style for series in chart.series] == ["one", "bright"]
    assert {mark.label for mark in chart.marks} == {"bot overflow", "00:00"}
    assert all(v >= 0 or math.isnan(v) for series in chart.series for v in series.values)
